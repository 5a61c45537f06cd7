import { SPECIAL_TOKENS } from 'gpt-oss-harmony'
import { type AnswerFormat, createGrammar } from 'gpt-oss-harmony/grammar'
import { describe, expect, test } from 'vitest'
import { CASES, SPECIAL_TOKENS_IN_STRINGS, tokensOf, turnsOf } from './turns.js'
import { type Judge, loadXgrammar } from './web-xgrammar.js'

const ESCAPES = '<|channel|>final<|message|>{"a":"\\u00f4\\n\\/"}'

const xgrammar = await loadXgrammar([
  ...new Set([
    ...Array.from({ length: 2000 }, (_, token) => token),
    ...Object.keys(CASES).flatMap((name) => turnsOf(name).flatMap(({ tokens }) => tokens)),
    ...tokensOf(ESCAPES).tokens,
    ...Object.values(SPECIAL_TOKENS),
  ]),
])

async function expectVerdicts(judge: Judge, name: string) {
  for (const { text, tokens, verdict } of turnsOf(name))
    expect({ text, verdict: await judge(tokens) }).toEqual({ text, verdict })
}

describe('xgrammar admits right turns to the end and refuses others at the first wrong token', () => {
  const known = Object.keys(CASES).filter((name) => name !== SPECIAL_TOKENS_IN_STRINGS)
  test.each(known)('structural tag with markers as text: %s', async (name) => {
    const { options } = CASES[name]
    const tag = createGrammar({ ...options, markers: 'text' }).toStructuralTag()
    await expectVerdicts(await xgrammar.structuralTag(tag), name)
  })

  test.each(Object.keys(CASES))('GBNF: %s', async (name) => {
    await expectVerdicts(await xgrammar.ebnf(createGrammar(CASES[name].options).toGbnf()), name)
  })

  test('GBNF: strings may hold any escape of JSON', async () => {
    const judge = await xgrammar.ebnf(createGrammar({ format: { type: 'json_object' } }).toGbnf())
    expect(await judge(tokensOf(ESCAPES).tokens)).toBe('end')
  })
})

// By hand, after llama.cpp's grammars/README.md: `<[ID]>` is the token with this id.
test('GBNF names special tokens by id where markers are tokens', () => {
  const ids = createGrammar({ markers: 'tokens' }).toGbnf().split('\n')
  const texts = createGrammar().toGbnf().split('\n')
  expect(ids[0]).toBe(
    'root ::= (<[200005]> "analysis" <[200008]> text <[200007]> <[200006]> "assistant")* <[200005]> "final" <[200008]> text',
  )
  expect(texts[0]).toBe(
    'root ::= ("<|channel|>" "analysis" "<|message|>" text "<|end|>" "<|start|>" "assistant")* "<|channel|>" "final" "<|message|>" text',
  )
  expect(ids.slice(1)).toEqual(texts.slice(1))
})

test.each([
  [{ $ref: '#' }],
  [{ $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }],
  [{ $ref: 'https://elsewhere.test/schema.json' }],
  [{ $ref: '#/%' }],
  [{ enum: [] }],
  [{ anyOf: [] }],
  [true],
])('GBNF: %j admits any value', async (schema) => {
  const judge = await xgrammar.ebnf(createGrammar({ format: { type: 'json_schema', schema } }).toGbnf())
  expect(await judge(tokensOf('<|channel|>final<|message|>{"a":[1]}').tokens)).toBe('end')
})

describe('what cannot be a grammar is refused', () => {
  const tools = { namespaces: [{ name: 'functions', tools: [{ name: 'f', description: '' }] }] }

  test('a call that is required without tools', () => {
    expect(() => createGrammar({ toolChoice: 'required' })).toThrow(TypeError)
    expect(() => createGrammar({ tools, toolChoice: [] })).toThrow(TypeError)
  })

  test('a tool that is unknown', () => {
    expect(() => createGrammar({ tools, toolChoice: ['functions.f', 'functions.g'] })).toThrow(/functions\.g/)
  })

  test("a format that says nothing of its schema, as Chat's own `response_format`, or that nobody knows", () => {
    const chat = { type: 'json_schema', json_schema: { name: 'x', schema: {} } } as unknown as AnswerFormat
    expect(() => createGrammar({ format: chat })).toThrow('format.schema')
    expect(() => createGrammar({ format: { type: 'xml' } as unknown as AnswerFormat })).toThrow('format.type')
  })
})
