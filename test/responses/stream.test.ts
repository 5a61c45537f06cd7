import { describe, expect, test } from 'vitest'
import { HarmonyError } from '../../src/errors.js'
import { parseTokens } from '../../src/parse/index.js'
import {
  createResponsesStream,
  fromResponsesRequest,
  numberedIds,
  type ResponseItem,
  toResponse,
} from '../../src/responses/index.js'
import {
  ANSWER,
  encoding,
  eventsOf,
  NEXT,
  only,
  REASONING,
  streamFor,
  tokensOf,
  WEATHER,
  WEATHER_CALL,
} from './answer.js'

function itemsOf(...args: Parameters<typeof eventsOf>): readonly ResponseItem[] {
  return only(eventsOf(...args), 'response.output_item.done').map(({ item }) => item)
}

describe('a response', () => {
  test('repeats its request, and is reproducible to the last id', () => {
    const body = { tools: [WEATHER], instructions: 'Be brief.', metadata: { a: 'b' }, temperature: 0.2 }
    const events = eventsOf(REASONING + NEXT + ANSWER, { body, end: { promptTokens: 50, cachedTokens: 20 } })
    expect(events).toEqual(
      eventsOf(REASONING + NEXT + ANSWER, { body, end: { promptTokens: 50, cachedTokens: 20 } }),
    )
    const [{ response }] = only(events, 'response.completed')
    expect(response).toEqual({
      id: 'resp_000000000000000000000001',
      object: 'response',
      created_at: 1_764_000_000,
      completed_at: 1_764_000_000,
      status: 'completed',
      incomplete_details: null,
      error: null,
      model: 'gpt-oss-20b',
      output: [
        {
          type: 'reasoning',
          id: 'rs_000000000000000000000002',
          summary: [],
          content: [{ type: 'reasoning_text', text: 'Think.' }],
          status: 'completed',
        },
        {
          type: 'message',
          id: 'msg_000000000000000000000003',
          role: 'assistant',
          phase: 'final_answer',
          content: [{ type: 'output_text', text: 'Hello, world!', annotations: [], logprobs: [] }],
          status: 'completed',
        },
      ],
      usage: {
        input_tokens: 50,
        input_tokens_details: { cached_tokens: 20, cache_write_tokens: 0 },
        output_tokens: 16,
        output_tokens_details: { reasoning_tokens: 6 },
        total_tokens: 66,
      },
      previous_response_id: null,
      instructions: 'Be brief.',
      tools: [{ ...WEATHER, strict: null }],
      tool_choice: 'auto',
      truncation: 'disabled',
      parallel_tool_calls: true,
      text: { format: { type: 'text' } },
      top_p: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      top_logprobs: 0,
      temperature: 0.2,
      reasoning: { effort: null, summary: null },
      max_output_tokens: null,
      max_tool_calls: null,
      store: false,
      background: false,
      service_tier: 'default',
      metadata: { a: 'b' },
      safety_identifier: null,
      prompt_cache_key: null,
    })
    const [{ response: created }] = only(events, 'response.created')
    expect(created).toEqual({
      ...response,
      status: 'in_progress',
      completed_at: null,
      output: [],
      usage: null,
    })
  })

  test('of toResponse is what the stream ends with, from tokens as from a parsed turn', () => {
    const tokens = tokensOf(
      `${REASONING}${NEXT}<|channel|>commentary<|message|>So.<|end|>${NEXT}${WEATHER_CALL}`,
    )
    const request = fromResponsesRequest({ input: 'Hi', tools: [WEATHER] })
    const context = () => ({ request, createId: numberedIds(), now: () => 5000, promptTokens: 9 })
    const stream = createResponsesStream(encoding, context())
    stream.push(tokens)
    stream.end({ promptTokens: 9 })
    expect(toResponse(encoding, tokens, context())).toEqual(stream.response)
    expect(toResponse(encoding, parseTokens(encoding, tokens), context())).toEqual(stream.response)
  })

  test('of a preamble and calls names the phase', () => {
    const items = itemsOf(`<|channel|>commentary<|message|>Let me look.<|end|>${NEXT}${WEATHER_CALL}`, {
      body: { tools: [WEATHER] },
    })
    expect(items).toMatchObject([{ type: 'message', phase: 'commentary' }, { type: 'function_call' }])
  })

  test('cut in its reasoning, or ended after it, is incomplete', () => {
    for (const completion of ['<|channel|>analysis<|message|>Thi', REASONING]) {
      const events = eventsOf(completion)
      expect(events.at(-1)).toMatchObject({
        type: 'response.incomplete',
        response: {
          status: 'incomplete',
          completed_at: null,
          incomplete_details: { reason: 'max_output_tokens' },
        },
      })
    }
    expect(itemsOf('<|channel|>analysis<|message|>Thi')).toMatchObject([{ status: 'incomplete' }])
  })

  test('whose stop token the engine kept is complete', () => {
    const withoutStop = tokensOf(ANSWER).slice(0, -1)
    expect(eventsOf(withoutStop, { end: { stopped: true } }).at(-1)?.type).toBe('response.completed')
  })

  test('with parallel_tool_calls false has one call', () => {
    const completion = WEATHER_CALL + NEXT + WEATHER_CALL
    expect(itemsOf(completion, { body: { tools: [WEATHER], parallel_tool_calls: false } })).toHaveLength(1)
    expect(itemsOf(completion, { body: { tools: [WEATHER] } })).toHaveLength(2)
  })

  test('of a forced call reads on where the prefill ended', () => {
    const body = { tools: [WEATHER], tool_choice: 'required', include: ['reasoning.encrypted_content'] }
    const [call] = itemsOf('{"city": "Rome"}<|call|>', { body })
    expect(call).toMatchObject({ type: 'function_call', name: 'get_weather', arguments: '{"city": "Rome"}' })
    const { conversation, sampledTokens } = fromResponsesRequest({ tools: [WEATHER], input: [call] })
    expect(encoding.decode(sampledTokens[conversation.messages.length - 1] ?? [])).toBe(
      '<|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Rome"}<|call|>',
    )
  })

  test('gives a call without arguments an empty object', () => {
    const call = '<|channel|>commentary to=functions.get_weather json<|message|> \n<|call|>'
    const events = eventsOf(call, { body: { tools: [WEATHER] } })
    expect(only(events, 'response.function_call_arguments.delta').map(({ delta }) => delta)).toEqual(['{}'])
    expect(only(events, 'response.function_call_arguments.done')).toMatchObject([{ arguments: '{}' }])
  })
})

describe('calls', () => {
  const callOf = (recipient: string, content = '{}') =>
    `<|channel|>commentary to=${recipient} <|constrain|>json<|message|>${content}<|call|>`

  test('have the names that the request gave its tools', () => {
    const tools = [
      { type: 'function', name: 'get-weather' },
      { type: 'namespace', name: 'my-crm', description: '', tools: [{ type: 'function', name: 'find' }] },
      { type: 'custom', name: 'shell' },
    ]
    const completion = ['functions.get_weather', 'get_weather', 'my_crm.find', 'functions.unheard', 'foo.bar']
      .map((recipient) => callOf(recipient))
      .concat(callOf('functions.shell', '{"input": "ls"}'))
      .join(NEXT)
    expect(itemsOf(completion, { body: { tools } })).toMatchObject([
      { type: 'function_call', name: 'get-weather' },
      { type: 'function_call', name: 'get-weather' },
      { type: 'function_call', name: 'find', namespace: 'my-crm' },
      { type: 'function_call', name: 'unheard' },
      { type: 'function_call', name: 'foo.bar' },
      { type: 'custom_tool_call', name: 'shell', input: 'ls' },
    ])
  })

  test('to the browser say what they do', () => {
    const pageOf = (cursor: number) => ({ url: `https://${cursor}.example`, title: '' })
    const completion = [
      callOf('browser.search', '{"query": "rain", "topn": 3}'),
      callOf('browser.open', '{"id": "https://a.example"}'),
      callOf('browser.open', '{"id": 3, "cursor": 1}'),
      callOf('browser.open', '{"cursor": 1, "loc": 40}'),
      callOf('browser.find', '{"pattern": "mm", "cursor": 2}'),
      callOf('browser.search', 'rain'),
    ].join(NEXT)
    expect(
      itemsOf(completion, { context: { pageOf } }).map((item) => 'action' in item && item.action),
    ).toEqual([
      { type: 'search', query: 'rain', queries: ['rain'] },
      { type: 'open_page', url: 'https://a.example' },
      { type: 'open_page', url: null },
      { type: 'open_page', url: 'https://1.example' },
      { type: 'find_in_page', url: 'https://2.example', pattern: 'mm' },
      { type: 'search', query: 'rain', queries: ['rain'] },
    ])
  })

  test('that need approval become requests for it', () => {
    const body = { tools: [{ type: 'mcp', server_label: 'wiki' }] }
    const options = { mcpServers: { wiki: { tools: [{ name: 'ask', input_schema: {} }] } } }
    const items = itemsOf(callOf('wiki.ask', '{"q": 1}'), { body, options })
    expect(items[1]).toEqual({
      type: 'mcp_approval_request',
      id: 'mcpr_000000000000000000000003',
      server_label: 'wiki',
      name: 'ask',
      arguments: '{"q": 1}',
    })
  })

  test('that were approved run first', () => {
    const tools = [{ type: 'mcp', server_label: 'wiki' }]
    const stream = streamFor({
      body: {
        tools,
        input: [
          { type: 'mcp_list_tools', server_label: 'wiki', tools: [{ name: 'ask', input_schema: {} }] },
          { type: 'mcp_approval_request', id: 'mcpr_1', server_label: 'wiki', name: 'ask', arguments: '{}' },
          { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true },
        ],
      },
    })
    stream.start()
    expect(stream.waitingCalls).toMatchObject([{ recipient: 'wiki.ask' }])
    stream.finishCall(stream.waitingCalls[0].itemId, { error: 'no network' })
    expect(stream.waitingCalls).toEqual([])
    expect(stream.response.output).toMatchObject([
      {
        type: 'mcp_call',
        approval_request_id: 'mcpr_1',
        output: null,
        error: { type: 'mcp_tool_execution_error', content: [{ type: 'text', text: 'no network' }] },
        status: 'failed',
      },
    ])
  })

  test('without a result are over when the response is', () => {
    expect(itemsOf(callOf('browser.search', '{"query": "x"}'))).toMatchObject([{ status: 'completed' }])
    expect(itemsOf(callOf('python', '1').slice(0, -8))).toMatchObject([
      { status: 'incomplete', outputs: null },
    ])
  })

  test('keep a hosted tool’s answer in their seal', () => {
    const stream = streamFor({
      body: { include: ['reasoning.encrypted_content'], tools: [{ type: 'web_search' }] },
    })
    stream.push(tokensOf(callOf('browser.search', '{"query": "rain"}')))
    stream.endGeneration()
    const message = {
      role: 'tool',
      name: 'browser.search',
      recipient: 'assistant',
      channel: 'analysis',
      content: 'Wet.',
    } as const
    stream.finishCall(stream.waitingCalls[0].itemId, { message })
    const { conversation } = fromResponsesRequest({
      input: stream.response.output,
      tools: [{ type: 'web_search' }],
    })
    expect(conversation.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        recipient: 'browser.search',
        content: '{"query": "rain"}',
        channel: 'commentary',
        content_type: '<|constrain|>json',
      },
      message,
    ])
  })

  test('add up their usage over the generations', () => {
    const stream = streamFor({})
    stream.push(tokensOf(callOf('python', '1')))
    stream.endGeneration({ promptTokens: 10, cachedTokens: 0 })
    stream.push(tokensOf(ANSWER))
    stream.end({ promptTokens: 30, cachedTokens: 20 })
    expect(stream.response.usage).toMatchObject({
      input_tokens: 40,
      input_tokens_details: { cached_tokens: 20 },
      output_tokens: tokensOf(callOf('python', '1')).length + 8,
      output_tokens_details: { reasoning_tokens: tokensOf(callOf('python', '1')).length },
    })
  })
})

describe('text', () => {
  test('has citations of known pages as annotations, each added when it is whole', () => {
    const pageOf = (cursor: number) =>
      cursor === 6 ? { url: 'https://six.example', title: 'Six' } : undefined
    const events = eventsOf('<|channel|>final<|message|>Rain【6†L9-L11】 and【7†L1】.<|return|>', {
      context: { pageOf },
    })
    const annotation = {
      type: 'url_citation',
      start_index: 4,
      end_index: 14,
      url: 'https://six.example',
      title: 'Six',
    }
    const added = only(events, 'response.output_text.annotation.added')
    expect(added).toMatchObject([{ annotation, annotation_index: 0, content_index: 0 }])
    const before = only(events.slice(0, added[0].sequence_number), 'response.output_text.delta')
    expect(before.map(({ delta }) => delta).join('')).toBe('Rain【6†L9-L11】')
    expect(only(events, 'response.output_text.done')[0].text).toBe('Rain【6†L9-L11】 and【7†L1】.')
    expect(only(events, 'response.content_part.done')[0].part).toMatchObject({ annotations: [annotation] })
  })

  test('has log probabilities on request, those of its own tokens', () => {
    const body = { include: ['message.output_text.logprobs'], top_logprobs: 1 }
    const stream = streamFor({ body, options: { logprobs: true } })
    const tokens = tokensOf(REASONING + NEXT + ANSWER)
    const events = tokens.flatMap((token, i) =>
      stream.push([token], [{ token, logprob: -i, top: [{ token, logprob: -i }] }]),
    )
    events.push(...stream.end())
    const deltas = only(events, 'response.output_text.delta')
    expect(deltas[0]).toMatchObject({ delta: 'Hello', logprobs: [{ token: 'Hello', logprob: -11 }] })
    const [{ logprobs }] = only(events, 'response.output_text.done')
    expect(logprobs.map(({ token }) => token)).toEqual(['Hello', ',', ' world', '!'])
    expect(logprobs).toEqual(deltas.flatMap((delta) => delta.logprobs))
  })

  test('on a misspelt channel is the answer; an invented tool result is none', () => {
    const completion = `<|start|>functions.x to=assistant<|channel|>commentary<|message|>24<|end|>${NEXT}<|channel|>fina<|message|>Hi<|return|>`
    expect(itemsOf(completion)).toMatchObject([{ type: 'message', phase: 'final_answer' }])
  })
})

describe('the life of a response', () => {
  test('in the background begins queued', () => {
    const events = eventsOf(ANSWER, {
      body: { background: true },
      options: { previousItems: () => undefined },
    })
    expect(
      events.slice(0, 3).map((event) => [event.type, 'response' in event && event.response.status]),
    ).toEqual([
      ['response.created', 'queued'],
      ['response.queued', 'queued'],
      ['response.in_progress', 'in_progress'],
    ])
  })

  test('that fails keeps what was sampled', () => {
    const stream = streamFor({})
    stream.push(tokensOf('<|channel|>final<|message|>Hel'))
    const events = stream.fail({ code: 'server_error', message: 'The engine stopped.' })
    expect(events.slice(-2)).toMatchObject([
      { type: 'error', code: 'server_error', message: 'The engine stopped.', param: null },
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error' } } },
    ])
    expect(stream.response.output).toMatchObject([{ status: 'incomplete', content: [{ text: 'Hel' }] }])
  })

  test('whose engine gave a number that is no token can still fail in order', () => {
    const stream = streamFor({})
    const events = stream.push(tokensOf('<|channel|>final<|message|>Hel'))
    expect(() => stream.push(999_999)).toThrow(HarmonyError)
    events.push(...stream.fail({ code: 'server_error', message: 'The engine gave no token.' }))
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, i) => i))
    expect(only(events, 'response.output_item.done')).toHaveLength(1)
    expect(stream.response.output).toMatchObject([{ status: 'incomplete', content: [{ text: 'Hel' }] }])
  })

  test('that was cancelled has no event for it', () => {
    const stream = streamFor({})
    stream.push(tokensOf('<|channel|>final<|message|>Hel'))
    expect(stream.cancel()).toMatchObject({ status: 'cancelled', completed_at: null })
  })

  test('ends once', () => {
    const stream = streamFor({})
    stream.end()
    expect(() => stream.push(1)).toThrow(TypeError)
    expect(() => stream.end()).toThrow(TypeError)
    expect(() => streamFor({}).finishCall('ws_1', {})).toThrow(TypeError)
  })
})
