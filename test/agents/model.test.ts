// The Agents SDK's own runner over replayed completions.
import {
  type ModelRequest,
  Agent,
  type AgentInputItem,
  InputGuardrailTripwireTriggered,
  OutputGuardrailTripwireTriggered,
  Runner,
  protocol,
  tool,
} from '@openai/agents'
import * as fc from 'fast-check'
import { HarmonyError, loadHarmonyEncoding } from 'gpt-oss-harmony'
import { createHarmony, type HarmonySettings } from 'gpt-oss-harmony/agents'
import { type Engine, type GenerateOptions, replayEngine } from 'gpt-oss-harmony/engines'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { toResponsesRequest } from '../../src/agents/request-body.js'
import { tokenStreams } from '../parse/streams.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const tokensOf = (text: string) => encoding.encode(text, { allowedSpecial: 'all' })

// Spacing that no renderer writes: only the sampled ids give it back.
const CALL =
  '<|channel|>analysis<|message|>A sum.<|end|><|start|>assistant<|channel|>commentary<|message|>Adding.<|end|>' +
  '<|start|>assistant<|channel|>commentary to=functions.add <|constrain|>json<|message|>{"a": 1,  "b":2}<|call|>'
const RESULT = '<|start|>functions.add to=assistant<|channel|>commentary<|message|>3<|end|><|start|>assistant'
const ANSWER =
  '<|channel|>analysis<|message|>It is 3.<|end|><|start|>assistant<|channel|>final<|message|>The sum is 3.<|return|>'

/** A runner over completions that notes what the engine was sent. */
function recorded(texts: readonly string[], settings: Partial<HarmonySettings> = {}) {
  const sent: { prefill: readonly number[]; options: GenerateOptions }[] = []
  const replay = replayEngine(texts.map((text) => ({ text })))
  const engine: Engine = {
    generate(prefill, options) {
      sent.push({ prefill: [...prefill], options })
      return replay.generate(prefill, options)
    },
  }
  const modelProvider = createHarmony({ engine, ...settings })
  return { sent, modelProvider, runner: new Runner({ modelProvider, tracingDisabled: true }) }
}

const add = tool({
  name: 'add',
  description: 'Adds two numbers.',
  parameters: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }) => String(a + b),
})
const adder = new Agent({ name: 'Adder', instructions: 'Be brief.', model: 'gpt-oss-20b', tools: [add] })

describe('a run of several steps', () => {
  test.each([false, true])(
    'is token-exact: a prefill begins with the last one and its samples (streaming: %j)',
    async (stream) => {
      const { runner, sent } = recorded([CALL, ANSWER])
      const result = stream
        ? await runner.run(adder, 'What is 1 + 2?', { stream })
        : await runner.run(adder, 'What is 1 + 2?')
      if ('completed' in result) await result.completed
      expect(result.finalOutput).toBe('The sum is 3.')
      const seen = [...sent[0].prefill, ...tokensOf(CALL)]
      expect(sent[1].prefill).toEqual([...seen, ...tokensOf(RESULT)])
      const { usage } = result.state
      expect(usage.requests).toBe(2)
      expect(usage.inputTokens).toBe(sent[0].prefill.length + sent[1].prefill.length)
      expect(usage.outputTokens).toBe(tokensOf(CALL).length + tokensOf(ANSWER).length)
      expect(usage.outputTokensDetails).toHaveLength(2)
    },
  )

  test('keeps its tokens in a history that was stored as JSON, for the next turn', async () => {
    const { runner, sent } = recorded([CALL, ANSWER, '<|channel|>final<|message|>Bye.<|return|>'])
    const { history } = await runner.run(adder, 'What is 1 + 2?')
    const stored = JSON.parse(JSON.stringify(history)) as AgentInputItem[]
    await runner.run(adder, [...stored, { role: 'user', content: 'Bye?' }])
    const prompt = encoding.decode(sent[2].prefill)
    expect(prompt).toContain('{"a": 1,  "b":2}<|call|>')
    expect(prompt).not.toContain('It is 3.')
    expect(prompt).toContain('<|start|>assistant<|channel|>final<|message|>The sum is 3.<|end|>')
  })

  test('renders an item anew whose text was changed', async () => {
    const { runner, sent } = recorded([CALL, ANSWER, ANSWER])
    const { history } = await runner.run(adder, 'What is 1 + 2?')
    const edited = history.map((item) =>
      item.type === 'function_call' ? { ...item, arguments: '{"a":1,"b":3}' } : item,
    )
    await runner.run(adder, edited)
    expect(encoding.decode(sent[2].prefill)).toContain('{"a":1,"b":3}<|call|>')
  })

  test('ignores what another provider has encrypted', async () => {
    const { runner, sent } = recorded([ANSWER])
    const foreign: AgentInputItem[] = [
      { role: 'user', content: [{ type: 'input_text', text: 'Add.' }] },
      {
        type: 'reasoning',
        content: [{ type: 'input_text', text: 'Hm.' }],
        providerData: { encrypted_content: 'gAAAAA' },
      },
      {
        type: 'function_call',
        callId: 'c',
        name: 'add',
        arguments: '{}',
        status: 'completed',
        providerData: {},
      },
      {
        type: 'function_call_result',
        callId: 'c',
        name: 'add',
        status: 'completed',
        output: { type: 'text', text: '3' },
      },
    ]
    await runner.run(adder, foreign)
    expect(encoding.decode(sent[0].prefill)).toContain('<|channel|>analysis<|message|>Hm.<|end|>')
    expect(encoding.decode(sent[0].prefill).endsWith(RESULT)).toBe(true)
  })
})

describe('a stream', () => {
  test('has only events and items of the SDK', async () => {
    const { modelProvider } = recorded([CALL])
    const events = modelProvider.getModel('m').getStreamedResponse({
      input: 'Add.',
      modelSettings: { preserveRawUsage: true },
      tools: [],
      outputType: 'text',
      handoffs: [],
      tracing: false,
    })
    const types: string[] = []
    let last: protocol.StreamEvent | undefined
    for await (const event of events) {
      // The SDK's own schema throws for anything else.
      last = protocol.StreamEvent.parse(event)
      if (last.type !== 'model') types.push(last.type)
      if (last.type !== 'response_done') continue
      expect(last.response.output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call'])
      expect(last.response.rawUsage).toMatchObject({ output_tokens: tokensOf(CALL).length })
      expect(last.response.usage.outputTokensDetails).toEqual([
        { reasoning_tokens: expect.any(Number) as number },
      ])
    }
    expect(types[0]).toBe('response_started')
    expect(new Set(types.slice(1, -1))).toEqual(new Set(['output_text_delta']))
    expect(types.at(-1)).toBe('response_done')
  })

  test("of a run is read as text by the SDK's own reader", async () => {
    const { runner } = recorded([ANSWER])
    const result = await runner.run(adder, 'What is 1 + 2?', { stream: true })
    let text = ''
    for await (const delta of result.toTextStream()) text += delta
    expect(text).toBe('The sum is 3.')
  })

  test('joined deltas are the texts of the output, whatever was sampled', async () => {
    await fc.assert(
      fc.asyncProperty(tokenStreams, async (tokens) => {
        const model = createHarmony({ engine: { generate: () => chunks(tokens) } }).getModel()
        const request = { input: 'Hi', modelSettings: {}, tools: [], handoffs: [], tracing: false } as const
        let joined = ''
        let texts: string | undefined
        try {
          for await (const event of model.getStreamedResponse({
            ...request,
            tools: [],
            handoffs: [],
            outputType: 'text',
          })) {
            protocol.StreamEvent.parse(event)
            if (event.type === 'output_text_delta') joined += event.delta
            if (event.type === 'response_done')
              texts = event.response.output
                .flatMap((item) => (item.type === 'message' ? item.content : []))
                .map((part) => (part.type === 'output_text' ? part.text : ''))
                .join('')
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'unexpected-end' })
          return
        }
        expect(joined).toBe(texts)
      }),
      { numRuns: 100 },
    )
  })
})

describe('what an agent asks for', () => {
  test('a handoff is a function, and the next agent reads the same tokens', async () => {
    const CALL_HANDOFF =
      '<|channel|>analysis<|message|>For Bo.<|end|><|start|>assistant<|channel|>commentary to=functions.transfer_to_Bo <|constrain|>json<|message|>{ }<|call|>'
    const { runner, sent } = recorded([CALL_HANDOFF, '<|channel|>final<|message|>Bo here.<|return|>'])
    const bo = new Agent({ name: 'Bo', instructions: 'You are Bo.', handoffDescription: 'Knows all.' })
    const front = Agent.create({ name: 'Front', instructions: 'Ask Bo.', handoffs: [bo] })
    const result = await runner.run(front, 'Who?')
    expect(result.finalOutput).toBe('Bo here.')
    expect(result.lastAgent?.name).toBe('Bo')
    const [first, second] = sent.map(({ prefill }) => encoding.decode(prefill))
    expect(first).toMatch(/Knows all\.[\s\S]*type transfer_to_Bo = \(\) => any;/)
    expect(second).toContain('You are Bo.')
    expect(second).toContain(
      `<|start|>assistant${CALL_HANDOFF}<|start|>functions.transfer_to_Bo to=assistant`,
    )
  })

  test('an output type is described to the model, and its answer read', async () => {
    const { runner, sent } = recorded(['<|channel|>final<|message|>{"city":"Lima"}<|return|>'])
    const agent = new Agent({ name: 'Where', model: 'm', outputType: z.object({ city: z.string() }) })
    const { finalOutput } = await runner.run(agent, 'Where?')
    expect(finalOutput).toEqual({ city: 'Lima' })
    expect(encoding.decode(sent[0].prefill)).toContain('# Response Formats')
    expect(sent[0].options.grammar).toBeUndefined()
  })

  test('an output type is a grammar where the engine follows them', async () => {
    const { runner, sent } = recorded(['<|channel|>final<|message|>{"city":"Lima"}<|return|>'], {
      grammar: true,
    })
    await runner.run(
      new Agent({ name: 'Where', model: 'm', outputType: z.object({ city: z.string() }) }),
      'Where?',
    )
    expect(sent[0].options.grammar).toBeDefined()
  })

  test('a tool choice opens the call, and the next step keeps its header', async () => {
    const { runner, sent } = recorded(['{"a":1, "b":2}<|call|>', ANSWER])
    await runner.run(adder.clone({ modelSettings: { toolChoice: 'add' } }), 'Add.')
    const [first, second] = sent.map(({ prefill }) => encoding.decode(prefill))
    expect(
      first.endsWith('<|start|>assistant<|channel|>commentary to=functions.add <|constrain|>json<|message|>'),
    ).toBe(true)
    expect(second.startsWith(`${first}{"a":1, "b":2}<|call|>`)).toBe(true)
    // The SDK takes the choice back after a call.
    expect(second.endsWith(RESULT)).toBe(true)
  })

  test('settings are sampling parameters of the engine', async () => {
    const { runner, sent } = recorded([ANSWER])
    const modelSettings = {
      temperature: 0.5,
      topP: 0.9,
      maxTokens: 500,
      reasoning: { effort: 'high' },
      providerData: { top_k: 4 },
    } as const
    await runner.run(adder.clone({ modelSettings }), 'Add.')
    expect(sent[0].options).toMatchObject({
      maxTokens: 500,
      sampling: { temperature: 0.5, top_p: 0.9, top_k: 4 },
    })
    expect(encoding.decode(sent[0].prefill)).toContain('Reasoning: high')
  })

  test('guardrails stop the run', async () => {
    const trips = { name: 'No', execute: () => Promise.resolve({ tripwireTriggered: true, outputInfo: {} }) }
    const { runner } = recorded([ANSWER, ANSWER])
    await expect(runner.run(adder.clone({ inputGuardrails: [trips] }), 'Add.')).rejects.toThrow(
      InputGuardrailTripwireTriggered,
    )
    await expect(runner.run(adder.clone({ outputGuardrails: [trips] }), 'Add.')).rejects.toThrow(
      OutputGuardrailTripwireTriggered,
    )
  })
})

describe('what cannot be', () => {
  test.each([
    [
      'an image',
      [{ role: 'user', content: [{ type: 'input_image', image: 'data:' }] }],
      'unsupported-content',
      'input[0].content[0].type',
    ],
    [
      'an item of another model',
      [{ type: 'compaction', encrypted_content: 'x' }],
      'unsupported-content',
      'input[0].type',
    ],
  ] as const)('%s is refused by its path', async (_, input, code, path) => {
    const { runner } = recorded([ANSWER])
    const items = structuredClone(input) as unknown as AgentInputItem[]
    await expect(runner.run(adder, items)).rejects.toMatchObject({ code, path })
  })

  test('a hosted tool is refused by its name', async () => {
    const { runner } = recorded([ANSWER])
    const search = { type: 'hosted_tool', name: 'web_search', providerData: { type: 'web_search' } } as const
    await expect(runner.run(adder.clone({ tools: [search] }), 'Hi')).rejects.toMatchObject({
      code: 'unsupported-content',
      path: 'tools[0].type',
    })
  })

  test('an answer that was cut off is an error, and no call runs', async () => {
    const cut = createHarmony({ engine: { generate: () => chunks(tokensOf(CALL).slice(0, -1), 'length') } })
    const runner = new Runner({ modelProvider: cut, tracingDisabled: true })
    await expect(runner.run(adder, 'Add.')).rejects.toMatchObject({ code: 'unexpected-end' })
  })

  test("an engine's failure is the run's", async () => {
    const modelProvider = createHarmony({ engine: replayEngine([{ text: '', error: 'out of memory' }]) })
    const runner = new Runner({ modelProvider, tracingDisabled: true })
    await expect(runner.run(adder, 'Hi')).rejects.toThrow('out of memory')
    await expect(runner.run(adder, 'Hi')).rejects.toBeInstanceOf(HarmonyError)
  })

  test.each([false, true])('abort reaches the engine (streaming: %j)', async (stream) => {
    const controller = new AbortController()
    let wasAborted = false
    const engine: Engine = {
      async *generate(_, { signal }) {
        yield { tokens: tokensOf('<|channel|>final<|message|>One') }
        controller.abort()
        wasAborted = signal!.aborted
        signal!.throwIfAborted()
      },
    }
    const runner = new Runner({ modelProvider: createHarmony({ engine }), tracingDisabled: true })
    const { signal } = controller
    if (stream) {
      const result = await runner.run(adder, 'Hi', { stream, signal })
      await result.completed.catch(() => undefined)
      expect(result.finalOutput).toBeUndefined()
    } else {
      await expect(runner.run(adder, 'Hi', { signal })).rejects.toThrow()
    }
    expect(wasAborted).toBe(true)
  })
})

async function* chunks(tokens: readonly number[], reason: 'stop' | 'length' = 'stop') {
  for (const token of tokens) yield { tokens: [token] }
  yield { tokens: [], finish: { reason } }
}

test("the effort 'none' is the least that gpt-oss has", () => {
  const request = {
    input: 'Hi',
    outputType: 'text',
    modelSettings: { reasoning: { effort: 'none' } },
    tools: [],
    handoffs: [],
    tracing: false,
  }
  expect(toResponsesRequest(request as ModelRequest).reasoning).toEqual({ effort: 'low' })
})
