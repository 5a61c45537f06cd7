import { describe, expect, test } from 'vitest'
import { fromChatRequest, renderChatRequest } from '../../src/chat/index.js'
import { loadHarmonyEncoding } from '../../src/encoding.js'
import {
  completionLines,
  completionReader,
  completionRecordToJson,
  prefillInfoOf,
  type Completion,
  type CompletionOptions,
} from '../../src/batch/index.js'
import {
  browserTool,
  developerMessage,
  pythonTool,
  systemMessage,
  userMessage,
} from '../../src/message/index.js'
import { collect } from './collect.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

function tokensOf(text: string): number[] {
  return encoding.encode(text, { allowedSpecial: 'all' })
}

async function outcomeOf(line: object, options?: CompletionOptions) {
  const [outcome] = await collect(completionLines(encoding, [JSON.stringify(line)], options))
  return outcome
}

async function completionsOf(line: object, options?: CompletionOptions): Promise<readonly Completion[]> {
  const outcome = await outcomeOf(line, options)
  if ('error' in outcome) throw outcome.error
  return outcome.record.completions
}

const ANSWER =
  '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hi!<|return|>'
const CALL =
  '<|channel|>analysis<|message|>I look.<|end|><|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{"a":1}<|call|>'

describe('answers', () => {
  test('are messages, reasoning and final text', async () => {
    expect(await completionsOf({ token_ids: tokensOf(ANSWER) })).toEqual([
      {
        index: 0,
        messages: [
          { role: 'assistant', channel: 'analysis', content: 'Hm.' },
          { role: 'assistant', channel: 'final', content: 'Hi!' },
        ],
        reasoning: 'Hm.',
        final: 'Hi!',
        toolCalls: [],
        finishReason: 'stop',
        deviations: {},
        completionTokenCount: tokensOf(ANSWER).length,
      },
    ])
  })

  test('are calls, in the form of Chat Completions', async () => {
    expect(await completionsOf({ custom_id: 'x', token_ids: tokensOf(CALL) })).toMatchObject([
      {
        reasoning: 'I look.',
        final: '',
        toolCalls: [{ id: 'call_x_0', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
        finishReason: 'tool_calls',
      },
    ])
  })

  test('that were cut off are kept as far as they go', async () => {
    const cut = '<|channel|>final<|message|>Hi'
    expect(await completionsOf({ token_ids: tokensOf(cut), finish_reason: 'length' })).toMatchObject([
      { final: 'Hi', finishReason: 'length', deviations: { unterminated: 1 } },
    ])
  })

  test.each([
    ['recipient', '<|channel|>commentary to=functions.get', []],
    ['content type', '<|channel|>commentary to=functions.get <|constrain|>js', []],
    [
      'first header of two',
      '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant to=functions.get',
      [],
    ],
    [
      'second call',
      '<|channel|>commentary to=functions.f<|message|>{}<|end|><|start|>assistant<|channel|>commentary to=functions.g',
      ['f'],
    ],
  ])('that were cut in a header make no call of it: %s', async (_, text, names) => {
    const [{ toolCalls, deviations }] = await completionsOf({
      token_ids: tokensOf(text),
      finish_reason: 'length',
    })
    expect(toolCalls.map((call) => call.function.name)).toEqual(names)
    expect(deviations).toHaveProperty('unterminated-header')
  })

  test('that were cut in the arguments keep the call', async () => {
    const line = { token_ids: tokensOf(CALL).slice(0, -2), finish_reason: 'length' }
    expect(await completionsOf(line)).toMatchObject([
      { toolCalls: [{ function: { name: 'f' } }], finishReason: 'length' },
    ])
  })

  test('that break the grammar are repaired, and what was repaired is counted', async () => {
    const broken = '<|channel|>final{"answer": 42}<|return|><|return|>'
    expect(await completionsOf({ token_ids: tokensOf(broken) })).toMatchObject([
      { final: '{"answer": 42}', deviations: { 'missing-message': 1, 'extra-stop': 1 } },
    ])
  })
})

describe("engines' outputs", () => {
  const tokens = tokensOf(ANSWER)

  test.each([
    ['token_ids', { token_ids: tokens }],
    ['output_ids', { output_ids: tokens }],
    ['tokens', { tokens }],
    ['generated_tokens', { generated_tokens: tokens }],
    ['outputs', { outputs: [{ token_ids: tokens }] }],
    ['choices', { choices: [{ token_ids: tokens }] }],
    ['a list of one list', { output_ids: [tokens] }],
  ])('%s', async (_, line) => {
    expect(await completionsOf(line)).toMatchObject([{ final: 'Hi!' }])
  })

  test('several answers to one prompt', async () => {
    for (const line of [
      { outputs: [{ token_ids: tokens }, { token_ids: tokensOf(CALL) }] },
      { token_ids: [tokens, tokensOf(CALL)] },
    ]) {
      const outcome = await outcomeOf(line)
      if ('error' in outcome) throw outcome.error
      expect(completionRecordToJson(outcome.record)).toMatchObject([
        { custom_id: 'line-1', index: 0, final: 'Hi!' },
        { custom_id: 'line-1', index: 1, tool_calls: [{ function: { name: 'f' } }] },
      ])
    }
  })

  test('several answers have the index that the engine gives them, and calls with ids of their own', async () => {
    const call = tokensOf(CALL)
    const idsOf = (completions: readonly Completion[]) =>
      completions.map(({ index, toolCalls }) => [index, ...toolCalls.map(({ id }) => id)])
    const choices = [
      { index: 2, token_ids: call },
      { index: 0, token_ids: call },
    ]
    expect(idsOf(await completionsOf({ custom_id: 'x', choices }))).toEqual([
      [2, 'call_x_2_0'],
      [0, 'call_x_0_0'],
    ])
    expect(idsOf(await completionsOf({ custom_id: 'x', token_ids: [call, call] }))).toEqual([
      [0, 'call_x_0_0'],
      [1, 'call_x_1_0'],
    ])
    const outcome = await outcomeOf({ choices })
    if ('error' in outcome) throw outcome.error
    expect(completionRecordToJson(outcome.record)).toMatchObject([{ index: 2 }, { index: 0 }])
  })

  test('a single answer has index 0, and none in the JSON', async () => {
    const outcome = await outcomeOf({ custom_id: 'x', choices: [{ index: 0, token_ids: tokensOf(CALL) }] })
    if ('error' in outcome) throw outcome.error
    expect(outcome.record.completions).toMatchObject([{ index: 0, toolCalls: [{ id: 'call_x_0' }] }])
    expect(completionRecordToJson(outcome.record)[0]).not.toHaveProperty('index')
  })

  test.each([
    ['vLLM', { token_ids: tokensOf(CALL).slice(0, -1), finish_reason: 'stop', stop_reason: 200012 }],
    [
      'SGLang',
      {
        output_ids: tokensOf(CALL).slice(0, -1),
        meta_info: { finish_reason: { type: 'stop', matched: 200012 } },
      },
    ],
  ])('%s keeps the stop token to itself and names it beside', async (_, line) => {
    expect(await completionsOf(line)).toMatchObject([{ finishReason: 'tool_calls', deviations: {} }])
  })

  test('an engine that stopped and does not say on what', async () => {
    expect(await completionsOf({ token_ids: tokens.slice(0, -1), finish_reason: 'stop' })).toMatchObject([
      { finishReason: 'stop', deviations: {} },
    ])
    expect(
      await completionsOf({ token_ids: tokensOf(CALL).slice(0, -1), finish_reason: 'stop' }),
    ).toMatchObject([{ finishReason: 'tool_calls', deviations: {} }])
  })

  test.each([
    ['no tokens', { custom_id: 'a', text: 'Hi' }, 'invalid-line'],
    ['no list', { token_ids: 'Hi' }, 'invalid-line'],
    ['what is no number', { token_ids: ['1'] }, 'invalid-line'],
    ['what is no whole number', { token_ids: [1.5] }, 'invalid-line'],
    ['what is below zero', { token_ids: [-1] }, 'invalid-line'],
    ['what is no token', { token_ids: [300000] }, 'invalid-token'],
    ['an answer that is no object', { outputs: [5] }, 'invalid-request'],
    ['an answer without tokens', { outputs: [{ outputs: [{ token_ids: [] }] }] }, 'invalid-line'],
    ['an empty list of answers', { outputs: [] }, 'invalid-line'],
  ])('%s', async (_, line, code) => {
    expect(await outcomeOf(line)).toMatchObject({ error: { code } })
  })
})

describe('a stop string', () => {
  const cut = (text: string, rest: object) =>
    completionsOf({ token_ids: tokensOf(text), finish_reason: 'stop', ...rest })
  const THINKING = '<|channel|>analysis<|message|>The user asks for a song'

  test('that the engine left in is cut off, and nothing is reported as broken', async () => {
    expect(await cut(THINKING, { stop_reason: 'song' })).toMatchObject([
      { reasoning: 'The user asks for a ', finishReason: 'stop', deviations: {} },
    ])
    const meta = { finish_reason: { type: 'stop', matched: 'a song' } }
    expect(await cut(THINKING, { finish_reason: undefined, meta_info: meta })).toMatchObject([
      { reasoning: 'The user asks for ' },
    ])
    // llama.cpp's names for the same.
    const word = { finish_reason: undefined, stop_type: 'word', stopping_word: 'song' }
    expect(await cut(THINKING, word)).toMatchObject([{ reasoning: 'The user asks for a ' }])
  })

  test('takes the rest of the last token with it', async () => {
    expect(await cut(THINKING, { stop_reason: 'so' })).toMatchObject([{ reasoning: 'The user asks for a ' }])
  })

  test('that stands elsewhere than at the end is left alone', async () => {
    for (const stop_reason of ['user', 'Song', '', null, 200002])
      expect(await cut(THINKING, { stop_reason })).toMatchObject([{ reasoning: 'The user asks for a song' }])
  })

  test('is kept on request', async () => {
    const line = { token_ids: tokensOf(THINKING), finish_reason: 'stop', stop_reason: 'song' }
    expect(await completionsOf(line, { keepStopString: true })).toMatchObject([
      { reasoning: 'The user asks for a song', finishReason: 'stop' },
    ])
  })

  test('in the arguments of a call leaves no call to make', async () => {
    const call = '<|channel|>commentary to=functions.f<|message|>{"a": "song'
    expect(await cut(call, { stop_reason: 'song' })).toMatchObject([
      { messages: [{ recipient: 'functions.f', content: '{"a": "' }], toolCalls: [], finishReason: 'stop' },
    ])
    expect(await cut(`${CALL}<|start|>assistant${call}`, { stop_reason: 'song' })).toMatchObject([
      { toolCalls: [{ function: { arguments: '{"a":1}' } }], finishReason: 'tool_calls' },
    ])
  })
})

describe('lines of batch output', () => {
  const body = { choices: [{ index: 0, token_ids: tokensOf(ANSWER) }], prompt_token_ids: tokensOf('Hi') }

  test('hold the answers in their body', async () => {
    const line = { custom_id: 'a', response: { status_code: 200, request_id: 'r', body }, error: null }
    expect(await outcomeOf(line)).toMatchObject({
      record: { customId: 'a', promptTokenCount: 1, completions: [{ final: 'Hi!' }] },
    })
  })

  test.each([
    [{ response: { status_code: 400, body: { error: { message: 'too long' } } } }, 'status 400: too long'],
    [{ response: { status_code: 500, body: 'oh' }, error: null }, 'status 500: oh'],
    [{ response: null, error: { code: 'x', message: 'expired' } }, 'failed: expired'],
    [{ response: { body: { error: 'no room' } } }, 'failed: no room'],
    [{ error: { type: 'x' } }, 'failed: {"type":"x"}'],
    [{ response: { status_code: 404, body: { detail: 'Not Found' } } }, 'status 404: Not Found'],
  ])('of a failed request say so: %j', async (line, reason) => {
    expect(await outcomeOf({ custom_id: 'a', ...line })).toMatchObject({
      customId: 'a',
      error: { code: 'failed-request', message: expect.stringContaining(reason) as string },
    })
  })
})

describe("Python's numbers", () => {
  const read = async (line: string) => (await collect(completionLines(encoding, [line])))[0]

  test('stand beside ids without harm', async () => {
    const text = `{"custom_id":"NaN \\" Infinity","token_ids":${JSON.stringify(tokensOf(ANSWER))},"logprobs":[-Infinity,Infinity],"cumulative_logprob":NaN}`
    expect(await read(text)).toMatchObject({
      record: { customId: 'NaN " Infinity', completions: [{ final: 'Hi!' }] },
    })
  })

  test('are no ids', async () => {
    expect(await read('{"token_ids":[NaN]}')).toMatchObject({ error: { code: 'invalid-line' } })
    expect(await read('{"token_ids":[1],"x":Nan}')).toMatchObject({ error: { code: 'invalid-json' } })
  })
})

describe('text in place of ids', () => {
  const line = { custom_id: 'a', outputs: [{ text: ANSWER, finish_reason: 'stop' }] }

  test('is refused unasked, with what to do', async () => {
    expect(await outcomeOf(line)).toMatchObject({
      error: { code: 'invalid-line', message: expect.stringContaining('--text') as string },
    })
  })

  test.each([
    line,
    { text: ANSWER },
    { choices: [{ text: ANSWER }] },
    { choices: [{ message: { role: 'assistant', content: ANSWER } }] },
    { generated_text: ANSWER },
    { content: ANSWER.slice(0, -'<|return|>'.length), stop_type: 'eos' },
  ])('is read on request: %j', async (each) => {
    expect(await completionsOf(each, { text: 'markers' })).toMatchObject([
      { reasoning: 'Hm.', final: 'Hi!', finishReason: 'stop', deviations: {} },
    ])
  })

  test('is a call if it ends in one, and cut if nothing says otherwise', async () => {
    expect(await completionsOf({ text: CALL }, { text: 'markers' })).toMatchObject([
      { toolCalls: [{ function: { name: 'f', arguments: '{"a":1}' } }], finishReason: 'tool_calls' },
    ])
    expect(await completionsOf({ text: '<|channel|>final<|message|>Hi' }, { text: 'markers' })).toMatchObject(
      [{ final: 'Hi', finishReason: 'length' }],
    )
  })

  test('may come without its markers', async () => {
    const text = 'analysisHm.assistantcommentary to=functions.f json{"a":1}'
    const stripped = { text, finish_reason: 'stop', stop_reason: 200012 }
    expect(await completionsOf(stripped, { text: 'stripped' })).toMatchObject([
      { reasoning: 'Hm.', toolCalls: [{ function: { arguments: '{"a":1}' } }], finishReason: 'tool_calls' },
    ])
  })

  test.each(['markers', 'stripped'] as const)(
    'goes on with the header that the prompt opened: %s',
    async (text) => {
      const prompt = '<|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>'
      const forced = { prompt_token_ids: tokensOf(prompt), text: '{"a":1}', stop_reason: 200012 }
      expect(await completionsOf(forced, { text })).toMatchObject([
        { toolCalls: [{ function: { name: 'f', arguments: '{"a":1}' } }], finishReason: 'tool_calls' },
      ])
    },
  )

  test('ids come first', async () => {
    expect(
      await completionsOf({ text: 'x', token_ids: tokensOf(ANSWER) }, { text: 'markers' }),
    ).toMatchObject([{ final: 'Hi!' }])
  })

  test('in an unknown form is a TypeError', () => {
    expect(() => completionReader(encoding, { text: 'yes' as never })).toThrow(TypeError)
  })
})

describe('with the prefill', () => {
  const chat = fromChatRequest({
    messages: [{ role: 'user', content: 'Weather?' }],
    tools: [{ type: 'function', function: { name: 'get-weather' } }],
    tool_choice: 'required',
  })
  const prefill = { prompt_token_ids: renderChatRequest(encoding, chat), tool_names: chat.toolNames }
  const sampled = { custom_id: 'a', token_ids: tokensOf('{"city":"Tokyo"}<|call|>') }
  const expected = {
    messages: [
      {
        role: 'assistant',
        channel: 'commentary',
        recipient: 'functions.get_weather',
        content: '{"city":"Tokyo"}',
      },
    ],
    toolCalls: [{ function: { name: 'get-weather', arguments: '{"city":"Tokyo"}' } }],
    finishReason: 'tool_calls',
    deviations: {},
    completionTokenCount: sampled.token_ids.length,
  }

  test.each([
    [{ content: 'The answer is ' }, '42.<|return|>', { final: 'The answer is 42.', reasoning: '' }],
    [{ reasoning: "I'm" }, ' done.<|end|>', { final: '', reasoning: "I'm done." }],
  ])('a message that the prompt left open is joined with its beginning', async (fields, text, expected) => {
    const request = fromChatRequest({
      messages: [
        { role: 'user', content: '1+1?' },
        { role: 'assistant', ...fields },
      ],
      ...{ continue_final_message: true },
    })
    const prompt = renderChatRequest(encoding, request)
    const [completion] = await completionsOf({ prompt_token_ids: prompt, token_ids: tokensOf(text) })
    expect(completion).toMatchObject({
      ...expected,
      deviations: {},
      completionTokenCount: tokensOf(text).length,
    })
  })

  test('in the line itself, the header that it opened and the names of the tools are known', async () => {
    expect(await completionsOf({ ...sampled, ...prefill })).toMatchObject([expected])
    expect(
      await completionsOf({
        ...sampled,
        tokenized_prompt: prefill.prompt_token_ids,
        tool_names: JSON.stringify(prefill.tool_names),
      }),
    ).toMatchObject([expected])
  })

  test('looked up, too; and one that is not found fails', async () => {
    const prefillOf = (customId: string) => (customId === 'a' ? prefillInfoOf(encoding, prefill) : undefined)
    expect(await completionsOf(sampled, { prefillOf })).toMatchObject([expected])
    expect(await outcomeOf(sampled, { prefillOf })).toMatchObject({
      record: { promptTokenCount: prefill.prompt_token_ids.length },
    })
    expect(await outcomeOf({ ...sampled, custom_id: 'b' }, { prefillOf })).toMatchObject({
      error: { code: 'invalid-line' },
    })
  })

  test("in each choice, as vLLM's HTTP endpoint has it, too", async () => {
    const { prompt_token_ids, tool_names } = prefill
    const choice = { index: 0, token_ids: sampled.token_ids, prompt_token_ids }
    expect(await outcomeOf({ custom_id: 'a', tool_names, choices: [choice] })).toMatchObject({
      record: { completions: [expected], promptTokenCount: prompt_token_ids.length },
    })
    const both = { custom_id: 'a', tool_names, choices: [choice, { index: 1, token_ids: sampled.token_ids }] }
    expect(await completionsOf(both)).toMatchObject([expected, expected])
  })

  test('a prefill that opens nothing changes nothing', async () => {
    const plain = { prompt_token_ids: tokensOf('<|start|>user<|message|>Hi<|end|><|start|>assistant') }
    expect(await completionsOf({ ...plain, token_ids: tokensOf(ANSWER) })).toEqual(
      await completionsOf({ token_ids: tokensOf(ANSWER) }),
    )
  })

  test('the tools that the prompt describes take apart what ran together', async () => {
    const { conversation } = fromChatRequest({
      messages: [{ role: 'user', content: 'List.' }],
      tools: ['shell', 'read'].map((name) => ({ type: 'function', function: { name } })),
    })
    const prompt = encoding.renderConversationForCompletion(conversation, 'assistant')
    expect(prefillInfoOf(encoding, { prompt_token_ids: prompt })?.tools).toEqual([
      'functions.shell',
      'functions.read',
    ])
    const glued = tokensOf('<|channel|>commentary to=functions.shelljson<|message|>{}<|call|>')
    expect(await completionsOf({ prompt_token_ids: prompt, token_ids: glued })).toMatchObject([
      { toolCalls: [{ function: { name: 'shell' } }], deviations: { 'glued-content-type': 1 } },
    ])
    expect(await completionsOf({ token_ids: glued })).toMatchObject([
      { toolCalls: [{ function: { name: 'shelljson' } }] },
    ])
  })

  test('the tools of all namespaces are known, and what descriptions say is no tool', () => {
    const messages = [
      systemMessage({ tools: [browserTool(), pythonTool()] }),
      developerMessage({
        instructions: '# Tools\n\nnamespace mine {\n',
        tools: [{ name: 'f', description: 'first\ntype g = (_: {' }],
      }),
      userMessage('# Tools\n\ntype h = (_: {'),
    ]
    const prompt = encoding.renderConversationForCompletion({ messages }, 'assistant')
    expect(prefillInfoOf(encoding, { prompt_token_ids: prompt })?.tools).toEqual([
      'python',
      'browser.search',
      'browser.open',
      'browser.find',
      'functions.f',
    ])
  })

  test.each([{ tool_names: 5 }, { tool_names: '{' }, { tool_names: { a: 1 } }, { tool_names: 'null' }])(
    'names that are none: %j',
    async (names) => {
      expect(await outcomeOf({ ...sampled, ...prefill, ...names })).toMatchObject({
        error: { code: 'invalid-line' },
      })
    },
  )
})
