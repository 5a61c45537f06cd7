import OpenAI7 from 'openai'
import OpenAI6 from 'openai6'
import { describe, expect, test, vi } from 'vitest'
import { completionsEngine, llamaServerEngine, vllmEngine } from '../../src/engines/index.js'
import { createGateway } from '../../src/gateway/index.js'
import { createGrammar } from '../../src/grammar/index.js'
import { loadHarmonyEncoding, parseTokens, SPECIAL_TOKENS, toolCallsOf } from '../../src/index.js'
import { createToolSet } from '../../src/tools/index.js'
import { fetchOf } from '../gateway/gateways.js'
import { collect, STOP } from './collect.js'
import { plainReading } from './plain-reading.js'
import { impossibleAfter } from './table.js'

// Running servers with the tiny model of scripts/engines, one suite for each: `npm run test:engines`. The README there
// says how to start them. Nothing here depends on what a seed gives.

const vllm = process.env['HARMONY_VLLM_URL']
const llamaServer = process.env['HARMONY_LLAMA_SERVER_URL']
const model = 'tiny'

const isVllmBusy = async (url: string) =>
  /^vllm:num_requests_running\{.*\} [1-9]/m.test(await (await fetch(`${url}/metrics`)).text())

const isLlamaServerBusy = async (url: string) =>
  /"is_processing":true/.test(await (await fetch(`${url}/slots`)).text())

const SERVERS = [
  {
    name: 'vLLM, completions',
    variable: 'HARMONY_VLLM_URL',
    url: vllm,
    engineAt: (url: string, options = {}) => vllmEngine({ url, model, ...options }),
    isBusyAt: isVllmBusy,
    noticesAbortIn: 200,
  },
  {
    name: 'vLLM, generate',
    variable: 'HARMONY_VLLM_URL',
    url: vllm,
    engineAt: (url: string, options = {}) => vllmEngine({ url, model, endpoint: 'generate', ...options }),
    isBusyAt: isVllmBusy,
    noticesAbortIn: 200,
  },
  {
    name: 'llama-server',
    variable: 'HARMONY_LLAMA_SERVER_URL',
    url: llamaServer,
    engineAt: (url: string, options = {}) => llamaServerEngine({ url, ...options }),
    isBusyAt: isLlamaServerBusy,
    // It looks for gone clients once a second, and only while nobody else asks it for anything.
    noticesAbortIn: 2500,
  },
]

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const prefill = encoding.renderConversationForCompletion(
  { messages: [{ role: 'user', content: 'How is Rome?' }] },
  'assistant',
)

for (const { name, variable, url, engineAt, isBusyAt, noticesAbortIn } of SERVERS) {
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
        expect(impossibleAfter(prefill, tokens)).toEqual([])
        const { messages, turn } = parseTokens(encoding, tokens)
        expect(messages.length).toBeGreaterThan(0)
        expect(turn.usage.total).toBe(tokens.length)
        if (finish?.reason !== 'stop') continue
        expect(STOP).toContain(finish.stopToken)
        expect(turn.stopToken).toBe(finish.stopToken)
      }
      expect(turns.some(({ finish }) => finish?.reason === 'stop')).toBe(true)
    })

    test('samples on after any tokens', async () => {
      const opened = encoding.encode('<|channel|>commentary to=functions', { allowedSpecial: 'all' })
      const turns = await Promise.all(
        Array.from({ length: 5 }, (_, seed) =>
          collect(engine, [...prefill, ...opened], { sampling: { seed }, maxTokens: 100 }),
        ),
      )
      for (const { tokens } of turns) {
        expect(impossibleAfter(opened, tokens)).toEqual([])
        const [call] = toolCallsOf(parseTokens(encoding, [...opened, ...tokens]).messages)
        expect(['get_weather', 'search', 'convert']).toContain(call?.name)
      }
    })

    test('follows a grammar: a call to one function, with arguments that fit', async () => {
      const parameters = {
        type: 'object',
        properties: { location: { type: 'string' } },
        required: ['location'],
        additionalProperties: false,
      }
      const tools = createToolSet([{ name: 'get_weather', parameters, execute: () => '' }])
      const grammar = createGrammar({ tools, toolChoice: 'required', headerOrders: ['channel-first'] })
      const turns = await Promise.all(
        Array.from({ length: 10 }, (_, seed) =>
          collect(engine, prefill, { grammar, sampling: { seed }, maxTokens: 200 }),
        ),
      )
      for (const { tokens, finish } of turns) {
        const { messages, turn } = parseTokens(encoding, tokens)
        const last = messages.at(-1)
        expect([finish?.reason, turn.action, last?.recipient]).toEqual([
          'stop',
          'call',
          'functions.get_weather',
        ])
        expect(JSON.parse(last!.content)).toEqual({ location: expect.any(String) as string })
      }
    })

    test('follows a grammar: an answer in JSON, whose strings no special token ends and whose white space does', async () => {
      const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
      const grammar = createGrammar({ format: { type: 'json_schema', schema } })
      const turns = await Promise.all(
        Array.from({ length: 3 }, (_, seed) =>
          collect(engine, prefill, { grammar, sampling: { seed }, maxTokens: 40 }),
        ),
      )
      for (const { tokens } of turns) {
        const { messages } = parseTokens(encoding, tokens)
        const answer = messages.findIndex(({ channel }) => channel !== 'analysis')
        expect([-1, messages.length - 1]).toContain(answer)
        expect(messages.at(answer)?.content).not.toMatch(/\s{21}/)
      }
    }, 120_000)

    test('says what is wrong with a grammar, before any token', async () => {
      const grammar = {
        toStructuralTag: () => ({ type: 'nonsense' }),
        toGbnf: () => 'root ::= (',
        toLark: () => '',
      }
      const counting = vi.fn(fetch)
      const engine = engineAt(url!, { fetch: counting })
      await expect(collect(engine, prefill, { grammar, maxTokens: 10 })).rejects.toMatchObject({
        name: 'HarmonyError',
        code: 'engine-refused',
        message: expect.stringMatching(/structural_tag|grammar/i) as string,
      })
      expect(counting).toHaveBeenCalledTimes(1)
    })

    test('gives as many tokens as it may', async () => {
      const { tokens, finish } = await collect(engine, prefill, { maxTokens: 2 })
      expect([tokens.length, finish?.reason]).toEqual([2, 'length'])
    })

    test('gives the log probability of each token, the likeliest of its place with it', async () => {
      for (const count of [0, 2]) {
        const sampling = { seed: 5, logprobs: count }
        const { tokens, logprobs } = await collect(engine, prefill, { sampling, maxTokens: 60 })
        expect(logprobs.map(({ token }) => token)).toEqual(tokens)
        for (const { logprob, top } of logprobs) {
          expect(logprob).toBeLessThanOrEqual(0)
          expect(top.length).toBeGreaterThanOrEqual(count)
          for (const { logprob: likely } of top.slice(0, 1)) expect(likely).toBeGreaterThanOrEqual(logprob)
        }
      }
    })

    test('is aborted, and answers on', async () => {
      const signal = AbortSignal.timeout(20)
      const options = { maxTokens: 4000, signal, sampling: { temperature: 0 } }
      await expect(collect(engine, prefill, options)).rejects.toMatchObject({ name: 'TimeoutError' })
      expect((await collect(engine, prefill, { maxTokens: 1 })).tokens.length).toBe(1)
    })

    test('is aborted: the server stops sampling', async () => {
      const controller = new AbortController()
      const { signal } = controller
      const isBusy = () => isBusyAt(url!)
      const running = collect(engine, prefill, {
        stop: [],
        maxTokens: 7500,
        sampling: { ignore_eos: true },
        signal,
      })
      await vi.waitUntil(isBusy, { timeout: 20_000, interval: 50 })
      controller.abort(new Error('enough'))
      await expect(running).rejects.toThrow('enough')
      // A server that samples on has work for several times as long.
      await vi.waitUntil(async () => !(await isBusy()), {
        timeout: 2.5 * noticesAbortIn,
        interval: noticesAbortIn,
      })
    }, 60_000)

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

    test('answers each prompt of a list through the gateway, n times', async () => {
      const gateway = createGateway({ engine })
      const prompts = [prefill, [...prefill, ...encoding.encode('<|channel|>', { allowedSpecial: 'all' })]]
      const body = { model, prompt: prompts, n: 2, max_tokens: 20, return_token_ids: true }
      const response = await gateway(
        new Request('http://gateway.test/v1/completions', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      )
      const { choices } = (await response.json()) as { choices: CompletionChoice[] }
      expect(choices.map(({ index }) => index)).toEqual([0, 1, 2, 3])
      for (const { index, prompt_token_ids: prompt, token_ids: tokens } of choices) {
        expect(prompt).toEqual(prompts[Math.floor(index / 2)])
        expect(tokens.length).toBeGreaterThan(0)
        expect(impossibleAfter(prompt, tokens)).toEqual([])
      }
    })
  })
}

const TEXT_ENGINES = [
  {
    name: 'vLLM, text, the stop token withheld',
    url: vllm,
    isWithheld: true,
    engineAt: (url: string) => completionsEngine({ url, model, body: { skip_special_tokens: false } }),
  },
  {
    name: 'vLLM, text, the stop token present',
    url: vllm,
    isWithheld: false,
    engineAt: (url: string) =>
      completionsEngine({
        url,
        model,
        body: { skip_special_tokens: false, include_stop_str_in_output: true, ignore_eos: true },
      }),
  },
  {
    name: 'llama-server, text, the stop token withheld',
    url: llamaServer,
    isWithheld: true,
    engineAt: (url: string) => llamaServerEngine({ url, output: 'text' }),
  },
]

for (const { name, url, isWithheld, engineAt } of TEXT_ENGINES)
  test.skipIf(url === undefined)(`${name}: turns are read alike`, async () => {
    const engine = engineAt(url!)
    const turns = await Promise.all(
      Array.from({ length: 20 }, (_, seed) =>
        collect(engine, prefill, { sampling: { seed }, maxTokens: 200 }),
      ),
    )
    let plainCount = 0
    for (const { tokens, finish } of turns) {
      if (finish?.reason !== 'stop') continue
      expect(STOP.includes(tokens.at(-1)!)).toBe(!isWithheld)
      const whole = isWithheld ? [...tokens, STOP[0]] : tokens
      const plain = plainReading(whole)
      if (plain === undefined || parseTokens(encoding, whole).deviations.length > 0) continue
      const { messages } = parseTokens(encoding, tokens)
      expect(messages).toEqual(plain)
      plainCount++
    }
    expect(plainCount).toBeGreaterThan(3)
  })

test.skipIf(vllm === undefined)('vLLM: a 500 of its guided decoding comes after three tries', async () => {
  // A stop token within a structural tag: vLLM 0.32 takes the grammar and fails at the sampled token.
  const elements = [{ type: 'token', token: 200012 }]
  const grammar = {
    toStructuralTag: () => ({ type: 'structural_tag', format: { type: 'sequence', elements } }),
    toGbnf: () => '',
    toLark: () => '',
  }
  const counting = vi.fn(fetch)
  const engine = vllmEngine({ url: vllm!, model, fetch: counting })
  await expect(collect(engine, prefill, { grammar, maxTokens: 10 })).rejects.toMatchObject({
    code: 'engine-failed',
    message: expect.stringMatching(/internal server error/i) as string,
  })
  expect(counting).toHaveBeenCalledTimes(3)
})

describe.skipIf(llamaServer === undefined)('llama-server: where the model avoids special tokens', () => {
  const unlikely = [SPECIAL_TOKENS.CHANNEL, SPECIAL_TOKENS.MESSAGE].map((token) => [token, -100])
  const engine = llamaServerEngine({ url: llamaServer ?? 'http://127.0.0.1', body: { logit_bias: unlikely } })
  const sampledWith = async (markers: 'tokens' | 'text') => {
    const grammar = createGrammar({ format: { type: 'json_object' }, markers })
    return collect(engine, prefill, { grammar, sampling: { seed: 1 }, maxTokens: 60 })
  }

  test('a grammar whose markers are text lets them be spelled out', async () => {
    const { tokens } = await sampledWith('text')
    expect(encoding.decode(tokens)).toMatch(/^<\|channel\|>/)
    expect(tokens).not.toContain(SPECIAL_TOKENS.CHANNEL)
  })

  test('a grammar whose markers are tokens does not', async () => {
    const { tokens } = await sampledWith('tokens')
    expect(tokens[0]).toBe(SPECIAL_TOKENS.CHANNEL)
    const { messages } = parseTokens(encoding, tokens)
    expect(messages[0]?.channel).toMatch(/analysis|final/)
    expect(messages.map(({ content }) => content).join('\n')).not.toContain('<|')
  })
})

interface CompletionChoice {
  readonly index: number
  readonly prompt_token_ids: number[]
  readonly token_ids: number[]
}
