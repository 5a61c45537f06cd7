import { Tiktoken } from 'js-tiktoken/lite'
import o200k_base from 'js-tiktoken/ranks/o200k_base'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromJsTiktoken, HarmonyError, loadHarmonyEncoding, SPECIAL_TOKENS } from 'gpt-oss-harmony'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const encodedText = [27, 91, 419, 91, 29] // `<|end|>` as text, from the official library

describe('encode', () => {
  test('refuses the text of special tokens unless told otherwise', () => {
    expect(() => encoding.encode('a <|end|>')).toThrow(
      expect.objectContaining({ code: 'disallowed-special-token', evidence: '<|end|>' }) as Error,
    )
    expect(encoding.encode('<|end|>', { disallowedSpecial: [] })).toEqual(encodedText)
    expect(encoding.encode('<|end|>', { allowedSpecial: ['<|end|>'] })).toEqual([SPECIAL_TOKENS.END])
    expect(encoding.encode('<|end|><|end|>', { allowedSpecial: 'all' })).toEqual([
      SPECIAL_TOKENS.END,
      SPECIAL_TOKENS.END,
    ])
    expect(encoding.encode('<|reserved_200013|>', { allowedSpecial: 'all' })).toEqual([200013])
  })

  test('refuses whatever text it is told to', () => {
    expect(() => encoding.encode('plain text', { disallowedSpecial: ['text'] })).toThrow(HarmonyError)
  })

  test.each([
    '<|reserved_200002|>',
    '<|reserved_201089|>',
    '<|end',
    '<|END|>',
    '<|<|end|',
    '|end|>',
    '<|reserved_2e5|>',
    '<||>',
  ])('takes %s for text', (text) => {
    expect(encoding.encode(text)).toEqual(encoding.encode(text, { disallowedSpecial: [] }))
  })

  test('looks at beginnings of markers once each', () => {
    const start = performance.now()
    encoding.encode(`${'<|'.repeat(100_000)}|>`)
    expect(performance.now() - start).toBeLessThan(2_000)
  })

  test('finds a marker behind the beginning of another', () => {
    expect(encoding.encode('<|<|end|>', { allowedSpecial: 'all' }).at(-1)).toBe(SPECIAL_TOKENS.END)
  })
})

describe('decode', () => {
  test('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const tokens = encoding.encode(text, { disallowedSpecial: [] })
        const whole = Buffer.from(text).toString()
        expect(encoding.decode(tokens)).toBe(whole)
        expect(encoding.decodeUtf8(tokens)).toBe(whole)
      }),
      { numRuns: 3_000 },
    )
  })

  test('keeps a byte order mark', () => {
    expect(encoding.decode(encoding.encode('\uFEFFa'))).toBe('\uFEFFa')
  })

  test('marks invalid UTF-8, or refuses it', () => {
    expect(encoding.decode([9552, 9552])).toBe(' \uFFFD \uFFFD')
    expect(() => encoding.decodeUtf8([9552])).toThrow(
      expect.objectContaining({ code: 'invalid-utf8' }) as Error,
    )
  })

  test.each([[-1], [0.5], [NaN], [201_089], ['1'], [null], [10n]])('names what is no token: %s', (bad) => {
    for (const read of [
      () => encoding.decode([1, bad as number]),
      () => encoding.decodeBytes([1, bad as number]),
      () => encoding.decodeUtf8([1, bad as number]),
    ]) {
      expect(read).toThrow(
        expect.objectContaining({ constructor: HarmonyError, code: 'invalid-token', tokenIndex: 1 }) as Error,
      )
    }
  })

  test('takes typed arrays', () => {
    expect(encoding.decode(Uint32Array.of(13225, 2375))).toBe('Hello world')
  })
})

test('an encoder of js-tiktoken can stand in for the tokenizer', () => {
  const other = loadHarmonyEncoding('HarmonyGptOss', { tokenizer: fromJsTiktoken(new Tiktoken(o200k_base)) })
  const conversation = { messages: [{ role: 'user', content: "Don't stop: 中文 😀 \uD800" }] } as const
  const tokens = encoding.renderConversation(conversation)
  expect(other.renderConversation(conversation)).toEqual(tokens)
  expect(other.parseMessagesFromCompletionTokens(tokens)).toEqual(
    encoding.parseMessagesFromCompletionTokens(tokens),
  )
  expect(() => fromJsTiktoken({})).toThrow(TypeError)
})
