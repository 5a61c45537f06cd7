import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadHarmonyEncoding } from '../../src/encoding.js'
import { HarmonyError } from '../../src/errors.js'
import { developerMessage, systemMessage } from '../../src/message/builders.js'
import {
  prefillLines,
  prefillRecordToJson,
  type PrefillOptions,
  type PrefillRecord,
} from '../../src/batch/index.js'
import { collect } from './collect.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

async function outcomesOf(lines: readonly (object | string)[], options?: PrefillOptions) {
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  return collect(prefillLines(encoding, texts, options))
}

async function recordOf(line: object, options?: PrefillOptions): Promise<PrefillRecord> {
  const [outcome] = await outcomesOf([line], options)
  if (outcome === undefined || !('record' in outcome)) throw outcome?.error ?? new Error('no outcome')
  return outcome.record
}

async function textOf(line: object, options?: PrefillOptions): Promise<string> {
  return encoding.decode((await recordOf(line, options)).promptTokenIds)
}

async function faultOf(line: object | string, options?: PrefillOptions): Promise<unknown> {
  const [outcome] = await outcomesOf([line], options)
  return outcome !== undefined && 'error' in outcome ? outcome.error.code : outcome
}

const HI = { role: 'user', content: 'Hi' }
/** The official library's ids for the user's "Hi" and the beginning of an answer. */
const HI_TOKENS = [200006, 1428, 200008, 12194, 200007, 200006, 173781]

describe('lines', () => {
  test('a Harmony conversation is rendered as it is', async () => {
    const line = { custom_id: 'a', messages: [{ ...HI, channel: null }] }
    expect(await recordOf(line)).toEqual({
      customId: 'a',
      promptTokenIds: HI_TOKENS,
      stopTokenIds: [200002, 200012],
    })
  })

  test('a Chat body and a batch line around it become the same conversation, with a system message', async () => {
    const body = { model: 'gpt-oss-20b', messages: [HI], reasoning_effort: 'high', temperature: 0.5 }
    const tokens = encoding.renderConversationForCompletion(
      { messages: [systemMessage({ reasoningEffort: 'high' }), HI as never] },
      'assistant',
    )
    const expected = {
      customId: 'b',
      promptTokenIds: tokens,
      stopTokenIds: [200002, 200012],
      samplingParams: { temperature: 0.5 },
    }
    expect(await recordOf({ custom_id: 'b', ...body })).toEqual(expected)
    expect(await recordOf({ custom_id: 'b', method: 'POST', url: '/v1/chat/completions', body })).toEqual(
      expected,
    )
  })

  test.each([
    ['a channel', { messages: [{ ...HI, channel: null }] }],
    ['a recipient', { messages: [{ role: 'assistant', recipient: 'functions.f', content: '{}' }] }],
    ['a content type', { messages: [{ role: 'assistant', content_type: 'json', content: '{}' }] }],
    ['system content', { messages: [systemMessage(), HI] }],
    ['developer content', { messages: [developerMessage({ instructions: 'A' }), HI] }],
    ['a tool named by itself', { messages: [{ role: 'tool', name: 'functions.f', content: '1' }] }],
  ])('%s makes a line a Harmony conversation', async (_, line) => {
    expect((await recordOf(line)).promptTokenIds).toEqual(
      encoding.renderConversationForCompletion(line as never, 'assistant'),
    )
  })

  test.each([
    ['tool_calls', { role: 'assistant', content: '', tool_calls: [{ id: 'c', function: { name: 'f' } }] }],
    ['reasoning', { role: 'assistant', content: 'Hi', reasoning: 'R' }],
    ['thinking', { role: 'assistant', content: 'Hi', thinking: 'R' }],
    ['refusal', { role: 'assistant', content: null, refusal: 'No.' }],
  ])('%s makes a line a Chat body, whatever else it holds', async (key, message) => {
    // As a training set for another renderer has it: a tool's message by name.
    const tool = { role: 'tool', name: 'f', content: '20' }
    const messages = key === 'tool_calls' ? [HI, message, tool] : [HI, message]
    expect(await textOf({ messages })).toContain('<|start|>system')
    expect(await faultOf({ messages }, { from: 'conversation' })).toBe('invalid-line')
    expect(await faultOf({ messages: [{ ...HI, channel: 'final' }, message] })).toBe('invalid-request')
  })

  test('settings of lines are no fields of the body; unknown fields are errors', async () => {
    const settings = { drop_analysis: 'none', model_identity: 'You are Zed.', prepare_schemas: true }
    expect(await textOf({ custom_id: 'a', messages: [HI], ...settings })).toContain('You are Zed.')
    expect(await faultOf({ messages: [HI], drop_analysys: 'none' })).toBe('unknown-field')
    expect(await faultOf({ messages: [HI], cache_salt: 's' })).toBe('invalid-request')
    expect(await faultOf({ messages: [{ ...HI, channel: null }], continue_final_message: true })).toBe(
      'invalid-request',
    )
  })

  test("a line's own effort, however it is named, goes before the run's", async () => {
    for (const fields of [
      { reasoning: { effort: 'high' } },
      { chat_template_kwargs: { reasoning_effort: 'high' } },
    ])
      expect(await textOf({ messages: [HI], ...fields }, { reasoningEffort: 'low' })).toContain(
        'Reasoning: high',
      )
  })

  test('a kind that is asked for is not looked for', async () => {
    expect((await recordOf({ messages: [HI] }, { from: 'conversation' })).promptTokenIds).toEqual(HI_TOKENS)
    expect(await faultOf({ messages: [HI] }, { from: 'batch' })).toBe('invalid-line')
    expect(await faultOf({ body: { messages: [HI] } }, { from: 'chat' })).toBe('invalid-line')
  })

  test('without a custom_id, the line number names the record; a number is taken as its digits', async () => {
    const outcomes = await outcomesOf([
      { messages: [HI] },
      '',
      { custom_id: 7, messages: [HI] },
      { messages: [HI] },
    ])
    expect(
      outcomes.map((outcome) =>
        'record' in outcome ? [outcome.lineNumber, outcome.record.customId] : outcome,
      ),
    ).toEqual([
      [1, 'line-1'],
      [3, '7'],
      [4, 'line-4'],
    ])
  })

  test('bad lines are failures among the others, with their custom_id where it could be read', async () => {
    const outcomes = await outcomesOf([
      { custom_id: 'a', messages: [{ role: 'bot' }] },
      '{"messages":',
      '[]',
      { custom_id: 'b', messages: [HI] },
    ])
    expect(
      outcomes.map((outcome) =>
        'error' in outcome ? [outcome.lineNumber, outcome.customId, outcome.error.code] : 'fine',
      ),
    ).toEqual([
      [1, 'a', 'invalid-request'],
      [2, undefined, 'invalid-json'],
      [3, undefined, 'invalid-line'],
      'fine',
    ])
    expect(await faultOf({ custom_id: {}, messages: [HI] })).toBe('invalid-line')
    expect(await faultOf({ prompt: 'Hi' })).toBe('invalid-line')
    expect(await faultOf({ messages: [HI], sampling_params: 5 })).toBe('invalid-request')
    expect(await faultOf({ body: 5 })).toBe('invalid-request')
  })

  test('sampling parameters under their own name go before those of the body', async () => {
    const line = {
      messages: [HI],
      temperature: 0.5,
      max_tokens: 10,
      sampling_params: { temperature: 0, top_k: 5 },
    }
    expect((await recordOf(line)).samplingParams).toEqual({ temperature: 0, max_tokens: 10, top_k: 5 })
  })

  test("the body's sampling parameters go before those of the line around it, one by one", async () => {
    const line = {
      body: { messages: [HI], min_p: 0.5, sampling_params: { top_k: 1 } },
      sampling_params: { top_k: 2, min_p: 0, n: 3 },
    }
    expect((await recordOf(line)).samplingParams).toEqual({ top_k: 1, min_p: 0, n: 3 })
  })

  test.each([
    ['by the API', { stop_token_ids: [7, 200012, 7] }],
    ["by the engine's name", { sampling_params: { stop_token_ids: [7, 200012, 7] } }],
  ])('stop tokens of its own, given %s, come behind the usual ones', async (_, fields) => {
    for (const line of [
      { messages: [HI], ...fields },
      { messages: [{ ...HI, channel: null }], ...fields },
    ]) {
      const record = await recordOf(line)
      expect(record.stopTokenIds).toEqual([200002, 200012, 7])
      expect(record).not.toHaveProperty('samplingParams')
    }
    expect((await recordOf({ messages: [HI] })).stopTokenIds).toEqual([200002, 200012])
  })

  test.each([
    { stop_token_ids: 5 },
    { stop_token_ids: ['a'] },
    { stop_token_ids: [1.5] },
    { stop_token_ids: [-1] },
  ])('stop tokens that are none: %j', async (fields) => {
    expect(await faultOf({ messages: [HI], ...fields })).toBe('invalid-line')
  })

  test.each([
    '"seed":18446744073709551615',
    '"temperature":1e400',
    '"sampling_params":{"logit_bias":{"1":[9007199254740993]}}',
  ])('a number that JavaScript does not hold is a failure: %s', async (field) => {
    expect(await faultOf(`{"messages":[],${field}}`)).toBe('invalid-request')
  })

  test.each(['1.5', '9007199254740993', '"\\ud83d"', 'true', '[]'])(
    'a custom_id that would come out another is a failure: %s',
    async (id) => {
      expect(await faultOf(`{"custom_id":${id},"messages":[]}`)).toBe('invalid-line')
    },
  )

  test('a batch line to another endpoint is a failure', async () => {
    const body = { messages: [HI] }
    expect(await faultOf({ url: '/v1/responses', body })).toBe('invalid-line')
    expect(await faultOf({ url: 5, body })).toBe('invalid-line')
    expect(await recordOf({ url: 'https://host/v1/chat/completions', body })).toEqual(
      await recordOf({ body }),
    )
  })

  test.each([{ tool_choice: 'required' }, { tool_choice: 'auto' }, { response_format: { type: 'text' } }])(
    'a conversation has no place for %j',
    async (field) => {
      const [outcome] = await outcomesOf([{ messages: [{ ...HI, channel: null }], ...field }])
      expect(outcome).toMatchObject({ error: { code: 'invalid-request', path: Object.keys(field)[0] } })
    },
  )

  test('records in the form of output lines', async () => {
    const line = { custom_id: 'a', messages: [{ ...HI, channel: null }], top_p: 1 }
    const tool = { type: 'function', function: { name: 'get-it' } }
    expect(prefillRecordToJson(await recordOf(line))).toEqual({
      custom_id: 'a',
      prompt_token_ids: HI_TOKENS,
      stop_token_ids: [200002, 200012],
      sampling_params: { top_p: 1 },
      num_prompt_tokens: 7,
    })
    expect(prefillRecordToJson(await recordOf({ messages: [HI], tools: [tool] }))).toMatchObject({
      tool_names: { get_it: 'get-it' },
    })
  })
})

describe('settings', () => {
  const options: PrefillOptions = {
    reasoningEffort: 'high',
    conversationStartDate: '2025-06-28',
    modelIdentity: 'You are Ada.',
    knowledgeCutoff: '2025-01',
    builtinTools: ['python'],
    tools: [{ type: 'function', function: { name: 'get-it', description: 'Gets it.' } }],
  }
  const heading = [
    'You are Ada.\nKnowledge cutoff: 2025-01\nCurrent date: 2025-06-28\n\nReasoning: high\n\n# Tools\n\n## python\n',
    '# Tools\n\n## functions\n\nnamespace functions {\n\n// Gets it.\ntype get_it = () => any;\n\n} // namespace functions',
  ]
  const fields = {
    reasoning_effort: 'xhigh',
    conversation_start_date: '2025-06-28',
    model_identity: 'You are Ada.',
    knowledge_cutoff: '2025-01',
    builtin_tools: ['python'],
    tools: options.tools,
  }

  const conversation = { messages: [{ ...HI, channel: null }] }
  const chat = { messages: [HI] }

  test.each([
    ['a conversation', conversation],
    ['a Chat body', chat],
    ['a batch line', { body: chat }],
  ])('of the run, for %s', async (_, line) => {
    const text = await textOf(line, options)
    for (const part of heading) expect(text).toContain(part)
    expect(await recordOf(line, options)).toMatchObject({ toolNames: { get_it: 'get-it' } })
  })

  test.each([
    ['of a conversation', { ...conversation, ...fields }],
    ['of a Chat body', { ...chat, ...fields }],
    ['of a batch line', { body: chat, ...fields }],
    ["of a batch line's body", { body: { ...chat, ...fields }, model_identity: 'You are Bob.' }],
  ])('%s go before those of the run', async (_, line) => {
    const text = await textOf(line, {
      reasoningEffort: 'low',
      conversationStartDate: '1999-01-01',
      modelIdentity: 'You are Eve.',
      knowledgeCutoff: '1998-01',
      builtinTools: ['browser'],
      tools: [],
    })
    for (const part of heading) expect(text).toContain(part)
  })

  test("take the place of what a conversation's own messages say, and leave the rest", async () => {
    const messages = [
      systemMessage({ conversationStartDate: '2024-01-01', channels: ['final'] }),
      developerMessage({ instructions: 'A', tools: [{ name: 'old', description: '' }] }),
    ]
    const text = await textOf(
      { messages },
      { reasoningEffort: 'low', modelIdentity: 'You are Ada.', tools: options.tools },
    )
    expect(text).toContain(
      'You are Ada.\nKnowledge cutoff: 2024-06\nCurrent date: 2024-01-01\n\nReasoning: low\n\n# Valid channels: final.',
    )
    expect(text).toContain(
      '# Instructions\n\nA\n\n# Tools\n\n## functions\n\nnamespace functions {\n\n// Gets it.\ntype get_it = () => any;\n\n}',
    )
  })

  describe("a conversation's tools", () => {
    const tool = (name: string) => ({ type: 'function', function: { name } })
    const functions = { name: 'functions', tools: [{ name: 'old', description: '' }] }
    const clock = { name: 'clock', description: 'Tells the time.', tools: [] }
    const withTools = (tools: object) => ({
      role: 'developer',
      content: [{ type: 'developer_content', instructions: 'A', tools }],
    })
    const renderedAs = (messages: readonly object[]) =>
      encoding.renderConversationForCompletion({ messages } as never, 'assistant')

    test('are gone with an empty list, in every developer message, and other namespaces stay', async () => {
      const messages = [withTools({ functions }), conversation.messages[0], withTools({ clock, functions })]
      const expected = renderedAs([developerMessage({ instructions: 'A' }), HI, withTools({ clock })])
      expect((await recordOf({ messages, tools: [] })).promptTokenIds).toEqual(expected)
      expect((await recordOf({ messages }, { tools: [] })).promptTokenIds).toEqual(expected)
    })

    test.each([
      ['no developer message', [{ ...HI, channel: null }]],
      [
        'one of plain text',
        [
          { role: 'developer', content: 'A' },
          { ...HI, channel: null },
        ],
      ],
      ['one without tools', [developerMessage({ instructions: 'A' }), HI]],
    ])('an empty list adds nothing to %s', async (_, messages) => {
      expect((await recordOf({ messages, tools: [] })).promptTokenIds).toEqual(renderedAs(messages))
    })

    test('that are built in are gone with an empty list', async () => {
      const messages = [systemMessage({ tools: [clock] }), HI]
      for (const text of [
        await textOf({ messages, builtin_tools: [] }),
        await textOf({ messages }, { builtinTools: [] }),
      ]) {
        expect(text).toBe(encoding.decode(renderedAs([systemMessage(), HI])))
      }
    })

    test('stand behind the system messages at the front, where there is no developer message', async () => {
      const developer = { role: 'developer', content: [{ type: 'developer_content', tools: { functions } }] }
      const system = { role: 'system', content: 'A' }
      const place = async (messages: readonly object[]) =>
        (await recordOf({ messages, tools: [tool('old')] }, { from: 'conversation' })).promptTokenIds
      expect(await place([HI])).toEqual(renderedAs([developer, HI]))
      expect(await place([systemMessage(), system, HI, system])).toEqual(
        renderedAs([systemMessage(), system, developer, HI, system]),
      )
      expect(await place([system])).toEqual(renderedAs([system, developer]))
      expect(await place([])).toEqual(renderedAs([developer]))
    })

    test('give their names to the calls and results before', async () => {
      const history = (name: string) => [
        { role: 'assistant', recipient: `functions.${name}`, channel: 'commentary', content: '{}' },
        {
          role: 'tool',
          name: `functions.${name}`,
          recipient: 'assistant',
          channel: 'commentary',
          content: '1',
        },
      ]
      const others = [
        { role: 'assistant', recipient: 'browser.get-it', channel: 'analysis', content: '{}' },
        { role: 'user', name: 'get-it', content: 'Hi' },
        ...history('other-one'),
      ]
      const line = { messages: [...history('get-it'), ...others], tools: [tool('get-it'), tool('get_it')] }
      const record = await recordOf(line)
      expect(record.toolNames).toEqual({ get_it_2: 'get-it' })
      const text = encoding.decode(record.promptTokenIds)
      expect(text.slice(text.indexOf('<|end|>') + '<|end|>'.length)).toBe(
        encoding.decode(renderedAs([...history('get_it_2'), ...others])),
      )
    })
  })

  test('have no place in messages of plain text', async () => {
    expect(
      await faultOf(
        { messages: [{ role: 'system', content: 'A', channel: null }] },
        { reasoningEffort: 'low' },
      ),
    ).toBe('invalid-conversation')
    expect(
      await faultOf(
        { messages: [{ role: 'developer', content: 'A', channel: null }] },
        { tools: options.tools },
      ),
    ).toBe('invalid-conversation')
  })

  test.each([
    { reasoning_effort: 5 },
    { reasoning_effort: 'none' },
    { builtin_tools: ['shell'] },
    { tools: {} },
    { drop_analysis: 'all' },
    { header_order: 'random' },
    { conversation_start_date: 20250628 },
  ])('that are wrong are failures: %j', async (field) => {
    expect(await faultOf({ ...conversation, ...field })).toBe('invalid-request')
    expect(await faultOf({ ...chat, ...field })).toBe('invalid-request')
  })

  describe('which reasoning is dropped', () => {
    const analysis = (content: string) => ({ role: 'assistant', channel: 'analysis', content })
    const final = { role: 'assistant', channel: 'final', content: 'F' }
    const harmony = { messages: [analysis('1'), final, HI, analysis('2'), final, HI] }
    const body = {
      messages: [
        { role: 'assistant', reasoning: '1', content: 'F' },
        HI,
        { role: 'assistant', reasoning: '2', content: 'F' },
        HI,
      ],
    }
    const kept = async (line: object, options?: PrefillOptions) =>
      [...(await textOf(line, options)).matchAll(/analysis<\|message\|>(.)/g)].map(([, content]) => content)

    test.each([
      [harmony, undefined, ['2']],
      [harmony, 'before-first-final', ['2']],
      [harmony, 'completed-turns', []],
      [harmony, 'none', ['1', '2']],
      [body, undefined, []],
      [body, 'before-first-final', ['2']],
      [body, 'completed-turns', []],
      [body, 'none', ['1', '2']],
    ] as const)('of %j with %s: %j stays', async (line, dropAnalysis, expected) => {
      expect(await kept(line, { dropAnalysis })).toEqual(expected)
      expect(await kept({ ...line, drop_analysis: dropAnalysis }, { dropAnalysis: 'none' })).toEqual(
        dropAnalysis === undefined ? ['1', '2'] : expected,
      )
    })
  })

  test('the order of the header, and the content type of calls', async () => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }
    const body = { messages: [{ role: 'assistant', tool_calls: [call] }] }
    expect(await textOf(body, { headerOrder: 'channel-first' })).toContain(
      'assistant<|channel|>commentary to=functions.f <|constrain|>json',
    )
    expect(await textOf({ ...body, header_order: 'channel-first' })).toContain(
      'assistant<|channel|>commentary to=functions.f <|constrain|>json',
    )
    expect(await textOf(body, { contentType: 'json' })).toContain(
      'assistant to=functions.f<|channel|>commentary json<|message|>',
    )
  })
})

describe('conversations that are too long', () => {
  const messages = [
    HI,
    { role: 'assistant', channel: 'final', content: 'Yo' },
    { role: 'user', content: 'Bye' },
  ]
  const line = { custom_id: 'a', messages }
  const rendered = encoding.renderConversationForCompletion({ messages: messages as never }, 'assistant')

  test('are failures that say what is long', async () => {
    expect(await recordOf(line, { maxPromptTokens: rendered.length })).toMatchObject({
      promptTokenIds: rendered,
    })
    const [outcome] = await outcomesOf([line], { maxPromptTokens: rendered.length - 1 })
    expect(outcome).toMatchObject({ customId: 'a', error: { code: 'token-budget-exceeded' } })
  })

  test('are kept on request', async () => {
    expect(await recordOf(line, { maxPromptTokens: 1, overLong: 'keep' })).toMatchObject({
      promptTokenIds: rendered,
    })
  })

  test('lose their oldest turns on request, and fail where the last one is too long by itself', async () => {
    const last = encoding.renderConversationForCompletion(
      { messages: messages.slice(2) as never },
      'assistant',
    )
    const options = { overLong: 'drop-oldest-turns' } as const
    expect(await recordOf(line, { ...options, maxPromptTokens: rendered.length - 1 })).toMatchObject({
      promptTokenIds: last,
    })
    expect(await faultOf(line, { ...options, maxPromptTokens: last.length - 1 })).toBe(
      'token-budget-exceeded',
    )
  })

  test("a forced call's header counts", async () => {
    const body = {
      messages: [HI],
      tools: [{ type: 'function', function: { name: 'f' } }],
      tool_choice: 'required',
    }
    const { length } = (await recordOf(body)).promptTokenIds
    expect(await recordOf(body, { maxPromptTokens: length })).toBeDefined()
    expect(await faultOf(body, { maxPromptTokens: length - 1 })).toBe('token-budget-exceeded')
    expect(await faultOf(body, { maxPromptTokens: length - 1, overLong: 'drop-oldest-turns' })).toBe(
      'token-budget-exceeded',
    )
  })

  test.each([{ maxPromptTokens: NaN }, { reserve: NaN }, { reserve: -1 }, { reserve: 1.5 }])(
    'a limit that is no whole number is refused: %j',
    (options) => {
      expect(() => prefillLines(encoding, [], options)).toThrow(RangeError)
    },
  )

  test("leave room for the answer: the run's reserve, or else the line's max_tokens", async () => {
    const { length } = rendered
    const fits = async (body: object, options: PrefillOptions) =>
      (await faultOf({ ...line, ...body }, options)) !== 'token-budget-exceeded'

    expect(await fits({}, { maxPromptTokens: length + 10, reserve: 10 })).toBe(true)
    expect(await fits({}, { maxPromptTokens: length + 9, reserve: 10 })).toBe(false)
    expect(await fits({ max_tokens: 10 }, { maxPromptTokens: length + 10 })).toBe(true)
    expect(await fits({ max_tokens: 10 }, { maxPromptTokens: length + 9 })).toBe(false)
    expect(await fits({ sampling_params: { max_tokens: 10 } }, { maxPromptTokens: length + 9 })).toBe(false)
    expect(await fits({ max_tokens: 10 }, { maxPromptTokens: length, reserve: 0 })).toBe(true)
    const shortened = { overLong: 'drop-oldest-turns', maxPromptTokens: length + 9 } as const
    expect((await recordOf({ ...line, max_tokens: 10 }, shortened)).promptTokenIds.length).toBeLessThan(
      length,
    )
  })

  test('lose their oldest turns in time that does not grow with the square', async () => {
    const turns = Array.from({ length: 20_000 }, () => messages.slice(0, 2)).flat()
    const { promptTokenIds } = await recordOf(
      { messages: turns },
      { overLong: 'drop-oldest-turns', maxPromptTokens: 100 },
    )
    expect(promptTokenIds.length).toBeLessThanOrEqual(100)
  }, 10_000)
})

test.each([
  { overLong: 'drop' },
  { from: 'json' },
  { dropAnalysis: 'all' },
  { headerOrder: 'random' },
  { builtinTools: ['python', 'shell'] },
  { builtinTools: 'python' },
])('an option that is not known is a TypeError: %j', (options) => {
  expect(() => prefillLines(encoding, [], options as never)).toThrow(TypeError)
})

test('whatever a line holds, it is a record or a failure', async () => {
  const keys = [
    'messages',
    'body',
    'role',
    'content',
    'channel',
    'tools',
    'builtin_tools',
    'reasoning_effort',
    'custom_id',
    'sampling_params',
    'type',
  ]
  const word = fc.oneof(
    fc.constantFrom('user', 'assistant', 'system', 'developer', 'system_content', 'text', 'python'),
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
  const message = fc.record({ role: word, content: value, channel: value }, { requiredKeys: ['role'] })
  const line = fc.record(
    { messages: fc.array(message), tools: value, reasoning_effort: value },
    { requiredKeys: ['messages'] },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(value, line).map((json) => JSON.stringify(json)),
      fc.string(),
      async (json, noise) => {
        for (const outcome of await outcomesOf([json, noise])) {
          if ('error' in outcome) expect(outcome.error).toBeInstanceOf(HarmonyError)
          else expect(outcome.record.promptTokenIds.slice(-1)).toEqual([173781])
        }
      },
    ),
    { numRuns: 300 },
  )
})
