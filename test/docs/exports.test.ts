import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { publicEntries } from '../../scripts/public-entries.mjs'
import * as exported from '../../src/index.js'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

test("the README's table of exports names every function, class and constant", () => {
  expect(Object.keys(exported).filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
})

test("the README's table of entry points has each entry of the package", () => {
  const entries = publicEntries.map(({ specifier }) => specifier).filter((entry) => entry.includes('/'))
  expect(entries.filter((entry) => !readme.includes(`\`${entry}\``))).toEqual([])
})
