import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { COMPACT_JSON } from '../../src/json/json-node.js'
import {
  asWritten,
  type JsonObject,
  type JsonValue,
  nodeOf,
  parseJson,
  readJsonText,
  valueOf,
  writeJson,
  writtenKeys,
  writtenText,
} from '../../src/json/index.js'
import { LLAMA_CPP_JSON, PYTHON_JSON } from '../../src/dialects/json-spelling.js'
import { jsonText } from '../../src/render/json-text.js'

const numbers = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.stringMatching(/^(?:0|[1-9]\d{0,20})$/),
    fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,20}$/), fc.constantFrom('.0', '.50', '.00')),
    fc.oneof(fc.constant(''), fc.constant(''), fc.stringMatching(/^[eE][+-]?\d{1,2}$/)),
  )
  .map((parts) => parts.join(''))

/** JSON text with numbers and keys that plain values do not keep. */
const texts = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    numbers,
    fc.string().map((text) => JSON.stringify(text)),
    fc.constantFrom('true', 'null', '[]', '{}'),
    fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
    fc
      .uniqueArray(
        fc.tuple(fc.constantFrom('a', '10', '2', '01', '__proto__', 'default', 'x"\\'), tie('json')),
        {
          selector: ([key]) => key,
          maxLength: 4,
        },
      )
      .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)} :${value}`).join(',\n')}}`),
  ),
})).json

describe('parseJson', () => {
  test('returns what JSON.parse returns', () => {
    fc.assert(
      fc.property(texts, (json) => {
        for (const key of ['arguments', 'default'])
          expect(parseJson(`{"${key}":{"a":${json}}}`)).toStrictEqual(JSON.parse(`{"${key}":{"a":${json}}}`))
      }),
    )
  })

  test.each(['arguments', 'default', 'schema', 'input_schema'])('remembers how %s is written', (key) => {
    fc.assert(
      fc.property(texts, fc.constantFrom('', ' ', '\n'), (json, space) => {
        const inner = `{"a":${json}${space}}`
        const read = parseJson(`{"${key}":${space}${inner}}`) as Readonly<Record<string, JsonValue>>
        const written = readJsonText(inner)!
        for (const spelling of [PYTHON_JSON, LLAMA_CPP_JSON])
          expect(writeJson(nodeOf(read[key]), spelling)).toBe(writeJson(written, spelling))
        expect(jsonText(nodeOf(read[key]))).toBe(jsonText(written))
      }),
      { numRuns: 1000 },
    )
  })

  test('remembers each default that would print otherwise', () => {
    fc.assert(
      fc.property(numbers, fc.constantFrom('', ' ', '\n'), (digits, space) => {
        const read = parseJson(`{"default":${space}${digits}${space}}`) as JsonValue
        expect(jsonText(nodeOf(read))).toBe(jsonText(new Map([['default', { digits }]])))
      }),
      { numRuns: 2000, examples: ['-0', '9007199254740993', '1e2', '1.0'].map((digits) => [digits, '']) },
    )
  })

  test('keeps the order of keys that look like indexes', () => {
    const { properties } = parseJson('{"properties":{"b":{},"10":{},"2":{}}}') as { properties: JsonObject }
    expect(writtenKeys(properties)).toEqual(['b', '10', '2'])
  })

  test('throws as JSON.parse for what is no JSON', () => {
    expect(() => parseJson('{"default":1.0')).toThrow(SyntaxError)
  })

  test('forgets the digits of a number that another one replaces, and keys that are gone or new', () => {
    const value = parseJson('{"default":{"b":1.0,"10":2.0,"2":3}}') as { default: Record<string, number> }
    value.default['b'] = 5
    delete value.default['10']
    value.default['1'] = 1
    expect(writtenText(value.default)).toBe('{"b":5,"2":3,"1":1}')
  })
})

test('a copy is written as its originals where its members are theirs', () => {
  const read = parseJson('[{"default":1.0,"a":2.0},{"default":3.0}]') as readonly [JsonObject, JsonObject]
  expect(writtenText(asWritten({ ...read[0], ...read[1] }, ...read))).toBe('{"default":3.0,"a":2.0}')
  expect(writtenText(asWritten({ ...read[0], default: 5 }, read[0]))).toBe('{"default":5,"a":2.0}')
})

test.each([
  '{"b":1,"a":2,"9":3,"1":4}',
  '[1.0,-0,1e2,12345678901234567890,"1.0"]',
  '{"__proto__":{"a":1.0}}',
])('text comes out as it was written: %s', (text) => {
  expect(writeJson(readJsonText(text)!, COMPACT_JSON)).toBe(text)
  expect(writtenText(valueOf(readJsonText(text)!))).toBe(text)
})

test('plain values and nodes are the same JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const plain = JSON.parse(JSON.stringify(value)) as typeof value
      expect(valueOf(nodeOf(plain as never))).toEqual(plain)
    }),
  )
})
