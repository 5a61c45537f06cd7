import type { DescribedDeviation, DescribedTurn } from '../../../src/inspect/index.js'
import { headerText, toneOf } from '../tone.js'

/** A card for each message, with what was repaired in it. */
export function MessageCards({ described }: { readonly described: DescribedTurn }) {
  const { messages, deviations } = described
  const of = (index: number) => deviations.filter(({ messageIndex }) => messageIndex === index)
  const after = deviations.filter(({ messageIndex }) => messageIndex >= messages.length)
  return (
    <section class="stack" aria-label="Messages">
      {messages.map(({ message, kind, tokens, part, incomplete }, index) => (
        <article key={index} class={`card tone-${toneOf(message)}`}>
          <h2>{headerText(message)}</h2>
          <p class="quiet">
            {part}
            {message.content_type !== undefined && `, ${message.content_type}`}, {tokens.end - tokens.start}{' '}
            tokens{incomplete && ', incomplete'}
          </p>
          <Deviations list={of(index)} />
          <pre>{kind === 'tool-call' ? pretty(message.content) : message.content}</pre>
        </article>
      ))}
      <Deviations list={after} />
    </section>
  )
}

function Deviations({ list }: { readonly list: readonly DescribedDeviation[] }) {
  return (
    <>
      {list.map(({ code, text, tokens: { start, end }, evidence }, index) => (
        <p key={index} class="deviation">
          <b>{code}</b>{' '}
          {end > start + 1
            ? `tokens ${start} to ${end - 1}`
            : end > start
              ? `token ${start}`
              : `before token ${start}`}
          : {text} {evidence !== '' && <code>{evidence}</code>}
        </p>
      ))}
    </>
  )
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
