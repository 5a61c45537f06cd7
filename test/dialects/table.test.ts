import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DIALECT_TRAITS, DIALECTS, LOSS_REASONS } from '../../src/dialects/index.js'

const page = readFileSync(new URL('../../docs/dialects.md', import.meta.url), 'utf8')

test('docs/dialects.md has the table of differences that DIALECT_TRAITS describes', () => {
  const traits = Object.keys(DIALECT_TRAITS.vllm).filter((trait) => trait !== 'stack')
  const rows = [
    `| | ${DIALECTS.map((dialect) => `\`${dialect}\``).join(' | ')} |`,
    `|---|${DIALECTS.map(() => '---|').join('')}`,
    ...traits.map((trait) => {
      const cells = DIALECTS.map((dialect) =>
        cell((DIALECT_TRAITS[dialect] as Record<string, unknown>)[trait]),
      )
      return `| \`${trait}\` | ${cells.join(' | ')} |`
    }),
  ]
  expect(page).toContain(rows.join('\n'))
})

test('docs/dialects.md names each stack, its version and each reason of a loss', () => {
  const names = [
    ...DIALECTS.map((dialect) => DIALECT_TRAITS[dialect].stack),
    ...LOSS_REASONS.map((reason) => `\`${reason}\``),
  ]
  expect(names.filter((name) => !page.includes(name))).toEqual([])
})

/** Markers are code, so that Markdown leaves them alone; `|` would end a cell. */
function cell(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  const text = String(value)
  if (text.trim() === '') return text === '' ? 'nothing' : `\`${JSON.stringify(text)}\``
  return text.includes('<') ? `\`${text.replaceAll('|', '\\|')}\`` : text
}
