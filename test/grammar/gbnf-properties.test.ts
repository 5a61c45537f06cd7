import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { loadHarmonyEncoding, SPECIAL_TOKENS } from 'gpt-oss-harmony'
import { createGrammar } from 'gpt-oss-harmony/grammar'
import { expect, test } from 'vitest'
import { loadXgrammar } from './web-xgrammar.js'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Schema = { [keyword: string]: unknown }

/** A schema with a value that fits it, keys in the schema's order. */
interface Pair {
  readonly schema: Schema
  readonly value: Json
}

// No letter from U+0080 to U+00FF: in a literal, this xgrammar takes it for a byte.
const text = fc.string({
  unit: fc.constantFrom('a', 'Z', ' ', '"', '\\', '/', '<', '|', '\n', '東', '🌡'),
  maxLength: 5,
})
const anyJson = fc.oneof(text, fc.integer(), fc.array(text), fc.dictionary(text, fc.array(fc.boolean())))
const scalar: fc.Arbitrary<Pair> = fc.oneof(
  text.map((value) => ({ schema: { type: 'string' }, value })),
  // No 1e+21, which is an integer to ajv and has an exponent.
  fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => ({ schema: { type: 'number' }, value })),
  fc.integer().map((value) => ({ schema: { type: 'integer' }, value })),
  fc.boolean().map((value) => ({ schema: { type: 'boolean' }, value })),
  fc.constant({ schema: { type: 'null' }, value: null }),
  fc
    .tuple(text, fc.integer())
    .map(([one, other]) => ({ schema: { enum: [one, other, null] }, value: other })),
  text.map((value) => ({ schema: { const: [value] }, value: [value] })),
  text.map((value) => ({ schema: { type: ['integer', 'string'] }, value })),
  anyJson.map((value) => ({ schema: {}, value: value })),
)

const { pair } = fc.letrec<{ pair: Pair; object: Pair; array: Pair; union: Pair }>((tie) => ({
  pair: fc.oneof({ depthSize: 'small' }, scalar, tie('object'), tie('array'), tie('union')),
  array: fc.tuple(tie('pair'), fc.nat(3)).map(([{ schema, value }, length]) => ({
    schema: { type: 'array', items: schema },
    value: Array<Json>(length).fill(value),
  })),
  union: fc.tuple(tie('pair'), tie('pair'), fc.boolean()).map(([one, other, first]) => ({
    schema: { anyOf: [one.schema, other.schema] },
    value: first ? one.value : other.value,
  })),
  object: fc
    .array(fc.record({ pair: tie('pair'), isRequired: fc.boolean(), isThere: fc.boolean() }), {
      maxLength: 4,
    })
    .map((entries) => {
      const named = entries.map((entry, i) => ({ ...entry, name: `k${i}` }))
      return {
        schema: {
          type: 'object',
          properties: Object.fromEntries(named.map(({ name, pair: { schema } }) => [name, schema])),
          required: named.filter(({ isRequired }) => isRequired).map(({ name }) => name),
          additionalProperties: false,
        },
        value: Object.fromEntries(
          named
            .filter(({ isRequired, isThere }) => isRequired || isThere)
            .map(({ name, pair: { value } }) => [name, value]),
        ),
      }
    }),
}))

/** A value with one thing changed: often one that does not fit any more. */
function changed(value: Json, by: Json): Json {
  if (Array.isArray(value))
    return value.length === 0 ? by : [...value.slice(0, -1), changed(value.at(-1)!, by)]
  if (typeof value !== 'object' || value === null) return by
  const keys = Object.keys(value)
  if (keys.length === 0) return { extra: by }
  const { [keys[0]]: first, ...rest } = value
  return by === null ? rest : { ...value, [keys[0]]: changed(first, by) }
}

const encoding = loadHarmonyEncoding('HarmonyGptOss')
// One token a byte: what is tested is the grammar of the text.
const byteTokens = new Map(
  Array.from({ length: 256 }, (_, token) => [encoding.decodeBytes([token])[0], token] as const),
)
const header = encoding.encode('<|channel|>final<|message|>', { allowedSpecial: 'all' })
const xgrammar = await loadXgrammar([
  ...new Set([...byteTokens.values(), ...header, SPECIAL_TOKENS.RETURN, SPECIAL_TOKENS.CALL]),
])

test('GBNF admits what fits a schema, by ajv, and nothing else', async () => {
  const ajv = new Ajv2020({ strict: false })
  const verdicts = { fits: 0, fitsNot: 0 }
  await fc.assert(
    fc.asyncProperty(pair, scalar, fc.constantFrom(0, 2), async ({ schema, value }, other, indent) => {
      const judge = await xgrammar.ebnf(createGrammar({ format: { type: 'json_schema', schema } }).toGbnf())
      const fits = ajv.compile(schema)
      for (const candidate of [value, changed(value, other.value), changed(value, null)]) {
        const bytes = new TextEncoder().encode(JSON.stringify(candidate, null, indent))
        const tokens = [...header, ...Array.from(bytes, (byte) => byteTokens.get(byte)!)]
        const isAdmitted = (await judge(tokens)) === 'end'
        expect({ candidate, isAdmitted }).toEqual({ candidate, isAdmitted: fits(candidate) })
        verdicts[isAdmitted ? 'fits' : 'fitsNot']++
      }
    }),
    { numRuns: 100 },
  )
  // Both happen often, or the test would say little.
  expect(Math.min(verdicts.fits, verdicts.fitsNot)).toBeGreaterThan(30)
})
