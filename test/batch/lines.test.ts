import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadHarmonyEncoding } from '../../src/encoding.js'
import { type ByteStream, completionLines, linesOf, prefillLines, type Line } from '../../src/batch/index.js'
import { MAX_LINE_BYTES } from '../../src/batch/lines.js'
import { collect } from './collect.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

function bytesOf(...parts: readonly (string | readonly number[])[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Uint8Array.from(part))),
  )
}

function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let at = 0
  for (const length of lengths) {
    chunks.push(bytes.subarray(at, at + length))
    at = Math.min(bytes.length, at + length)
  }
  return [...chunks, bytes.subarray(at)]
}

/** Lines' texts, and the codes of those that are none. */
async function read(chunks: Iterable<Uint8Array>): Promise<string[]> {
  return (await collect(linesOf(chunks))).map(textOrCode)
}

function textOrCode(line: Line): string {
  return typeof line === 'string' ? line : line.code
}

describe('lines', () => {
  /** A line's bytes, and what is read of it. */
  const lines = fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .string({ unit: fc.constantFrom('a', 'é', '😀', '\r', '\uFEFF'), maxLength: 8 })
        .map((text) => ({ bytes: bytesOf(text), text })),
    },
    fc
      .constantFrom([0xff], [0x61, 0xf0], [0xc3, 0x0d], [0xef, 0xbb, 0x61])
      .map((bytes) => ({ bytes: bytesOf(bytes), text: undefined })),
  )

  test('are the same however the bytes come, bad ones among them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(lines, { maxLength: 6 }),
        fc.boolean(),
        fc.array(fc.nat(10)),
        async (list, isEnded, lengths) => {
          const bytes = bytesOf(
            ...list.flatMap((line, i) => [[...line.bytes], i < list.length - 1 || isEnded ? '\n' : '']),
          )
          const expected = list.map(
            ({ text }) => text?.replace(/\r$/, '').replace(/^\uFEFF/, '') ?? 'invalid-utf8',
          )
          // No line break and nothing before it: no line.
          if (!isEnded && list.at(-1)?.bytes.length === 0) expected.pop()
          expect(await read(cut(bytes, lengths))).toEqual(expected)
        },
      ),
    )
  })

  test('around one that is no UTF-8 survive every cut', async () => {
    const bytes = bytesOf('é1\n', [0x61, 0xf0, 0x9f], '\n', '😀2\r\n', [0xff], '\n3')
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = 0; second <= bytes.length - first; second++) {
        expect(await read(cut(bytes, [first, second]))).toEqual([
          'é1',
          'invalid-utf8',
          '😀2',
          'invalid-utf8',
          '3',
        ])
      }
    }
  })

  test.each([
    ['nothing', '', []],
    ['a line feed alone', '\n', ['']],
    ['no line feed at the end', 'a\nb', ['a', 'b']],
    ['a carriage return before the line feed', 'a\r\n\r\nb\r', ['a', '', 'b']],
    ['a carriage return elsewhere', 'a\rb\r\r\n', ['a\rb\r']],
    ['a byte order mark at the front of a line', '\uFEFFa\n\uFEFFb', ['a', 'b']],
    ['a byte order mark elsewhere', 'a\uFEFF\n', ['a\uFEFF']],
  ])('%s', async (_, text, expected) => {
    expect(await read([bytesOf(text)])).toEqual(expected)
  })

  test.each([
    ['Uint8Array', new Uint8Array(2)],
    ['Buffer', Buffer.alloc(2)],
  ])('of a source that reads into the same %s again', async (_, buffer) => {
    const text = bytesOf('one\ntwo\nthree')
    const source = (function* () {
      for (let at = 0; at < text.length; at += buffer.length) {
        buffer.set(text.subarray(at, at + buffer.length))
        yield buffer.subarray(0, Math.min(buffer.length, text.length - at))
      }
    })()
    expect(await read(source)).toEqual(['one', 'two', 'three'])
  })

  test('that are too long are an error in their place, and the next one still comes', async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(0x61)
    const source = (function* () {
      yield bytesOf('before\n')
      for (let length = 0; length <= 2 * MAX_LINE_BYTES; length += chunk.length) yield chunk
      yield bytesOf('\nafter\n')
    })()
    expect(await read(source)).toEqual(['before', 'line-too-long', 'after'])
  })

  test.each([
    [0, (line: Line) => typeof line === 'string' && line.length === MAX_LINE_BYTES],
    [1, (line: Line) => textOrCode(line) === 'line-too-long'],
  ])('%d bytes beyond the limit', async (excess, isRight) => {
    const [line, next] = await collect(
      linesOf([Buffer.alloc(MAX_LINE_BYTES + excess, 'a'), bytesOf('\nafter')]),
    )
    expect(isRight(line)).toBe(true)
    expect(next).toBe('after')
  })

  test.each([['a text'], [5], [null], [[0x61]]])(
    'chunks that are no bytes are a TypeError: %j',
    async (chunk) => {
      await expect(collect(linesOf([chunk] as never))).rejects.toThrow(TypeError)
    },
  )
})

describe('what cannot be read', () => {
  const bad = [[0xff], '\n'] as const

  test('is a failure among the prefills, with its number', async () => {
    const line = '{"custom_id":"a","messages":[{"role":"user","content":"Hi"}]}\n'
    const outcomes = await collect(prefillLines(encoding, linesOf([bytesOf('\n', line, ...bad, line)])))
    expect(outcomes).toMatchObject([
      { lineNumber: 2, record: { customId: 'a' } },
      { lineNumber: 3, error: { code: 'invalid-utf8' } },
      { lineNumber: 4, record: { customId: 'a' } },
    ])
  })

  test('is a failure among the completions, with its number', async () => {
    const line = '{"custom_id":"a","token_ids":[200005,17196,200008,12194,200002]}\n'
    const outcomes = await collect(completionLines(encoding, linesOf([bytesOf(line, ...bad, line)])))
    expect(outcomes).toMatchObject([
      { lineNumber: 1, record: { customId: 'a' } },
      { lineNumber: 2, error: { code: 'invalid-utf8' } },
      { lineNumber: 3, record: { customId: 'a' } },
    ])
  })

  const open = '{"a":'.repeat(20_000)
  const close = '}'.repeat(20_000)
  const deep = `${open}1${close}`

  test.each([
    [
      'a schema',
      `{"messages":[],"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":${deep}}}}`,
      'invalid-request',
    ],
    [
      'parameters',
      `{"messages":[],"tools":[{"type":"function","function":{"name":"f","parameters":${deep}}}]}`,
      'invalid-request',
    ],
    ['sampling parameters', `{"messages":[],"logit_bias":${deep}}`, 'invalid-request'],
    ['a content', `{"messages":[{"role":"user","content":${deep}}]}`, 'invalid-request'],
    [
      'a conversation',
      `{"messages":[{"role":"user","channel":null,"content":${deep}}]}`,
      'invalid-conversation',
    ],
    ['a custom_id', `{"custom_id":${deep},"messages":[]}`, 'invalid-line'],
    ['a line', deep, 'invalid-line'],
  ])('%s that is nested 20,000 deep is a failure, and the next line still comes', async (_, line, code) => {
    const outcomes = await collect(prefillLines(encoding, [line, '{"messages":[]}']))
    expect(outcomes).toMatchObject([
      { lineNumber: 1, error: { code } },
      { lineNumber: 2, record: {} },
    ])
  })

  test.each([
    ['outputs', `${'{"outputs":['.repeat(20_000)}${']}'.repeat(20_000)}`],
    ['an answer', `{"outputs":[${deep}]}`],
    ['tokens', `{"token_ids":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
    ['tool_names', `{"token_ids":[],"prompt_token_ids":[],"tool_names":${deep}}`],
  ])('%s nested 20,000 deep are a failure, and the next line still comes', async (_, line) => {
    const outcomes = await collect(completionLines(encoding, [line, '{"token_ids":[]}']))
    expect(outcomes).toMatchObject([
      { lineNumber: 1, error: { code: 'invalid-line' } },
      { lineNumber: 2, record: {} },
    ])
  })
})

test('lines of a stream that cannot be iterated, which is cancelled when no more are wanted', async () => {
  let isCancelled = false
  const chunks = [bytesOf('one\ntw'), bytesOf('o\nthree\n')]
  const stream: ByteStream = {
    getReader: () => ({
      async read() {
        const value = chunks.shift()
        return { done: value === undefined, value }
      },
      async cancel() {
        isCancelled = true
      },
      releaseLock() {},
    }),
  }
  const lines: unknown[] = []
  for await (const line of linesOf(stream)) {
    lines.push(line)
    if (lines.length === 2) break
  }
  expect(lines).toEqual(['one', 'two'])
  expect(isCancelled).toBe(true)
})
