import OpenAI7 from 'openai'
import OpenAI6 from 'openai6'
import { describe, expect, test } from 'vitest'
import type { Gateway } from '../../src/gateway/index.js'
import { fetchOf, gatewayOver, hostedTools } from './gateways.js'

// The matrix of vLLM's guide to gpt-oss, all 25 cells, each with both majors of OpenAI's SDK: from a request over
// prefill and sampled token ids to what the SDK reads. The engine replays completions.

const THINK = '<|channel|>analysis<|message|>Think.<|end|><|start|>assistant'
const answer = (text: string) => `${THINK}<|channel|>final<|message|>${text}<|return|>`
const CALL = `${THINK}<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city":"Rome"}<|call|>`
const SEARCH = `${THINK}<|channel|>analysis to=browser.search code<|message|>{"query":"Rome"}<|call|>`
const OPEN = '<|channel|>analysis to=browser.open code<|message|>{"id":0}<|call|>'
const TICKETS = `${THINK}<|channel|>commentary to=tickets.list <|constrain|>json<|message|>{"state":"open"}<|call|>`
const CITED = 'It has 21 degrees【1†L0-L1】.'

const schema = {
  type: 'object',
  properties: { celsius: { type: 'number' } },
  required: ['celsius'],
  additionalProperties: false,
}
const weather = {
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
}

interface Column {
  readonly script: readonly string[]
  readonly chat: object
  readonly responses: object
  readonly checkChat: (message: ChatMessage, finishReason: string | null | undefined) => void
  readonly checkResponse: (output: readonly Item[], outputText: string) => void
}
type ChatMessage = OpenAI7.ChatCompletionMessage & { reasoning?: string }
type Item = OpenAI7.Responses.ResponseOutputItem

const typesOf = (output: readonly Item[]) => output.map(({ type }) => type)

const columns: Record<string, Column> = {
  'basic text': {
    script: [answer('Hello!')],
    chat: {},
    responses: {},
    checkChat(message, finishReason) {
      expect(message.content).toBe('Hello!')
      expect(finishReason).toBe('stop')
    },
    checkResponse(output, outputText) {
      expect(typesOf(output)).toEqual(['reasoning', 'message'])
      expect(outputText).toBe('Hello!')
    },
  },
  'structured output': {
    script: [answer('{"celsius":21}')],
    chat: {
      response_format: { type: 'json_schema', json_schema: { name: 'weather', schema, strict: true } },
    },
    responses: { text: { format: { type: 'json_schema', name: 'weather', schema, strict: true } } },
    checkChat(message) {
      expect(JSON.parse(message.content ?? '')).toEqual({ celsius: 21 })
    },
    checkResponse(_output, outputText) {
      expect(JSON.parse(outputText)).toEqual({ celsius: 21 })
    },
  },
  'built-in tools': {
    script: [SEARCH, OPEN, answer(CITED)],
    chat: {},
    responses: { tools: [{ type: 'web_search' }] },
    checkChat(message, finishReason) {
      expect(message.content).toContain('21 degrees')
      expect(message.tool_calls).toBeUndefined()
      expect(finishReason).toBe('stop')
    },
    checkResponse(output) {
      expect(typesOf(output)).toEqual([
        'reasoning',
        'web_search_call',
        'web_search_call',
        'reasoning',
        'message',
      ])
      const message = output.at(-1) as OpenAI7.Responses.ResponseOutputMessage
      const [part] = message.content as OpenAI7.Responses.ResponseOutputText[]
      expect(part.annotations).toMatchObject([
        { type: 'url_citation', url: 'https://rome.test/', title: 'Rome' },
      ])
    },
  },
  'MCP tools': {
    script: [TICKETS, answer('Three.')],
    chat: {},
    responses: { tools: [{ type: 'mcp', server_label: 'tickets', require_approval: 'never' }] },
    checkChat(message, finishReason) {
      expect(message.content).toBe('Three.')
      expect(message.tool_calls).toBeUndefined()
      expect(finishReason).toBe('stop')
    },
    checkResponse(output) {
      expect(typesOf(output)).toEqual(['mcp_list_tools', 'reasoning', 'mcp_call', 'reasoning', 'message'])
      expect(output[2]).toMatchObject({
        server_label: 'tickets',
        name: 'list',
        arguments: '{"state":"open"}',
        output: '3 tickets are open',
      })
    },
  },
  'function calling': {
    script: [CALL],
    chat: { tools: [{ type: 'function', function: weather }] },
    responses: { tools: [{ type: 'function', ...weather }] },
    checkChat(message, finishReason) {
      expect(message.tool_calls).toMatchObject([
        { type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } },
      ])
      expect(finishReason).toBe('tool_calls')
    },
    checkResponse(output) {
      expect(typesOf(output)).toEqual(['reasoning', 'function_call'])
      expect(output[1]).toMatchObject({ name: 'get_weather', arguments: '{"city":"Rome"}' })
    },
  },
}

const sdks = [
  ['openai 7', OpenAI7],
  ['openai 6', OpenAI6 as unknown as typeof OpenAI7],
] as const

const model = 'gpt-oss-20b'
const messages = [{ role: 'user' as const, content: 'What is the weather in Rome?' }]
const input = messages[0].content

describe.each(sdks)('%s', (_sdk, OpenAI) => {
  const clientOf = (gateway: Gateway) =>
    new OpenAI({ baseURL: 'http://gateway.test/v1', apiKey: 'none', fetch: fetchOf(gateway), maxRetries: 0 })

  describe.each(Object.entries(columns))('%s', (_column, column) => {
    const client = async () => clientOf(gatewayOver(column.script, { tools: await hostedTools() }))

    test('Chat', async () => {
      const { choices, usage } = await (
        await client()
      ).chat.completions.create({ model, messages, ...column.chat })
      column.checkChat(choices[0].message, choices[0].finish_reason)
      expect(choices[0].message).toMatchObject({ reasoning: expect.stringContaining('Think.') as string })
      expect(usage!.completion_tokens).toBeGreaterThan(usage!.completion_tokens_details!.reasoning_tokens!)
    })

    test('Chat streaming', async () => {
      const stream = (await client()).chat.completions.stream({
        model,
        messages,
        stream_options: { include_usage: true },
        ...column.chat,
      })
      const { choices, usage } = await stream.finalChatCompletion()
      column.checkChat(choices[0].message, choices[0].finish_reason)
      expect(usage!.prompt_tokens).toBeGreaterThan(0)
    })

    test('Responses', async () => {
      const response = await (await client()).responses.create({ model, input, ...column.responses })
      expect(response.status).toBe('completed')
      column.checkResponse(response.output, response.output_text)
      expect(response.usage!.output_tokens_details.reasoning_tokens).toBeGreaterThan(0)
    })

    test('Responses streaming', async () => {
      const stream = (await client()).responses.stream({ model, input, ...column.responses })
      const numbers: number[] = []
      const items: Item[] = []
      for await (const event of stream) {
        numbers.push(event.sequence_number)
        if (event.type === 'response.output_item.done') items.push(event.item)
      }
      const response = await stream.finalResponse()
      expect(numbers).toEqual(numbers.map((_, index) => index))
      expect(response.status).toBe('completed')
      column.checkResponse(response.output, response.output_text)
      expect(typesOf(items)).toEqual(typesOf(response.output))
    })

    test('Responses background', async () => {
      const { responses } = await client()
      const { id, status } = await responses.create({ model, input, background: true, ...column.responses })
      expect(status).toBe('queued')
      await expect.poll(async () => (await responses.retrieve(id)).status).toBe('completed')
      const response = await responses.retrieve(id)
      column.checkResponse(response.output, response.output_text)

      const events = []
      for await (const event of await responses.retrieve(id, { stream: true })) events.push(event)
      const later = []
      for await (const event of await responses.retrieve(id, { stream: true, starting_after: 4 }))
        later.push(event)
      expect(later).toEqual(events.slice(5))
      expect(events.at(-1)).toMatchObject({ type: 'response.completed' })
    })
  })
})
