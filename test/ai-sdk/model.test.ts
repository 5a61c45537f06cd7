// The AI SDK's own readers, ai 6 and ai 7, over replayed completions.
import type { LanguageModelV3, LanguageModelV3CallOptions } from '@ai-sdk/provider'
import * as ai6 from 'ai6'
import * as ai7 from 'ai7'
import * as fc from 'fast-check'
import { loadHarmonyEncoding, parseTokens } from 'gpt-oss-harmony'
import { createHarmony, harmonyMiddleware } from 'gpt-oss-harmony/ai-sdk'
import { type Engine, type GenerateOptions, replayEngine } from 'gpt-oss-harmony/engines'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { tokenStreams } from '../parse/streams.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const tokensOf = (text: string) => encoding.encode(text, { allowedSpecial: 'all' })

const CALL =
  '<|channel|>analysis<|message|>The user wants a sum.<|end|><|start|>assistant<|channel|>commentary<|message|>Adding.<|end|>' +
  '<|start|>assistant<|channel|>commentary to=functions.add <|constrain|>json<|message|>{"a": 1, "b":2}<|call|>'
const ANSWER =
  '<|channel|>analysis<|message|>It is 3.<|end|><|start|>assistant<|channel|>final<|message|>The sum is 3.<|return|>'

/** An engine over completions that notes what it was sent. */
function recorded(...texts: string[]) {
  const sent: { prefill: readonly number[]; options: GenerateOptions }[] = []
  const engine = replayEngine(texts.map((text) => ({ text })))
  const recording: Engine = {
    generate(prefill, options) {
      sent.push({ prefill: [...prefill], options })
      return engine.generate(prefill, options)
    },
  }
  return { sent, harmony: createHarmony({ engine: recording }) }
}

describe.each([
  ['ai 6', ai6],
  ['ai 7', ai7 as unknown as typeof ai6],
])('%s', (_, ai) => {
  const tools = {
    add: ai.tool({
      description: 'Adds two numbers.',
      inputSchema: z.object({ a: z.number(), b: z.number() }),
      execute: ({ a, b }: { a: number; b: number }) => a + b,
    }),
  }

  test('generateText gives text, reasoning and usage', async () => {
    const { harmony } = recorded(ANSWER)
    const result = await ai.generateText({ model: harmony('gpt-oss-20b'), prompt: 'What is 1 + 2?' })
    expect(result.text).toBe('The sum is 3.')
    expect(result.reasoningText).toBe('It is 3.')
    expect(result.finishReason).toBe('stop')
    expect(result.usage.outputTokens).toBe(tokensOf(ANSWER).length)
    expect(result.usage.totalTokens).toBe(result.usage.inputTokens! + tokensOf(ANSWER).length)
  })

  test('a run of several steps is token-exact: each prefill begins with the last one and its samples', async () => {
    const { harmony, sent } = recorded(CALL, ANSWER)
    const result = await ai.generateText({
      model: harmony('gpt-oss-20b'),
      prompt: 'What is 1 + 2?',
      tools,
      stopWhen: ai.stepCountIs(3),
    })
    expect(result.text).toBe('The sum is 3.')
    expect(result.steps[0].toolCalls[0]).toMatchObject({ toolName: 'add', input: { a: 1, b: 2 } })
    const seen = [...sent[0].prefill, ...tokensOf(CALL)]
    expect(sent[1].prefill.slice(0, seen.length)).toEqual(seen)
    expect(encoding.decode(sent[1].prefill.slice(seen.length))).toBe(
      '<|start|>functions.add to=assistant<|channel|>commentary<|message|>3<|end|><|start|>assistant',
    )
  })

  test('streamText streams the same, arguments byte for byte', async () => {
    const { harmony, sent } = recorded(CALL, ANSWER)
    const result = ai.streamText({
      model: harmony('gpt-oss-20b'),
      prompt: 'What is 1 + 2?',
      tools,
      stopWhen: ai.stepCountIs(3),
    })
    const types: string[] = []
    let input = ''
    let reasoning = ''
    for await (const part of result.fullStream) {
      if (types.at(-1) !== part.type) types.push(part.type)
      if (part.type === 'tool-input-delta') input += part.delta
      if (part.type === 'reasoning-delta') reasoning += part.text
    }
    expect(input).toBe('{"a": 1, "b":2}')
    expect(reasoning).toBe('The user wants a sum.It is 3.')
    expect(await result.text).toBe('The sum is 3.')
    expect(sent).toHaveLength(2)
    expect(types).not.toContain('error')
  })

  test('the UI message stream has reasoning, the tool and the answer', async () => {
    const { harmony } = recorded(CALL, ANSWER)
    const stream = ai
      .streamText({ model: harmony('m'), prompt: 'Add.', tools, stopWhen: ai.stepCountIs(3) })
      .toUIMessageStream()
    let last: ai6.UIMessage | undefined
    for await (const message of ai.readUIMessageStream({ stream })) last = message
    const parts = last!.parts.map((part) => part.type).filter((type) => type !== 'step-start')
    expect(parts).toEqual(['reasoning', 'text', 'tool-add', 'reasoning', 'text'])
  })

  test('Output.object reads the answer and describes its schema to the model', async () => {
    const { harmony, sent } = recorded('<|channel|>final<|message|>{"city":"Lima"}<|return|>')
    const result = await ai.generateText({
      model: harmony('m'),
      prompt: 'Where?',
      output: ai.Output.object({ schema: z.object({ city: z.string() }) }),
    })
    expect(result.output).toEqual({ city: 'Lima' })
    expect(encoding.decode(sent[0].prefill)).toContain('# Response Formats')
  })

  test('toolChoice opens the call, and the next step keeps its header', async () => {
    const { harmony, sent } = recorded('{"a":1,"b":2}<|call|>', ANSWER)
    await ai.generateText({
      model: harmony('m'),
      prompt: 'Add.',
      tools,
      stopWhen: ai.stepCountIs(2),
      prepareStep: ({ stepNumber }) => ({
        toolChoice: stepNumber === 0 ? { type: 'tool', toolName: 'add' } : 'auto',
      }),
    })
    const [first, second] = sent.map(({ prefill }) => encoding.decode(prefill))
    expect(first).toMatch(
      /<\|start\|>assistant<\|channel\|>commentary to=functions\.add <\|constrain\|>json<\|message\|>$/,
    )
    expect(second.startsWith(`${first}{"a":1,"b":2}<|call|>`)).toBe(true)
  })

  test('a stop sequence ends the visible text, however it is cut, and the engine', async () => {
    let isLeft = false
    const engine: Engine = {
      async *generate() {
        try {
          for (const token of tokensOf(
            '<|channel|>analysis<|message|>No END yet.<|end|><|start|>assistant<|channel|>final<|message|>One. THE END. Two.<|return|>',
          ))
            yield await Promise.resolve({ tokens: [token] })
        } finally {
          isLeft = true
        }
      },
    }
    const model = createHarmony({ engine })('m')
    const call = { model, prompt: 'Hi', stopSequences: ['nothing', 'THE END'] }
    const whole = await ai.generateText(call)
    expect([whole.text, whole.reasoningText, whole.finishReason]).toEqual(['One. ', 'No END yet.', 'stop'])
    // The last token completes the sequence.
    const sampled = tokensOf(
      '<|channel|>analysis<|message|>No END yet.<|end|><|start|>assistant<|channel|>final<|message|>One. THE END',
    )
    expect(whole.usage.outputTokens).toBe(sampled.length)
    expect(isLeft).toBe(true)
    const streamed = ai.streamText(call)
    expect(await streamed.text).toBe('One. ')
    expect(await streamed.finishReason).toBe('stop')

    // Text that was cut goes back as text.
    const { harmony, sent } = recorded(ANSWER)
    await ai.generateText({
      model: harmony('m'),
      messages: [
        { role: 'user', content: 'Hi' },
        ...whole.response.messages,
        { role: 'user', content: 'And?' },
      ],
    })
    expect(encoding.decode(sent[0].prefill)).toContain(
      '<|start|>assistant<|channel|>final<|message|>One. <|end|><|start|>user',
    )
  })

  test('pages that the text cites are sources, each once', async () => {
    const answer = 'Warm【1†L0-L1】, and old【2†L4】【1†L7】. Not【9†L1】.'
    const engine: Engine = {
      async *generate() {
        for (const token of tokensOf(`<|channel|>final<|message|>${answer}<|return|>`))
          yield await Promise.resolve({ tokens: [token] })
      },
    }
    const pages = ['', 'https://rome.test/', 'https://old.test/']
    const model = createHarmony({
      engine,
      pageOf: (cursor) => (pages[cursor] ? { url: pages[cursor], title: `Page ${cursor}` } : undefined),
    })('m')
    const expected = [
      { type: 'source', sourceType: 'url', url: 'https://rome.test/', title: 'Page 1' },
      { type: 'source', sourceType: 'url', url: 'https://old.test/', title: 'Page 2' },
    ]
    const whole = await ai.generateText({ model, prompt: 'Hi' })
    expect(whole.text).toBe(answer)
    expect(whole.sources).toMatchObject(expected)
    const streamed = ai.streamText({ model, prompt: 'Hi' })
    expect(await streamed.text).toBe(answer)
    expect(await streamed.sources).toMatchObject(expected)
  })

  test("the engine's failure is an error", async () => {
    const failing = createHarmony({ engine: replayEngine([{ text: '', error: 'out of memory' }]) })
    await expect(ai.generateText({ model: failing('m'), prompt: 'Hi', maxRetries: 0 })).rejects.toThrow(
      'out of memory',
    )
  })

  test('abort reaches the engine', async () => {
    const controller = new AbortController()
    const engine: Engine = {
      async *generate(_, { signal }) {
        yield { tokens: tokensOf('<|channel|>final<|message|>One') }
        controller.abort()
        signal!.throwIfAborted()
      },
    }
    const result = ai.streamText({
      model: createHarmony({ engine })('m'),
      prompt: 'Hi',
      abortSignal: controller.signal,
      onError: () => undefined,
    })
    const types: string[] = []
    for await (const part of result.fullStream) types.push(part.type)
    expect(types.some((type) => type === 'abort' || type === 'error')).toBe(true)
    expect(types).not.toContain('finish')
  })

  test('the middleware reads raw Harmony out of another model', async () => {
    const raw = ai.wrapLanguageModel({
      model: leaking([CALL.slice(0, 40), CALL.slice(40)]),
      middleware: harmonyMiddleware(),
    })
    const result = ai.streamText({ model: raw, prompt: 'Add.', tools })
    let reasoning = ''
    for await (const part of result.fullStream) if (part.type === 'reasoning-delta') reasoning += part.text
    expect(reasoning).toBe('The user wants a sum.')
    expect((await result.toolCalls)[0]).toMatchObject({ toolName: 'add', input: { a: 1, b: 2 } })
    expect(await result.finishReason).toBe('tool-calls')
  })
})

test('joined deltas are the whole answer, whatever was sampled', async () => {
  await fc.assert(
    fc.asyncProperty(tokenStreams, async (tokens) => {
      const model = createHarmony({ engine: { generate: () => chunks(tokens) } })('m')
      const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hi' }] }]
      const { stream } = await model.doStream({ prompt })
      let joined = ''
      const reader = stream.getReader()
      for (let step = await reader.read(); !step.done; step = await reader.read()) {
        const part = step.value
        if (part.type === 'text-delta' || part.type === 'reasoning-delta' || part.type === 'tool-input-delta')
          joined += part.delta
        expect(part.type).not.toBe('error')
      }
      // A run ends at the first token that ends a turn.
      const stop = tokens.findIndex((token) => [200002, 200012].includes(token))
      const read = stop < 0 ? tokens : tokens.slice(0, stop + 1)
      const { messages } = parseTokens(encoding, read, { stopped: true })
      const visible = messages.filter((message) => message.role === 'assistant')
      expect(joined).toBe(visible.map((message) => message.content).join(''))
    }),
    { numRuns: 200 },
  )
})

test("the effort 'none' of ai 7 is the least that gpt-oss has", async () => {
  const { harmony, sent } = recorded(ANSWER)
  await harmony('gpt-oss-20b').doGenerate({
    prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    reasoning: 'none',
  } as LanguageModelV3CallOptions)
  expect(encoding.decode(sent[0].prefill)).toContain('Reasoning: low')
})

async function* chunks(tokens: readonly number[]) {
  for (const token of tokens) yield { tokens: [token] }
  yield { tokens: [], finish: { reason: 'stop' as const } }
}

/** A model of another provider that sends raw text. */
function leaking(deltas: readonly string[]): LanguageModelV3 {
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: undefined },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  }
  return {
    specificationVersion: 'v3',
    provider: 'other',
    modelId: 'leaking',
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('only streams')),
    doStream: () =>
      Promise.resolve({
        stream: new ReadableStream({
          start(controller) {
            controller.enqueue({ type: 'stream-start', warnings: [] })
            controller.enqueue({ type: 'text-start', id: '0' })
            for (const delta of deltas) controller.enqueue({ type: 'text-delta', id: '0', delta })
            controller.enqueue({ type: 'text-end', id: '0' })
            controller.enqueue({ type: 'finish', usage, finishReason: { unified: 'stop', raw: 'stop' } })
            controller.close()
          },
        }),
      }),
  }
}
