import { describe, expect, test } from 'vitest'
import { HarmonyError } from '../../src/errors.js'
import {
  fromResponsesRequest,
  type FromResponsesRequestOptions,
  renderResponsesRequest,
  type ResponsesRequest,
} from '../../src/responses/index.js'
import { encoding, eventsOf, only, streamFor, tokensOf, WEATHER } from './answer.js'

// The texts below are written by hand from the format guide; where it is silent, from docs/responses.md.

const SYSTEM = [
  '<|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.',
  'Knowledge cutoff: 2024-06',
  '',
  'Reasoning: medium',
  '',
  '# Valid channels: analysis, commentary, final. Channel must be included for every message.',
].join('\n')
const FUNCTIONS_LINE = "\nCalls to these tools must go to the commentary channel: 'functions'."

/** The prefill's text without the system message and the opened header. */
function textOf(body: ResponsesRequest, options?: FromResponsesRequestOptions): string {
  const text = encoding.decode(renderResponsesRequest(encoding, fromResponsesRequest(body, options)))
  expect(text.startsWith(SYSTEM)).toBe(true)
  return text
    .slice(SYSTEM.length)
    .replace(FUNCTIONS_LINE, '')
    .replace(/^<\|end\|>/, '')
    .replace(/<\|start\|>assistant$/, '')
}

/** The error that a request is refused with. */
function refusalOf(body: unknown, options?: FromResponsesRequestOptions): { code: string; path?: string } {
  try {
    fromResponsesRequest(body as ResponsesRequest, options)
  } catch (error) {
    if (!(error instanceof HarmonyError)) throw error
    return { code: error.code, ...(error.path !== undefined && { path: error.path }) }
  }
  throw new Error('the request is taken')
}

const USER = '<|start|>user<|message|>Hi<|end|>'
const hi = { role: 'user', content: 'Hi' }
const CALL = { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{"city": "Tokyo"}' }
const CALL_TEXT =
  '<|start|>assistant to=functions.get_weather<|channel|>commentary <|constrain|>json<|message|>{"city": "Tokyo"}<|call|>'
const RESULT = { type: 'function_call_output', call_id: 'call_1', output: '24 °C' }
const RESULT_TEXT = '<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>24 °C<|end|>'
const MCP = {
  type: 'mcp',
  server_label: 'wiki',
  server_url: 'https://mcp.example',
  require_approval: 'never',
}
const MCP_OPTIONS = {
  mcpServers: {
    wiki: {
      description: 'Facts.',
      tools: [
        { name: 'ask', description: 'Asks.', input_schema: { type: 'object', properties: {} } },
        { name: 'drop-all', input_schema: null, annotations: { readOnlyHint: false } },
      ],
    },
  },
} satisfies FromResponsesRequestOptions

describe('input', () => {
  test.each<[string, unknown, string]>([
    ['text', 'Hi', USER],
    ['a message without a type', [hi], USER],
    [
      'a message of parts, joined',
      [
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'H' },
            { type: 'input_text', text: 'i' },
          ],
        },
      ],
      USER,
    ],
    [
      'the first system message as instructions, a later one in its place',
      [{ role: 'system', content: 'Be brief.' }, hi, { role: 'developer', content: 'Be kind.' }],
      `<|start|>developer<|message|># Instructions\n\nBe brief.<|end|>${USER}<|start|>developer<|message|># Instructions\n\nBe kind.<|end|>`,
    ],
    [
      "an assistant's message by its phase",
      [
        { role: 'assistant', content: 'Let me see.', phase: 'commentary' },
        {
          type: 'message',
          id: 'msg_1',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Rain.', annotations: [], logprobs: [] }],
        },
      ],
      '<|start|>assistant<|channel|>commentary<|message|>Let me see.<|end|><|start|>assistant<|channel|>final<|message|>Rain.<|end|>',
    ],
    [
      'reasoning by its content, or else by its summary',
      [
        {
          type: 'reasoning',
          id: 'rs_1',
          summary: [{ type: 'summary_text', text: 'no' }],
          content: [{ type: 'reasoning_text', text: 'A' }],
        },
        {
          type: 'reasoning',
          id: 'rs_2',
          summary: [
            { type: 'summary_text', text: 'B' },
            { type: 'summary_text', text: 'C' },
          ],
        },
        { type: 'reasoning', id: 'rs_3', summary: [] },
      ],
      '<|start|>assistant<|channel|>analysis<|message|>A<|end|><|start|>assistant<|channel|>analysis<|message|>B\nC<|end|>',
    ],
    ['a function call and its output', [CALL, RESULT], CALL_TEXT + RESULT_TEXT],
    [
      'an output of parts',
      [
        CALL,
        {
          ...RESULT,
          output: [
            { type: 'input_text', text: '24 ' },
            { type: 'input_text', text: '°C' },
          ],
        },
      ],
      CALL_TEXT + RESULT_TEXT,
    ],
    [
      'a custom tool call and its output',
      [
        { type: 'custom_tool_call', call_id: 'c', name: 'shell', input: 'ls "x"' },
        { type: 'custom_tool_call_output', call_id: 'c', output: 'x' },
      ],
      '<|start|>assistant to=functions.shell<|channel|>commentary <|constrain|>json<|message|>{"input":"ls \\"x\\""}<|call|>' +
        '<|start|>functions.shell to=assistant<|channel|>commentary<|message|>x<|end|>',
    ],
    [
      'calls to the browser',
      [
        {
          type: 'web_search_call',
          id: 'ws_1',
          status: 'completed',
          action: { type: 'search', query: 'rain' },
        },
        {
          type: 'web_search_call',
          id: 'ws_2',
          status: 'completed',
          action: { type: 'open_page', url: 'https://a.example' },
        },
        {
          type: 'web_search_call',
          id: 'ws_3',
          status: 'completed',
          action: { type: 'find_in_page', url: 'https://a.example', pattern: 'mm' },
        },
      ],
      [
        ['search', '{"query":"rain"}'],
        ['open', '{"id":"https://a.example"}'],
        ['find', '{"pattern":"mm"}'],
      ]
        .map(
          ([name, args]) =>
            `<|start|>assistant to=browser.${name}<|channel|>analysis code<|message|>${args}<|call|>`,
        )
        .join(''),
    ],
    [
      'a call to Python and what it printed',
      [
        {
          type: 'code_interpreter_call',
          id: 'ci_1',
          status: 'completed',
          container_id: 'c',
          code: 'print(1)',
          outputs: [{ type: 'logs', logs: '1\n' }],
        },
      ],
      '<|start|>assistant to=python<|channel|>analysis code<|message|>print(1)<|call|>' +
        '<|start|>python to=assistant<|channel|>analysis<|message|>1\n<|end|>',
    ],
    [
      'a call to an MCP server, and one that failed',
      [
        { type: 'mcp_list_tools', id: 'mcpl_1', server_label: 'wiki', tools: [] },
        { type: 'mcp_call', id: 'mcp_1', server_label: 'wiki', name: 'ask', arguments: '{}', output: 'yes' },
        {
          type: 'mcp_call',
          id: 'mcp_2',
          server_label: 'wiki',
          name: 'ask',
          arguments: '{}',
          output: null,
          error: { type: 'mcp_tool_execution_error', content: [{ type: 'text', text: 'no' }] },
        },
      ],
      ['yes', 'no']
        .map(
          (output) =>
            '<|start|>assistant to=wiki.ask<|channel|>commentary <|constrain|>json<|message|>{}<|call|>' +
            `<|start|>wiki.ask to=assistant<|channel|>commentary<|message|>${output}<|end|>`,
        )
        .join(''),
    ],
  ])('renders %s', (_, input, expected) => {
    expect(textOf({ input })).toBe(expected)
  })

  test('drops the reasoning of turns that an answer closed, with what was looked up for it', () => {
    const reasoning = {
      type: 'reasoning',
      id: 'rs_1',
      summary: [],
      content: [{ type: 'reasoning_text', text: 'A' }],
    }
    const python = { type: 'code_interpreter_call', id: 'ci', code: '1', outputs: [] }
    const input = [
      hi,
      reasoning,
      python,
      CALL,
      RESULT,
      { role: 'assistant', content: 'Rain.' },
      hi,
      reasoning,
    ]
    const open = '<|start|>assistant<|channel|>analysis<|message|>A<|end|>'
    const answer = '<|start|>assistant<|channel|>final<|message|>Rain.<|end|>'
    expect(textOf({ input })).toBe(USER + CALL_TEXT + RESULT_TEXT + answer + USER + open)
    expect(textOf({ input }, { dropAnalysis: 'none' })).toContain(open + '<|start|>assistant to=python')
  })

  test('takes items by reference and the conversation before it from who keeps them', () => {
    const options: FromResponsesRequestOptions = {
      previousItems: (id) => (id === 'resp_1' ? [hi, CALL] : undefined),
      referencedItem: (id) => (id === 'fco_1' ? RESULT : undefined),
    }
    const body = { previous_response_id: 'resp_1', input: [{ type: 'item_reference', id: 'fco_1' }] }
    expect(textOf(body, options)).toBe(USER + CALL_TEXT + RESULT_TEXT)
    expect(refusalOf({ ...body, previous_response_id: 'resp_2' }, options)).toEqual({
      code: 'unknown-reference',
      path: 'previous_response_id',
    })
    expect(refusalOf({ input: [{ type: 'item_reference', id: 'fco_2' }] }, options)).toEqual({
      code: 'unknown-reference',
      path: 'input[0].id',
    })
    expect(fromResponsesRequest(body, options).inputItems).toEqual([hi, CALL, ...body.input])
    expect(fromResponsesRequest(body, options).echo.store).toBe(true)
  })
})

describe('MCP approvals', () => {
  const request = {
    type: 'mcp_approval_request',
    id: 'mcpr_1',
    server_label: 'wiki',
    name: 'drop-all',
    arguments: '{}',
  }
  const response = { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true }
  const callText =
    '<|start|>assistant to=wiki.drop_all<|channel|>commentary <|constrain|>json<|message|>{}<|call|>'
  const tools = [{ ...MCP, require_approval: 'always' }]

  test('an approved call waits for its result', () => {
    const body = { tools, input: [hi, request, response] }
    expect(textOf(body, MCP_OPTIONS).endsWith(USER + callText)).toBe(true)
    expect(fromResponsesRequest(body, MCP_OPTIONS).approvedCalls).toEqual([
      {
        approvalRequestId: 'mcpr_1',
        serverLabel: 'wiki',
        name: 'drop-all',
        arguments: '{}',
        recipient: 'wiki.drop_all',
      },
    ])
  })

  test('a denied call tells the model so', () => {
    const body = { tools, input: [hi, request, { ...response, approve: false, reason: 'too risky' }] }
    expect(textOf(body, MCP_OPTIONS)).toContain(
      `${callText}<|start|>wiki.drop_all to=assistant<|channel|>commentary<|message|>The user denied the call: too risky<|end|>`,
    )
  })

  test('a call that ran stands once', () => {
    const done = { ...request, type: 'mcp_call', id: 'mcp_1', approval_request_id: 'mcpr_1', output: 'ok' }
    const { approvedCalls, conversation } = fromResponsesRequest(
      { tools, input: [hi, request, response, done] },
      MCP_OPTIONS,
    )
    expect(approvedCalls).toEqual([])
    expect(conversation.messages.filter(({ recipient }) => recipient === 'wiki.drop_all')).toHaveLength(1)
  })

  test('a request and a response need each other', () => {
    expect(refusalOf({ input: [request] })).toEqual({ code: 'invalid-request', path: 'input[0]' })
    expect(refusalOf({ input: [response] })).toEqual({
      code: 'invalid-request',
      path: 'input[0].approval_request_id',
    })
  })

  test('a call that ran keeps the tokens that were sampled when it was asked for', () => {
    const options = { ...MCP_OPTIONS, dropAnalysis: 'none' } as const
    const body = { tools, include: ['reasoning.encrypted_content'] }
    const tokens = tokensOf('<|channel|>commentary to=wiki.drop_all json<|message|>{ }<|call|>')
    const [asked] = only(eventsOf(tokens, { body, options }), 'response.output_item.done').slice(-1)
    const answer = { ...response, approval_request_id: asked.item.id }
    const ran = {
      ...asked.item,
      type: 'mcp_call',
      id: 'mcp_1',
      approval_request_id: asked.item.id,
      output: 'ok',
    }
    const input = [hi, asked.item, answer, { ...ran, encrypted_content: undefined }]
    const text = textOf({ ...body, input }, options)
    expect(text).toContain(
      '<|start|>assistant<|channel|>commentary to=wiki.drop_all json<|message|>{ }<|call|>' +
        '<|start|>wiki.drop_all to=assistant<|channel|>commentary<|message|>ok<|end|>',
    )
  })

  test('which calls need approval', () => {
    const needs = (require_approval: unknown) => {
      const { callTargets } = fromResponsesRequest({ tools: [{ ...MCP, require_approval }] }, MCP_OPTIONS)
      return ['wiki.ask', 'wiki.drop_all'].map((recipient) => {
        const target = callTargets.tools[recipient]
        return target.type === 'mcp' && target.needsApproval
      })
    }
    expect(needs(undefined)).toEqual([true, true])
    expect(needs('never')).toEqual([false, false])
    expect(needs({ never: { tool_names: ['ask'] } })).toEqual([false, true])
    expect(needs({ always: { tool_names: ['drop-all'] } })).toEqual([false, true])
  })
})

describe('tools', () => {
  test('go into namespaces: functions, namespaces and MCP servers', () => {
    const tools = [
      WEATHER,
      { type: 'custom', name: 'run-it', description: 'Runs it.' },
      {
        type: 'namespace',
        name: 'crm',
        description: 'Customers.',
        tools: [{ type: 'function', name: 'find' }],
      },
      MCP,
    ]
    expect(textOf({ tools, input: 'Hi', instructions: 'Be brief.' }, MCP_OPTIONS)).toBe(
      `<|start|>developer<|message|># Instructions

Be brief.

# Tools

## crm

// Customers.
namespace crm {

//
type find = () => any;

} // namespace crm

## functions

namespace functions {

// Gets the weather.
type get_weather = (_: {
city: string,
}) => any;

// Runs it.
type run_it = (_: {
input: string,
}) => any;

} // namespace functions

## wiki

// Facts.
namespace wiki {

// Asks.
type ask = (_: {
}) => any;

//
type drop_all = () => any;

} // namespace wiki<|end|>${USER}`.replaceAll('//\n', ''),
    )
  })

  test('that are hosted go into the system message', () => {
    const body = {
      tools: [{ type: 'web_search_preview' }, { type: 'code_interpreter', container: 'c' }],
      input: 'Hi',
    }
    const text = encoding.decode(renderResponsesRequest(encoding, fromResponsesRequest(body)))
    expect(text).toContain('## browser\n')
    expect(text).toContain('## python\n')
    expect(refusalOf(body, { hostedTools: [] })).toEqual({
      code: 'unsupported-content',
      path: 'tools[0].type',
    })
  })

  test.each<[string, unknown, string]>([
    ['required', 'required', '<|channel|>commentary to='],
    [
      'a function',
      { type: 'function', name: 'get_weather' },
      '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>',
    ],
    ['an MCP server', { type: 'mcp', server_label: 'wiki' }, '<|channel|>commentary to=wiki'],
    [
      "an MCP server's tool",
      { type: 'mcp', server_label: 'wiki', name: 'drop-all' },
      '<|channel|>commentary to=wiki.drop_all <|constrain|>json<|message|>',
    ],
    ['Python', { type: 'code_interpreter' }, '<|channel|>analysis to=python code<|message|>'],
    ['web search', { type: 'web_search' }, '<|channel|>analysis to=browser'],
    [
      'allowed tools',
      { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'get_weather' }] },
      '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>',
    ],
  ])('tool_choice: %s opens the call', (_, tool_choice, header) => {
    const tools = [WEATHER, MCP, { type: 'code_interpreter' }, { type: 'web_search' }]
    const request = fromResponsesRequest({ tools, tool_choice, input: 'Hi' }, MCP_OPTIONS)
    const text = encoding.decode(renderResponsesRequest(encoding, request))
    expect(text.split('<|start|>assistant').at(-1)).toBe(header)
    expect(request.echo.tool_choice).toEqual(tool_choice)
  })

  test('tool_choice: none offers no tool, allowed_tools those alone', () => {
    const tools = [WEATHER, { ...WEATHER, name: 'other' }]
    expect(textOf({ tools, tool_choice: 'none', input: 'Hi' })).toBe(USER)
    const allowed = { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'other' }] }
    expect(textOf({ tools, tool_choice: allowed, input: 'Hi' })).not.toContain('get_weather')
  })

  test('allowed_tools of an MCP server filter by name or by what is read-only', () => {
    const names = (allowed_tools: unknown) =>
      Object.keys(fromResponsesRequest({ tools: [{ ...MCP, allowed_tools }] }, MCP_OPTIONS).callTargets.tools)
    expect(names(['ask'])).toEqual(['wiki.ask'])
    expect(names({ tool_names: ['*'] })).toEqual(['wiki.ask', 'wiki.drop_all'])
    expect(names({ read_only: false })).toEqual(['wiki.ask', 'wiki.drop_all'])
    expect(names({ read_only: true })).toEqual([])
  })
})

describe('settings', () => {
  test('reach the prompt and the sampling parameters', () => {
    const { samplingParams, responseFormat } = fromResponsesRequest({
      input: 'Hi',
      temperature: 0.5,
      top_p: 0.9,
      max_output_tokens: 100,
      text: { format: { type: 'json_schema', name: 'reply', schema: { type: 'object' }, strict: true } },
    })
    expect(samplingParams).toEqual({ temperature: 0.5, top_p: 0.9, max_tokens: 100 })
    expect(responseFormat).toEqual({
      type: 'json_schema',
      name: 'reply',
      schema: { type: 'object' },
      strict: true,
    })
  })

  test('reasoning.effort takes all of OpenAI’s names but none', () => {
    const text = encoding.decode(
      renderResponsesRequest(
        encoding,
        fromResponsesRequest({ input: 'Hi', reasoning: { effort: 'xhigh', summary: 'auto' } }),
      ),
    )
    expect(text).toContain('Reasoning: high')
    expect(refusalOf({ input: 'Hi', reasoning: { effort: 'none' } })).toEqual({
      code: 'invalid-request',
      path: 'reasoning.effort',
    })
  })

  test('fields without bearing are named', () => {
    const body = {
      input: 'Hi',
      stream_options: { include_obfuscation: false },
      prompt_cache_retention: '24h',
    }
    expect(fromResponsesRequest(body).ignoredFields).toEqual(['stream_options', 'prompt_cache_retention'])
  })
})

describe('a refusal names the place', () => {
  test.each<[unknown, string, string | undefined, FromResponsesRequestOptions?]>([
    [5, 'invalid-request', ''],
    [{ input: 5 }, 'invalid-request', 'input'],
    [{ input: 'Hi', temprature: 1 }, 'unknown-field', 'temprature'],
    [{ input: 'Hi', messages: [] }, 'invalid-request', 'messages'],
    [{ input: 'Hi', conversation: 'conv_1' }, 'invalid-request', 'conversation'],
    [{ input: 'Hi', prompt: { id: 'p' } }, 'invalid-request', 'prompt'],
    [{ input: 'Hi', previous_response_id: 'resp_1' }, 'invalid-request', 'previous_response_id'],
    [{ input: 'Hi', background: true }, 'invalid-request', 'background'],
    [{ input: 'Hi', top_logprobs: 3 }, 'invalid-request', 'top_logprobs'],
    [{ input: 'Hi', truncation: 'sometimes' }, 'invalid-request', 'truncation'],
    [{ input: 'Hi', max_tool_calls: -1 }, 'invalid-request', 'max_tool_calls'],
    [{ input: 'Hi', parallel_tool_calls: 'no' }, 'invalid-request', 'parallel_tool_calls'],
    [{ input: 'Hi', text: { format: { type: 'xml' } } }, 'invalid-request', 'text.format.type'],
    [{ input: 'Hi', text: { colour: 'red' } }, 'unknown-field', 'text.colour'],
    [{ input: 'Hi', include: 'all' }, 'invalid-request', 'include'],
    [{ input: [{ type: 'computer_call' }] }, 'unsupported-content', 'input[0].type'],
    [{ input: [{}] }, 'invalid-request', 'input[0].type'],
    [{ input: [{ role: 'tool', content: 'x' }] }, 'invalid-request', 'input[0].role'],
    [
      { input: [{ role: 'user', content: [{ type: 'input_image' }] }] },
      'unsupported-content',
      'input[0].content[0].type',
    ],
    [{ input: [{ role: 'user', content: 'x', colour: 1 }] }, 'unknown-field', 'input[0].colour'],
    [{ input: [{ role: 'assistant', content: 'x', phase: 'late' }] }, 'invalid-request', 'input[0].phase'],
    [
      { input: [{ role: 'assistant', content: '<|channel|>final' }] },
      'unsupported-content',
      'input[0].content',
    ],
    [{ input: [RESULT] }, 'unknown-tool-call', 'input[0].call_id'],
    [{ input: [{ ...CALL, call_id: undefined }] }, 'invalid-request', 'input[0].call_id'],
    [
      { input: [{ type: 'reasoning', summary: [], encrypted_content: 'gAAAA' }] },
      'invalid-request',
      'input[0].encrypted_content',
    ],
    [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'invalid-request', 'input[0].id'],
    [{ input: 'Hi', tools: [{ type: 'file_search' }] }, 'unsupported-content', 'tools[0].type'],
    [{ input: 'Hi', tools: [WEATHER, WEATHER] }, 'invalid-request', 'tools[1]'],
    [{ input: 'Hi', tools: [MCP] }, 'invalid-request', 'tools[0].server_label'],
    [{ input: 'Hi', tools: [{ type: 'web_search' }, WEATHER, WEATHER] }, 'invalid-request', 'tools[2]'],
    [
      { tools: [{ ...MCP, server_label: 'python' }] },
      'invalid-request',
      'tools[0].server_label',
      { mcpServers: { python: { tools: [] } } },
    ],
    [{ tools: [MCP, MCP] }, 'invalid-request', 'tools[1].server_label', MCP_OPTIONS],
    [
      { input: 'Hi', tools: [{ type: 'custom', name: 'x', format: { type: 'grammar' } }] },
      'unsupported-content',
      'tools[0].format.type',
    ],
    [{ input: 'Hi', tool_choice: { type: 'function', name: 'x' } }, 'invalid-request', 'tool_choice.name'],
    [{ input: 'Hi', tool_choice: { type: 'file_search' } }, 'unsupported-content', 'tool_choice.type'],
    [
      { input: 'Hi', tool_choice: { type: 'mcp', server_label: 'x' } },
      'invalid-request',
      'tool_choice.server_label',
    ],
  ])('%j', (body, code, path, options) => {
    expect(refusalOf(body, options)).toEqual({ code, path })
  })
})

describe('encrypted_content', () => {
  const tokens = [
    ...tokensOf('<|channel|>analysis<|message|>'),
    // "Think" letter by letter: the renderer would write one token.
    ...[...'Think'].flatMap((letter) => encoding.encode(letter)),
    ...tokensOf(
      '<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather json<|message|>{}<|call|>',
    ),
  ]
  const body = { tools: [WEATHER], input: [hi], include: ['reasoning.encrypted_content'] }
  const [reasoning, call] = only(eventsOf(tokens, { body }), 'response.output_item.done').map(
    ({ item }) => item,
  )

  test('brings back the sampled tokens, and with them the prefix that the engine knows', () => {
    const before = renderResponsesRequest(encoding, fromResponsesRequest(body))
    const after = renderResponsesRequest(
      encoding,
      fromResponsesRequest({
        ...body,
        input: [hi, reasoning, call, { ...RESULT, call_id: (call as typeof CALL).call_id }],
      }),
    )
    expect(after.slice(0, before.length + tokens.length)).toEqual([...before, ...tokens])
  })

  test('brings back a whole run of hosted calls, with what the tools answered', () => {
    const hosted = { tools: [{ type: 'web_search' }, MCP], include: body.include }
    const stream = streamFor({ body: { ...hosted, input: [hi] }, options: MCP_OPTIONS })
    const sampled: number[] = []
    const generation = (text: string, answer?: string) => {
      const [header, content] = text.split('<|message|>')
      // Letter by letter, as no renderer would write it.
      const tokens = [
        ...tokensOf(`${header}<|message|>`),
        ...[...content].flatMap((letter) => encoding.encode(letter)),
        answer === undefined ? 200_002 : 200_012,
      ]
      stream.push(tokens)
      stream.endGeneration()
      sampled.push(...tokens)
      if (answer === undefined) return
      const [{ itemId, recipient }] = stream.waitingCalls
      const message = {
        role: 'tool',
        name: recipient,
        recipient: 'assistant',
        channel: 'commentary',
        content: answer,
      } as const
      stream.finishCall(itemId, { output: answer, message })
      sampled.push(...encoding.render(message), ...tokensOf('<|start|>assistant'))
    }
    generation('<|channel|>commentary to=browser.search code<|message|>{"query": "rain"}', 'Wet.')
    generation('<|channel|>commentary to=wiki.ask <|constrain|>json<|message|>{}', 'Yes.')
    generation('<|channel|>final<|message|>It rains.')
    stream.end()
    const before = renderResponsesRequest(
      encoding,
      fromResponsesRequest({ ...hosted, input: [hi] }, MCP_OPTIONS),
    )
    const after = renderResponsesRequest(
      encoding,
      fromResponsesRequest(
        { ...hosted, input: [hi, ...stream.response.output, hi] },
        { ...MCP_OPTIONS, dropAnalysis: 'none' },
      ),
    )
    // In history, an answer ends in <|end|>.
    expect(after.slice(0, before.length + sampled.length)).toEqual([
      ...before,
      ...sampled.slice(0, -1),
      200_007,
    ])
  })

  test('of a reasoning item alone stands in for its text', () => {
    const { conversation } = fromResponsesRequest({
      ...body,
      input: [hi, { ...reasoning, content: undefined }],
    })
    expect(conversation.messages.at(-1)).toEqual({ role: 'assistant', channel: 'analysis', content: 'Think' })
  })

  test('gives way to a text that the client changed', () => {
    const changed = { ...call, arguments: '{"city": "Rome"}' }
    const { conversation, sampledTokens } = fromResponsesRequest({ ...body, input: [hi, reasoning, changed] })
    expect(conversation.messages.at(-1)?.content).toBe('{"city": "Rome"}')
    expect(Object.keys(sampledTokens)).toHaveLength(1)
  })

  test('of another item is refused', () => {
    const sealed = (call as { encrypted_content?: string }).encrypted_content ?? ''
    const cut = { ...reasoning, encrypted_content: sealed.slice(0, -2) }
    expect(refusalOf({ input: [cut] })).toEqual({
      code: 'invalid-request',
      path: 'input[0].encrypted_content',
    })
  })
})
