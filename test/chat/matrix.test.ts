import OpenAI7 from 'openai'
import OpenAI6 from 'openai6'
import { describe, expect, test } from 'vitest'
import {
  type ChatAnswer,
  type ChatAnswerChunk,
  type ChatRequest,
  createChatStream,
  fromChatRequest,
  type FromChatRequestOptions,
  renderChatRequest,
} from '../../src/chat/index.js'
import { parseTokens } from '../../src/parse/index.js'
import { createToolSet, type ToolSet } from '../../src/tools/index.js'
import { createTranscript } from '../../src/transcript/index.js'
import { toolCallsOf } from '../../src/turn/index.js'
import { encoding, joined, joinedWhole, sampled } from './answers.js'

// The Chat half of the matrix in vLLM's guide: basic text, structured output, built-in tools, MCP tools and function calling, whole and
// streamed. Each cell goes from a client's request over token ids to the client's reader. The server is a loop as small as one can be.

interface Hosted {
  readonly options?: FromChatRequestOptions
  readonly tools?: ToolSet
}

/** A scripted engine's completions, with the calls to hosted tools run in between. */
async function answered(body: ChatRequest, script: readonly string[], { options, tools }: Hosted) {
  const request = fromChatRequest(body, options)
  const transcript = createTranscript(encoding, request.conversation)
  const stream = createChatStream(encoding, { request })
  expect(transcript.prefill().tokens).toEqual(renderChatRequest(encoding, request))
  const prefills: string[] = []
  const chunks: ChatAnswerChunk[] = stream.start()
  for (const [generation, text] of script.entries()) {
    const prefill = [...transcript.prefill().tokens]
    prefills.push(encoding.decode(prefill))
    const tokens = sampled(text)
    for (const token of tokens) chunks.push(...stream.push(token))
    if (generation === script.length - 1) {
      chunks.push(...stream.end({ promptTokens: prefill.length }))
      break
    }
    chunks.push(...stream.endGeneration({ promptTokens: prefill.length }))
    transcript.commit(tokens)
    for (const call of toolCallsOf(parseTokens(encoding, tokens).messages))
      transcript.append(tools!.message(call, await tools!.run(call)))
  }
  return { chunks, completion: stream.completion, prefills }
}

const THINK = '<|channel|>analysis<|message|>Think.<|end|><|start|>assistant'
const final = (text: string) => `${THINK}<|channel|>final<|message|>${text}<|return|>`
const messages = [{ role: 'user' as const, content: 'Go.' }]
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const schema = {
  type: 'object',
  properties: { n: { type: 'number' } },
  required: ['n'],
  additionalProperties: false,
}

const tickets = createToolSet([
  {
    name: 'tickets',
    tools: [{ name: 'list', description: 'Lists tickets.', execute: () => ({ open: 3 }) }],
  },
])
const python = createToolSet([{ name: 'python', tools: [], execute: () => '4', describedIn: 'system' }])

interface Cell {
  readonly body: object
  readonly script: readonly string[]
  readonly hosted?: Hosted
  readonly message: object
  readonly finish: string
  /** What stands in the prefills, in order. */
  readonly prompts: readonly string[]
}

const CELLS: Readonly<Record<string, Cell>> = {
  'basic text': {
    body: {},
    script: [final('Hello.')],
    message: { content: 'Hello.', reasoning: 'Think.' },
    finish: 'stop',
    prompts: ['<|start|>user<|message|>Go.<|end|>'],
  },
  'structured output': {
    body: { response_format: { type: 'json_schema', json_schema: { name: 'count', strict: true, schema } } },
    script: [final('{"n": 3}')],
    message: { content: '{"n": 3}' },
    finish: 'stop',
    prompts: ['# Response Formats\n\n## count\n\n{"type":"object"'],
  },
  'built-in tools': {
    body: { chat_template_kwargs: { builtin_tools: ['python'] } },
    script: [`${THINK}<|channel|>analysis to=python code<|message|>print(2 + 2)<|call|>`, final('It is 4.')],
    hosted: { tools: python },
    message: { content: 'It is 4.', reasoning: 'Think.\nThink.' },
    finish: 'stop',
    prompts: ['## python', '<|start|>python to=assistant<|channel|>analysis<|message|>4<|end|>'],
  },
  'MCP tools': {
    body: {},
    script: [
      `${THINK}<|channel|>commentary to=tickets.list <|constrain|>json<|message|>{}<|call|>`,
      final('3 are open.'),
    ],
    hosted: { tools: tickets, options: { namespaces: tickets.namespaces } },
    message: { content: '3 are open.' },
    finish: 'stop',
    prompts: [
      'namespace tickets {',
      '<|start|>tickets.list to=assistant<|channel|>commentary<|message|>{"open":3}<|end|>',
    ],
  },
  'function calling': {
    body: { tools: [{ type: 'function', function: { name: 'get-weather', parameters } }] },
    script: [
      `${THINK}<|channel|>commentary<|message|>One moment.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Rome"}<|call|>`,
    ],
    message: {
      content: 'One moment.',
      tool_calls: [{ type: 'function', function: { name: 'get-weather', arguments: '{"city": "Rome"}' } }],
    },
    finish: 'tool_calls',
    prompts: ['type get_weather = (_: {\ncity: string,\n}) => any;'],
  },
}

describe.each(Object.entries(CELLS))('%s', (_, { body, script, hosted = {}, message, finish, prompts }) => {
  const request = { model: 'gpt-oss', messages, ...body }

  test('whole', async () => {
    const { completion, prefills } = await answered(request, script, hosted)
    expect(completion.choices[0]).toMatchObject({ message, finish_reason: finish })
    prompts.forEach((text, i) => expect(prefills[i]).toContain(text))
    expect(completion.usage!.completion_tokens).toBe(sampled(script.join('')).length)
    // A later prefill extends what came before it, token for token.
    for (const [i, prefill] of prefills.slice(1).entries())
      expect(prefill.startsWith(prefills[i] + script[i])).toBe(true)
  })

  test('streamed', async () => {
    const { chunks, completion } = await answered(request, script, hosted)
    expect(joined(chunks)).toEqual(joinedWhole(completion))
  })

  test.each([
    ['openai 7', OpenAI7],
    ['openai 6', OpenAI6 as unknown as typeof OpenAI7],
  ])('read by %s, whole and streamed', async (_, OpenAI) => {
    const serve: typeof fetch = async (_url, init) => {
      const sent = JSON.parse(init?.body as string) as ChatRequest
      const { chunks, completion } = await answered(sent, script, hosted)
      if (!fromChatRequest(sent).answer.isStream) return Response.json(completion)
      const data = [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]']
      return new Response(data.map((line) => `data: ${line}\n\n`).join(''), {
        headers: { 'content-type': 'text/event-stream' },
      })
    }
    const client = new OpenAI({ apiKey: 'none', baseURL: 'http://localhost/v1', maxRetries: 0, fetch: serve })
    const whole = (await client.chat.completions.create(request as never)) as ChatAnswer
    expect(whole.choices[0]).toMatchObject({ message, finish_reason: finish })
    const read = await client.chat.completions.stream(request as never).finalChatCompletion()
    // The SDK keeps only the last piece of the reasoning, which its types do not know.
    const visible = Object.entries(message).filter(([key]) => key !== 'reasoning')
    expect(read.choices[0]).toMatchObject({ message: Object.fromEntries(visible), finish_reason: finish })
  })
})
