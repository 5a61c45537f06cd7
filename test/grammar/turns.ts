import { browserTool, loadHarmonyEncoding, pythonTool } from 'gpt-oss-harmony'
import type { GrammarOptions } from 'gpt-oss-harmony/grammar'

/** A grammar, with turns that it admits and turns that it refuses at the first token of their second part. */
export interface GrammarCase {
  readonly options: GrammarOptions
  readonly admitted: readonly string[]
  readonly refused: readonly (readonly [string, string])[]
}

const WEATHER = {
  name: 'get_weather',
  description: 'Gets the weather of a city.',
  parameters: {
    type: 'object',
    properties: {
      city: { type: 'string' },
      unit: { type: 'string', enum: ['celsius', 'kelvin'] },
      days: { type: 'integer' },
    },
    required: ['city'],
  },
}

const TOOLS = {
  namespaces: [
    { name: 'functions', tools: [WEATHER, { name: 'get_time', description: '' }] },
    {
      name: 'docs',
      tools: [
        {
          name: 'search',
          description: '',
          parameters: {
            type: 'object',
            properties: { terms: { type: 'array', items: { $ref: '#/$defs/term' } } },
            required: ['terms'],
            $defs: {
              term: {
                anyOf: [
                  { type: 'string' },
                  { type: 'object', properties: { not: { $ref: '#/$defs/term' } }, required: ['not'] },
                ],
              },
            },
          },
        },
      ],
    },
  ],
}

const ANSWER = {
  type: 'json_schema',
  name: 'answer',
  schema: {
    type: 'object',
    properties: { celsius: { type: ['number', 'null'] }, sky: { enum: ['clear', 'rain'] } },
    required: ['celsius', 'sky'],
    additionalProperties: false,
  },
} as const

const THOUGHT =
  '<|channel|>analysis<|message|>Weather in 東京? a < b, <| is no marker, nor <|5|>.\n\n<|end|><|start|>assistant'
const PREAMBLE = '<|channel|>commentary<|message|>I will look it up.<|end|><|start|>assistant'
const CALL = '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Rome"}'

/** xgrammar 0.1 admits them. */
export const SPECIAL_TOKENS_IN_STRINGS = 'special tokens within strings'

export const CASES: Readonly<Record<string, GrammarCase>> = {
  'a call or an answer': {
    options: { tools: TOOLS },
    admitted: [
      CALL,
      `${THOUGHT}${THOUGHT}${PREAMBLE}${CALL}`,
      '<|channel|>commentary to=functions.get_weather json<|message|>{"city":"Rome","unit":"kelvin","days":3}',
      '<|channel|>commentary to=functions.get_weather json<|message|>{\n  "city": "Rome",\n  "days": -3\n}',
      ' to=functions.get_weather<|channel|>commentary <|constrain|>json<|message|>{"city":"R\\"o\\\\m"}',
      ' to=functions.get_weather<|channel|>commentary json<|message|>{"city":""}',
      '<|channel|>commentary to=functions.get_time <|constrain|>json<|message|>{}',
      '<|channel|>commentary to=docs.search <|constrain|>json<|message|>{"terms":["a",{"not":{"not":"b"}}]}',
      '<|channel|>final<|message|>Warm, < 30 °C.',
      '<|channel|>final<|message|>',
      `${THOUGHT}<|channel|>final<|message|>{"any": text}`,
    ],
    refused: [
      ['<|channel|>commentary to=functions.get_', 'forecast json<|message|>{}'],
      ['<|channel|>commentary to=', 'python<|message|>'],
      ['<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"', 'town":"Rome"}'],
      ['<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city":', '5}'],
      ['<|channel|>commentary to=functions.get_weather json<|message|>{"city":"Rome","unit":"', 'f"}'],
      ['<|channel|>commentary to=functions.get_weather json<|message|>{"city":"Rome","days":3', '.5}'],
      ['<|channel|>commentary to=functions.get_weather json<|message|>{"', 'days":3}'],
      ['<|channel|>commentary to=docs.search json<|message|>{"terms":["a",', '3]}'],
      ['<|channel|>analysis<|message|>Hm', '<|channel|>final<|message|>'],
      ['<|channel|>analysis<|message|>Hm', '<|message|>'],
      ['<|channel|>final<|message|>Warm', '<|end|>'],
      ['<|channel|>', 'other<|message|>'],
      ['', 'Hello'],
      ['', '<|start|>assistant'],
      ['<|channel|>analysis', ' to=functions.get_weather json<|message|>{"city":"Rome"}'],
    ],
  },
  'a call that is required': {
    options: { tools: TOOLS, toolChoice: 'required' },
    admitted: [CALL, `${THOUGHT}${PREAMBLE}${CALL}`],
    refused: [
      ['<|channel|>', 'final<|message|>Warm.'],
      [`${THOUGHT}<|channel|>`, 'final<|message|>Warm.'],
    ],
  },
  'a call to one tool': {
    options: { tools: TOOLS, toolChoice: ['functions.get_weather'] },
    admitted: [CALL, `${THOUGHT}${CALL}`],
    refused: [
      ['<|channel|>commentary to=functions.get_', 'time json<|message|>{}'],
      ['<|channel|>', 'final<|message|>Warm.'],
    ],
  },
  'an answer alone': {
    options: { tools: TOOLS, toolChoice: 'none' },
    admitted: [`${THOUGHT}<|channel|>final<|message|>Warm.`],
    refused: [
      ['<|channel|>', 'commentary to=functions.get_weather json<|message|>{"city":"Rome"}'],
      ['', ' to=functions.get_weather<|channel|>commentary json<|message|>{"city":"Rome"}'],
    ],
  },
  'an answer in JSON': {
    options: { format: ANSWER },
    admitted: [
      '<|channel|>final<|message|>{"celsius": 21.5e0, "sky": "clear"}',
      '<|channel|>final <|constrain|>json<|message|>{"celsius":null,"sky":"rain"}',
      `${THOUGHT}<|channel|>final json<|message|>{"celsius":-1,"sky":"rain"}`,
    ],
    refused: [
      ['<|channel|>final<|message|>', 'Warm.'],
      ['<|channel|>final<|message|>{"', 'sky":"rain"}'],
      ['<|channel|>final<|message|>{"celsius":1', '}'],
      ['<|channel|>final<|message|>{"celsius":1,"sky":"rain"', ',"wind":2}'],
      ['<|channel|>final<|message|>{"celsius":1,"sky":"rain"}', ' Warm.'],
    ],
  },
  'a call or an answer in JSON': {
    options: { tools: TOOLS, format: ANSWER },
    admitted: [CALL, `${THOUGHT}<|channel|>final<|message|>{"celsius":1,"sky":"rain"}`],
    refused: [['<|channel|>final<|message|>', 'Warm.']],
  },
  [SPECIAL_TOKENS_IN_STRINGS]: {
    options: {
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          properties: { city: { type: 'string' } },
          additionalProperties: { type: 'string' },
        },
      },
    },
    admitted: ['<|channel|>final<|message|>{"city":"a <b> <| c <||> <|5\\n<"}'],
    refused: [
      ['<|channel|>final<|message|>{"city":"Rome', '<|end|>'],
      ['<|channel|>final<|message|>{"city":"Rome', '<|start|>'],
      ['<|channel|>final<|message|>{"city":"Rome","sky', '<|end|>'],
      ['<|channel|>final<|message|>{"city":"Rome","sky":"', '<|channel|>'],
    ],
  },
  'any object': {
    options: { format: { type: 'json_object' } },
    admitted: ['<|channel|>final<|message|>{"a":[1,true,null,{"b":"c"}]}', '<|channel|>final<|message|>{}'],
    refused: [['<|channel|>final<|message|>', '[1]']],
  },
  'built-in tools': {
    options: { tools: { builtins: [browserTool(), pythonTool()] }, toolChoice: 'required' },
    admitted: [
      '<|channel|>analysis to=browser.search code<|message|>{"query":"x","topn":5}',
      '<|channel|>commentary to=browser.open <|constrain|>json<|message|>{"cursor":1,"loc":20}',
      '<|channel|>analysis to=python code<|message|>print("<3")\n',
      ' to=python<|channel|>analysis<|message|>1 + 1',
    ],
    refused: [
      ['<|channel|>analysis to=browser.', 'close code<|message|>{}'],
      ['<|channel|>analysis to=python code<|message|>1', '<|end|>'],
    ],
  },
  'one header order': {
    options: { tools: TOOLS, toolChoice: 'required', headerOrders: ['recipient-first'] },
    admitted: [' to=functions.get_weather<|channel|>commentary json<|message|>{"city":"Rome"}'],
    refused: [['<|channel|>commentary', ' to=functions.get_weather json<|message|>{"city":"Rome"}']],
  },
}

/** A turn and what a grammar is to say of it. */
export interface JudgedTurn {
  readonly text: string
  readonly tokens: readonly number[]
  /** The index of the first wrong token, or `end` if there is none. */
  readonly verdict: number | 'end'
}

export function turnsOf(name: string): readonly JudgedTurn[] {
  const { admitted, refused } = CASES[name]
  return [
    ...admitted.map((text) => ({ text, tokens: tokensOf(text).tokens, verdict: 'end' as const })),
    ...refused.map(([before, wrong]) => {
      const { tokens, index } = tokensOf(before + wrong, before.length)
      return { text: `${before}↯${wrong}`, tokens, verdict: index }
    }),
  ]
}

/** A turn's tokens, and the index of the token that holds the character at `offset`. */
export function tokensOf(text: string, offset = text.length): { tokens: number[]; index: number } {
  const encoding = loadHarmonyEncoding('HarmonyGptOss')
  const tokens = encoding.encode(text, { allowedSpecial: 'all' })
  let index = 0
  while (index < tokens.length && encoding.decode(tokens.slice(0, index + 1)).length <= offset) index++
  return { tokens, index }
}
