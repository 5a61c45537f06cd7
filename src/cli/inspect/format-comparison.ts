import type { HarmonyEncoding } from '../../encoding.js'
import { compareTokens, describePrompt } from '../../inspect/index.js'
import { plural } from '../batch/progress.js'
import { visible } from '../terminal.js'

/** One of two prompts, with the name it has in the output. */
export interface Compared {
  readonly name: string
  readonly tokens: readonly number[]
  /** What a dialect leaves out of the request. */
  readonly lost?: readonly { readonly path: string; readonly reason: string }[]
}

/** The lines of a comparison: lengths, where the two part, and what a prefix cache keeps. */
export function formatComparison(encoding: HarmonyEncoding, first: Compared, second: Compared): string {
  const { isEqual, sharedTokens, cache } = compareTokens(first.tokens, second.tokens)
  const width = Math.max(first.name.length, second.name.length, 'shared'.length)
  const line = (label: string, text: string) => `${visible(label).padEnd(width)}  ${text}\n`
  const lines = [first, second].flatMap(({ name, tokens, lost = [] }) => [
    line(name, plural(tokens.length, 'token')),
    ...lost.map(({ path, reason }) => line('', `leaves out ${path} (${reason})`)),
  ])
  lines.push(line('shared', `${plural(sharedTokens, 'token')}${isEqual ? ': the two are equal' : ''}`))
  if (isEqual) return lines.join('')

  const { kept, lost, computed } = cache
  return [
    ...lines,
    line('cache', `keeps ${kept} tokens in blocks of 16; ${lost} are lost, ${computed} are computed`),
    line('place', placeOf(encoding, first.tokens, sharedTokens)),
    ...(sharedTokens === 0
      ? []
      : [line('before', excerpt(encoding, first.tokens, Math.max(0, sharedTokens - EXCERPT), sharedTokens))]),
    ...[first, second].map(({ name, tokens }) =>
      line(name, excerpt(encoding, tokens, sharedTokens, sharedTokens + EXCERPT)),
    ),
  ].join('')
}

/** How many tokens around the first difference are shown. */
const EXCERPT = 12

/** `message 2, user` */
function placeOf(encoding: HarmonyEncoding, tokens: readonly number[], tokenIndex: number): string {
  const { messages } = describePrompt(encoding, tokens)
  const index = messages.findIndex((message) => tokenIndex < message.tokens.end)
  if (index === -1) return `token ${tokenIndex}, after the last message`
  const { role, name } = messages[index].message
  return `token ${tokenIndex}, message ${index}, ${visible(name ?? role)}`
}

function excerpt(encoding: HarmonyEncoding, tokens: readonly number[], start: number, end: number): string {
  if (start >= tokens.length) return '(ends here)'
  const text = JSON.stringify(encoding.decode(tokens.slice(start, end)))
  return `${start}  ${visible(text)}`
}
