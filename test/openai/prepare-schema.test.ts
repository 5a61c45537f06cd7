import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadHarmonyEncoding } from '../../src/encoding.js'
import type { JsonValue } from '../../src/json/index.js'
import { developerMessage } from '../../src/message/index.js'
import { prepareSchema } from '../../src/openai/index.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

/** The type of one property `a`, as the model reads it. */
function typeOf(schema: JsonValue, extra: Record<string, JsonValue> = {}): string {
  const parameters = prepareSchema({ type: 'object', properties: { a: schema }, required: ['a'], ...extra })
  const message = developerMessage({ tools: [{ name: 'f', description: '', parameters }] })
  return /\{\n(a:.*)\n\}\) => any/s.exec(encoding.decode(encoding.render(message)))?.[1] ?? 'none'
}

describe('a prepared schema', () => {
  const point = { type: 'object', properties: { x: { type: 'number' } }, required: ['x'] }
  const colour = { type: 'string', enum: ['red', 'blue'] }

  test.each<[string, JsonValue, string]>([
    [
      "pydantic's Optional",
      { anyOf: [{ type: 'string' }, { type: 'null' }], default: null, title: 'A' },
      'a: string | null,',
    ],
    ['an optional enum', { anyOf: [colour, { type: 'null' }] }, 'a: "red" | "blue" | null,'],
    ['an optional object', { anyOf: [point, { type: 'null' }] }, 'a: {\nx: number,\n    } | null,'],
    ['a union of simple types', { anyOf: [{ type: 'string' }, { type: 'integer' }] }, 'a: string | number,'],
    ['a const', { const: 'celsius' }, 'a: "celsius",'],
    ['a const of null', { const: null }, 'a: null,'],
    ['an enum without type', { enum: ['a', 'b'] }, 'a: "a" | "b",'],
    ['an enum with null', { enum: ['a', null] }, 'a: "a" | null,'],
    ['a discriminated union', { oneOf: [{ const: 'x' }, { const: 'y' }] }, 'a:\n | "x"\n | "y"\n,'],
    ['a list of types over an enum', { type: ['string', 'null'], enum: ['a', null] }, 'a: "a" | null,'],
    ['an untyped object', { properties: { x: { type: 'number' } } }, 'a: {\nx?: number,\n    },'],
    ['an untyped list', { items: { type: 'string' } }, 'a: string[],'],
    ['a list of a union', { type: 'array', items: { anyOf: [{ type: 'string' }] } }, 'a: string[],'],
    [
      'allOf',
      { allOf: [{ type: 'object', properties: { x: { type: 'number' } } }, { required: ['x'] }] },
      'a: {\nx: number,\n    },',
    ],
    [
      'anyOf that only says what is required',
      { ...point, anyOf: [{ required: ['x'] }] },
      'a: {\nx: number,\n    },',
    ],
    [
      'a property that is called title',
      { type: 'object', properties: { title: { type: 'string' } } },
      'a: {\ntitle?: string,\n    },',
    ],
    ['nothing', {}, 'a: any,'],
    ['true', true, 'a: any,'],
  ])('says %s', (_, schema, text) => {
    expect(typeOf(schema).replace(/^ +(?=[\w|])/gm, (space) => (space === ' ' ? ' ' : ''))).toBe(text)
  })

  test('puts local references in place, with what stands beside them', () => {
    const $defs = { P: { ...point, description: 'P.' }, 'a/b': colour }
    expect(prepareSchema({ $ref: '#/$defs/P', $defs })).toEqual({ ...point, description: 'P.' })
    expect(prepareSchema({ $ref: '#/$defs/P', description: 'Mine.', $defs })).toEqual({
      ...point,
      description: 'Mine.',
    })
    expect(typeOf({ $ref: '#/$defs/a~1b' }, { $defs })).toBe('a: "red" | "blue",')
    expect(typeOf({ allOf: [{ $ref: '#/$defs/a~1b' }] }, { $defs })).toBe('a: "red" | "blue",')
    for (const ref of ['#/$defs/none', 'https://example.com/x.json', '#/%', '#/$defs/toString'])
      expect(typeOf({ $ref: ref }, { $defs })).toBe('a: any,')
  })

  test('cuts recursion, and references that would fill the memory', () => {
    const tree = { type: 'object', properties: { left: { $ref: '#/$defs/T' } } }
    expect(prepareSchema({ $ref: '#/$defs/T', $defs: { T: tree } })).toEqual({
      type: 'object',
      properties: { left: {} },
    })
    // Each level refers twice to the next: 2⁴⁰ schemas.
    const $defs: Record<string, JsonValue> = { L40: { type: 'string' } }
    for (let i = 0; i < 40; i++) {
      const next = { $ref: `#/$defs/L${i + 1}` }
      $defs[`L${i}`] = { type: 'object', properties: { a: next, b: next } }
    }
    expect(JSON.stringify(prepareSchema({ $ref: '#/$defs/L0', $defs })).length).toBeLessThan(2_000_000)
  })

  test('leaves a list of types alone that holds anything but names', () => {
    expect(prepareSchema({ type: [[null]] })).toEqual({ type: [[null]] })
  })

  test('is a schema that renders, whatever the schema was, and preparing it again changes nothing', () => {
    const word = fc.constantFrom('string', 'object', 'null', 'a', '#', '#/$defs/a')
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        word,
        fc.constant(null),
        fc.integer(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            'type',
            'anyOf',
            'oneOf',
            'allOf',
            'enum',
            'const',
            '$ref',
            '$defs',
            'properties',
            'items',
            'a',
          ),
          tie('value'),
          { maxKeys: 4 },
        ),
      ),
    }))
    fc.assert(
      fc.property(value, (schema) => {
        const prepared = prepareSchema(schema)
        typeOf(schema)
        expect(prepareSchema(prepared)).toEqual(prepared)
      }),
      { numRuns: 300 },
    )
  })
})
