import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { harmony, type Surroundings } from './harmony.js'

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'harmony-cli-'))))
afterAll(() => rmSync(folder, { recursive: true }))

describe('bad input ends with code 1 and one line that says where', () => {
  test.each<[string, string[], string | Uint8Array, string]>([
    ['empty conversation', ['render'], '', 'standard input: empty, wanted a conversation as JSON'],
    ['no JSON', ['render'], '{"messages":', 'standard input: not JSON: '],
    ['JSON of another kind', ['render'], '5', 'standard input: the value is 5, wanted an object'],
    ['no messages', ['render'], '{}', 'standard input: messages is undefined, wanted a list of messages'],
    [
      'wrong content',
      ['render'],
      '{"messages":[{"role":"user","content":5}]}',
      'standard input: messages[0].content is 5, wanted ',
    ],
    [
      'unknown role',
      ['render'],
      '{"messages":[{"role":"bot","content":""}]}',
      'standard input: messages[0].role is "bot", wanted ',
    ],
    [
      'a tool without a name',
      ['render'],
      '{"messages":[{"role":"tool","content":""}]}',
      'standard input: messages[0].name: ',
    ],
    [
      'content in the wrong place',
      ['render'],
      '{"messages":[{"role":"user","content":[{"type":"system_content"}]}]}',
      'standard input: messages[0].content[0] is system content',
    ],
    ['no UTF-8', ['render'], Uint8Array.of(0x7b, 0x22, 0xff), 'standard input: byte 2: not UTF-8 text'],
    [
      'a cut-off character',
      ['encode'],
      Uint8Array.of(0x61, 0xe2, 0x82),
      'standard input: byte 1: not UTF-8 text',
    ],
    [
      'a disallowed special token',
      ['encode'],
      'Hi<|end|>',
      'standard input: text: special token "<|end|>" at index 2: --special token encodes it as a token, --special text',
    ],
    [
      'a Chat body',
      ['render'],
      '{"model":"x","messages":[{"role":"user","content":"Hi"}]}',
      'standard input: found model, which no Harmony conversation has: --chat renders a Chat',
    ],
    [
      'a message of a Chat body',
      ['render'],
      '{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"","tool_calls":[]}]}',
      'standard input: found messages[1].tool_calls, which no Harmony conversation has: --chat renders',
    ],
    [
      'a batch line',
      ['render'],
      '{"custom_id":"a","body":{}}',
      'standard input: found body, which no Harmony',
    ],
    [
      'UTF-16',
      ['render'],
      Buffer.from('\uFEFF{"messages":[]}', 'utf16le'),
      'standard input: UTF-16 text, wanted UTF-8: `iconv',
    ],
    [
      'UTF-16 without a mark',
      ['parse'],
      Buffer.from('200005 1', 'utf16le'),
      'standard input: UTF-16 text, wanted UTF-8: `iconv',
    ],
    [
      'a Parquet file',
      ['render'],
      Buffer.from('PAR1\u0015'),
      'standard input: a Parquet file, wanted UTF-8 text',
    ],
    [
      'gzip',
      ['parse'],
      Uint8Array.of(0x1f, 0x8b, 8, 0),
      'standard input: gzip data, wanted UTF-8 text: unpack',
    ],
    [
      'an id beyond the vocabulary in a header',
      ['parse'],
      '[200005, 300000]',
      'standard input: token 1: found 300000, wanted a whole number from 0 to 201088',
    ],
    ['no ids', ['parse'], '', 'standard input: empty, wanted token ids'],
    [
      'words',
      ['parse'],
      '1 2 three',
      'standard input: token 2: found "three", wanted a whole number from 0 to 201088',
    ],
    [
      'an id that is too large',
      ['decode'],
      '1 99999999',
      'standard input: token 1: found 99999999, wanted a whole number from 0 to 201088',
    ],
    ['a huge number', ['decode'], '1 1e999', 'standard input: token 1: found "1e999", wanted '],
    ['many digits', ['decode'], '9'.repeat(400), 'standard input: token 0: found "999'],
    ['a negative id', ['inspect'], '[-1]', 'standard input: token 0: found -1, wanted '],
    ['a fraction', ['inspect'], '[1, 2.5]', 'standard input: token 1: found 2.5, wanted '],
    ['an infinite number', ['inspect'], '[1e999]', 'standard input: token 0: found null, wanted '],
    ['a text in a list', ['parse'], '["200006"]', 'standard input: token 0: found "200006", wanted '],
    [
      'an object without tokens',
      ['parse'],
      '{"ids":[1]}',
      'standard input: found {"ids":[1]}, wanted a list of token ids',
    ],
    ['a broken list', ['parse'], '[1,', 'standard input: not JSON: '],
    [
      'no <|start|>',
      ['parse'],
      '200006 1428 200008 200007 13225',
      'standard input: token 4: between messages: ',
    ],
    ['an open header', ['parse'], '200005 17196', 'standard input: token 2: end of input: '],
    ['an impossible header', ['parse'], '200005 200008', 'standard input: token 1: message header: '],
  ])('%s', async (_, argv, stdin, line) => {
    const { code, stdout, stderr } = await harmony(argv, { stdin })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^[^\n]*\n$/)
    expect(stderr).toContain(`harmony: ${line}`)
  })

  test('a file that is not there, a folder, a file in a file', async () => {
    const file = join(folder, 'chat.json')
    writeFileSync(file, '[]')
    expect(await harmony(['render', `${file}x`])).toEqual({
      code: 1,
      stdout: '',
      stderr: `harmony: ${file}x: no such file\n`,
    })
    expect((await harmony(['parse', folder])).stderr).toBe(`harmony: ${folder}: is a folder, wanted a file\n`)
    expect((await harmony(['encode', join(file, 'x')])).stderr).toBe(`harmony: ${file}/x: no such file\n`)
    expect((await harmony(['encode', 'a\0b'])).stderr).toMatch(/^harmony: a\\u0000b: [^\n]+\n$/)
    expect((await harmony(['render', file])).stderr).toBe(
      `harmony: ${file}: the value is [], wanted an object\n`,
    )
  })

  test('standard input that cannot be read', async () => {
    const stdin = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(Object.assign(new Error('EISDIR'), { code: 'EISDIR' })),
      }),
    }
    const lines: unknown[] = []
    const { run } = await import('../../src/cli/run.js')
    const output = { write: (line: unknown) => lines.push(line) }
    expect(await run(['render'], { stdin, stdout: output, stderr: output, env: {} })).toBe(1)
    expect(lines).toEqual(['harmony: standard input: is a folder, wanted a file\n'])
  })
})

describe('wrong usage ends with code 2', () => {
  test.each<[string, string[], Surroundings, string]>([
    ['an unknown command', ['reder'], {}, "unknown command 'reder'"],
    ['an unknown option', ['render', '--frob'], {}, "unknown option '--frob'"],
    [
      'a value that is none of the choices',
      ['render', '--format', 'xml'],
      {},
      'Allowed choices are json, ids, text.',
    ],
    [
      'a role that is none',
      ['parse', '--role', 'bot'],
      {},
      'Allowed choices are system, developer, user, assistant, tool.',
    ],
    ['two files', ['decode', 'a', 'b'], {}, 'too many arguments'],
    [
      'options that contradict each other',
      ['render', '--training', '--next-role', 'user'],
      {},
      'cannot be used with option',
    ],
    ['no file at a terminal', ['encode'], { isStdinTerminal: true }, 'nothing is piped in'],
  ])('%s', async (_, argv, surroundings, message) => {
    const { code, stdout, stderr } = await harmony(argv, surroundings)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^harmony: /)
    expect(stderr).toContain(message)
  })

  test('no command at all shows the help', async () => {
    const { code, stdout, stderr } = await harmony([])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Usage: harmony')
  })
})

test('whatever comes in, a command succeeds, or says in one line what is wrong', async () => {
  const words = fc.constantFrom(
    '[',
    ']',
    '{',
    '"',
    ',',
    ' ',
    '\n',
    '"tokens":',
    '"messages":',
    '200006',
    '200008',
    '-1',
    '1e9',
    'null',
    '\uFEFF',
  )
  const input = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(words, { maxLength: 12 }).map((list) => list.join('')),
    fc.json({ maxDepth: 4 }),
    fc
      .array(fc.oneof(fc.integer({ min: 199990, max: 201100 }), fc.nat(300000)), { maxLength: 12 })
      .map((ids) => ids.join(' ')),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('render', 'parse', 'encode', 'decode', 'inspect'),
      input,
      async (command, stdin) => {
        const { code, stdout, stderr } = await harmony([command], { stdin })
        if (code === 0) expect(stderr).toBe('')
        else {
          expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
          expect(stderr).toMatch(/^harmony: standard input: \P{Cc}+\n$/u)
        }
      },
    ),
    { numRuns: 1000 },
  )
})
