import type { Loss } from 'gpt-oss-harmony/dialects'

/** What of a request is not in the prompt that another stack makes of it. */
export function Losses({ lost = [] }: { readonly lost?: readonly Loss[] | undefined }) {
  if (lost.length === 0) return null
  return (
    <section aria-label="Left out">
      <h2>Left out by this stack</h2>
      <ul>
        {lost.map(({ path, reason }) => (
          <li key={`${path} ${reason}`}>
            <code>{path}</code> {reason}
          </li>
        ))}
      </ul>
    </section>
  )
}
