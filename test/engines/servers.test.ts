import OpenAI7 from 'openai'
import OpenAI6 from 'openai6'
import { describe, expect, test } from 'vitest'
import { llamaServerEngine, vllmEngine } from '../../src/engines/index.js'
import { createGateway } from '../../src/gateway/index.js'
import { loadHarmonyEncoding, parseTokens } from '../../src/index.js'
import { fetchOf } from '../gateway/gateways.js'
import { collect, STOP } from './collect.js'

// Running servers with the tiny model of scripts/engines, one suite for each: `npm run test:engines`. The README there
// says how to start them. Nothing here depends on what a seed gives.

const vllm = process.env['HARMONY_VLLM_URL']
const llamaServer = process.env['HARMONY_LLAMA_SERVER_URL']
const model = 'tiny'
const SERVERS = [
  {
    name: 'vLLM, completions',
    variable: 'HARMONY_VLLM_URL',
    url: vllm,
    engineAt: (url: string) => vllmEngine({ url, model }),
  },
  {
    name: 'vLLM, generate',
    variable: 'HARMONY_VLLM_URL',
    url: vllm,
    engineAt: (url: string) => vllmEngine({ url, model, endpoint: 'generate' }),
  },
  {
    name: 'llama-server',
    variable: 'HARMONY_LLAMA_SERVER_URL',
    url: llamaServer,
    engineAt: (url: string) => llamaServerEngine({ url }),
  },
]

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const prefill = encoding.renderConversationForCompletion(
  { messages: [{ role: 'user', content: 'How is Rome?' }] },
  'assistant',
)

for (const { name, variable, url, engineAt } of SERVERS) {
  const title = url === undefined ? `${name} (skipped: ${variable} is not set, see scripts/engines)` : name
  describe.skipIf(url === undefined)(title, () => {
    const engine = engineAt(url ?? 'http://127.0.0.1')

    test('samples turns that the parser reads, and ends them at a stop token', async () => {
      const turns = await Promise.all(
        Array.from({ length: 20 }, (_, seed) =>
          collect(engine, prefill, { sampling: { seed }, maxTokens: 200 }),
        ),
      )
      for (const { tokens, finish } of turns) {
        expect(parseTokens(encoding, tokens).messages.length).toBeGreaterThan(0)
        if (finish?.reason === 'stop') expect(STOP).toContain(finish.stopToken)
      }
      expect(turns.some(({ finish }) => finish?.reason === 'stop')).toBe(true)
    })

    test('gives as many tokens as it may', async () => {
      const { tokens, finish } = await collect(engine, prefill, { maxTokens: 2 })
      expect([tokens.length, finish?.reason]).toEqual([2, 'length'])
    })

    test('is aborted, and answers on', async () => {
      const signal = AbortSignal.timeout(20)
      const options = { maxTokens: 4000, signal, sampling: { temperature: 0 } }
      await expect(collect(engine, prefill, options)).rejects.toMatchObject({ name: 'TimeoutError' })
      expect((await collect(engine, prefill, { maxTokens: 1 })).tokens.length).toBe(1)
    })

    test('keeps what it has computed for the next turn, whose prefill begins with the same tokens', async () => {
      const padding = encoding.encode(' Rome'.repeat(16 * 4 - 2))
      const prompt = [...prefill.slice(0, 4), ...padding, ...prefill.slice(4)]
      const first = await collect(engine, prompt, { sampling: { seed: 3 }, maxTokens: 60 })
      const known = [...prompt, ...first.tokens]
      const question = encoding.encode('<|start|>user<|message|>And Oslo?<|end|><|start|>assistant', {
        allowedSpecial: 'all',
      })
      const cachedOf = async () =>
        (await collect(engine, [...known, ...question], { maxTokens: 1 })).finish?.cachedTokens
      // vLLM keeps blocks of 16 tokens: those of a prompt at once, those that it sampled from the next prompt on.
      expect(await cachedOf()).toBeGreaterThanOrEqual(16 * Math.floor(prompt.length / 16))
      expect(await cachedOf()).toBeGreaterThanOrEqual(16 * Math.floor(known.length / 16))
    })

    test('says what is wrong with a token that does not exist', async () => {
      await expect(collect(engine, [999_999], { maxTokens: 1 })).rejects.toMatchObject({
        name: 'HarmonyError',
      })
    })

    test.each<[string, typeof OpenAI7]>([
      // The majors' types differ, and what is called here does not.
      ['6', OpenAI6 as unknown as typeof OpenAI7],
      ['7', OpenAI7],
    ])('answers the OpenAI SDK %s through the gateway, whole and streamed', async (_, OpenAI) => {
      const fetch = fetchOf(createGateway({ engine }))
      const client = new OpenAI({ apiKey: 'none', baseURL: 'http://gateway.test/v1', fetch })
      const messages = [{ role: 'user' as const, content: 'How is Rome?' }]
      const request = { model, messages, max_tokens: 40, seed: 4 }
      const whole = await client.chat.completions.create({ ...request, n: 2 })
      expect(whole.choices.map(({ index }) => index)).toEqual([0, 1])
      expect(whole.usage?.completion_tokens).toBeGreaterThan(0)
      let ends = 0
      for await (const { choices } of await client.chat.completions.create({ ...request, stream: true }))
        if (choices[0]?.finish_reason) ends++
      expect(ends).toBe(1)
      const response = await client.responses.create({ model, input: 'Rome?', max_output_tokens: 40 })
      expect(['completed', 'incomplete']).toContain(response.status)
    })
  })
}
