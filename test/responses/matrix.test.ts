import OpenAI7 from 'openai'
import OpenAI6 from 'openai6'
import { describe, expect, test } from 'vitest'
import type { FromResponsesRequestOptions, ResponsesRequest } from '../../src/responses/index.js'
import { ANSWER, REASONING, NEXT, WEATHER, WEATHER_CALL } from './answer.js'
import { fakeServer, OUTPUT } from './fake-server.js'

interface Column {
  readonly body: ResponsesRequest
  readonly options?: FromResponsesRequestOptions
  readonly completions: readonly string[]
  /** The items of the response, apart from its reasoning. */
  readonly output: readonly object[]
  readonly text: string
}

const HELLO = {
  type: 'message',
  phase: 'final_answer',
  content: [{ type: 'output_text', text: 'Hello, world!' }],
}
const answer = REASONING + NEXT + ANSWER

/** The columns of vLLM's table of what it supports for gpt-oss. */
const COLUMNS: Readonly<Record<string, Column>> = {
  'basic text': { body: {}, completions: [answer], output: [HELLO], text: 'Hello, world!' },
  'structured output': {
    body: {
      text: {
        format: {
          type: 'json_schema',
          name: 'reply',
          schema: { type: 'object', properties: { ok: { type: 'boolean' } } },
        },
      },
    },
    completions: [`${REASONING}${NEXT}<|channel|>final <|constrain|>json<|message|>{"ok": true}<|return|>`],
    output: [{ type: 'message', content: [{ text: '{"ok": true}' }] }],
    text: '{"ok": true}',
  },
  'built-in tools': {
    body: { tools: [{ type: 'web_search' }, { type: 'code_interpreter', container: { type: 'auto' } }] },
    completions: [
      `${REASONING}${NEXT}<|channel|>analysis to=browser.search code<|message|>{"query": "rain"}<|call|>`,
      '<|channel|>analysis to=python code<|message|>print(1)<|call|>',
      answer,
    ],
    output: [
      { type: 'web_search_call', action: { type: 'search', query: 'rain' }, status: 'completed' },
      { type: 'code_interpreter_call', code: 'print(1)', outputs: [{ type: 'logs', logs: OUTPUT }] },
      HELLO,
    ],
    text: 'Hello, world!',
  },
  'MCP tools': {
    body: {
      tools: [
        { type: 'mcp', server_label: 'wiki', server_url: 'https://mcp.example', require_approval: 'never' },
      ],
    },
    options: { mcpServers: { wiki: { tools: [{ name: 'ask', input_schema: { type: 'object' } }] } } },
    completions: [
      `${REASONING}${NEXT}<|channel|>commentary to=wiki.ask <|constrain|>json<|message|>{"q": 1}<|call|>`,
      answer,
    ],
    output: [
      { type: 'mcp_list_tools', server_label: 'wiki', tools: [{ name: 'ask' }] },
      { type: 'mcp_call', name: 'ask', arguments: '{"q": 1}', output: OUTPUT, error: null },
      HELLO,
    ],
    text: 'Hello, world!',
  },
  'function calling': {
    body: { tools: [WEATHER] },
    completions: [REASONING + NEXT + WEATHER_CALL],
    output: [
      { type: 'function_call', name: 'get_weather', arguments: '{"city": "Tōkyō"}', status: 'completed' },
    ],
    text: '',
  },
}

describe.each([
  ['openai 7', OpenAI7],
  ['openai 6', OpenAI6 as unknown as typeof OpenAI7],
])('%s', (_, OpenAI) => {
  describe.each(Object.entries(COLUMNS))('%s', (_, { body, options, completions, output, text }) => {
    const server = () => fakeServer(completions, { previousItems: () => undefined, ...options })
    const clientOf = (fetch: typeof globalThis.fetch) =>
      new OpenAI({ apiKey: 'none', baseURL: 'http://gpt-oss.test/v1', maxRetries: 0, fetch })
    const request = {
      model: 'gpt-oss-20b',
      input: 'Hi',
      ...body,
    } as OpenAI7.Responses.ResponseCreateParamsNonStreaming
    const check = (response: OpenAI7.Responses.Response) => {
      expect(response.status).toBe('completed')
      expect(response.output.filter(({ type }) => type !== 'reasoning')).toMatchObject(output)
      expect(response.output_text).toBe(text)
      expect(response.usage?.output_tokens_details.reasoning_tokens).toBeGreaterThan(0)
    }

    test('Responses', async () => {
      check(await clientOf(server().fetch).responses.create(request))
    })

    test('Responses in the background', async () => {
      const client = clientOf(server().fetch)
      const { id, status } = await client.responses.create({ ...request, background: true })
      expect(status).toBe('queued')
      check(await client.responses.retrieve(id))
    })

    test('Responses, streamed', async () => {
      const client = clientOf(server().fetch)
      check(
        await client.responses
          .stream(request as Parameters<typeof client.responses.stream>[0])
          .finalResponse(),
      )
    })
  })
})
