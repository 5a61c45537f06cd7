import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cacheTable, prefillReport } from '../../examples/agent-loop/report.js'

const page = readFileSync(new URL('../../docs/token-exact.md', import.meta.url), 'utf8')

test('docs/token-exact.md has the table that examples/agent-loop measures', () => {
  expect(page).toContain(cacheTable())
})

test('docs/token-exact.md quotes what examples/agent-loop prints', () => {
  const quotes = [...page.matchAll(/^```text\n(.*?)\n```$/gms)].map(([, quote]) => quote)
  expect(quotes.length).toBeGreaterThan(0)
  for (const quote of quotes) expect(prefillReport()).toContain(quote)
})
