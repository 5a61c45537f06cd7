import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { comparable, observe, type Suite } from './observe.js'

// What the official library answers, and what this package answers. A case that is listed in known-differences.json must differ.

interface Vectors {
  readonly cases: readonly { readonly name: string; readonly input: unknown; readonly expected: object }[]
}

const SUITES: Readonly<Record<Suite, string>> = {
  render: 'render',
  document: 'documents',
  schema: 'schemas',
  parse: 'parse',
  encode: 'encode',
  decode: 'decode',
}

const knownDifferences = new Map(
  (read('known-differences') as { differences: { case: string; reason: string }[] }).differences.map(
    (known) => [known.case, known.reason],
  ),
)
const titles = new Set<string>()

for (const [suite, file] of Object.entries(SUITES) as [Suite, string][]) {
  for (const { name, input, expected } of (read(file) as Vectors).cases) {
    const title = `${suite}/${name}`
    titles.add(title)
    test(title, () => {
      const observed = observe(suite, input)
      if (knownDifferences.has(title))
        expect(observed, 'a listed difference is none').not.toStrictEqual(comparable(expected))
      else expect(observed).toStrictEqual(comparable(expected))
    })
  }
}

describe('known differences', () => {
  test.each([...knownDifferences])('%s is a case, and has a reason', (title, reason) => {
    expect(titles).toContain(title)
    expect(reason).not.toBe('')
  })
})

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/official/${file}.json`, import.meta.url), 'utf8'))
}
