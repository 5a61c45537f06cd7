import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  DEVIATION_CODES,
  HarmonyError,
  loadHarmonyEncoding,
  parseTokens,
  type ParsedMessage,
} from 'gpt-oss-harmony'

// The table of docs/deviations.md is the source of the expected values: it was written by hand from the threads it names.

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const rows = readFileSync(new URL('../../docs/deviations.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))
    return { code: cells[1].replaceAll('`', ''), example: cells[2], becomes: cells[3] }
  })

test('has a row for each code', () => {
  expect(rows.map((row) => row.code)).toEqual([...DEVIATION_CODES])
})

test.each(rows)('$code', ({ code, example, becomes }) => {
  const tokens = tokensOf(example)
  const { messages, deviations } = parseTokens(encoding, tokens, { tools: ['shell'] })
  expect(deviations.map((deviation) => deviation.code)).toContain(code)
  if (code === 'invalid-utf8') expect(messages[0].content.match(/\uFFFD/g)).toHaveLength(2)
  else expect(messages.map(shown).join(' / ')).toBe(becomes.replaceAll('`', ''))
  expect(() => parseTokens(encoding, tokens, { tools: ['shell'], onDeviation: 'error' })).toThrow(
    expect.objectContaining({
      constructor: HarmonyError,
      code: deviations[0].code,
      tokenIndex: deviations[0].tokens.start,
    }) as Error,
  )
})

function tokensOf(example: string): number[] {
  const [, text, ids] = /^`(.*?)`(?: and the tokens (.*))?$/.exec(example)!
  return [...encoding.encode(text, { allowedSpecial: 'all' }), ...(ids?.split(', ').map(Number) ?? [])]
}

function shown({ channel = '', recipient, content }: ParsedMessage): string {
  return `${channel}${recipient === undefined ? '' : ` → ${recipient}`}: ${content}`
}
