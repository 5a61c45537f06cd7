import { HarmonyError } from 'gpt-oss-harmony'
import { useState } from 'preact/hooks'
import { bytesText, encoding, tokenText } from './token-text.js'

/** The way from an id to its token, and from text to its ids. */
export function LookUp() {
  const [query, setQuery] = useState('')
  const found = /^\d+$/.test(query.trim()) ? tokenOf(Number(query)) : undefined
  const ids = query === '' ? [] : encoding.encode(query, { allowedSpecial: 'all' })
  return (
    <search class="look-up">
      <label>
        Look up an id or a text
        <input
          type="text"
          value={query}
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => setQuery(currentTarget.value)}
        />
      </label>
      <div aria-live="polite" class="found">
        {found && <p>{found}</p>}
        {ids.length > 0 && (
          <p>
            {found && 'As text: '}
            {ids.slice(0, 40).map((id, index) => (
              <span key={index} class="chip">
                <code>{tokenText(id)}</code> {id}
              </span>
            ))}
            {ids.length > 40 && `… ${ids.length} tokens`}
          </p>
        )}
      </div>
    </search>
  )
}

function tokenOf(id: number) {
  try {
    return (
      <>
        id {id} is <code>{tokenText(id)}</code>, bytes {bytesText(id)}
        {encoding.isSpecialToken(id) && ', a special token'}
      </>
    )
  } catch (error) {
    if (error instanceof HarmonyError) return `${id} is no token`
    throw error
  }
}
