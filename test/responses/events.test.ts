import { describe, expect, test } from 'vitest'
import type { CallResult } from '../../src/responses/index.js'
import {
  ANSWER,
  eventsOf,
  NEXT,
  only,
  REASONING,
  streamFor,
  tokensOf,
  WEATHER,
  WEATHER_CALL,
} from './answer.js'

/** The types in order, without the prefix; repeated deltas once. */
function typesOf(events: readonly { readonly type: string }[]): string[] {
  return events
    .map(({ type }) => type.replace(/^response\./, ''))
    .filter((type, i, types) => !(type.endsWith('.delta') && types[i - 1] === type))
}

describe('the order of events', () => {
  // Source: the orders that both majors of the OpenAI SDK accept, and OpenAI's recorded streams.
  test('reasoning, then a message', () => {
    expect(typesOf(eventsOf(REASONING + NEXT + ANSWER))).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'reasoning_text.delta',
      'reasoning_text.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ])
  })

  test('a function call', () => {
    const events = eventsOf(WEATHER_CALL, { body: { tools: [WEATHER] } })
    expect(typesOf(events)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ])
    const [added] = only(events, 'response.output_item.added')
    const [done] = only(events, 'response.output_item.done')
    expect(added.item).toEqual({
      type: 'function_call',
      id: 'fc_000000000000000000000002',
      call_id: 'call_000000000000000000000003',
      name: 'get_weather',
      arguments: '',
      status: 'in_progress',
    })
    expect(done.item).toEqual({ ...added.item, arguments: '{"city": "Tōkyō"}', status: 'completed' })
  })

  test('web search, code interpreter and an MCP call, with their results', () => {
    const stream = streamFor({
      body: {
        tools: [
          { type: 'web_search' },
          { type: 'code_interpreter', container: { type: 'auto' } },
          { type: 'mcp', server_label: 'wiki', server_url: 'https://mcp.example', require_approval: 'never' },
        ],
      },
      options: { mcpServers: { wiki: { tools: [{ name: 'ask', input_schema: { type: 'object' } }] } } },
    })
    const events = stream.start()
    const runs: readonly (readonly [string, CallResult])[] = [
      [
        'analysis to=browser.search code<|message|>{"query": "rain"}',
        { action: { type: 'search', query: 'rain', sources: [{ type: 'url', url: 'https://a.example' }] } },
      ],
      ['analysis to=python code<|message|>print(1)', { output: '1\n' }],
      ['commentary to=wiki.ask <|constrain|>json<|message|>{"q": 1}', { output: 'yes' }],
    ]
    for (const [text, result] of runs) {
      events.push(...stream.push(tokensOf(`<|channel|>${text}<|call|>`)), ...stream.endGeneration())
      events.push(...stream.finishCall(stream.waitingCalls[0].itemId, result))
    }
    events.push(...stream.push(tokensOf(ANSWER)), ...stream.end())
    expect(typesOf(events).slice(0, -7)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'mcp_list_tools.in_progress',
      'mcp_list_tools.completed',
      'output_item.done',
      'output_item.added',
      'web_search_call.in_progress',
      'web_search_call.searching',
      'web_search_call.completed',
      'output_item.done',
      'output_item.added',
      'code_interpreter_call.in_progress',
      'code_interpreter_call_code.delta',
      'code_interpreter_call_code.done',
      'code_interpreter_call.interpreting',
      'code_interpreter_call.completed',
      'output_item.done',
      'output_item.added',
      'mcp_call.in_progress',
      'mcp_call_arguments.delta',
      'mcp_call_arguments.done',
      'mcp_call.completed',
      'output_item.done',
    ])
    expect(stream.response.output.map(({ type }) => type)).toEqual([
      'mcp_list_tools',
      'web_search_call',
      'code_interpreter_call',
      'mcp_call',
      'message',
    ])
    expect(stream.response.output[1]).toMatchObject({
      action: { type: 'search', query: 'rain', sources: [{ type: 'url', url: 'https://a.example' }] },
      status: 'completed',
    })
    expect(stream.response.output[2]).toMatchObject({
      code: 'print(1)',
      outputs: [{ type: 'logs', logs: '1\n' }],
    })
    expect(stream.response.output[3]).toMatchObject({
      server_label: 'wiki',
      name: 'ask',
      output: 'yes',
      error: null,
    })
  })

  test('a custom tool, whose input streams without the JSON around it', () => {
    const stream = streamFor({ body: { tools: [{ type: 'custom', name: 'shell' }] } })
    const call =
      '<|channel|>commentary to=functions.shell <|constrain|>json<|message|>{"input": "ls\\n-l"}<|call|>'
    const events = [...stream.start()]
    for (const token of tokensOf(call)) events.push(...stream.push(token))
    events.push(...stream.end())
    expect(typesOf(events)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'custom_tool_call_input.delta',
      'custom_tool_call_input.done',
      'output_item.done',
      'completed',
    ])
    const deltas = events.flatMap((event) =>
      event.type === 'response.custom_tool_call_input.delta' ? [event.delta] : [],
    )
    expect(deltas.join('')).toBe('ls\n-l')
  })

  test('an MCP server that cannot be reached, and a call that fails', () => {
    const server = (label: string) => ({
      type: 'mcp',
      server_label: label,
      server_url: 'https://mcp.example',
      require_approval: 'never',
    })
    const stream = streamFor({
      body: { tools: [server('gone'), server('wiki')] },
      options: {
        mcpServers: {
          gone: { tools: [], error: 'connection refused' },
          wiki: { tools: [{ name: 'ask', input_schema: { type: 'object' } }] },
        },
      },
    })
    const events = [...stream.start()]
    events.push(
      ...stream.push(tokensOf('<|channel|>commentary to=wiki.ask <|constrain|>json<|message|>{}<|call|>')),
      ...stream.endGeneration(),
      ...stream.finishCall(stream.waitingCalls[0].itemId, { error: 'no such page' }),
      ...stream.push(tokensOf(ANSWER)),
      ...stream.end(),
    )
    expect(typesOf(events)).toEqual(
      expect.arrayContaining(['mcp_list_tools.failed', 'mcp_list_tools.completed', 'mcp_call.failed']),
    )
    expect(typesOf(events)).not.toContain('mcp_call.completed')
  })
})
