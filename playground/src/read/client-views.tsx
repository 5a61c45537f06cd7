import type { DescribedTurn } from '../../../src/inspect/index.js'

/** What clients of the two APIs get of the same tokens, side by side. */
export function ClientViews({ described: { chat, response } }: { readonly described: DescribedTurn }) {
  const [{ message, finish_reason }] = chat.choices
  const { status, output, usage } = response
  const views = [
    ['A Chat Completions client sees', { message, finish_reason, usage: chat.usage }],
    ['A Responses client sees', { status, output, usage }],
  ] as const
  return (
    <div class="columns">
      {views.map(([title, value]) => (
        <section key={title} aria-label={title}>
          <h2>{title}</h2>
          <pre class="card" tabIndex={0}>
            {JSON.stringify(value, undefined, 2)}
          </pre>
        </section>
      ))}
    </div>
  )
}
