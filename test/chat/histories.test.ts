import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  fromChatRequest,
  renderChatRequest,
  type ChatRequest,
  type FromChatRequestOptions,
} from '../../src/chat/index.js'
import { loadHarmonyEncoding } from '../../src/encoding.js'
import { HarmonyError } from '../../src/errors.js'

// Histories and fields as public reports show them: other servers', other clients', training sets'. Texts are written by hand from
// the format guide.

const encoding = loadHarmonyEncoding('HarmonyGptOss')

/** The prefill's text after the system message. */
function textOf(request: object, options?: FromChatRequestOptions): string {
  const chat = fromChatRequest(request as ChatRequest, options)
  const text = encoding.decode(renderChatRequest(encoding, chat))
  return text.slice(text.indexOf('<|end|>') + '<|end|>'.length)
}

function faultOf(
  request: object,
  options?: FromChatRequestOptions,
): { code: string; path: string | undefined } {
  try {
    fromChatRequest(request as ChatRequest, options)
  } catch (error) {
    if (!(error instanceof HarmonyError)) throw error
    return { code: String(error.code), path: error.path }
  }
  throw new Error('no error')
}

const START = '<|start|>assistant'
const user = (content: string) => ({ role: 'user', content })
const call = (fields: object) => ({ role: 'assistant', content: null, tool_calls: [fields] })
const callText = (args: string, name = 'f') =>
  `${START} to=functions.${name}<|channel|>commentary <|constrain|>json<|message|>${args}<|call|>`
const resultText = (content: string, name = 'f') =>
  `<|start|>functions.${name} to=assistant<|channel|>commentary<|message|>${content}<|end|>`

describe('histories', () => {
  test.each([
    ['an object', { city: 'Rome' }, '{"city":"Rome"}'],
    ['null', null, ''],
    ['missing', undefined, ''],
    ['empty', '', ''],
    ['text, verbatim', '{ "city":"Rome" }', '{ "city":"Rome" }'],
  ])('arguments that are %s', (_, args, text) => {
    expect(textOf({ messages: [call({ id: 'c', function: { name: 'f', arguments: args } })] })).toBe(
      callText(text) + START,
    )
  })

  test('without ids, the n-th result answers the n-th open call', () => {
    const messages = [
      {
        role: 'assistant',
        tool_calls: [
          { function: { name: 'f', arguments: '1' } },
          { function: { name: 'g', arguments: '2' } },
        ],
      },
      { role: 'tool', content: 'F' },
      { role: 'tool', content: 'G' },
      call({ function: { name: 'h', arguments: '3' } }),
      { role: 'tool', content: 'H' },
    ]
    expect(textOf({ messages })).toBe(
      callText('1') +
        callText('2', 'g') +
        resultText('F') +
        resultText('G', 'g') +
        callText('3', 'h') +
        resultText('H', 'h') +
        START,
    )
  })

  test('a name tells apart what no id does, and has to be that of an open call', () => {
    const calls = {
      role: 'assistant',
      tool_calls: [{ function: { name: 'f' } }, { function: { name: 'g' } }],
    }
    const messages = [
      calls,
      { role: 'tool', name: 'g', content: 'G' },
      { role: 'tool', tool_name: 'f', content: 'F' },
    ]
    expect(textOf({ messages })).toBe(
      callText('') + callText('', 'g') + resultText('G', 'g') + resultText('F') + START,
    )
    expect(faultOf({ messages: [calls, { role: 'tool', name: 'h', content: '' }] })).toEqual({
      code: 'unknown-tool-call',
      path: 'messages[1].name',
    })
    expect(faultOf({ messages: [{ role: 'tool', content: '' }] })).toEqual({
      code: 'unknown-tool-call',
      path: 'messages[0].tool_call_id',
    })
  })

  test('calls that have ids are answered by them; a result without one takes the first open call', () => {
    const calls = {
      role: 'assistant',
      tool_calls: [
        { id: 'a', function: { name: 'f' } },
        { id: 'b', function: { name: 'g' } },
      ],
    }
    const text = (...results: object[]) =>
      textOf({ messages: [calls, ...results] }).slice((callText('') + callText('', 'g')).length)
    expect(text({ role: 'tool', tool_call_id: 'b', content: 'G' }, { role: 'tool', content: 'F' })).toBe(
      resultText('G', 'g') + resultText('F') + START,
    )
    expect(faultOf({ messages: [calls, { role: 'tool', tool_call_id: 'z', content: '' }] })).toEqual({
      code: 'unknown-tool-call',
      path: 'messages[1].tool_call_id',
    })
  })

  test('many open calls take no time with their square', () => {
    const tool_calls = Array.from({ length: 50_000 }, (_, i) => ({ function: { name: `f${i % 7}` } }))
    const results = tool_calls
      .map(({ function: { name } }) => ({ role: 'tool', name, content: '' }))
      .reverse()
    const { conversation } = fromChatRequest({ messages: [{ role: 'assistant', tool_calls }, ...results] })
    expect(conversation.messages).toHaveLength(100_001)
  })

  test.each([null, '', [], undefined])(
    'content %j is none: it keeps the reasoning and the turn open',
    (content) => {
      expect(textOf({ messages: [user('x'), { role: 'assistant', content, reasoning: 'R' }] })).toBe(
        `<|start|>user<|message|>x<|end|>${START}<|channel|>analysis<|message|>R<|end|>${START}`,
      )
      expect(textOf({ messages: [user('x'), { role: 'assistant', content }, user('y')] })).toBe(
        `<|start|>user<|message|>x<|end|><|start|>user<|message|>y<|end|>${START}`,
      )
    },
  )

  test('empty instructions make no block', () => {
    for (const content of ['', [], null])
      expect(textOf({ messages: [{ role: 'system', content }, user('x')] })).toBe(
        `<|start|>user<|message|>x<|end|>${START}`,
      )
  })

  test.each([
    ['reasoning_details', { reasoning_details: [{ type: 'reasoning.text', text: 'R' }] }],
    [
      'reasoning_details beside encrypted ones',
      {
        reasoning_details: [
          { type: 'reasoning.encrypted', data: 'x' },
          { type: 'reasoning.summary', summary: 'R' },
        ],
      },
    ],
    ['a part of type thinking', { content: [{ type: 'thinking', thinking: 'R' }] }],
    ['a part of type reasoning', { content: [{ type: 'reasoning', text: 'R' }] }],
  ])('reasoning as %s', (_, fields) => {
    const message = { role: 'assistant', ...fields, tool_calls: [{ id: 'c', function: { name: 'f' } }] }
    expect(textOf({ messages: [message] })).toBe(
      `${START}<|channel|>analysis<|message|>R<|end|>${callText('')}${START}`,
    )
  })

  test("what OpenAI's SDK and other servers add to an answer may come back with it", () => {
    const message = {
      role: 'assistant',
      content: null,
      refusal: null,
      annotations: [],
      audio: null,
      function_call: null,
      parsed: null,
      reasoning: 'R',
      tool_calls: [
        {
          id: 'c',
          type: 'function',
          index: 0,
          function: { name: 'f', arguments: '{}', parsed_arguments: {} },
        },
      ],
    }
    expect(textOf({ messages: [message] })).toContain('analysis<|message|>R')
  })

  test('a developer message may carry tools; they join those of the request', () => {
    const messages = [
      { role: 'developer', content: '', tools: [{ type: 'function', function: { name: 'g' } }] },
    ]
    const tools = [{ type: 'function', function: { name: 'f' } }]
    const text = textOf({ messages, tools })
    expect(text).toContain('type f = () => any;\n\ntype g = () => any;')
    expect(faultOf({ messages, tools: messages[0]?.tools })).toEqual({
      code: 'invalid-request',
      path: 'tools[1]',
    })
  })

  test('a custom tool is a function of one string, its calls likewise', () => {
    const tools = [{ type: 'custom', custom: { name: 'run', description: 'Runs.' } }]
    const messages = [
      { role: 'assistant', tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'run', input: 'a"b' } }] },
      { role: 'tool', tool_call_id: 'c', content: 'ok' },
    ]
    const text = textOf({ messages, tools })
    expect(text).toContain('// Runs.\ntype run = (_: {\ninput: string,\n}) => any;')
    expect(text.endsWith(callText('{"input":"a\\"b"}', 'run') + resultText('ok', 'run') + START)).toBe(true)
  })
})

describe('markup in the text of an assistant', () => {
  const content =
    '<|channel|>analysis<|message|>Old.<|end|><|start|>assistant<|channel|>final<|message|>Hi<|return|>'
  const request = { messages: [{ role: 'assistant', content }, user('x')] }

  test('is an error by default', () => {
    expect(faultOf(request)).toEqual({ code: 'unsupported-content', path: 'messages[0].content' })
  })

  test('can be read: reasoning goes, as the answer closed its turn', () => {
    expect(textOf(request, { assistantMarkup: 'read' })).toBe(
      `${START}<|channel|>final<|message|>Hi<|end|><|start|>user<|message|>x<|end|>${START}`,
    )
  })

  test('can be text', () => {
    const chat = fromChatRequest(request, { assistantMarkup: 'text' })
    expect(chat.conversation.messages[1]).toEqual({ role: 'assistant', content, channel: 'final' })
  })

  test('an unknown policy is a TypeError', () => {
    expect(() => fromChatRequest(request, { assistantMarkup: 'maybe' as 'text' })).toThrow(TypeError)
  })
})

describe('a message that goes on', () => {
  const last = (fields: object) => [user('1+1?'), { role: 'assistant', ...fields }]
  const before = '<|start|>user<|message|>1+1?<|end|>'

  test.each([
    ['continue_final_message', { continue_final_message: true, add_generation_prompt: false }, {}],
    ['continue_final_message alone', { continue_final_message: true }, {}],
    ['add_generation_prompt: false', { add_generation_prompt: false }, {}],
    ['prefix', {}, { prefix: true }],
    ['partial', {}, { partial: true }],
  ])('stays open in the prefill: %s', (_, body, fields) => {
    expect(textOf({ messages: last({ content: 'The answer is ', ...fields }), ...body })).toBe(
      `${before}${START}<|channel|>final<|message|>The answer is `,
    )
  })

  test('keeps its reasoning in front, or is the reasoning', () => {
    const body = { continue_final_message: true }
    expect(textOf({ messages: last({ content: 'It', reasoning: 'R' }), ...body })).toBe(
      `${before}${START}<|channel|>analysis<|message|>R<|end|>${START}<|channel|>final<|message|>It`,
    )
    expect(textOf({ messages: last({ content: '', reasoning: "I'm" }), ...body })).toBe(
      `${before}${START}<|channel|>analysis<|message|>I'm`,
    )
  })

  const calls = [{ id: 'c', function: { name: 'f' } }]
  test.each([
    ['after a user', { messages: [user('x')], continue_final_message: true }, 'continue_final_message'],
    [
      'without a prompt after a user',
      { messages: [user('x')], add_generation_prompt: false },
      'add_generation_prompt',
    ],
    [
      'with nothing in it',
      { messages: last({ content: '' }), continue_final_message: true },
      'messages[1].content',
    ],
    [
      'with calls',
      { messages: last({ tool_calls: calls }), continue_final_message: true },
      'messages[1].tool_calls',
    ],
    [
      'with a prompt as well',
      { messages: last({ content: 'a' }), continue_final_message: true, add_generation_prompt: true },
      'add_generation_prompt',
    ],
    [
      'with a call demanded',
      {
        messages: last({ content: 'a' }),
        continue_final_message: true,
        tools: [{ type: 'function', function: { name: 'f' } }],
        tool_choice: 'required',
      },
      'tool_choice',
    ],
    [
      'that is not the last',
      { messages: [{ role: 'assistant', content: 'a', prefix: true }, user('x')] },
      'messages[0]',
    ],
  ])('is refused %s', (_, request, path) => {
    expect(faultOf(request)).toEqual({ code: 'invalid-request', path })
  })
})

describe('fields', () => {
  const messages = [user('x')]
  const system = (request: object) =>
    encoding.decode(renderChatRequest(encoding, fromChatRequest({ messages, ...request })))

  test('chat_template_kwargs and reasoning give effort, identity and built-in tools', () => {
    const kwargs = { reasoning_effort: 'high', model_identity: 'You are Zed.', builtin_tools: ['python'] }
    const text = system({ chat_template_kwargs: kwargs })
    expect(text).toContain('You are Zed.')
    expect(text).toContain('Reasoning: high')
    expect(text).toContain('## python')
    expect(system({ reasoning: { effort: 'minimal' } })).toContain('Reasoning: low')
  })

  test.each([
    [{ reasoning_effort: 'low', reasoning: { effort: 'high' } }, 'invalid-request', 'reasoning.effort'],
    [
      { chat_template_kwargs: { enable_thinking: false } },
      'unknown-field',
      'chat_template_kwargs.enable_thinking',
    ],
    [{ reasoning: { max_tokens: 5 } }, 'invalid-request', 'reasoning.max_tokens'],
    [{ reasoning: { enabled: false } }, 'invalid-request', 'reasoning.enabled'],
    [{ temprature: 1 }, 'unknown-field', 'temprature'],
    [{ guided_json: {} }, 'invalid-request', 'guided_json'],
    [{ truncate_prompt_tokens: 5 }, 'invalid-request', 'truncate_prompt_tokens'],
    [{ web_search_options: {} }, 'invalid-request', 'web_search_options'],
    [{ modalities: ['text', 'audio'] }, 'unsupported-content', 'modalities[1]'],
    [{ stream_options: { include_usge: true } }, 'unknown-field', 'stream_options.include_usge'],
    [{ stream: 'yes' }, 'invalid-request', 'stream'],
    [{ model: 5 }, 'invalid-request', 'model'],
    [{ messages: [{ role: 'user', content: 'x', contents: 'y' }] }, 'unknown-field', 'messages[0].contents'],
    [
      { messages: [{ role: 'assistant', content: 'x', channel: 'final' }] },
      'invalid-request',
      'messages[0].channel',
    ],
    [
      { messages: [call({ id: 'c', function: { name: 'f', args: '{}' } })] },
      'unknown-field',
      'messages[0].tool_calls[0].function.args',
    ],
  ])('refuses %j', (fields, code, path) => {
    expect(faultOf({ messages, ...fields })).toEqual({ code, path })
  })

  test('a field without bearing is accepted and listed', () => {
    expect(
      fromChatRequest({ messages, user: 'u', store: true, metadata: null } as ChatRequest).ignoredFields,
    ).toEqual(['user', 'store'])
  })

  test('what the engine and the answer need is carried', () => {
    const chat = fromChatRequest({
      messages,
      model: 'gpt-oss-20b',
      stream: true,
      stream_options: { include_usage: true },
      parallel_tool_calls: false,
      include_reasoning: false,
      cache_salt: 's',
      priority: 3,
      structured_outputs: { json: {} },
    } as ChatRequest)
    expect(chat).toMatchObject({
      answer: {
        model: 'gpt-oss-20b',
        isStream: true,
        includeUsage: true,
        includeReasoning: false,
        allowsParallelCalls: false,
      },
      engineParams: { cache_salt: 's', priority: 3 },
      samplingParams: { structured_outputs: { json: {} } },
    })
  })

  test('a json_object with a schema has its section', () => {
    const format = { type: 'json_object', schema: { type: 'object' } }
    expect(textOf({ messages, response_format: format })).toContain(
      '# Response Formats\n\n## answer\n\n{"type":"object"}',
    )
  })

  test("every field of the request's type in OpenAI's SDK is understood, ignored or refused by name", async () => {
    const types = readFileSync('node_modules/openai/resources/chat/completions/completions.d.ts', 'utf8')
    const base = types.slice(types.indexOf('export interface ChatCompletionCreateParamsBase {'))
    const body = base.slice(0, base.indexOf('\n}'))
    const fields = [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, field]) => field)
    expect(fields.length).toBeGreaterThan(30)
    const { REQUEST_FIELDS } = await import('../../src/chat/request-fields.js')
    const known = [
      ...REQUEST_FIELDS.understood,
      ...REQUEST_FIELDS.ignored,
      ...Object.keys(REQUEST_FIELDS.refused),
    ]
    expect(fields.filter((field) => !known.includes(field))).toEqual([])
  })
})
