import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as exported from '../../src/index.js'

test("the README's table of exports names every function, class and constant", () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  expect(Object.keys(exported).filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
})
