import OpenAI from 'openai'
import { expect, test } from 'vitest'
import { createGateway } from '../../src/gateway/index.js'
import { runTurn } from '../../src/generate/index.js'
import { loadHarmonyEncoding, parseTokens } from '../../src/index.js'
import { createToolSet } from '../../src/tools/index.js'
import { createTranscript } from '../../src/transcript/index.js'
import { fetchOf } from '../gateway/gateways.js'
import { collect, STOP } from './collect.js'
import { impossibleAfter } from './table.js'
import { describeWithGguf } from './tiny-gguf.js'

// Nothing here depends on which of the model's texts a seed gives.

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const prefill = encoding.renderConversationForCompletion(
  { messages: [{ role: 'user', content: 'How is Rome?' }] },
  'assistant',
)
const seeded = (seed: number) => ({ sampling: { seed }, maxTokens: 8 })

describeWithGguf('node-llama-cpp', (engine) => {
  test('samples Harmony that the parser reads, and the same with the same seed', async () => {
    const { tokens, finish } = await collect(engine, prefill, seeded(1))
    const { messages, turn } = parseTokens(encoding, tokens)
    expect(tokens.length).toBeGreaterThan(0)
    expect(impossibleAfter(prefill, tokens)).toEqual([])
    expect(messages.length).toBeGreaterThan(0)
    expect(turn.usage.total).toBe(tokens.length)
    if (finish?.reason === 'stop') expect(STOP).toContain(tokens.at(-1))
    else expect([finish?.reason, tokens.length]).toEqual(['length', 8])
    expect((await collect(engine, prefill, seeded(1))).tokens).toEqual(tokens)
  })

  test('samples a call that can be read, on from a header that the prefill opens', async () => {
    const opened = encoding.encode('<|channel|>commentary to=functions', { allowedSpecial: 'all' })
    const { tokens } = await collect(engine, [...prefill, ...opened], {
      sampling: { seed: 6 },
      maxTokens: 14,
    })
    expect(impossibleAfter(opened, tokens)).toEqual([])
    const whole = [...opened, ...tokens]
    const [message] = parseTokens(encoding, whole).messages
    expect(['functions.get_weather', 'functions.search', 'functions.convert']).toContain(message?.recipient)
    // The text between the markers, without a parser.
    const [, content] = /<\|message\|>([^]*?)(?:<\||$)/.exec(encoding.decode(whole))!
    expect(message?.content).toBe(content)
  })

  test('does not compute a shared prefix again', async () => {
    const first = await collect(engine, prefill, seeded(2))
    const next = [...prefill, ...first.tokens, ...encoding.encode('Paris?')]
    const { finish } = await collect(engine, next, { ...seeded(3), maxTokens: 1 })
    expect(finish?.cachedTokens).toBeGreaterThanOrEqual(prefill.length)
  })

  test('stops when its caller aborts, and answers the next request', async () => {
    const controller = new AbortController()
    const run = async () => {
      const options = { stop: [], maxTokens: 1000, signal: controller.signal }
      for await (const chunk of engine.generate(prefill, options)) {
        expect(chunk.tokens.length).toBe(1)
        controller.abort(new Error('enough'))
      }
    }
    await expect(run()).rejects.toThrow('enough')
    expect((await collect(engine, prefill, { maxTokens: 1 })).tokens.length).toBe(1)
  })

  test('runTurn puts every sampled token into the transcript', async () => {
    const transcript = createTranscript(encoding, { messages: [{ role: 'user', content: 'How is Rome?' }] })
    const before = transcript.prefill().tokens.length
    const names = ['get_weather', 'search', 'convert']
    const run = runTurn({
      engine,
      transcript,
      tools: createToolSet(names.map((name) => ({ name, execute: () => '21' }))),
      sampling: { seed: 5 },
      limits: { maxTokens: 14, maxGenerations: 2 },
    })
    const { usage } = await run.result()
    expect(usage.sampled.total).toBeGreaterThan(0)
    expect(transcript.prefill().tokens.length - before).toBeGreaterThanOrEqual(usage.sampled.total)
  })

  test('the gateway answers the OpenAI SDK, streamed and whole', async () => {
    const gateway = createGateway({ engine })
    const client = new OpenAI({ apiKey: 'none', baseURL: 'http://gateway.test/v1', fetch: fetchOf(gateway) })
    const request = {
      model: 'tiny',
      messages: [{ role: 'user' as const, content: 'How is Rome?' }],
      max_tokens: 6,
      seed: 4,
    }
    const whole = await client.chat.completions.create(request)
    let text = ''
    let reasoning = ''
    for await (const { choices } of await client.chat.completions.create({ ...request, stream: true })) {
      const delta = choices[0]?.delta as { content?: string; reasoning?: string } | undefined
      text += delta?.content ?? ''
      reasoning += delta?.reasoning ?? ''
    }
    const message = whole.choices[0]?.message as { content: string | null; reasoning?: string } | undefined
    expect([text, reasoning]).toEqual([message?.content ?? '', message?.reasoning ?? ''])
    expect(whole.usage?.completion_tokens).toBeGreaterThan(0)

    const response = await client.responses.create({
      model: 'tiny',
      input: 'How is Rome?',
      max_output_tokens: 6,
    })
    expect(['completed', 'incomplete']).toContain(response.status)
  })
})
