import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LLAMA_CPP_JSON, PYTHON_JSON } from '../../src/dialects/json-spelling.js'
import { nodeOf, parseKeeping, readJsonText, valueOf, writeJson, WrittenJson } from '../../src/json/index.js'

const numbers = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.stringMatching(/^(?:0|[1-9]\d{0,20})$/),
    fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,20}$/), fc.constantFrom('.0', '.50', '.00')),
    fc.oneof(fc.constant(''), fc.constant(''), fc.stringMatching(/^[eE][+-]?\d{1,2}$/)),
  )
  .map((parts) => parts.join(''))

describe('parseKeeping', () => {
  test('gives what JSON.parse gives, but for the kept', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const text = `{"kept":{"9":1,"a":${json}},"other":${json}}`
        const parsed = parseKeeping(text, ['kept']) as { kept: WrittenJson; other: unknown }
        expect(parsed.kept).toBeInstanceOf(WrittenJson)
        expect(parsed.kept.toJSON()).toEqual({ '9': 1, a: JSON.parse(json) as unknown })
        expect(parsed.other).toEqual(JSON.parse(json))
      }),
    )
  })

  test('keeps each number that would print otherwise', () => {
    fc.assert(
      fc.property(numbers, fc.constantFrom('', ' ', '\n'), (digits, space) => {
        const { kept } = parseKeeping(`{"kept":{"a":${digits}${space}}}`, ['kept']) as { kept: object }
        const node = kept instanceof WrittenJson ? kept.node : nodeOf(kept as { a: number })
        const written = new Map([['a', { digits }]])
        for (const spelling of [PYTHON_JSON, LLAMA_CPP_JSON])
          expect(writeJson(node, spelling)).toBe(writeJson(written, spelling))
      }),
      { numRuns: 2000, examples: ['-0', '9007199254740993', '1e2', '1.0'].map((digits) => [digits, '']) },
    )
  })

  test('keeps strings under those keys strings', () => {
    expect(parseKeeping('{"kept":"{\\"1\\":1.0}"}', ['kept'])).toEqual({ kept: '{"1":1.0}' })
  })

  test('throws as JSON.parse for what is no JSON', () => {
    expect(() => parseKeeping('{"kept":{"a":1.0}', ['kept'])).toThrow(SyntaxError)
  })
})

test.each([
  '{"b":1,"a":2,"9":3,"1":4}',
  '[1.0,-0,1e2,12345678901234567890,"1.0"]',
  '{"__proto__":{"a":1.0}}',
])('text comes out as it was written: %s', (text) => {
  expect(new WrittenJson(readJsonText(text)!).text).toBe(text)
})

test('plain values and nodes are the same JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const plain = JSON.parse(JSON.stringify(value)) as typeof value
      expect(valueOf(nodeOf(plain as never))).toEqual(plain)
    }),
  )
})
