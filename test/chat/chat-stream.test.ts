import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createChatStream,
  fromChatRequest,
  renderChatRequest,
  toChatCompletion,
  type ChatAnswer,
  type ChatAnswerMessage,
  type ChatContext,
  type ChatRequest,
} from '../../src/chat/index.js'
import { HarmonyError } from '../../src/errors.js'
import { parseTokens } from '../../src/parse/index.js'
import { isToolCall, isVisible, messageKind, reasoningOf, toolCallsOf } from '../../src/turn/index.js'
import { completion as arbitraryCompletion } from './completions.js'
import { encoding, joined, joinedWhole, pinned, sampled, streamed } from './answers.js'

// Expected answers are derived by hand from OpenAI's API reference and the mapping table in docs/chat.md.

const START = '<|start|>assistant'
const THINK = '<|channel|>analysis<|message|>Think.<|end|>'
const call = (name: string, args: string, channel = 'commentary') =>
  `<|channel|>${channel} to=${name} <|constrain|>json<|message|>${args}<|call|>`
const tool = (name: string) => ({ type: 'function', function: { name } })

function answerTo(text: string, context: ChatContext = pinned(), end = {}): ChatAnswer {
  return toChatCompletion(encoding, sampled(text), { ...context, ...end })
}

function messageOf(
  text: string,
  request: object = {},
  context: Partial<ChatContext> = {},
): ChatAnswerMessage {
  return answerTo(text, pinned(request, context)).choices[0].message
}

function finishOf(text: string, request: object = {}): string {
  return answerTo(text, pinned(request)).choices[0].finish_reason
}

describe('an answer', () => {
  test('has its reasoning, its text and what it cost', () => {
    const text = `${THINK}${START}<|channel|>final<|message|>Hello!<|return|>`
    expect(answerTo(text, pinned(), { promptTokens: 70, cachedTokens: 64 })).toEqual({
      id: 'chatcmpl-000000000000000000000001',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'gpt-oss-20b',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello!', refusal: null, reasoning: 'Think.' },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 70,
        completion_tokens: sampled(text).length,
        total_tokens: 70 + sampled(text).length,
        prompt_tokens_details: { cached_tokens: 64 },
        completion_tokens_details: { reasoning_tokens: sampled(THINK).length },
      },
    })
  })

  test('streams as a role, reasoning, text and a reason, under one id', () => {
    const { chunks } = streamed(sampled(`${THINK}${START}<|channel|>final<|message|>Hello!<|return|>`))
    expect(chunks).toEqual(
      [
        [{ role: 'assistant' }, null],
        [{ reasoning: 'Think.' }, null],
        [{ content: 'Hello!' }, null],
        [{}, 'stop'],
      ].map(([delta, finish_reason]) => ({
        id: 'chatcmpl-000000000000000000000001',
        object: 'chat.completion.chunk',
        created: 1_700_000_000,
        model: 'gpt-oss-20b',
        choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      })),
    )
  })

  test.each([
    ['the model ends it', '<|channel|>final<|message|>Hi<|return|>', 'stop'],
    ['it is cut', '<|channel|>final<|message|>Hi', 'length'],
    ['it calls', call('functions.f', '{}'), 'tool_calls'],
    [
      'it calls and is cut in the next message',
      `${call('functions.f', '{}')}${START}<|channel|>final<|message|>H`,
      'length',
    ],
    [
      'it calls, then answers',
      `${call('functions.f', '{}')}${START}<|channel|>final<|message|>Hi<|return|>`,
      'tool_calls',
    ],
    ['an answer ends in <|call|>', '<|channel|>final<|message|>Hi<|call|>', 'stop'],
    ['reasoning alone ends in <|end|>', THINK, 'length'],
    ['a preamble alone ends in <|end|>', '<|channel|>commentary<|message|>Wait.<|end|>', 'length'],
    ['reasoning alone is all the model gives', '<|channel|>analysis<|message|>Think.<|return|>', 'stop'],
    ['only a call that the server runs is left', call('browser.search', '{}'), 'length'],
    ['a call is cut in its name', '<|channel|>commentary to=functions.get', 'length'],
    ['nothing was sampled', '', 'length'],
  ])('finishes by its messages: %s', (_, text, reason) => {
    expect(finishOf(text)).toBe(reason)
  })

  test('joins several messages of a kind by line breaks; an empty one adds none', () => {
    const text = [
      '<|channel|>analysis<|message|>A<|end|>',
      '<|channel|>commentary<|message|>Wait.<|end|>',
      '<|channel|>analysis<|message|>B<|end|>',
      '<|channel|>final<|message|><|end|>',
      '<|channel|>final<|message|>Hi<|end|>',
      '<|channel|>analysis<|message|>',
    ].join(START)
    expect(messageOf(text)).toMatchObject({ reasoning: 'A\nB', content: 'Wait.\nHi' })
  })

  test('has content only where text is visible; an answer may be empty', () => {
    expect(messageOf(THINK).content).toBeNull()
    expect(messageOf(call('functions.f', '{}')).content).toBeNull()
    expect(messageOf('<|channel|>final<|message|>').content).toBeNull()
    expect(messageOf('<|channel|>final<|message|><|return|>').content).toBe('')
  })

  test('shows what stands on an unknown channel, and no message of another role', () => {
    expect(messageOf('<|channel|>Final<|message|>Hi<|return|>').content).toBe('Hi')
    const hallucinated = `${call('functions.f', '{}')}<|start|>functions.f to=assistant<|channel|>commentary<|message|>20<|end|>`
    expect(messageOf(hallucinated)).toMatchObject({
      content: null,
      tool_calls: [{ function: { name: 'f' } }],
    })
  })

  test.each([
    ['reasoning', { reasoning: 'Think.' }],
    ['reasoning_content', { reasoning_content: 'Think.' }],
    ['both', { reasoning: 'Think.', reasoning_content: 'Think.' }],
    ['none', {}],
  ] as const)('has its reasoning under the key of choice: %s', (reasoningField, fields) => {
    const { chunks, completion } = streamed(sampled(THINK), pinned({}, { reasoningField }))
    expect(completion.choices[0].message).toEqual({
      role: 'assistant',
      content: null,
      refusal: null,
      ...fields,
    })
    expect(chunks.map(({ choices: [choice] }) => choice.delta)).toEqual(
      [{ role: 'assistant' }, fields, {}]
        .slice(reasoningField === 'none' ? 0 : 0)
        .filter((delta, index) => index !== 1 || Object.keys(delta).length > 0),
    )
  })

  test('leaves reasoning out on request; it costs as much', () => {
    for (const request of [{ include_reasoning: false }, { reasoning: { exclude: true } }]) {
      const { message } = answerTo(THINK, pinned(request)).choices[0]
      expect(message).not.toHaveProperty('reasoning')
    }
    const { usage } = answerTo(THINK, pinned({ include_reasoning: false }))
    expect(usage?.completion_tokens_details?.reasoning_tokens).toBe(sampled(THINK).length)
    expect(() => createChatStream(encoding, { reasoningField: 'thoughts' as 'both' })).toThrow(TypeError)
  })

  test('is the same from tokens and from a turn that was read', () => {
    const tokens = sampled(`${THINK}${START}${call('functions.f', '{"a": 1}')}`)
    expect(toChatCompletion(encoding, parseTokens(encoding, tokens), pinned())).toEqual(
      toChatCompletion(encoding, tokens, pinned()),
    )
  })

  test('ends well without its stop token, if the engine stopped on one', () => {
    const text = '<|channel|>final<|message|>Hi'
    expect(answerTo(text, pinned(), { stopped: true }).choices[0].finish_reason).toBe('stop')
  })
})

describe('calls', () => {
  test.each([
    ['functions.f', 'f'],
    ['functions.math.sum', 'math.sum'],
    ['get_weather', 'get_weather'],
    ['tickets.list', 'tickets.list'],
  ])('to %s is a call of %s, on any channel', (recipient, name) => {
    for (const channel of ['commentary', 'analysis', 'final', 'comment'])
      expect(messageOf(call(recipient, '{"a":1}', channel)).tool_calls).toEqual([
        {
          id: 'call_000000000000000000000002',
          type: 'function',
          function: { name, arguments: '{"a":1}' },
        },
      ])
  })

  test("have the request's names", () => {
    const request = { tools: [tool('get-weather'), tool('get_weather')] }
    const names = ['get_weather', 'get_weather_2'].map(
      (name) => messageOf(call(`functions.${name}`, '{}'), request).tool_calls?.[0],
    )
    expect(names).toMatchObject([
      { function: { name: 'get_weather' } },
      { function: { name: 'get-weather' } },
    ])
  })

  test.each(['browser.search', 'python', 'container.exec'])(
    'to %s do not show, unless they are passed on',
    (name) => {
      expect(messageOf(call(name, '{}'))).not.toHaveProperty('tool_calls')
      const shown = messageOf(call(name, '{}'), {}, { isHidden: () => false })
      expect(shown.tool_calls).toMatchObject([{ function: { name } }])
      // A tool of the request's own is never the server's.
      expect(messageOf(call(name, '{}'), { tools: [tool(name)] })).toHaveProperty('tool_calls')
    },
  )

  test('that do not show cost reasoning', () => {
    const text = call('python', 'print(1)')
    expect(answerTo(text).usage?.completion_tokens_details?.reasoning_tokens).toBe(sampled(text).length)
    expect(answerTo(call('functions.f', '{}')).usage?.completion_tokens_details?.reasoning_tokens).toBe(0)
  })

  test('stream their name first, then arguments as sampled, byte for byte', () => {
    const args = '{ "city":\n"São Paulo",  "n": 1.0 }'
    const tokens = sampled(call('functions.f', args))
    const { chunks } = streamed(
      tokens,
      pinned(),
      tokens.map((_, i) => i),
    )
    const deltas = chunks.flatMap(({ choices: [choice] }) => choice.delta.tool_calls ?? [])
    expect(deltas[0]).toEqual({
      index: 0,
      id: 'call_000000000000000000000002',
      type: 'function',
      function: { name: 'f', arguments: '' },
    })
    expect(deltas.length).toBeGreaterThan(5)
    for (const delta of deltas.slice(1)) expect(Object.keys(delta)).toEqual(['index', 'function'])
    expect(deltas.map((delta) => delta.function?.arguments).join('')).toBe(args)
  })

  test.each(['', ' ', '\n\n'])('without arguments (%j) have {}', (args) => {
    const tokens = sampled(call('functions.f', args))
    const { chunks, completion } = streamed(
      tokens,
      pinned(),
      tokens.map((_, i) => i),
    )
    expect(joined(chunks).tool_calls[0]?.input).toBe('{}')
    expect(joinedWhole(completion).tool_calls[0]?.input).toBe('{}')
  })

  test('that are cut keep their arguments so far; one cut in its name is none', () => {
    const cut = (text: string) => messageOf(text).tool_calls
    expect(cut('<|channel|>commentary to=functions.f<|message|>{"a')).toMatchObject([
      { function: { arguments: '{"a' } },
    ])
    expect(cut('<|channel|>commentary to=functions.f<|message|>')).toMatchObject([
      { function: { arguments: '' } },
    ])
    expect(cut('<|channel|>commentary to=functions.get')).toBeUndefined()
  })

  test('are indexed over the whole answer; without parallel calls the first one counts', () => {
    const text = [
      call('functions.f', '1'),
      '<|channel|>final<|message|>Hi<|end|>',
      call('functions.g', '2'),
    ].join(START)
    const { chunks } = streamed(sampled(text))
    const ids = joined(chunks).tool_calls.map(({ id, input }) => [id, input])
    expect(ids).toEqual([
      ['call_000000000000000000000002', '1'],
      ['call_000000000000000000000003', '2'],
    ])
    expect(messageOf(text, { parallel_tool_calls: false }).tool_calls).toHaveLength(1)
  })

  test('to a custom tool have its text', () => {
    const request = { tools: [{ type: 'custom', custom: { name: 'run' } }] }
    const text = call('functions.run', '{"input": "print(\\"a\\")"}')
    const { chunks, completion } = streamed(sampled(text), pinned(request))
    const expected = [
      { id: 'call_000000000000000000000002', type: 'custom', name: 'run', input: 'print("a")' },
    ]
    expect(joined(chunks).tool_calls).toEqual(expected)
    expect(joinedWhole(completion).tool_calls).toEqual(expected)
    expect(messageOf(call('functions.run', 'print(1)'), request).tool_calls).toMatchObject([
      { custom: { input: 'print(1)' } },
    ])
  })

  test('to a custom tool stream its text, and keep it where they are cut', () => {
    const request = { tools: [{ type: 'custom', custom: { name: 'run' } }] }
    const tokens = sampled('<|channel|>commentary to=functions.run<|message|>{"input": "print(\\"a\\") # and')
    const { chunks, completion } = streamed(
      tokens,
      pinned(request),
      tokens.map((_, i) => i),
    )
    const pieces = chunks.flatMap(({ choices: [choice] }) => choice.delta.tool_calls ?? [])
    expect(pieces.length).toBeGreaterThan(4)
    expect(joined(chunks).tool_calls[0].input).toBe('print("a") # and')
    expect(joined(chunks)).toEqual(joinedWhole(completion))
  })

  test('that the prefill opened are read from there', () => {
    const request = { tools: [tool('f'), tool('g')] }
    const named = { ...request, tool_choice: { type: 'function', function: { name: 'g' } } }
    expect(messageOf('{"a":1}<|call|>', named).tool_calls).toMatchObject([
      { function: { name: 'g', arguments: '{"a":1}' } },
    ])
    const required = { tools: [tool('get_time'), tool('get_weather')], tool_choice: 'required' }
    expect(messageOf('_time <|constrain|>json<|message|>{}<|call|>', required).tool_calls).toMatchObject([
      { function: { name: 'get_time' } },
    ])
  })
})

describe('a message that goes on', () => {
  test('is joined with its beginning, which costs nothing', () => {
    const request = { messages: [{ role: 'assistant', content: 'The answer is ', prefix: true }] }
    const { chunks, completion } = streamed(sampled('42.<|return|>'), pinned(request))
    expect(completion.choices[0]).toMatchObject({
      message: { content: 'The answer is 42.' },
      finish_reason: 'stop',
    })
    expect(completion.usage?.completion_tokens).toBe(3)
    expect(joined(chunks)).toEqual(joinedWhole(completion))
  })

  test('may be the reasoning', () => {
    const request = {
      messages: [{ role: 'assistant', content: null, reasoning: "I'm" }],
      continue_final_message: true,
    }
    const text = ` done.<|end|>${START}<|channel|>final<|message|>Hi<|return|>`
    expect(messageOf(text, request)).toMatchObject({ reasoning: "I'm done.", content: 'Hi' })
  })
})

describe('stop strings', () => {
  const text = `<|channel|>analysis<|message|>A song.<|end|>${START}<|channel|>final<|message|>One song, two songs<|return|>`

  test('cut the visible text alone, and end the answer', () => {
    const { completion } = streamed(sampled(text), pinned({ stop: 'song' }))
    expect(completion.choices[0]).toMatchObject({
      message: { reasoning: 'A song.', content: 'One ' },
      finish_reason: 'stop',
    })
    expect(messageOf(text, { stop: [', two', 'zzz'], include_stop_str_in_output: true }).content).toBe(
      'One song, two',
    )
  })

  test('say that the engine need not go on; what comes after is not read', () => {
    const stream = createChatStream(encoding, pinned({ stop: ['One'] }))
    stream.push(sampled(text))
    expect(stream.isStopped()).toBe(true)
    stream.push(sampled(`${START}${call('functions.f', '{}')}`))
    stream.end()
    expect(stream.completion.choices[0]).toMatchObject({ message: { content: '' }, finish_reason: 'stop' })
  })

  test('are found in the same place however the text arrives', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 40 }),
        fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
        (content, stop) => {
          // The slow way: the shortest beginning that ends in one of them.
          let expected = content
          for (let end = 1; end <= content.length; end++) {
            const found = stop.filter((string) => content.slice(0, end).endsWith(string))
            if (found.length === 0) continue
            expected = content.slice(0, end - Math.max(...found.map((string) => string.length)))
            break
          }
          const tokens = [...sampled('<|channel|>final<|message|>'), ...encoding.encode(content), 200002]
          const { chunks } = streamed(
            tokens,
            pinned({ stop }),
            tokens.map((_, i) => i),
          )
          expect(joined(chunks).content ?? '').toBe(expected)
        },
      ),
    )
  })
})

describe('several choices', () => {
  test('have parsers, indexes and reasons of their own; the usage comes last', () => {
    const context = pinned({ n: 2, stream_options: { include_usage: true } })
    const stream = createChatStream(encoding, context)
    const chunks = [
      stream.start(),
      stream.push(sampled('<|channel|>final<|message|>A'), [], 0),
      stream.push(sampled(call('functions.f', '{}')), [], 1),
      stream.push(sampled('<|return|>'), [], 0),
      stream.end({ promptTokens: 10, cachedTokens: 4 }, 0),
      stream.end({ promptTokens: 10, cachedTokens: 4 }, 1),
    ].flat()
    expect(joined(chunks, 0)).toMatchObject({ content: 'A', finish_reason: 'stop', tool_calls: [] })
    expect(joined(chunks, 1)).toMatchObject({ content: null, finish_reason: 'tool_calls' })
    const last = chunks.at(-1)!
    const completion =
      sampled('<|channel|>final<|message|>A<|return|>').length + sampled(call('functions.f', '{}')).length
    expect(last.choices).toEqual([])
    expect(last.usage).toMatchObject({
      prompt_tokens: 10,
      completion_tokens: completion,
      total_tokens: 10 + completion,
      prompt_tokens_details: { cached_tokens: 4 },
    })
    for (const chunk of chunks.slice(0, -1)) expect(chunk.usage).toBeNull()
    expect(stream.completion.choices.map(({ index }) => index)).toEqual([0, 1])
    expect(stream.completion.usage).toEqual(last.usage)
  })

  test('that nobody asked for, or that are over, take no tokens', () => {
    const stream = createChatStream(encoding)
    expect(() => stream.push([200005], [], 1)).toThrow(RangeError)
    stream.end()
    expect(() => stream.push([200005])).toThrow(TypeError)
    expect(() => stream.end()).toThrow(TypeError)
  })

  test('may be 128 at most, and a raw body is no request', () => {
    expect(() => createChatStream(encoding, pinned({ n: 129 }))).toThrow(HarmonyError)
    expect(createChatStream(encoding, pinned({ n: 128 })).start()).toHaveLength(128)
    const body = { messages: [] }
    expect(() => createChatStream(encoding, { request: body as never })).toThrow(TypeError)
    expect(() => renderChatRequest(encoding, body as never)).toThrow(TypeError)
  })

  test('a whole answer has one', () => {
    const { choices } = toChatCompletion(encoding, sampled('<|channel|>final<|message|>A'), pinned({ n: 3 }))
    expect(choices).toHaveLength(1)
  })

  test('no usage chunk comes unasked', () => {
    const { chunks } = streamed(sampled('<|channel|>final<|message|>A<|return|>'))
    for (const chunk of chunks) {
      expect(chunk).not.toHaveProperty('usage')
      expect(chunk.choices).toHaveLength(1)
    }
  })
})

test('log probabilities are those of the visible tokens', () => {
  const tokens = sampled(`${THINK}${START}<|channel|>final<|message|>Hi é<|return|>`)
  const logprobs = tokens.map((token, i) => ({ token, logprob: -i, top: [{ token, logprob: -i }] }))
  const context = pinned({ logprobs: true, top_logprobs: 1 })
  const stream = createChatStream(encoding, context)
  const chunks = [...tokens.flatMap((token, i) => stream.push(token, [logprobs[i]])), ...stream.end()]
  const streamedEntries = chunks.flatMap(({ choices: [choice] }) => choice.logprobs?.content ?? [])
  const whole = toChatCompletion(encoding, tokens, { ...context, logprobs }).choices[0].logprobs
  expect(whole?.content).toEqual(streamedEntries)
  expect(streamedEntries.map(({ token, logprob }) => [token, logprob])).toEqual(
    encoding.encode('Hi é').map((token, i) => [encoding.decode([token]), -(tokens.indexOf(12194) + i)]),
  )
  expect(streamedEntries[0]).toEqual({
    token: 'Hi',
    logprob: -tokens.indexOf(12194),
    bytes: [72, 105],
    top_logprobs: [{ token: 'Hi', logprob: -tokens.indexOf(12194), bytes: [72, 105] }],
  })
})

test('log probabilities that nobody asked for do not show', () => {
  const tokens = sampled('<|channel|>final<|message|>Hi<|return|>')
  const logprobs = tokens.map((token) => ({ token, logprob: -1, top: [] }))
  const stream = createChatStream(encoding, pinned())
  for (const { choices } of [...stream.push(tokens, logprobs), ...stream.end()])
    expect(choices[0].logprobs).toBeNull()
  expect(stream.completion.choices[0].logprobs).toBeNull()
})

test('citations become annotations, however they are cut', () => {
  const content = 'Rome【3†L1-L2】 and Oslo【4†L9】.'
  const pages = new Map([[3, { url: 'https://rome.example', title: 'Rome' }]])
  const context = pinned({}, { pageOf: (cursor) => pages.get(cursor) })
  const tokens = [...sampled('<|channel|>final<|message|>'), ...encoding.encode(content), 200002]
  const citation = {
    type: 'url_citation',
    url_citation: { start_index: 4, end_index: 13, title: 'Rome', url: 'https://rome.example' },
  }
  const { chunks, completion } = streamed(
    tokens,
    context,
    tokens.map((_, i) => i),
  )
  expect(completion.choices[0].message).toMatchObject({ content, annotations: [citation] })
  expect(joined(chunks)).toMatchObject({ content, annotations: [citation] })
})

test('an answer may take several generations, with calls that do not show in between', () => {
  const first = `${THINK}${START}${call('browser.search', '{"query":"x"}')}`
  const second = '<|channel|>final<|message|>Found.<|return|>'
  const stream = createChatStream(encoding, pinned())
  const chunks = [
    stream.push(sampled(first)),
    stream.endGeneration({ promptTokens: 10 }),
    stream.push(sampled(second)),
    stream.end({ promptTokens: 30, cachedTokens: 20 }),
  ].flat()
  expect(joined(chunks)).toMatchObject({
    reasoning: 'Think.',
    content: 'Found.',
    tool_calls: [],
    finish_reason: 'stop',
  })
  expect(stream.completion.usage).toMatchObject({
    prompt_tokens: 40,
    completion_tokens: sampled(first).length + sampled(second).length,
    prompt_tokens_details: { cached_tokens: 20 },
    completion_tokens_details: { reasoning_tokens: sampled(first).length },
  })
})

describe('whatever was sampled', () => {
  const settings = fc.record({
    request: fc.constantFrom(
      {},
      { tools: [tool('f'), { type: 'custom', custom: { name: 'run' } }] },
      { stop: ['a', '\n'] },
      { parallel_tool_calls: false },
      { include_reasoning: false },
      { stream_options: { include_usage: true } },
    ),
    stopped: fc.boolean(),
  })

  test('the deltas add up to the whole answer, at every cut', () => {
    fc.assert(
      fc.property(arbitraryCompletion, settings, (tokens, { request, stopped }) => {
        const context = () => pinned(request, { pageOf: () => ({ url: 'u', title: 't' }) })
        const whole = toChatCompletion(encoding, tokens, { ...context(), stopped })
        const each = streamed(
          tokens,
          context(),
          tokens.map((_, i) => i),
          { stopped },
        )
        expect(each.completion).toEqual(whole)
        expect(joined(each.chunks)).toEqual(joinedWhole(whole))
        const middle = streamed(tokens, context(), [tokens.length >> 1], { stopped })
        expect(joined(middle.chunks)).toEqual(joinedWhole(whole))
      }),
      { numRuns: 300 },
    )
  })

  test('the answer has what the messages say, cut at the first stop string', () => {
    const stops = fc.constantFrom([], ['a'], [' \n'], ['x"', '\n\n'], ['【3†'], ['é'])
    fc.assert(
      fc.property(arbitraryCompletion, stops, (tokens, stop) => {
        const { messages } = parseTokens(encoding, tokens)
        const visible = messages
          .filter((message) => message.content !== '' && !isToolCall(message))
          .filter((message) => messageKind(message) === 'preamble' || isVisible(message))
          .map((message) => message.content)
          .join('\n')
        const ends = stop.map((string) => visible.indexOf(string)).filter((start) => start !== -1)
        const expected = ends.length === 0 ? visible : visible.slice(0, Math.min(...ends))
        const { message } = toChatCompletion(encoding, tokens, pinned({ stop })).choices[0]
        expect(message.content ?? '').toBe(expected)
        if (stop.length > 0) return
        expect(message.reasoning ?? '').toBe(reasoningOf(messages))
        const names = toolCallsOf(messages)
          .map(({ name }) => name)
          .filter((name) => !['', 'python', 'browser.search'].includes(name))
        expect(
          message.tool_calls?.map((made) => made.type === 'function' && made.function.name) ?? [],
        ).toEqual(names)
      }),
      { numRuns: 500 },
    )
  })

  test('nothing but a HarmonyError for a number that is no token escapes', () => {
    const numbers = fc.array(
      fc.oneof(fc.nat({ max: 201_200 }), fc.integer(), fc.constantFrom(200005, 200008, 200006)),
    )
    fc.assert(
      fc.property(numbers, (tokens) => {
        try {
          streamed(tokens)
        } catch (error) {
          expect(error).toBeInstanceOf(HarmonyError)
          expect((error as HarmonyError).code).toBe('invalid-token')
        }
      }),
    )
  })

  test('an answer that comes back as history renders to the same messages', () => {
    fc.assert(
      fc.property(arbitraryCompletion, (tokens) => {
        const request = { tools: [tool('f'), { type: 'custom', custom: { name: 'run' } }] }
        const { message } = toChatCompletion(encoding, tokens, pinned(request)).choices[0]
        const history = {
          messages: [
            JSON.parse(JSON.stringify(message)) as ChatAnswerMessage,
            { role: 'user', content: 'And?' },
          ],
          ...request,
        }
        const chat = fromChatRequest(history, {
          assistantMarkup: 'text',
          dropAnalysis: 'none',
        })
        const back = chat.conversation.messages.slice(2, -1)
        const calls = message.tool_calls ?? []
        expect(back.map(({ channel, recipient, content }) => [channel, recipient, content])).toEqual([
          ...(message.reasoning ? [['analysis', undefined, message.reasoning]] : []),
          ...(message.content
            ? [[calls.length > 0 ? 'commentary' : 'final', undefined, message.content]]
            : []),
          ...calls.map((made) => [
            'commentary',
            expect.stringMatching(/^functions\./) as string,
            made.type === 'function' ? made.function.arguments : JSON.stringify({ input: made.custom.input }),
          ]),
        ])
        expect(() => renderChatRequest(encoding, chat)).not.toThrow()
      }),
      { numRuns: 300 },
    )
  })

  test('a well-formed turn comes back as the messages that were sampled', () => {
    const turn = [
      '<|channel|>analysis<|message|>Think.<|end|>',
      '<|channel|>commentary<|message|>Wait.<|end|>',
      '<|channel|>commentary to=functions.f <|constrain|>json<|message|>{"a": 1}<|call|>',
    ].join(START)
    const { messages } = parseTokens(encoding, sampled(turn))
    const { message } = toChatCompletion(encoding, sampled(turn), pinned()).choices[0]
    const history = fromChatRequest({ messages: [message] as ChatRequest['messages'] })
    expect(history.conversation.messages.slice(1)).toEqual(messages)
  })
})
