import { describe, expect, test } from 'vitest'
import { DEVIATION_TEXTS } from '../../src/inspect/index.js'
import { harmony, type Surroundings } from './harmony.js'

// The ids are those of the official library (openai-harmony 0.0.8).
const CALL = '200006 173781 316 28 44580 1196 200005 12606 815 220 200003 4108 200008 12083 200012'
const HELLO_WORLD = '200008 13225 2375 200007'

async function inspect(
  stdin: string,
  flags: string[] = [],
  surroundings: Surroundings = {},
): Promise<string> {
  const { code, stdout, stderr } = await harmony(['inspect', ...flags], { ...surroundings, stdin })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

describe('inspect', () => {
  test('shows a line for each special token: its index, itself, the text behind it', async () => {
    expect(await inspect(CALL)).toBe(
      [
        '     0  <|start|>      assistant to=functions.f',
        '     6  <|channel|>    commentary',
        '    10  <|constrain|>  json',
        '    12  <|message|>    {}',
        '    14  <|call|>       15 tokens, calls',
        '    15  tokens         calls 15',
        '',
      ].join('\n'),
    )
  })

  test('shows the ids below', async () => {
    expect(await inspect(`200005 17196 ${HELLO_WORLD}`, ['--ids'])).toBe(
      [
        '     0  <|channel|>    final',
        '                       200005 17196',
        '     2  <|message|>    Hello world',
        '                       200008 13225 2375',
        '     5  <|end|>        6 tokens, final',
        '                       200007',
        '     6  tokens         final 6',
        '',
      ].join('\n'),
    )
  })

  test('shows text before the first special token, names reserved ones, and says what was repaired', async () => {
    expect(await inspect('13225 200013')).toBe(
      [
        '     0                 Hello',
        '     1  <|reserved_200013|>  2 tokens, final',
        `     2  deviation      unterminated-header: ${DEVIATION_TEXTS['unterminated-header']}`,
        '     2  tokens         final 2',
        '',
      ].join('\n'),
    )
  })

  test('shows deviations where their tokens begin', async () => {
    // <|channel|>analysis a<|end|> b<|start|>assistant<|channel|>final<|message|>c, cut there
    const ids = '200005 35644 261 200007 287 200006 173781 200005 17196 200008 66'
    expect((await inspect(ids)).split('\n').map((line) => line.replace(/: .*/, ''))).toEqual([
      '     0  <|channel|>    analysis a',
      '     3  deviation      missing-message',
      '     3  <|end|>         b',
      '     4  deviation      text-between-messages',
      '                       4 tokens, reasoning',
      '     5  <|start|>      assistant',
      '     7  <|channel|>    final',
      '     9  <|message|>    c',
      '    11  deviation      unterminated',
      '                       6 tokens, final',
      '    11  tokens         reasoning 4, final 6, in no message 1',
      '',
    ])
  })

  test('keeps the lines of a text below each other', async () => {
    const { stdout: ids } = await harmony(['encode'], { stdin: 'one\n\n  two\n' })
    const lines = (await inspect(ids)).split('\n')
    expect(lines.slice(0, 4)).toEqual(['     0                 one', '', '                         two', ''])
  })

  test('wraps at the width of a terminal, and not in a pipe', async () => {
    const { stdout: ids } = await harmony(['encode'], { stdin: 'word '.repeat(12).trim() })
    const lines = (await inspect(ids, [], { columns: 60, env: { NO_COLOR: '1' } })).split('\n')
    expect(lines.slice(0, 2)).toEqual([
      `     0                 ${'word '.repeat(7).trim()}`,
      `                       ${'word '.repeat(5).trim()}`,
    ])
    expect(lines.filter((line) => line.length > 60)).toEqual([])
    expect(await inspect(ids)).toContain(`     0                 ${'word '.repeat(12).trim()}\n`)
  })

  test('counts wide characters as two columns', async () => {
    const { stdout: ids } = await harmony(['encode'], { stdin: '東'.repeat(20) })
    const lines = (await inspect(ids, [], { columns: 53, env: { NO_COLOR: '1' } })).split('\n')
    expect(lines.slice(0, 2).map((line) => line.slice(23))).toEqual(['東'.repeat(15), '東'.repeat(5)])
  })

  test('shows control characters, and obeys none', async () => {
    const { stdout: ids } = await harmony(['encode'], { stdin: '\x1b[2J\r\x9b\t\u202e!' })
    expect(await inspect(ids, [], { columns: 80, env: { NO_COLOR: '1' } })).toContain(
      '     0                 \\u001b[2J\\u000d\\u009b    \\u202e!\n',
    )
  })

  test.each([
    ['a terminal', { columns: 80 }, true],
    ['a pipe', {}, false],
    ['a terminal with NO_COLOR', { columns: 80, env: { NO_COLOR: '1' } }, false],
    ['a terminal with an empty NO_COLOR', { columns: 80, env: { NO_COLOR: '' } }, true],
    ['a dumb terminal', { columns: 80, env: { TERM: 'dumb' } }, false],
    ['a pipe with FORCE_COLOR', { env: { FORCE_COLOR: '1' } }, true],
    ['a pipe with FORCE_COLOR=0', { env: { FORCE_COLOR: '0' } }, false],
    ['both', { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, false],
  ])('colours in %s: %#', async (_, surroundings, isColored) => {
    expect((await inspect(CALL, [], surroundings)).includes('\x1b[')).toBe(isColored)
  })

  test("gives a message's text its channel's colour", async () => {
    const final = await inspect('200005 17196 200008 13225', [], { env: { FORCE_COLOR: '1' } })
    expect(final).toContain('\x1b[32mHello\x1b[39m')
    const user = await inspect('200006 1428 200008 13225', [], { env: { FORCE_COLOR: '1' } })
    expect(user).toContain('  Hello\n')
  })
})
