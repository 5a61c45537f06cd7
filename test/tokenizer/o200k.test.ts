import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { get_encoding } from 'tiktoken'
import { describe, expect, test } from 'vitest'
import { createO200kHarmony, o200kHarmony } from '../../src/tokenizer/o200k.js'
import { CONTEXTS, SCRIPTS } from './texts.js'

// The oracle is npm `tiktoken`, OpenAI's own Rust code as WebAssembly. It is quadratic in
// long runs of one class: its inputs are short.
const oracle = get_encoding('o200k_base')
const tokenizer = o200kHarmony()
// What runs where WebAssembly may, and what runs elsewhere: both have to pass everything.
const wasm = createO200kHarmony('wasm')
const javaScript = createO200kHarmony('javascript')

function encode(text: string): number[] {
  const tokens = wasm.encode(text)
  expectTokens(text, javaScript.encode(text), tokens)
  return tokens
}

function expectSame(text: string): void {
  const wanted = oracle.encode(text, [], [])
  expectTokens(text, wasm.encode(text), wanted)
  expectTokens(text, javaScript.encode(text), wanted)
}

/** A comparison by hand: a million calls of expect() take minutes. */
function expectTokens(text: string, tokens: ArrayLike<number>, wanted: ArrayLike<number>): void {
  let isSame = tokens.length === wanted.length
  for (let index = 0; isSame && index < wanted.length; index++) isSame = tokens[index] === wanted[index]
  if (!isSame) expect({ text, tokens: Array.from(tokens) }).toEqual({ text, tokens: Array.from(wanted) })
}

const ascii = fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code))
const unit = fc.oneof(
  { weight: 4, arbitrary: ascii },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ..." \n\r\t'sStTrReEvVmMlLdD/09._",
      '\u0085',
      '\uFEFF',
      '\u017F',
      '\u00A0',
      '\u2028',
      '\u3000',
      '\u0301',
      'ǅ',
      'ʰ',
      'ª',
      'é',
      'É',
      '中',
      '٣',
      '½',
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '<|end|>',
      '<|start|>',
      '<|endoftext|>',
      '  ',
      "don't",
      'Hello',
      ' world',
      '1234',
    ),
  },
)

describe('agrees with tiktoken', () => {
  test('on 100,000 random strings', () => {
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 14 }), (units) => expectSame(units.join(''))),
      { numRuns: 100_000 },
    )
  })

  test('on every assigned code point in every context', () => {
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      const character = String.fromCodePoint(codePoint)
      // Unassigned to this engine: a few of each kind will do.
      if (codePoint % 251 !== 0 && /[\p{Cn}\p{Co}\p{Cs}]/u.test(character)) continue
      for (const context of CONTEXTS) expectSame(context(character))
    }
  }, 120_000)

  test.each(Object.entries(SCRIPTS))('on %s', (_, text) => {
    expectSame(text)
    // Every beginning and every end, so that each character stands next to each end of text.
    for (let at = 0; at < text.length; at++) {
      expectSame(text.slice(0, at))
      expectSame(text.slice(at))
    }
  })

  test.each([
    'typescript/README.md',
    'zod/README.md',
    'commander/lib/command.js',
    'typescript/package.json',
    'prettier/README.md',
  ])('on %s', (file) => {
    const text = readFileSync(new URL(`../../node_modules/${file}`, import.meta.url), 'utf8')
    for (let start = 0; start < text.length; start += 5_000) expectSame(text.slice(start, start + 5_000))
  })

  // Text is encoded in segments of 16,384 characters, cut where pieces are sure to meet.
  test('on texts longer than a segment', () => {
    const units = [
      ...Object.values(SCRIPTS).flatMap((text) => text.split(' ')),
      ' ',
      '\n',
      '  ',
      "'s",
      'x',
      '1',
      '12345',
      '\u0301',
      '--',
      '😀',
      '\uD800',
    ]
    fc.assert(
      fc.property(
        fc.integer({ min: 16_200, max: 34_000 }),
        fc.infiniteStream(fc.constantFrom(...units)),
        (length, stream) => {
          let text = ''
          for (const unit of stream) {
            text += unit
            if (text.length >= length) break
          }
          expectSame(text)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('on a segment that ends within a piece', () => {
    for (const filler of ['x', ' ', '1', '中', '\n', '!', "'"]) {
      // 5,461 times three characters are one less than a segment. Longer runs of one
      // class than 40 are too much for the oracle.
      for (const count of [5_446, 5_448, 5_454, 5_460, 5_461, 5_462]) {
        const text = `${'ab '.repeat(count)}${filler.repeat(40)}`
        for (const behind of ['', "'s", ' x', '\n\n a', '\u0301', 'ſ']) expectSame(text + behind)
      }
    }
  })

  test('on pieces of zero bytes, which look like what pads short pieces', () => {
    for (const text of [
      '\0',
      '\0\0',
      ' ',
      ' \0',
      ' \0\0',
      '!',
      '!\0',
      '\0!',
      'a',
      'a\0',
      '\0a',
      ' \0a',
      '!!!!!!!\0',
      '!!!!!!!',
      '\0'.repeat(9),
    ]) {
      expectSame(text)
      expectSame(`${text} ${text}`)
    }
  })

  test('on pieces longer than what is cached or merged in a row', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('abcdefghijklmnopqrstuvwxyz', 'ab', '中文字', 'абв', '!?-', ' ', '\n', 'กข'),
        fc.integer({ min: 20, max: 400 }),
        fc.nat(),
        (alphabet, length, seed) => {
          let state = seed
          const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0)
          expectSame(Array.from({ length }, () => alphabet[next() % alphabet.length]).join(''))
        },
      ),
      { numRuns: 300 },
    )
  })
})

// Derived by hand from tiktoken's pattern and vocabulary: 3251 is U+FFFD.
test('takes lone surrogates as U+FFFD', () => {
  expect(encode('\uD800')).toEqual([3251])
  expect(encode('\uDC00')).toEqual(encode('\uFFFD'))
})

describe.each([
  ['WebAssembly', wasm],
  ['JavaScript', javaScript],
])('in %s', (_, tokenizer) => {
  // Longer than a segment of 16,384 characters, and shorter.
  const texts = ['', 'Hello', 'Hello world, 中文! '.repeat(40), 'Hello world, 中文! '.repeat(4000)]

  test('adds to what is there', () => {
    for (const text of texts) {
      const tokens = [1, 2]
      expect(tokenizer.encodeInto(text, tokens)).toBe(tokens.length - 2)
      expectTokens(text, tokens, [1, 2, ...tokenizer.encode(text)])
    }
  })

  test('fills typed arrays', () => {
    for (const text of texts) {
      const wanted = tokenizer.encode(text)
      for (const into of [new Int32Array(wanted.length + 1), new Uint32Array(wanted.length + 1)]) {
        expect(tokenizer.encodeInto(text, into)).toBe(wanted.length)
        expectTokens(text, into, [...wanted, 0])
      }
      if (text !== '')
        expect(() => tokenizer.encodeInto(text, new Int32Array(wanted.length - 1))).toThrow(RangeError)
    }
  })

  test('counts', () => {
    for (const text of texts) expect(tokenizer.count(text)).toBe(tokenizer.encode(text).length)
  })

  test('takes strings alone', () => {
    expect(() => tokenizer.encodeInto(5 as never, [])).toThrow(TypeError)
    expect(() => tokenizer.encode(null as never)).toThrow(TypeError)
    expect(() => tokenizer.count(undefined as never)).toThrow(TypeError)
  })

  test('encodes as before after a giant piece', () => {
    expect(tokenizer.count('中'.repeat(900_000))).toBeGreaterThan(100_000)
    for (const text of texts) expectTokens(text, tokenizer.encode(text), encode(text))
  })
})

// The same text costs the same a character at any length; a quadratic merge would take
// minutes here.
test.each([
  ['one letter', 'a'],
  ['spaces', ' '],
  ['newlines', '\n'],
  ['中', '中'],
  ['space and newline', ' \n'],
  ['digits', '7'],
  ['an accent', '\u0301'],
  ['a symbol', '!'],
])('encodes 400,000 characters of %s in linear time', (_, unit) => {
  const text = unit.repeat(400_000 / unit.length)
  const start = performance.now()
  const tokens = encode(text)
  expect(performance.now() - start).toBeLessThan(2_000)
  expect(
    new TextDecoder().decode(Uint8Array.from(tokens.flatMap((token) => [...tokenizer.tokenBytes(token)!]))),
  ).toBe(text)
})

describe('tokens', () => {
  test('have the bytes that tiktoken gives them', () => {
    for (let token = 0; token < 199_998; token += 7) {
      if (Buffer.compare(tokenizer.tokenBytes(token)!, oracle.decode_single_token_bytes(token)) !== 0)
        expect(token).toBe('the same')
    }
  })

  test('have a text where their bytes are whole characters', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    for (let token = 0; token < 199_998; token += 11) {
      let text: string | undefined
      try {
        text = decoder.decode(tokenizer.tokenBytes(token))
      } catch {
        text = undefined
      }
      if (tokenizer.tokenText(token) !== text)
        expect([token, tokenizer.tokenText(token)]).toEqual([token, text])
    }
  })

  test.each([-1, 0.5, NaN, 199_998, 2 ** 40])('%s is none', (token) => {
    expect(tokenizer.tokenBytes(token)).toBeUndefined()
    expect(tokenizer.tokenText(token)).toBeUndefined()
  })
})
