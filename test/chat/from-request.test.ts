import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  fromChatRequest,
  renderChatRequest,
  type ChatRequest,
  type FromChatRequestOptions,
} from '../../src/chat/index.js'
import { loadHarmonyEncoding } from '../../src/encoding.js'
import { HarmonyError } from '../../src/errors.js'
import { browserTool } from '../../src/message/builtin-tools.js'
import { parseConversation } from '../../src/message/parse-conversation.js'

// The texts below are written by hand from the format guide; where it is silent, from docs/prefill.md.

const encoding = loadHarmonyEncoding('HarmonyGptOss')

const SYSTEM_WITHOUT_TOOLS = [
  '<|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.',
  'Knowledge cutoff: 2024-06',
  '',
  'Reasoning: medium',
  '',
  '# Valid channels: analysis, commentary, final. Channel must be included for every message.<|end|>',
].join('\n')
const SYSTEM = SYSTEM_WITHOUT_TOOLS.replace(
  '<|end|>',
  "\nCalls to these tools must go to the commentary channel: 'functions'.<|end|>",
)

const WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Gets the weather.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}
const WEATHER_TEXT = '// Gets the weather.\ntype get_weather = (_: {\ncity: string,\n}) => any;'

const CALL = {
  id: 'call_1',
  type: 'function',
  function: { name: 'get_weather', arguments: '{"city": "Tokyo"}' },
}
const CALL_TEXT =
  '<|start|>assistant to=functions.get_weather<|channel|>commentary <|constrain|>json<|message|>{"city": "Tokyo"}<|call|>'
const RESULT_TEXT = '<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>24 °C<|end|>'

/** The prefill's text, without the system message at its front. */
function textOf(request: ChatRequest, options?: FromChatRequestOptions): string {
  const text = encoding.decode(renderChatRequest(encoding, fromChatRequest(request, options)))
  const system = [SYSTEM, SYSTEM_WITHOUT_TOOLS].find((known) => text.startsWith(known))
  return system === undefined ? text : text.slice(system.length)
}

function user(content: unknown): { role: string; content: unknown } {
  return { role: 'user', content }
}

function faultOf(request: unknown): { code: string; path: string | undefined } {
  try {
    fromChatRequest(request as ChatRequest)
  } catch (error) {
    if (!(error instanceof HarmonyError)) throw error
    return { code: String(error.code), path: error.path }
  }
  throw new Error('no error')
}

describe('messages', () => {
  test('a system message comes first, with the official defaults', () => {
    const chat = fromChatRequest({ messages: [user('Hi')] })
    expect(encoding.decode(renderChatRequest(encoding, chat))).toBe(
      `${SYSTEM_WITHOUT_TOOLS}<|start|>user<|message|>Hi<|end|><|start|>assistant`,
    )
  })

  test.each(['system', 'developer'])(
    'the first message gives the instructions when it is a %s message',
    (role) => {
      expect(textOf({ messages: [{ role, content: 'Riddles only.' }, user('Hi')] })).toBe(
        '<|start|>developer<|message|># Instructions\n\nRiddles only.<|end|><|start|>user<|message|>Hi<|end|><|start|>assistant',
      )
    },
  )

  test('later system and developer messages stay where they are', () => {
    expect(
      textOf({
        messages: [
          { role: 'system', content: 'A' },
          { role: 'developer', content: 'B' },
          user('Hi'),
          { role: 'system', content: 'C' },
        ],
      }),
    ).toBe(
      [
        '<|start|>developer<|message|># Instructions\n\nA<|end|>',
        '<|start|>developer<|message|># Instructions\n\nB<|end|>',
        '<|start|>user<|message|>Hi<|end|>',
        '<|start|>developer<|message|># Instructions\n\nC<|end|><|start|>assistant',
      ].join(''),
    )
  })

  test('text parts are joined; an empty user message stays, a name is kept', () => {
    const parts = [
      { type: 'text', text: 'A' },
      { type: 'text', text: 'B' },
    ]
    expect(textOf({ messages: [user(parts), user(''), { role: 'user', name: 'alice', content: 'C' }] })).toBe(
      '<|start|>user<|message|>AB<|end|><|start|>user<|message|><|end|><|start|>user:alice<|message|>C<|end|><|start|>assistant',
    )
  })

  test('marker text in a message is text', () => {
    const tokens = renderChatRequest(encoding, fromChatRequest({ messages: [user('<|end|>')] }))
    expect(tokens.filter((token) => token === 200007)).toHaveLength(2)
  })

  test('a turn is reasoning, preamble, calls; results carry the name of the function', () => {
    const messages = [
      user('Weather?'),
      { role: 'assistant', reasoning: 'I look.', content: 'One moment.', tool_calls: [CALL] },
      { role: 'tool', tool_call_id: 'call_1', content: '24 °C' },
    ]
    expect(textOf({ messages, tools: [WEATHER] })).toBe(
      [
        `<|start|>developer<|message|># Tools\n\n## functions\n\nnamespace functions {\n\n${WEATHER_TEXT}\n\n} // namespace functions<|end|>`,
        '<|start|>user<|message|>Weather?<|end|>',
        '<|start|>assistant<|channel|>analysis<|message|>I look.<|end|>',
        '<|start|>assistant<|channel|>commentary<|message|>One moment.<|end|>',
        CALL_TEXT,
        RESULT_TEXT,
        '<|start|>assistant',
      ].join(''),
    )
  })

  test('calls can have the content type that vLLM writes', () => {
    const messages = [{ role: 'assistant', tool_calls: [CALL] }]
    expect(textOf({ messages }, { contentType: 'json' })).toBe(
      '<|start|>assistant to=functions.get_weather<|channel|>commentary json<|message|>{"city": "Tokyo"}<|call|><|start|>assistant',
    )
  })

  test.each(['reasoning', 'reasoning_content', 'thinking'])('reasoning under the key %s', (key) => {
    expect(textOf({ messages: [{ role: 'assistant', [key]: 'Hm.', tool_calls: [CALL] }] })).toBe(
      `<|start|>assistant<|channel|>analysis<|message|>Hm.<|end|>${CALL_TEXT}<|start|>assistant`,
    )
  })

  test('reasoning that is empty is none, and the next key is read', () => {
    const assistant = (fields: object): string =>
      textOf({ messages: [{ role: 'assistant', tool_calls: [CALL], ...fields }] })
    const hm = `<|start|>assistant<|channel|>analysis<|message|>Hm.<|end|>${CALL_TEXT}<|start|>assistant`
    expect(assistant({ reasoning: '', reasoning_content: 'Hm.' })).toBe(hm)
    expect(assistant({ reasoning: null, reasoning_content: '', thinking: 'Hm.' })).toBe(hm)
    expect(assistant({ reasoning: '' })).toBe(`${CALL_TEXT}<|start|>assistant`)
  })

  test('reasoning before the last answer is dropped, the open turn keeps its own', () => {
    const messages = [
      { role: 'assistant', reasoning: 'old 1', tool_calls: [CALL] },
      { role: 'tool', tool_call_id: 'call_1', content: '24 °C' },
      { role: 'assistant', reasoning: 'old 2', content: 'Warm.' },
      user('And now?'),
      { role: 'assistant', reasoning: 'new', tool_calls: [CALL] },
    ]
    const closed = `${CALL_TEXT}${RESULT_TEXT}<|start|>assistant<|channel|>final<|message|>Warm.<|end|><|start|>user<|message|>And now?<|end|>`
    expect(textOf({ messages })).toBe(
      `${closed}<|start|>assistant<|channel|>analysis<|message|>new<|end|>${CALL_TEXT}<|start|>assistant`,
    )
    const whole = fromChatRequest({ messages }, { dropAnalysis: 'none' })
    expect(
      whole.conversation.messages
        .filter((message) => message.channel === 'analysis')
        .map((message) => message.content),
    ).toEqual(['old 1', 'old 2', 'new'])
  })

  test('an answer is final: text, parts or a refusal; null beside reasoning is none', () => {
    const assistant = (fields: object): string => textOf({ messages: [{ role: 'assistant', ...fields }] })
    const final = (text: string): string =>
      `<|start|>assistant<|channel|>final<|message|>${text}<|end|><|start|>assistant`
    expect(assistant({ content: 'Yes.' })).toBe(final('Yes.'))
    expect(
      assistant({
        content: [
          { type: 'text', text: 'A' },
          { type: 'refusal', refusal: 'B' },
        ],
      }),
    ).toBe(final('AB'))
    for (const content of [undefined, null, '', []])
      expect(assistant({ content, refusal: 'No.' })).toBe(final('No.'))
    expect(assistant({ content: 'Well.', refusal: 'No.' })).toBe(final('Well.\nNo.'))
    expect(assistant({ content: 'Well.', refusal: '' })).toBe(final('Well.'))
    expect(assistant({ content: null, reasoning: 'Cut' })).toBe(
      '<|start|>assistant<|channel|>analysis<|message|>Cut<|end|><|start|>assistant',
    )
    expect(assistant({ content: '', tool_calls: [CALL] })).toBe(`${CALL_TEXT}<|start|>assistant`)
  })
})

describe('options and settings', () => {
  const effortOf = (request: ChatRequest, options?: FromChatRequestOptions): string | undefined => {
    const text = encoding.decode(renderChatRequest(encoding, fromChatRequest(request, options)))
    return /^Reasoning: (.*)$/m.exec(text)?.[1]
  }

  test.each([
    ['minimal', 'low'],
    ['low', 'low'],
    ['medium', 'medium'],
    ['high', 'high'],
    ['xhigh', 'high'],
    ['max', 'high'],
  ])('reasoning_effort %s is rendered as %s', (effort, rendered) => {
    expect(effortOf({ messages: [], reasoning_effort: effort })).toBe(rendered)
  })

  test("the request's effort goes before the option's", () => {
    expect(effortOf({ messages: [] }, { reasoningEffort: 'low' })).toBe('low')
    expect(effortOf({ messages: [], reasoning_effort: 'high' }, { reasoningEffort: 'low' })).toBe('high')
  })

  test('identity, cutoff, date, channels and built-in tools', () => {
    const options = {
      modelIdentity: 'You are Ada.',
      knowledgeCutoff: '2025-01',
      conversationStartDate: '2025-06-28',
      channels: ['final'],
      builtinTools: [{ name: 'clock', description: 'Tells the time.', tools: [] }],
    }
    expect(textOf({ messages: [] }, options)).toBe(
      [
        '<|start|>system<|message|>You are Ada.\nKnowledge cutoff: 2025-01\nCurrent date: 2025-06-28',
        'Reasoning: medium',
        '# Tools',
        '## clock',
        'Tells the time.',
        '# Valid channels: final. Channel must be included for every message.<|end|><|start|>assistant',
      ].join('\n\n'),
    )
  })

  test('calls to a built-in tool keep its name', () => {
    const call = { id: 'c', type: 'function', function: { name: 'browser.search', arguments: '{}' } }
    const messages = [
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'Found.' },
    ]
    const { conversation, toolNames } = fromChatRequest({ messages }, { builtinTools: [browserTool()] })
    expect(conversation.messages.slice(1)).toMatchObject([
      { recipient: 'browser.search' },
      { name: 'browser.search' },
    ])
    expect(toolNames).toEqual({})
    expect(fromChatRequest({ messages }).conversation.messages.slice(1)).toMatchObject([
      { recipient: 'functions.browser_search' },
      { name: 'functions.browser_search' },
    ])
  })

  test('a name that no header can have is no built-in tool', () => {
    const call = { id: 'c', type: 'function', function: { name: 'browser.open <|call|>', arguments: '{}' } }
    const { conversation } = fromChatRequest(
      { messages: [{ role: 'assistant', tool_calls: [call] }] },
      { builtinTools: [browserTool()] },
    )
    expect(conversation.messages[1]).toMatchObject({ recipient: 'functions.browser_open___call__' })
  })

  test('sampling parameters are carried through by the names that vLLM has for them', () => {
    const params = (request: object): unknown => fromChatRequest({ messages: [], ...request }).samplingParams
    expect(params({ model: 'gpt-oss-20b', stream: true, user: 'u', temperature: null })).toEqual({})
    expect(params({ temperature: 0.5, top_p: 0.9, seed: 7, stop: ['x'], n: 2, top_k: 40 })).toEqual({
      temperature: 0.5,
      top_p: 0.9,
      seed: 7,
      stop: ['x'],
      n: 2,
      top_k: 40,
    })
    expect(params({ max_tokens: 10 })).toEqual({ max_tokens: 10 })
    expect(params({ max_tokens: 10, max_completion_tokens: 20 })).toEqual({ max_tokens: 20 })
    expect(params({ logprobs: true, top_logprobs: 3 })).toEqual({ logprobs: 3 })
    expect(params({ logprobs: true })).toEqual({ logprobs: 0 })
    expect(params({ logprobs: false })).toEqual({})
  })
})

describe('response_format', () => {
  const schema = { type: 'object', properties: { a: { type: 'number' } } }
  const json = '{"type":"object","properties":{"a":{"type":"number"}}}'
  const format = {
    type: 'json_schema',
    json_schema: { name: 'answer', description: 'What it is.\nIn short.', schema, strict: true },
  }
  const section = `# Response Formats\n\n## answer\n\n// What it is.\n// In short.\n${json}`

  test('follows the instructions, with the tokens that the text has as a whole', () => {
    const { conversation } = fromChatRequest({
      messages: [{ role: 'system', content: 'Be brief.' }],
      response_format: format,
    })
    const text = `# Instructions\n\nBe brief.\n\n${section}`
    expect(encoding.render(conversation.messages[1])).toEqual(
      encoding.render({ role: 'developer', content: text }),
    )
  })

  test('follows the tools, with the tokens that the text has as a whole', () => {
    const { conversation } = fromChatRequest({
      messages: [{ role: 'system', content: 'Be brief.' }],
      tools: [WEATHER],
      response_format: format,
    })
    const tools = `# Tools\n\n## functions\n\nnamespace functions {\n\n${WEATHER_TEXT}\n\n} // namespace functions`
    const text = `# Instructions\n\nBe brief.\n\n${tools}\n\n${section}`
    expect(encoding.render(conversation.messages[1])).toEqual(
      encoding.render({ role: 'developer', content: text }),
    )
  })

  test('stands alone where there is nothing else', () => {
    const bare = { type: 'json_schema', json_schema: { name: 'answer', schema } }
    expect(textOf({ messages: [], response_format: bare })).toBe(
      `<|start|>developer<|message|># Response Formats\n\n## answer\n\n${json}<|end|><|start|>assistant`,
    )
  })

  test.each(['text', 'json_object'])('%s adds nothing', (type) => {
    expect(textOf({ messages: [], response_format: { type } })).toBe('<|start|>assistant')
  })
})

describe('tools', () => {
  const named = (name: string): object => ({ type: 'function', function: { name, description: null } })
  const choose = (name: string): object => ({ type: 'function', function: { name } })

  test('names that are no identifiers are changed, the same way in tools, calls and results, and can be changed back', () => {
    const messages = [
      {
        role: 'assistant',
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'get-weather', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: '24' },
    ]
    const tools = [named('get-weather'), named('get_weather'), named('3d.plot'), named('größe')]
    const { conversation, toolNames } = fromChatRequest({ messages, tools })
    expect(toolNames).toEqual({ get_weather_2: 'get-weather', _3d_plot: '3d.plot' })
    expect(conversation.messages.slice(1)).toMatchObject([
      {
        content: [
          {
            tools: {
              functions: {
                tools: [
                  { name: 'get_weather_2', description: '' },
                  { name: 'get_weather', description: '' },
                  { name: '_3d_plot', description: '' },
                  { name: 'größe', description: '' },
                ],
              },
            },
          },
        ],
      },
      { recipient: 'functions.get_weather_2' },
      { name: 'functions.get_weather_2' },
    ])
  })

  test('changed names are identifiers, and no two are the same', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.string({
            minLength: 1,
            maxLength: 4,
            unit: fc.constantFrom('a', '_', '-', '.', '2', '😀', 'é'),
          }),
        ),
        (names) => {
          const { conversation, toolNames } = fromChatRequest({ messages: [], tools: names.map(named) })
          const content = conversation.messages[1]?.content
          const tools =
            typeof content === 'object' && content[0]?.type === 'developer_content'
              ? content[0].tools?.['functions']?.tools
              : []
          const rendered = (tools ?? []).map((tool) => tool.name)
          for (const name of rendered) expect(name).toMatch(/^[\p{L}_$][\p{L}\d_$]*$/u)
          expect(new Set(rendered).size).toBe(names.length)
          expect(rendered.map((name) => toolNames[name] ?? name)).toEqual(names)
        },
      ),
    )
  })

  test('tool_choice none takes the tools away, and leaves old calls', () => {
    const messages = [{ role: 'assistant', tool_calls: [CALL] }]
    expect(textOf({ messages, tools: [WEATHER], tool_choice: 'none' })).toBe(`${CALL_TEXT}<|start|>assistant`)
  })

  const end = (request: object): string => {
    const text = textOf({ messages: [user('Hi')], ...request })
    return text.slice(text.lastIndexOf('<|start|>'))
  }
  const opened = (name: string): string =>
    `<|start|>assistant<|channel|>commentary to=functions.${name} <|constrain|>json<|message|>`

  test('auto opens nothing', () => {
    expect(end({ tools: [WEATHER] })).toBe('<|start|>assistant')
    expect(end({ tools: [WEATHER], tool_choice: 'auto' })).toBe('<|start|>assistant')
  })

  test('required, or a function by its name, opens the header of the call, in the order of the model', () => {
    expect(end({ tools: [WEATHER], tool_choice: 'required' })).toBe(opened('get_weather'))
    expect(end({ tools: [named('f'), named('g-1')], tool_choice: choose('g-1') })).toBe(opened('g_1'))
    const vllm = fromChatRequest(
      { messages: [], tools: [WEATHER], tool_choice: 'required' },
      { contentType: 'json' },
    )
    expect(encoding.decode(renderChatRequest(encoding, vllm))).toMatch(
      /to=functions\.get_weather json<\|message\|>$/,
    )
  })

  test('required among several opens it as far as their names have the same tokens', () => {
    expect(end({ tools: [named('get_weather'), named('get_time')], tool_choice: 'required' })).toBe(
      '<|start|>assistant<|channel|>commentary to=functions.get',
    )
    expect(end({ tools: [named('get'), named('get_time')], tool_choice: 'required' })).toBe(
      '<|start|>assistant<|channel|>commentary to=functions.get',
    )
    // `.search` is one token: the header ends before the full stop.
    expect(end({ tools: [named('search'), named('get')], tool_choice: 'required' })).toBe(
      '<|start|>assistant<|channel|>commentary to=functions',
    )
  })

  test('allowed_tools renders those alone', () => {
    const tools = [named('a'), named('b'), named('c')]
    const allow = (mode: string): object => ({
      tools,
      tool_choice: { type: 'allowed_tools', allowed_tools: { mode, tools: [choose('c'), choose('a')] } },
    })
    const { conversation, forcedCall } = fromChatRequest({ messages: [], ...allow('required') })
    expect(conversation.messages[1]?.content).toMatchObject([
      { tools: { functions: { tools: [{ name: 'a' }, { name: 'c' }] } } },
    ])
    expect(forcedCall?.recipients).toEqual(['functions.a', 'functions.c'])
    expect(fromChatRequest({ messages: [], ...allow('auto') })).not.toHaveProperty('forcedCall')
  })
})

describe('errors', () => {
  const image = { type: 'image_url', image_url: { url: 'data:,' } }
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic

  test.each([
    ['no object', 5, 'invalid-request', ''],
    ['no messages', {}, 'invalid-request', 'messages'],
    ['an unknown role', { messages: [{ role: 'bot', content: '' }] }, 'invalid-request', 'messages[0].role'],
    ['content of another kind', { messages: [user(5)] }, 'invalid-request', 'messages[0].content'],
    [
      'an image',
      { messages: [user([{ type: 'text', text: '' }, image])] },
      'unsupported-content',
      'messages[0].content[1].type',
    ],
    [
      'audio',
      { messages: [{ role: 'assistant', audio: { id: 'a' } }] },
      'unsupported-content',
      'messages[0].audio',
    ],
    [
      'reasoning of another kind',
      { messages: [{ role: 'assistant', reasoning: {} }] },
      'invalid-request',
      'messages[0].reasoning',
    ],
    [
      'arguments as a list',
      callWith({ name: 'f', arguments: [] }),
      'invalid-request',
      'messages[0].tool_calls[0].function.arguments',
    ],
    [
      'a result without its call',
      { messages: [{ role: 'tool', tool_call_id: 'c', content: '' }] },
      'unknown-tool-call',
      'messages[0].tool_call_id',
    ],
    [
      'the old form of a call',
      { messages: [{ role: 'assistant', function_call: {} }] },
      'invalid-request',
      'messages[0].function_call',
    ],
    [
      'a tool that is no function',
      { messages: [], tools: [{ type: 'file_search' }] },
      'unsupported-content',
      'tools[0].type',
    ],
    [
      'a tool without a name',
      { messages: [], tools: [{ type: 'function', function: {} }] },
      'invalid-request',
      'tools[0].function.name',
    ],
    ['an unknown effort', { messages: [], reasoning_effort: 'none' }, 'invalid-request', 'reasoning_effort'],
    [
      'an effort like a method',
      { messages: [], reasoning_effort: 'toString' },
      'invalid-request',
      'reasoning_effort',
    ],
    ['an unknown choice', { messages: [], tool_choice: 'any' }, 'invalid-request', 'tool_choice'],
    ['a required call without tools', { messages: [], tool_choice: 'required' }, 'invalid-request', 'tools'],
    [
      'a function that is not there',
      { messages: [], tool_choice: { type: 'function', function: { name: 'f' } } },
      'invalid-request',
      'tool_choice.function.name',
    ],
    [
      'a required call with an empty list of tools',
      { messages: [], tools: [], tool_choice: 'required' },
      'invalid-request',
      'tools',
    ],
    [
      'a required call with no tool allowed',
      {
        messages: [],
        tools: [WEATHER],
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [] } },
      },
      'invalid-request',
      'tool_choice.allowed_tools.tools',
    ],
    [
      'an unknown format',
      { messages: [], response_format: { type: 'xml' } },
      'invalid-request',
      'response_format.type',
    ],
    [
      'a schema that is none',
      { messages: [], response_format: { type: 'json_schema', json_schema: { name: 'a' } } },
      'invalid-request',
      'response_format.json_schema.schema',
    ],
    [
      'a refusal of another kind',
      { messages: [{ role: 'assistant', refusal: 5 }] },
      'invalid-request',
      'messages[0].refusal',
    ],
    [
      'a refusal of another kind beside text',
      { messages: [{ role: 'assistant', content: 'A', refusal: {} }] },
      'invalid-request',
      'messages[0].refusal',
    ],
    [
      'content of another kind beside a refusal',
      { messages: [{ role: 'assistant', content: 5, refusal: 'A' }] },
      'invalid-request',
      'messages[0].content',
    ],
    [
      'reasoning of another kind under another key',
      { messages: [{ role: 'assistant', reasoning: '', thinking: 5 }] },
      'invalid-request',
      'messages[0].thinking',
    ],
    ['the old form of tools', { messages: [], functions: [] }, 'invalid-request', 'functions'],
    ['the old form of a choice', { messages: [], function_call: 'auto' }, 'invalid-request', 'function_call'],
    [
      'the old form of a result',
      { messages: [{ role: 'function', name: 'f', content: '' }] },
      'invalid-request',
      'messages[0].role',
    ],
    [
      'two calls of one id',
      {
        messages: [
          user('Hi'),
          {
            role: 'assistant',
            tool_calls: [CALL, { ...CALL, function: { name: 'get_time', arguments: '{}' } }],
          },
        ],
      },
      'invalid-request',
      'messages[1].tool_calls[1].id',
    ],
    [
      'parameters that are cyclic',
      { messages: [], tools: [{ type: 'function', function: { name: 'f', parameters: cyclic } }] },
      'invalid-request',
      'tools[0].function.parameters',
    ],
  ])('%s', (_, request, code, path) => {
    expect(faultOf(request)).toEqual({ code, path })
  })

  test.each([
    ['cyclic', cyclic],
    ['a BigInt in it', { maximum: 1n }],
    ['a toJSON that gives nothing', { toJSON: () => undefined }],
    ['a toJSON that throws', { toJSON: () => JSON.parse('') as unknown }],
    ['no object', 'object'],
    ['a list', []],
  ])('a schema that JSON cannot hold: %s', (_, schema) => {
    const path = 'response_format.json_schema.schema'
    const format = { type: 'json_schema', json_schema: { name: 'a', schema } }
    expect(faultOf({ messages: [], response_format: format })).toEqual({ code: 'invalid-request', path })
  })

  test('a schema may be as deep as one in a conversation', () => {
    const nested = (levels: number): object => (levels === 1 ? {} : { a: nested(levels - 1) })
    const requests = (levels: number): object[] => [
      {
        messages: [],
        response_format: { type: 'json_schema', json_schema: { name: 'a', schema: nested(levels) } },
      },
      { messages: [], tools: [{ type: 'function', function: { name: 'f', parameters: nested(levels) } }] },
    ]
    for (const request of requests(118))
      expect(textOf(request as ChatRequest)).toContain('<|start|>developer')
    for (const request of requests(119)) expect(faultOf(request)).toMatchObject({ code: 'invalid-request' })
  })

  test.each([' ', 'a b', 'a\n', 'a\u00a0', '<|end|>', 'a<', 'a>', ''])(
    'a name that no header can have: %j',
    (name) => {
      expect(faultOf({ messages: [{ role: 'user', name, content: 'Hi' }] })).toEqual({
        code: 'invalid-request',
        path: 'messages[0].name',
      })
    },
  )

  test('calls of one id in different messages are fine: a result is for the later one', () => {
    const other = { ...CALL, function: { name: 'get_time', arguments: '{}' } }
    const messages = [
      { role: 'assistant', tool_calls: [CALL] },
      { role: 'tool', tool_call_id: CALL.id, content: 'A' },
      { role: 'assistant', tool_calls: [other] },
      { role: 'tool', tool_call_id: CALL.id, content: 'B' },
    ]
    const names = fromChatRequest({ messages }).conversation.messages.flatMap(({ name }) => name ?? [])
    expect(names).toEqual(['functions.get_weather', 'functions.get_time'])
  })

  function callWith(called: object): object {
    return {
      messages: [{ role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: called }] }],
    }
  }

  test('whatever a request holds, it becomes a conversation that renders, or a HarmonyError', () => {
    const keys = [
      'messages',
      'role',
      'content',
      'tools',
      'tool_choice',
      'tool_calls',
      'function',
      'type',
      'name',
      'id',
      'tool_call_id',
      'reasoning',
      'reasoning_details',
      'chat_template_kwargs',
      'continue_final_message',
      'prefix',
      'custom',
      'input',
      'arguments',
      'stop',
      'n',
      'response_format',
      'schema',
      'model',
    ]
    const word = fc.oneof(
      fc.constantFrom('user', 'assistant', 'tool', 'function', 'text', 'required', 'a'),
      fc.string(),
    )
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        word,
        fc.constantFrom(null, 1, true),
        fc.array(tie('value')),
        tie('object'),
      ),
      object: fc.dictionary(fc.constantFrom(...keys), tie('value')),
    }))
    const messages = fc.array(
      fc.record({ role: word, content: value, tool_calls: value, name: value }, { requiredKeys: [] }),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          value,
          fc.record({ messages, tools: value, tool_choice: value }, { requiredKeys: ['messages'] }),
        ),
        (request) => {
          try {
            const chat = fromChatRequest(request as ChatRequest)
            expect(parseConversation(chat.conversation)).toEqual(chat.conversation)
            expect(renderChatRequest(encoding, chat).every(Number.isInteger)).toBe(true)
          } catch (error) {
            if (!(error instanceof HarmonyError)) throw error
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})
