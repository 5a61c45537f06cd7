import { loadHarmonyEncoding, type Message } from 'gpt-oss-harmony'
import { createTranscript, Transcript } from 'gpt-oss-harmony/transcript'
import { runTurn, type RunTurnOptions, type TurnRunEvent } from 'gpt-oss-harmony/generate'
import { callHeader } from 'gpt-oss-harmony/grammar'
import { createToolSet } from 'gpt-oss-harmony/tools'
import { describe, expect, test, vi } from 'vitest'
import { type ScriptedEngine, scriptedEngine, tokensOf, type Turn } from './scripted-engine.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

const ANSWER = '<|channel|>final<|message|>Warm.<|return|>'
const THOUGHT = '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant'

function callText(name: string, json = '{"city":"Rome"}', end = '<|call|>') {
  return `<|channel|>commentary to=${name} <|constrain|>json<|message|>${json}${end}`
}

const TOOLS = createToolSet([
  { name: 'weather', execute: ({ city }: { city: string }) => `${city}: 21 °C` },
  { name: 'ask_user' },
  { name: 'fail', execute: () => Promise.reject(new Error('closed')) },
  { name: 'hang', execute: () => new Promise(() => {}) },
  { name: 'pay', execute: () => 'paid', needsApproval: true },
])

function setUp(turns: readonly Turn[], { tools = TOOLS, ...options }: Partial<RunTurnOptions> = {}) {
  const engine = scriptedEngine(turns)
  const transcript = createTranscript(encoding, { messages: [{ role: 'user', content: 'How warm is it?' }] })
  const run = runTurn({ engine, transcript, tools, ...options })
  return { engine, transcript, tools, run }
}

async function collect(run: AsyncIterable<TurnRunEvent>): Promise<TurnRunEvent[]> {
  const events: TurnRunEvent[] = []
  for await (const event of run) events.push(event)
  return events
}

/** Each prefill is the one before it, what was sampled, and what is new; a closing `<|return|>` became `<|end|>`. */
function expectTokenExact({ requests, sampled }: ScriptedEngine) {
  for (let i = 1; i < requests.length; i++) {
    const before = [...requests[i - 1].prefill, ...sampled[i - 1]]
    if (before.at(-1) === 200002) before[before.length - 1] = 200007
    expect(requests[i].prefill.slice(0, before.length)).toEqual(before)
  }
}

test('events: tokens leaves out what a parser reads, and nothing else', async () => {
  const turns = [
    `<|channel|>final{"a":1}<|end|><|start|>assistant${callText('functions.weather')}`,
    THOUGHT + ANSWER,
  ]
  const all = await collect(setUp(turns).run)
  const { run, transcript } = setUp(turns, { events: 'tokens' })
  const tokens = await collect(run)
  const isRead = ({ type }: TurnRunEvent) => /^(message|content|deviation)/.test(type)
  expect(tokens.filter((event) => !isRead(event))).toEqual(all.filter((event) => !isRead(event)))
  const deviations = (events: TurnRunEvent[]) => events.filter(({ type }) => type === 'deviation')
  expect(deviations(all)).not.toEqual([])
  expect(tokens.filter(isRead)).toEqual(deviations(all))
  expect(transcript.toConversation().messages.slice(1)).toEqual((await run.result()).messages)
})

describe('a turn', () => {
  test('runs from the call over its result to the answer', async () => {
    const { engine, transcript, run } = setUp([THOUGHT + callText('functions.weather'), THOUGHT + ANSWER])
    const events = await collect(run)
    const result = await run.result()

    expect(result.action).toBe('return')
    expect(result.finalText).toBe('Warm.')
    expect(result.pendingCalls).toEqual([])
    expect(result.messages.map(({ role, channel, content }) => [role, channel, content])).toEqual([
      ['assistant', 'analysis', 'Hm.'],
      ['assistant', 'commentary', '{"city":"Rome"}'],
      ['tool', 'commentary', 'Rome: 21 °C'],
      ['assistant', 'analysis', 'Hm.'],
      ['assistant', 'final', 'Warm.'],
    ])
    expect(transcript.toConversation().messages.slice(1)).toEqual(result.messages)
    expectTokenExact(engine)
    expect(encoding.decode(engine.requests[1].prefill.slice(engine.requests[0].prefill.length))).toBe(
      `${THOUGHT}${callText('functions.weather')}<|start|>functions.weather to=assistant<|channel|>commentary` +
        '<|message|>Rome: 21 °C<|end|><|start|>assistant',
    )
    expect(events.filter(({ type }) => type !== 'tokens-delta' && type !== 'content-delta')).toMatchObject([
      { type: 'generation-start', generationIndex: 0, cachedPrefixLength: 0 },
      { type: 'message-start', messageIndex: 0, kind: 'reasoning' },
      { type: 'message-end', messageIndex: 0 },
      { type: 'message-start', messageIndex: 1, kind: 'tool-call', toolName: 'weather' },
      { type: 'message-end', messageIndex: 1 },
      { type: 'generation-end', generationIndex: 0, action: 'call', stopToken: 200012 },
      { type: 'tool-start', callIndex: 0, tool: { recipient: 'functions.weather' } },
      { type: 'tool-end', callIndex: 0, output: { text: 'Rome: 21 °C', isError: false } },
      { type: 'generation-start', generationIndex: 1 },
      { type: 'message-start', messageIndex: 2, kind: 'reasoning', generationIndex: 1 },
      { type: 'message-end', messageIndex: 2 },
      { type: 'message-start', messageIndex: 3, kind: 'final' },
      { type: 'message-end', messageIndex: 3 },
      { type: 'generation-end', generationIndex: 1, action: 'return', cachedTokens: 2 },
      { type: 'run-end', result },
    ])
  })

  test('adds up what it cost', async () => {
    const { engine, run } = setUp([THOUGHT + callText('functions.weather'), ANSWER])
    const { usage } = await run.result()
    const [first, second] = engine.sampled.map((tokens) => tokens.length)
    expect(usage).toEqual({
      generations: 2,
      toolCalls: 1,
      promptTokens: engine.requests[0].prefill.length + engine.requests[1].prefill.length,
      cachedTokens: 4,
      sampled: {
        total: first + second,
        reasoning: tokensOf('<|channel|>analysis<|message|>Hm.<|end|>').length,
        calls: first - tokensOf('<|channel|>analysis<|message|>Hm.<|end|>').length,
        preamble: 0,
        final: second,
      },
    })
  })

  test('runs the calls of one generation at the same time, and keeps their results in order', async () => {
    let started = 0
    let release: () => void
    const both = new Promise<void>((resolve) => (release = resolve))
    const execute = async ({ n }: { n: number }) => {
      if (++started === 2) release()
      await both
      if (n === 1) await new Promise((resolve) => setTimeout(resolve, 5))
      return `result ${n}`
    }
    const { engine, run } = setUp(
      [
        callText('functions.f', '{"n":1}', '<|end|><|start|>assistant') + callText('functions.f', '{"n":2}'),
        ANSWER,
      ],
      { tools: createToolSet([{ name: 'f', execute }]) },
    )
    const events = await collect(run)
    const ends = events.filter((event) => event.type === 'tool-end')
    expect(ends.map(({ callIndex }) => callIndex)).toEqual([1, 0])
    const results = (await run.result()).messages.filter(({ role }) => role === 'tool')
    expect(results.map(({ content }) => content)).toEqual(['result 1', 'result 2'])
    expectTokenExact(engine)
  })

  test('gives a tool’s exception and an unknown tool to the model to read', async () => {
    const { run } = setUp([callText('functions.fail'), callText('functions.none'), ANSWER])
    const { messages, action } = await run.result()
    expect(messages.filter(({ role }) => role === 'tool').map(({ content }) => content)).toEqual([
      'Error: closed',
      expect.stringMatching(/^Error: there is no tool "functions.none"/),
    ])
    expect(action).toBe('return')
  })

  test('may be forced to begin with a call, whose header is in the prefill', async () => {
    const opening = callHeader(encoding, ['functions.weather'])
    const { engine, transcript, run } = setUp(['{"city":"Oslo"}<|call|>', ANSWER], { opening })
    const events = await collect(run)
    expect(events.find((event) => event.type === 'message-start')).toMatchObject({ toolName: 'weather' })
    expect(engine.requests[0].prefill.slice(-opening.length)).toEqual(opening)
    expectTokenExact(engine)
    expect(transcript.toConversation().messages[2].content).toBe('Oslo: 21 °C')
  })
})

describe('what is left to the caller', () => {
  test('a call to a tool that the set does not run ends the run; its result lets another go on', async () => {
    const { engine, transcript, tools, run } = setUp([
      callText('functions.weather', '{"city":"Rome"}', '<|end|><|start|>assistant') +
        callText('functions.ask_user'),
      ANSWER,
    ])
    const { action, pendingCalls, messages } = await run.result()
    expect(action).toBe('call')
    expect(pendingCalls.map(({ name }) => name)).toEqual(['ask_user'])
    expect(messages.at(-1)?.content).toBe('Rome: 21 °C')

    const again = await runTurn({ engine, transcript, tools }).result()
    expect([again.action, again.pendingCalls.length, engine.requests.length]).toEqual(['call', 1, 1])

    transcript.append({
      role: 'tool',
      name: 'functions.ask_user',
      recipient: 'assistant',
      channel: 'commentary',
      content: 'yes',
    })
    expect((await runTurn({ engine, transcript, tools }).result()).action).toBe('return')
    expectTokenExact(engine)
  })

  test('without tools, every call is the caller’s', async () => {
    const { engine, transcript } = setUp([callText('functions.weather')])
    const run = runTurn({ engine, transcript })
    expect(await run.result()).toMatchObject({ action: 'call', pendingCalls: [{ name: 'weather' }] })
  })

  test('a call that needs an approval waits for it, and runs once it is there', async () => {
    const { engine, transcript, tools, run } = setUp([callText('functions.pay'), ANSWER])
    expect(await run.result()).toMatchObject({ action: 'call', pendingCalls: [{ name: 'pay' }] })
    const approve = vi.fn(() => Promise.resolve(true))
    const { messages } = await runTurn({ engine, transcript, tools, approve }).result()
    expect(messages[0].content).toBe('paid')
    expect(approve).toHaveBeenCalledWith(
      expect.objectContaining({ name: 'pay' }),
      expect.objectContaining({ needsApproval: true }),
    )
  })

  test('a call that is denied is an error that the model reads', async () => {
    const { run } = setUp([callText('functions.pay'), ANSWER], { approve: () => false })
    expect((await run.result()).messages[1].content).toBe('Error: the user denied this call.')
  })
})

describe('limits', () => {
  test('on generations', async () => {
    const { engine, run } = setUp(Array<string>(9).fill(callText('functions.weather')), {
      limits: { maxGenerations: 3 },
    })
    expect(await run.result()).toMatchObject({ action: 'limit', usage: { generations: 3, toolCalls: 3 } })
    expect(engine.requests).toHaveLength(3)
  })

  test('on tool calls: n calls make n + 1 generations', async () => {
    const { run } = setUp(Array<string>(9).fill(callText('functions.weather')), {
      limits: { maxToolCalls: 2 },
    })
    expect(await run.result()).toMatchObject({
      action: 'limit',
      pendingCalls: [{ name: 'weather' }],
      usage: { generations: 3, toolCalls: 2 },
    })
  })

  test('on tokens, over all generations', async () => {
    const text = callText('functions.weather')
    const { length } = tokensOf(text)
    const { engine, run } = setUp([text, text, ANSWER], { limits: { maxTokens: 2 * length } })
    expect(await run.result()).toMatchObject({ action: 'length', usage: { generations: 2 } })
    expect(engine.requests.map(({ options }) => options.maxTokens)).toEqual([2 * length, length])
  })

  test('an answer that is cut is kept', async () => {
    const { run } = setUp(['<|channel|>final<|message|>Warm and'])
    expect(await run.result()).toMatchObject({ action: 'length', finalText: 'Warm and' })
  })

  test.each([{ maxTokens: -1 }, { maxGenerations: 1.5 }, { maxToolCalls: NaN }])(
    '%j is refused',
    (limits) => {
      expect(() => setUp([], { limits })).toThrow(RangeError)
    },
  )
})

describe('an end that is not the model’s', () => {
  test('abort stops an engine that does not listen; the transcript can go on', async () => {
    const controller = new AbortController()
    const { engine, transcript, tools, run } = setUp(
      [() => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }), ANSWER],
      { signal: controller.signal },
    )
    const before = transcript.toConversation()
    setTimeout(() => controller.abort(new Error('enough')), 5)
    await expect(collect(run)).rejects.toThrow('enough')
    await expect(run.result()).rejects.toThrow('enough')
    expect(transcript.toConversation()).toEqual(before)
    expect((await runTurn({ engine, transcript, tools }).result()).action).toBe('return')
  })

  test('a run that was aborted before it began asks no engine', async () => {
    const { engine, run } = setUp([ANSWER], { signal: AbortSignal.abort(new Error('never')) })
    await expect(run.result()).rejects.toThrow('never')
    expect(engine.requests).toEqual([])
  })

  test('abort stops tools; the next run begins with the calls that have no result', async () => {
    const controller = new AbortController()
    let isPatient = false
    const told = vi.fn()
    const execute = vi.fn(({ n }: { n: number }, { signal }: { signal: AbortSignal }) => {
      signal.addEventListener('abort', told)
      return n === 1 || isPatient ? `result ${n}` : new Promise(() => {})
    })
    const { engine, transcript, tools, run } = setUp(
      [
        [1, 2]
          .map((n) =>
            callText('functions.f', `{"n":${n}}`, n === 1 ? '<|end|><|start|>assistant' : '<|call|>'),
          )
          .join(''),
        ANSWER,
      ],
      { tools: createToolSet([{ name: 'f', execute }]), signal: controller.signal },
    )
    setTimeout(() => controller.abort(), 5)
    await expect(run.result()).rejects.toThrow()
    expect(told).toHaveBeenCalled()
    expect(transcript.toConversation().messages.at(-1)).toMatchObject({ role: 'tool', content: 'result 1' })

    isPatient = true
    const resumed = Transcript.fromJSON(encoding, JSON.stringify(transcript))
    const { messages, usage } = await runTurn({ engine, transcript: resumed, tools }).result()
    expect(messages.map(({ content }) => content)).toEqual(['result 2', 'Warm.'])
    expect(usage.toolCalls).toBe(1)
    expectTokenExact(engine)
  })

  test('leaving the iteration stops the engine', async () => {
    const { engine, run } = setUp([THOUGHT + ANSWER])
    for await (const event of run) if (event.type === 'content-delta') break
    await vi.waitFor(() => expect(engine.ended).toBe(1))
    await expect(run.result()).rejects.toThrow(TypeError)
  })

  test('leaving the iteration stops the tools', async () => {
    let signal: AbortSignal | undefined
    const tools = createToolSet([
      { name: 'f', execute: (_, context) => ((signal = context.signal), new Promise(() => {})) },
    ])
    const { run } = setUp([callText('functions.f')], { tools })
    for await (const event of run) if (event.type === 'tool-start') break
    expect(signal?.aborted).toBe(true)
  })

  test('what the engine throws, the run throws, and stops the rest', async () => {
    const { transcript, run } = setUp([
      async function* () {
        yield { tokens: tokensOf('<|channel|>final<|message|>War') }
        throw new Error('gone')
      },
    ])
    await expect(run.result()).rejects.toThrow('gone')
    await expect(run.result()).rejects.toThrow('gone')
    expect(transcript.toConversation().messages).toHaveLength(1)
  })
})

describe('an engine that is faster than the reader', () => {
  const tokens = tokensOf(`<|channel|>final<|message|>${'a b '.repeat(500)}`)
  const turn = tokens.map((token) => ({ tokens: [token] }))
  const rounds = async () => {
    for (let i = 0; i < 10; i++) await new Promise(setImmediate)
  }

  test('samples on, but not without end', async () => {
    const { engine, run } = setUp([turn])
    for await (const event of run) {
      if (event.type !== 'tokens-delta') continue
      await rounds()
      break
    }
    expect(engine.sampled[0].length).toBeGreaterThan(1)
    expect(engine.sampled[0].length).toBeLessThan(100)
    expect(engine.ended).toBe(1)
  })

  test('gives its tokens in batches, which hold the run’s events', async () => {
    const batches: (readonly TurnRunEvent[])[] = []
    for await (const batch of setUp([turn]).run.batches) {
      batches.push(batch)
      await rounds()
    }
    expect(batches.length).toBeLessThan(tokens.length / 10)
    expect(batches.flat()).toEqual(await collect(setUp([turn]).run))
  })

  test('has what it sampled before an error read first', async () => {
    const { run } = setUp([
      async function* () {
        yield* turn.slice(0, 10)
        throw new Error('gone')
      },
    ])
    const sampled: number[] = []
    const reading = async () => {
      for await (const event of run) if (event.type === 'tokens-delta') sampled.push(...event.tokens)
    }
    await expect(reading()).rejects.toThrow('gone')
    expect(sampled).toEqual(tokens.slice(0, 10))
  })
})

describe('what engines do with stop tokens', () => {
  const text = '<|channel|>final<|message|>Warm.'
  test.each<[string, Turn]>([
    ['in a chunk of its own', [{ tokens: tokensOf(text) }, { tokens: [200002], finish: { reason: 'stop' } }]],
    ['withheld and named', [{ tokens: tokensOf(text), finish: { reason: 'stop', stopToken: 200002 } }]],
    ['withheld', [{ tokens: tokensOf(text), finish: { reason: 'stop', stopToken: null } }]],
    ['twice, or followed by others', [{ tokens: [...tokensOf(text), 200002, 200002, 27] }]],
    [
      'the end of text',
      [{ tokens: [...tokensOf(text), 199999], finish: { reason: 'stop', stopToken: 199999 } }],
    ],
  ])('%s: the answer is whole', async (_, turn) => {
    const { transcript, run } = setUp([turn])
    expect(await run.result()).toMatchObject({ action: 'return', finalText: 'Warm.' })
    expect(encoding.decode(transcript.prefill().tokens)).toMatch(/final<\|message\|>Warm\.<\|end/)
  })

  test('the end of a call that was withheld', async () => {
    const tokens = tokensOf(callText('functions.weather', '{"city":"Rome"}', ''))
    const { transcript, run } = setUp([[{ tokens, finish: { reason: 'stop' } }], ANSWER])
    await run.result()
    expect(encoding.decode(transcript.prefill().tokens)).toContain(
      '{"city":"Rome"}<|call|><|start|>functions.weather',
    )
  })
})

test('the engine gets stop tokens, sampling parameters and the grammar of its generation', async () => {
  const grammar = { toStructuralTag: () => ({}), toGbnf: () => '', toLark: () => '' }
  const { engine, run } = setUp([callText('functions.weather'), ANSWER], {
    sampling: { temperature: 0 },
    grammar: (generationIndex) => (generationIndex === 0 ? grammar : undefined),
  })
  await run.result()
  expect(engine.requests.map(({ options }) => options)).toMatchObject([
    { stop: [200002, 200012], sampling: { temperature: 0 }, grammar, maxTokens: undefined },
    { stop: [200002, 200012], sampling: { temperature: 0 }, grammar: undefined },
  ])
})

test('log probabilities come with their tokens', async () => {
  const tokens = tokensOf(ANSWER)
  const logprobs = tokens.map((token) => ({ token, logprob: -1, top: [] }))
  const { run } = setUp([[{ tokens, logprobs, finish: { reason: 'stop' } }]])
  const delta = (await collect(run)).find((event) => event.type === 'tokens-delta')
  expect(delta).toMatchObject({ tokens, logprobs })
})

test('how the engine cuts its chunks changes nothing but the deltas', async () => {
  const turns = [
    THOUGHT + callText('functions.weather'),
    `${THOUGHT}<|channel|>final<|message|>Wärme: 東京 🌡️!<|return|>`,
  ]
  const outcomes = new Set<string>()
  for (const chunkLength of [1, 2, 3, 5, 8, 100]) {
    const engine = scriptedEngine(turns, chunkLength)
    const transcript = createTranscript(encoding, { messages: [{ role: 'user', content: 'Hi' }] })
    const tools = createToolSet([{ name: 'weather', execute: () => 'x' }])
    const run = runTurn({ engine, transcript, tools })
    const events = await collect(run)
    const contents = new Map<number, string>()
    for (const event of events) {
      if (event.type === 'content-delta')
        contents.set(event.messageIndex, (contents.get(event.messageIndex) ?? '') + event.delta)
    }
    const sampled = (await run.result()).messages.filter(({ role }) => role === 'assistant')
    expect([...contents.values()]).toEqual(sampled.map(({ content }: Message) => content))
    const rest = events.filter(({ type }) => type !== 'content-delta' && type !== 'tokens-delta')
    outcomes.add(JSON.stringify([rest, await run.result()]))
    expectTokenExact(engine)
  }
  expect(outcomes.size).toBe(1)
})
