import { describe, expect, test } from 'vitest'
import { fromChatRequest, renderChatRequest } from '../../src/chat/index.js'
import { loadHarmonyEncoding } from '../../src/encoding.js'
import {
  completionLines,
  completionRecordToJson,
  prefillInfoOf,
  type Completion,
  type CompletionOptions,
} from '../../src/batch/index.js'
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

  test.each([{ tool_names: 5 }, { tool_names: '{' }, { tool_names: { a: 1 } }, { tool_names: 'null' }])(
    'names that are none: %j',
    async (names) => {
      expect(await outcomeOf({ ...sampled, ...prefill, ...names })).toMatchObject({
        error: { code: 'invalid-line' },
      })
    },
  )
})
