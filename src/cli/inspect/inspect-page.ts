import type { HarmonyEncoding } from '../../encoding.js'
import { cutIntoParts, type DescribedMessage, type DescribedTurn } from '../../inspect/index.js'
import type { TokenRange } from '../../tokenizer/index.js'
import { formatCount, plural } from '../batch/progress.js'
import { escaped, page } from '../plot/page.js'
import type { Inspected } from './inspected.js'

/** A page of its own, without a script and without anything to load: what was sampled, message by message. */
export function inspectPage(
  encoding: HarmonyEncoding,
  title: string,
  inspected: readonly Inspected[],
): string {
  const sections = inspected.map((one) => section(encoding, one))
  return page(`${title}: inspected`, title, sections, STYLES)
}

const STYLES = `  :root { --analysis: #7a7f87; --commentary: #b7791f; --final: #2f855a; --prompt: #30628f; --bad: #c53030; --line: #8884 }
  @media (prefers-color-scheme: dark) { :root { --commentary: #dda13d; --final: #57b383; --prompt: #7fadd9; --bad: #f08080; --analysis: #9aa0a8 } }
  * { box-sizing: border-box }
  section + section { margin-top: 2rem; border-top: 1px solid var(--line); padding-top: 1rem }
  h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem }
  p { margin: .4rem 0; overflow-wrap: anywhere }
  pre { font: 13px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 0 }
  article, details { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem; margin: .7rem 0 }
  article { border-left: .3rem solid var(--prompt) }
  .analysis { border-left-color: var(--analysis) }
  .commentary { border-left-color: var(--commentary) }
  .final { border-left-color: var(--final) }
  header { display: flex; flex-wrap: wrap; gap: .1rem .8rem; align-items: baseline }
  header > * { min-width: 0; overflow-wrap: anywhere }
  header > :last-child { margin-left: auto }
  small { font-size: .85rem; opacity: .8; font-variant-numeric: tabular-nums }
  .deviation { color: var(--bad); margin: .3rem 0 }
  .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 0 1rem }
  .sides > * { min-width: 0 }
  summary { cursor: pointer }
  mark { background: #f6c34466; color: inherit; border-radius: .2rem }
  .deviation mark { color: CanvasText }
  .marker { color: var(--prompt) }
  mark .marker { color: inherit }
`

function section(encoding: HarmonyEncoding, inspected: Inspected): string {
  const { source, tokens, described } = inspected
  const { messages, deviations, cost } = described
  const parts = Object.entries({ ...cost.byPart, 'in no message': cost.outside })
    .filter(([, count]) => count > 0)
    .map(([part, count]) => `${part} ${formatCount(count)}`)
  // Between messages a deviation belongs to the next one; after the last there is none.
  const notes = Array.from({ length: messages.length + 1 }, (): string[] => [])
  for (const deviation of deviations)
    notes[Math.min(deviation.messageIndex, messages.length)].push(deviationLine(deviation))
  return `<section>
<p>${escaped(source)} · ${plural(tokens.length, 'token')}: ${parts.join(', ')}${deviations.length === 0 ? '' : ` · <span class="deviation">${plural(deviations.length, 'deviation')}</span>`}</p>
${messages.map((message, index) => card(message, notes[index])).join('\n')}
${notes[messages.length].join('\n')}
${'chat' in described ? answers(described) : openingLine(encoding, tokens, described.opening)}
<details><summary>Tokens</summary>
<pre>${markedTokens(encoding, inspected)}</pre>
</details>
</section>`
}

function card(
  { message, part, kind, tokens: range, content, incomplete }: DescribedMessage,
  notes: readonly string[],
): string {
  const { role, name, channel, recipient, content_type: contentType } = message
  const count = range.end - range.start
  const header = [
    `<strong>${escaped(name ?? role)}${recipient === undefined ? '' : ` → ${escaped(recipient)}`}</strong>`,
    ...[channel, contentType].flatMap((text) =>
      text === undefined ? [] : [`<span>${escaped(text)}</span>`],
    ),
    ...(incomplete ? ['<em>incomplete</em>'] : []),
    `<small>${part} · ${plural(count, 'token')}, ${content.end - content.start} of content · ${tokensAt(range)}</small>`,
  ]
  const text = kind === 'tool-call' ? prettyJson(message.content) : message.content
  const known = CHANNELS.find((candidate) => candidate === channel) ?? ''
  return `<article class="${known}"><header>${header.join(' ')}</header>
${notes.join('\n')}
<pre>${text === '' ? '<small>(empty)</small>' : escaped(text)}</pre></article>`
}

function openingLine(
  encoding: HarmonyEncoding,
  tokens: readonly number[],
  { start, end }: TokenRange,
): string {
  if (start === end) return ''
  const text = escaped(encoding.decode(tokens.slice(start, end)))
  return `<p>The engine goes on after <code>${text}</code> (${tokensAt({ start, end })}).</p>`
}

const CHANNELS = ['analysis', 'commentary', 'final'] as const

function deviationLine({
  code,
  text,
  tokens,
  evidence,
}: Inspected['described']['deviations'][number]): string {
  const place = tokens.end > tokens.start ? tokensAt(tokens) : `before token ${tokens.start}`
  const found = evidence === '' ? '' : ` <mark>${escaped(evidence)}</mark>`
  return `<p class="deviation"><strong>${code}</strong>, ${place}: ${escaped(text)}${found}</p>`
}

/** What the two kinds of client see, side by side. */
function answers({ chat, response, turn }: DescribedTurn): string {
  const [choice] = chat.choices
  const sides = [
    ['Chat Completions', { message: choice.message, finish_reason: choice.finish_reason, usage: chat.usage }],
    ['Responses', { status: response.status, output: response.output, usage: response.usage }],
  ] as const
  return `<h2>What clients see</h2>
<p>The turn ends with <strong>${turn.action}</strong>.</p>
<div class="sides">
${sides.map(([name, value]) => `<details open><summary>${name}</summary><pre>${escaped(JSON.stringify(value, null, 2))}</pre></details>`).join('\n')}
</div>`
}

/** A line for each special token; the tokens of deviations are marked. */
function markedTokens(encoding: HarmonyEncoding, { tokens, described }: Inspected): string {
  const marked = new Set<number>()
  for (const { tokens: range } of described.deviations)
    for (let at = range.start; at < Math.max(range.end, range.start + 1); at++) marked.add(at)
  return cutIntoParts(encoding, tokens)
    .map(({ tokenIndex, markerText, text, tokens: ids }) => {
      const shown = `<span class="marker">${escaped(markerText)}</span>${escaped(text)}`
      const isBad = ids.some((_, offset) => marked.has(tokenIndex + offset))
      return `<small title="${ids.length > 40 ? plural(ids.length, 'token') : ids.join(' ')}">${tokenIndex}</small> ${isBad ? `<mark>${shown}</mark>` : shown}`
    })
    .join('\n')
}

/** `token 5`, `tokens 5–9` with the last one. */
function tokensAt({ start, end }: TokenRange): string {
  return end - start === 1 ? `token ${start}` : `tokens ${start}–${end - 1}`
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
