import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ERROR_CODES } from '../../src/errors.js'

test('docs/errors.md has a row for each error code, in order, with meaning, example and remedy', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const cells = rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  expect(cells.map(([code]) => code)).toEqual(ERROR_CODES.map((code) => `\`${code}\``))
  for (const row of cells) {
    expect(row).toHaveLength(4)
    expect(row).not.toContain('')
  }
})
