// The checks of openai/gpt-oss's compatibility-test (commit 3a3044a, runCase.ts: what passes), over the shapes of its six
// tools with five calls each; the calls are ours. Each runs through the Agents SDK's runner, its two models of OpenAI's
// APIs, and both majors of the OpenAI SDK.
import {
  Agent,
  OpenAIChatCompletionsModel,
  OpenAIResponsesModel,
  Runner,
  type FunctionTool,
  tool,
} from '@openai/agents'
import { Ajv } from 'ajv'
import OpenAI from 'openai'
import OpenAI6 from 'openai6'
import { describe, expect, test } from 'vitest'
import { fetchOf, gatewayOver } from './gateways.js'

const text = { type: 'string' } as const
const texts = { type: 'array', items: text } as const

/** A tool that is not strict, as those of the compatibility test, and five texts of arguments as models write them. */
interface Shape {
  readonly properties: Readonly<Record<string, unknown>>
  readonly required: readonly string[]
  readonly calls: readonly string[]
}

const SHAPES: Readonly<Record<string, Shape>> = {
  get_system_health: { properties: {}, required: [], calls: ['{}', '{ }', '', '{\n}', ' {} '] },
  get_weather: {
    properties: { location: text, unit: { type: 'string', enum: ['c', 'f'] } },
    required: ['location'],
    calls: [
      '{"location":"Rome"}',
      '{"location": "São Paulo", "unit": "c"}',
      '{"unit":"f","location":"New York, NY"}',
      '{\n  "location": "東京"\n}',
      '{"location":"O\\u2019Fallon \\"MO\\""}',
    ],
  },
  markdown_to_html: {
    properties: { markdown: text },
    required: ['markdown'],
    calls: [
      '{"markdown":"# Title"}',
      '{"markdown":"* one\\n* two\\n"}',
      '{"markdown":"**bold** _and_ `code` <b>"}',
      '{"markdown":"[link](https://a.test/?q=1&r=\\u003c)"}',
      '{"markdown":""}',
    ],
  },
  detect_language: {
    properties: { text },
    required: ['text'],
    calls: [
      '{"text":"Guten Tag"}',
      '{"text":"¿Dónde está?"}',
      '{"text":"Привет, мир 👋🏽"}',
      '{"text":"हिन्दी"}',
      '{"text":"\\ud83d\\ude00"}',
    ],
  },
  generate_chart: {
    properties: {
      data: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
      title: text,
      x_label: text,
      y_label: text,
    },
    required: ['data'],
    calls: [
      '{"data":[[1,2],[3,4]]}',
      '{"data": [[0.5, -1e3]], "title": "Two"}',
      '{"data":[],"x_label":"t","y_label":"v"}',
      '{"data":[[2020,10],[2021,20],[2022,30]],"title":"Sales"}',
      '{"title":"A","data":[[1],[2.0],[30000000000]]}',
    ],
  },
  query_database: {
    properties: {
      table: text,
      columns: texts,
      filters: text,
      limit: { type: 'integer', minimum: 1 },
      order_by: text,
    },
    required: ['table', 'columns'],
    calls: [
      '{"table":"users","columns":["id"]}',
      '{"table":"users","columns":["id","email"],"filters":"status = \'active\'","limit":10}',
      '{"table":"orders","columns":[],"order_by":"created_at DESC"}',
      '{"columns":["a"],"table":"T"}',
      '{"table":"products","columns":["*"],"filters":"price > 5 AND name LIKE \\"%x%\\""}',
    ],
  },
}

const CASES = Object.entries(SHAPES).flatMap(([name, { calls }]) =>
  calls.map((args, index) => ({ name, index, args })),
)

/** Five ways in which a model writes a turn with a call, all of them seen from gpt-oss. */
const TURNS = [
  (name: string, args: string) =>
    `<|channel|>analysis<|message|>I need ${name}.<|end|><|start|>assistant<|channel|>commentary to=functions.${name} <|constrain|>json<|message|>${args}<|call|>`,
  (name: string, args: string) =>
    `<|channel|>analysis<|message|>Use it.<|end|><|start|>assistant to=functions.${name}<|channel|>commentary <|constrain|>json<|message|>${args}<|call|>`,
  (name: string, args: string) =>
    `<|channel|>analysis<|message|>A call.<|end|><|start|>assistant<|channel|>commentary<|message|>One moment.<|end|><|start|>assistant<|channel|>commentary to=functions.${name} <|constrain|>json<|message|>${args}<|call|>`,
  (name: string, args: string) =>
    `<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.${name} json<|message|>${args}<|call|>`,
  (name: string, args: string) =>
    `<|channel|>analysis<|message|>Now.<|end|><|start|>assistant<|channel|>analysis to=functions.${name} code<|message|>${args}<|call|>`,
]
const ANSWER = '<|channel|>final<|message|>Done.<|return|>'

const ajv = new Ajv()

/** What the runner is given, what came of it, and the events of a stream. */
async function run(
  api: 'chat' | 'responses',
  Client: typeof OpenAI,
  name: string,
  turn: string,
  stream: boolean,
) {
  const { properties, required } = SHAPES[name]
  const called: unknown[] = []
  const agent = new Agent({
    name,
    tools: [
      tool({
        name,
        description: `The tool ${name}.`,
        strict: false,
        parameters: {
          type: 'object',
          properties: properties as Record<string, never>,
          required: [...required],
          additionalProperties: true,
        },
        execute: (input) => {
          called.push(input)
          return 'ok'
        },
      }),
    ],
  })
  const client = new Client({
    apiKey: 'none',
    baseURL: 'http://gpt-oss.test/v1',
    maxRetries: 0,
    fetch: fetchOf(gatewayOver([turn, ANSWER])),
  })
  const model =
    api === 'chat'
      ? new OpenAIChatCompletionsModel(client, 'gpt-oss-20b')
      : new OpenAIResponsesModel(client, 'gpt-oss-20b')
  const runner = new Runner({ model, tracingDisabled: true })
  const events: RawEvent[] = []
  if (!stream) return { agent, called, events, result: await runner.run(agent, 'Go on.') }
  const result = await runner.run(agent, 'Go on.', { stream: true })
  for await (const event of result)
    if (event.type === 'raw_model_stream_event' && event.data.type === 'model')
      events.push(event.data.event as RawEvent)
  await result.completed
  return { agent, called, events, result }
}

interface RawEvent {
  readonly type?: string
  readonly response?: RawAnswer
  readonly choices?: readonly { readonly delta: { readonly reasoning?: unknown } }[]
}

interface RawAnswer {
  readonly choices?: readonly [{ readonly message: { readonly reasoning?: unknown } }]
  readonly output?: readonly { readonly type: string; readonly content?: readonly unknown[] }[]
}

describe.each([
  ['openai 7', OpenAI],
  ['openai 6', OpenAI6 as unknown as typeof OpenAI],
])('%s', (_, Client) => {
  describe.each(['chat', 'responses'] as const)('%s', (api) => {
    describe.each([
      ['whole', false],
      ['streaming', true],
    ])('%s', (_, stream) => {
      test.each(CASES)('$name $index', async ({ name, index, args }) => {
        const { agent, called, events, result } = await run(
          api,
          Client,
          name,
          TURNS[index](name, args),
          stream,
        )

        const calls = result.newItems.flatMap(({ rawItem }) =>
          rawItem?.type === 'function_call' ? [rawItem] : [],
        )
        expect(calls.map((call) => call.name)).toEqual([name])
        const given: unknown = JSON.parse(calls[0].arguments)
        expect(ajv.validate((agent.tools[0] as FunctionTool).parameters, given)).toBe(true)
        expect(given).toEqual(args.trim() === '' ? {} : JSON.parse(args))
        expect(called).toEqual([given])
        expect(result.finalOutput).toBe('Done.')

        const answers = result.rawResponses.map(({ providerData }) => providerData as RawAnswer | undefined)
        if (api === 'responses') {
          // The SDK keeps the output of a streamed answer for the raw event alone.
          const first = stream
            ? events.find(({ type }) => type === 'response.completed')?.response
            : answers[0]
          const reasoning = first?.output?.find(({ type }) => type === 'reasoning')
          expect(reasoning?.content).toEqual([
            { type: 'reasoning_text', text: expect.stringMatching(/./) as unknown },
          ])
        } else if (!stream) expect(answers[0]?.choices?.[0].message.reasoning).toMatch(/./)

        if (!stream) return
        if (api === 'responses')
          expect(events.map(({ type }) => type)).toEqual(
            expect.arrayContaining(['response.reasoning_text.delta', 'response.reasoning_text.done']),
          )
        else {
          // The runner asks for usage, whose chunk has no choices.
          const deltas = events.map(({ choices }) => choices?.[0]?.delta.reasoning)
          expect(deltas.some((delta) => typeof delta === 'string' && delta !== '')).toBe(true)
        }
      })
    })
  })
})
