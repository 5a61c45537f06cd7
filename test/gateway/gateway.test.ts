import OpenAI from 'openai'
import { describe, expect, test, vi } from 'vitest'
import type { Engine, ReplayCompletion } from '../../src/engines/index.js'
import {
  createGateway,
  type Gateway,
  type LogEntry,
  memoryStore,
  prometheusMetrics,
} from '../../src/gateway/index.js'
import { loadHarmonyEncoding } from '../../src/index.js'
import { fetchOf, gatewayOver, hostedTools } from './gateways.js'

const ANSWER =
  '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hello!<|return|>'
const encoding = loadHarmonyEncoding('HarmonyGptOss')
const chat = { model: 'gpt-oss', messages: [{ role: 'user' as const, content: 'Hi' }] }

function clientOf(gateway: Gateway, apiKey = 'none'): OpenAI {
  return new OpenAI({ baseURL: 'http://gateway.test/v1', apiKey, fetch: fetchOf(gateway), maxRetries: 0 })
}

function post(gateway: Gateway, path: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return gateway(new Request(`http://gateway.test${path}`, { method: 'POST', body: text, ...init }))
}

async function errorOf(response: Response) {
  const { error } = (await response.json()) as {
    error: { type: string; code: string; param: string; message: string }
  }
  return { status: response.status, ...error }
}

/** An engine that samples the beginning of an answer and then nothing, until it is aborted. */
function hangingEngine(
  beginning = '<|channel|>final<|message|>Hel',
): Engine & { readonly started: Promise<void>; readonly aborted: Promise<unknown> } {
  let onStart!: () => void
  let onAbort!: (reason: unknown) => void
  return {
    started: new Promise((resolve) => (onStart = resolve)),
    aborted: new Promise((resolve) => (onAbort = resolve)),
    async *generate(_prefill, { signal }) {
      const aborted = new Promise<never>((_, reject) => {
        signal!.addEventListener('abort', () => {
          onAbort(signal!.reason)
          reject(signal!.reason as Error)
        })
      })
      onStart()
      yield { tokens: encoding.encode(beginning, { allowedSpecial: 'all' }) }
      await aborted
    },
  }
}

describe('errors are OpenAI error objects', () => {
  test.each([
    ['GET', '/v1/nothing', undefined, 404, 'not_found_error', 'not_found'],
    ['POST', '/v1/chat/completions', '{', 400, 'invalid_request_error', 'invalid_json'],
    ['POST', '/v1/chat/completions', '[]', 400, 'invalid_request_error', 'invalid_value'],
    [
      'POST',
      '/v1/chat/completions',
      '{"messages":[],"temprature":1}',
      400,
      'invalid_request_error',
      'unknown_parameter',
    ],
    [
      'POST',
      '/v1/responses',
      '{"input":"a","background":true,"store":false}',
      400,
      'invalid_request_error',
      'invalid_value',
    ],
    [
      'POST',
      '/v1/responses',
      '{"input":"a","previous_response_id":"resp_0"}',
      404,
      'not_found_error',
      'not_found',
    ],
    ['POST', '/v1/completions', '{"prompt":[]}', 400, 'invalid_request_error', 'invalid_value'],
    ['GET', '/v1/responses/resp_0', undefined, 404, 'not_found_error', 'not_found'],
    ['DELETE', '/v1/responses/resp_0', undefined, 404, 'not_found_error', 'not_found'],
    ['POST', '/v1/responses/resp_0/cancel', '', 404, 'not_found_error', 'not_found'],
  ])('%s %s %s', async (method, path, body, status, type, code) => {
    const request = new Request(`http://gateway.test${path}`, { method, ...(body !== undefined && { body }) })
    expect(await errorOf(await gatewayOver([ANSWER])(request))).toMatchObject({ status, type, code })
  })

  test('a body that is too large', async () => {
    const gateway = gatewayOver([ANSWER], { limits: { bodyBytes: 100 } })
    const body = { ...chat, user: 'x'.repeat(100) }
    expect(await errorOf(await post(gateway, '/v1/chat/completions', body))).toMatchObject({ status: 413 })
  })

  test('a model that is not served', async () => {
    const client = clientOf(gatewayOver([ANSWER], { models: ['gpt-oss-20b'] }))
    await expect(client.chat.completions.create(chat)).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    })
    expect((await client.models.list()).data).toMatchObject([{ id: 'gpt-oss-20b' }])
    expect(await client.models.retrieve('gpt-oss-20b')).toMatchObject({ id: 'gpt-oss-20b' })
  })

  test('a wrong key, and none; health needs none', async () => {
    const gateway = gatewayOver([ANSWER], { apiKeys: ['right'] })
    await expect(clientOf(gateway, 'wrong').chat.completions.create(chat)).rejects.toMatchObject({
      status: 401,
    })
    expect((await post(gateway, '/v1/chat/completions', chat)).status).toBe(401)
    expect((await gateway(new Request('http://gateway.test/health'))).status).toBe(200)
    expect((await clientOf(gateway, 'right').chat.completions.create(chat)).choices).toHaveLength(1)
  })

  test.each([true, false])(
    "an engine that fails before the first token is a 502 in the engine's words (stream: %s)",
    async (stream) => {
      const gateway = gatewayOver([{ error: 'out of memory' }])
      expect(await errorOf(await post(gateway, '/v1/chat/completions', { ...chat, stream }))).toMatchObject({
        status: 502,
        type: 'server_error',
        message: 'replay: out of memory',
      })
    },
  )

  test('an engine that gives what is no token has failed', async () => {
    const gateway = gatewayOver([{ token_ids: [200005, 17196, 200008, 999_999] }])
    for (const [path, body] of [
      ['/v1/chat/completions', chat],
      ['/v1/responses', { input: 'Hi' }],
    ] as const)
      expect(await errorOf(await post(gateway, path, body))).toMatchObject({
        status: 502,
        code: 'engine_failed',
        message: expect.stringContaining('999999') as string,
      })
  })

  test('an engine that fails within a Chat stream ends it with an error that the SDK throws', async () => {
    const client = clientOf(gatewayOver([{ text: '<|channel|>final<|message|>Hel', error: 'out of memory' }]))
    const texts: string[] = []
    const read = async () => {
      for await (const chunk of await client.chat.completions.create({ ...chat, stream: true }))
        texts.push(chunk.choices[0].delta.content ?? '')
    }
    await expect(read()).rejects.toThrow('out of memory')
    expect(texts.join('')).toBe('Hel')
  })

  test('an engine that fails within a Responses stream ends it with error and response.failed', async () => {
    const gateway = gatewayOver([{ text: '<|channel|>final<|message|>Hel', error: 'out of memory' }])
    const text = await (await post(gateway, '/v1/responses', { input: 'Hi', stream: true })).text()
    const events = text.match(/(?<=^event: ).*/gm)!
    expect(events.slice(-2)).toEqual(['error', 'response.failed'])
    expect(text).toContain('replay: out of memory')
  })
})

describe('limits', () => {
  test('one answer too many gets a 429 with retry-after; the place comes free', async () => {
    const engine = hangingEngine()
    const gateway = createGateway({ engine, limits: { concurrency: 1 } })
    const first = await post(gateway, '/v1/chat/completions', { ...chat, stream: true })
    const second = await post(gateway, '/v1/chat/completions', chat)
    expect(second.headers.get('retry-after')).toBe('1')
    expect(await errorOf(second)).toMatchObject({ status: 429, type: 'rate_limit_error' })
    await first.body!.cancel()
    await engine.aborted
    const health = async () =>
      ((await (await gateway(new Request('http://gateway.test/health'))).json()) as { active: number }).active
    await expect.poll(health).toBe(0)
  })

  test('an answer that takes too long is a 504, and its engine is aborted', async () => {
    const engine = hangingEngine()
    const gateway = createGateway({ engine, limits: { timeoutMs: 30 } })
    expect(await errorOf(await post(gateway, '/v1/chat/completions', chat))).toMatchObject({ status: 504 })
    await engine.aborted
  })

  test('max_tokens of the gateway caps that of the request', async () => {
    const client = clientOf(gatewayOver([ANSWER], { limits: { maxTokens: 3 } }))
    const { choices, usage } = await client.chat.completions.create({ ...chat, max_completion_tokens: 5 })
    expect(choices[0].finish_reason).toBe('length')
    expect(usage?.completion_tokens).toBe(3)
  })
})

const GONE = 'The client left before the answer was whole.'

describe('a client that is gone', () => {
  test.each(['/v1/chat/completions', '/v1/responses', '/v1/completions'])(
    '%s: aborts the engine',
    async (path) => {
      const engine = hangingEngine()
      const body = {
        ...(path.includes('chat') ? chat : path.includes('resp') ? { input: 'Hi' } : { prompt: 'Hi' }),
      }
      const onLog = vi.fn()
      const response = await post(createGateway({ engine, onLog }), path, { ...body, stream: true })
      await engine.started
      await response.body!.cancel()
      await expect(engine.aborted).resolves.toMatchObject({ message: GONE })
      await vi.waitFor(() => expect(onLog).toHaveBeenCalledTimes(1))
      expect(onLog).toHaveBeenCalledWith(expect.objectContaining({ status: 200, error: GONE }))
    },
  )

  test('before the answer begins, too: the log has 499, which is no failure of the server', async () => {
    const engine = hangingEngine()
    const controller = new AbortController()
    const onLog = vi.fn()
    const response = post(createGateway({ engine, onLog }), '/v1/chat/completions', chat, {
      signal: controller.signal,
    })
    await engine.started
    controller.abort()
    await engine.aborted
    expect((await response).ok).toBe(false)
    expect(onLog).toHaveBeenCalledWith(expect.objectContaining({ status: 499, error: GONE }))
  })
})

describe('responses that are kept', () => {
  test('previous_response_id goes on with the sampled tokens, token for token', async () => {
    const prefills: (readonly number[])[] = []
    const sampled = encoding.encode(
      `<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hel`,
      { allowedSpecial: 'all' },
    )
    // Not what the tokenizer would write for "Hello".
    const odd = [...sampled, ...encoding.encode('l'), ...encoding.encode('o'), 200002]
    const engine: Engine = {
      async *generate(prefill) {
        prefills.push(prefill)
        yield { tokens: odd, finish: { reason: 'stop' } }
      },
    }
    const { responses } = clientOf(createGateway({ engine, responses: { dropAnalysis: 'none' } }))
    const first = await responses.create({ model: 'm', input: 'Hi' })
    expect(first.output_text).toBe('Hello')
    expect(JSON.stringify(first)).not.toContain('encrypted_content')
    await responses.create({ model: 'm', input: 'And?', previous_response_id: first.id })
    const [one, two] = prefills
    const seen = [...one, ...odd.slice(0, -1)]
    expect(two.slice(0, seen.length)).toEqual(seen)
  })

  test('are retrieved, their items listed, and deleted', async () => {
    const { responses } = clientOf(gatewayOver([ANSWER]))
    const created = await responses.create({ model: 'm', input: 'Hi' })
    expect(await responses.retrieve(created.id)).toMatchObject({ id: created.id, output: created.output })
    const items = await responses.inputItems.list(created.id)
    expect(items.data).toMatchObject([{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }])
    await responses.delete(created.id)
    await expect(responses.retrieve(created.id)).rejects.toMatchObject({ status: 404 })
  })

  test('are not kept with store: false, nor without a store', async () => {
    const { responses } = clientOf(gatewayOver([ANSWER]))
    const { id } = await responses.create({ model: 'm', input: 'Hi', store: false })
    await expect(responses.retrieve(id)).rejects.toMatchObject({ status: 404 })
    const { responses: unkept } = clientOf(gatewayOver([ANSWER], { store: null }))
    expect(await unkept.create({ model: 'm', input: 'Hi' })).toMatchObject({ store: false })
  })

  test('input_tokens counts what the engine would get', async () => {
    const { responses } = clientOf(gatewayOver([ANSWER]))
    const { input_tokens: count } = await responses.inputTokens.count({ model: 'm', input: 'Hi' })
    expect((await responses.create({ model: 'm', input: 'Hi' })).usage?.input_tokens).toBe(count)
  })

  test('a background response is cancelled for real, once', async () => {
    const engine = hangingEngine()
    const { responses } = clientOf(createGateway({ engine }))
    const { id } = await responses.create({ model: 'm', input: 'Hi', background: true })
    await expect.poll(async () => (await responses.retrieve(id)).status).not.toBe('completed')
    expect(await responses.cancel(id)).toMatchObject({ id, status: 'cancelled' })
    await engine.aborted
    expect(await responses.retrieve(id)).toMatchObject({ status: 'cancelled' })
    const { id: foreground } = await clientOf(gatewayOver([ANSWER])).responses.create({
      model: 'm',
      input: 'Hi',
    })
    await expect(responses.cancel(foreground)).rejects.toMatchObject({ status: 404 })
  })

  test('a background response that fails says so', async () => {
    const { responses } = clientOf(gatewayOver([{ error: 'out of memory' }]))
    const { id } = await responses.create({ model: 'm', input: 'Hi', background: true })
    await expect.poll(async () => (await responses.retrieve(id)).status).toBe('failed')
    expect((await responses.retrieve(id)).error).toMatchObject({ message: 'replay: out of memory' })
  })

  test('a background response is found while it is made, whatever the store has dropped', async () => {
    const engine = hangingEngine()
    const { responses } = clientOf(createGateway({ engine, store: memoryStore({ maxResponses: 1 }) }))
    const { id } = await responses.create({ model: 'm', input: 'Hi', background: true })
    await responses.create({ model: 'm', input: 'Hi', background: true })
    expect(await responses.retrieve(id)).toMatchObject({ id, status: 'in_progress' })
    expect(await responses.cancel(id)).toMatchObject({ id, status: 'cancelled' })
  })

  test('a background stream goes on after its client is gone', async () => {
    const gateway = gatewayOver([{ text: ANSWER, delay_ms: 5 }])
    const stream = await post(gateway, '/v1/responses', { input: 'Hi', background: true, stream: true })
    const first = new TextDecoder().decode((await stream.body!.getReader().read()).value)
    const id = /resp_[0-9a-f]+/.exec(first)![0]
    const { responses } = clientOf(gateway)
    await expect.poll(async () => (await responses.retrieve(id)).status).toBe('completed')
  })
})

test('a store forgets by count and by time', () => {
  let time = 0
  const store = memoryStore({ maxResponses: 2, timeToLiveMs: 10, now: () => time })
  const stored = { response: { output: [{ id: 'msg_1' }] }, inputItems: [], events: [] } as never
  for (const id of ['a', 'b', 'c']) void store.set(id, stored)
  expect(['a', 'b', 'c'].map((id) => store.get(id) !== undefined)).toEqual([false, true, true])
  expect(store.findItem('msg_1')).toEqual({ id: 'msg_1' })
  time = 10
  expect(store.get('c')).toBeUndefined()
})

test('n choices, and stop strings in the visible text only', async () => {
  const client = clientOf(
    gatewayOver([
      ANSWER,
      '<|channel|>analysis<|message|>lo<|end|><|start|>assistant<|channel|>final<|message|>Hallo!<|return|>',
    ]),
  )
  const { choices } = await client.chat.completions.create({ ...chat, n: 2, stop: ['lo'] })
  expect(choices.map(({ message, finish_reason: reason }) => [message.content, reason])).toEqual([
    ['Hel', 'stop'],
    ['Hal', 'stop'],
  ])
})

test('return_token_ids gives the prompt and what came after it, hosted calls and their results too', async () => {
  const search = '<|channel|>analysis to=browser.search code<|message|>{"query":"Rome"}<|call|>'
  const gateway = gatewayOver([search, ANSWER], { tools: await hostedTools() })
  const body = { ...chat, return_token_ids: true }
  const answer = (await (await post(gateway, '/v1/chat/completions', body)).json()) as {
    prompt_token_ids: number[]
    choices: { token_ids: number[] }[]
  }
  expect(encoding.decode(answer.prompt_token_ids)).toMatch(
    /<\|start\|>user<\|message\|>Hi<\|end\|><\|start\|>assistant$/,
  )
  const [before, after] = encoding.decode(answer.choices[0].token_ids).split('<|start|>browser.search')
  expect(before).toBe(search)
  expect(after).toMatch(/Rome[^]*<\|start\|>assistant<\|channel\|>analysis<\|message\|>Hm\./)
  expect(after.endsWith(ANSWER)).toBe(true)

  const { status, param } = await errorOf(
    await post(gateway, '/v1/chat/completions', { ...body, stream: true }),
  )
  expect([status, param]).toEqual([400, 'return_token_ids'])
})

test('completions take text and ids, several at once, and spell markers out', async () => {
  const client = clientOf(gatewayOver(['<|channel|>final<|message|>One two<|return|>']))
  const ids = encoding.encode('<|start|>assistant', { allowedSpecial: 'all' })
  const { choices, usage } = await client.completions.create({
    model: 'm',
    prompt: [ids, ids] as never,
    n: 2,
  })
  expect(choices.map(({ index, text }) => [index, text])).toEqual(
    [0, 1, 2, 3].map((index) => [index, '<|channel|>final<|message|>One two']),
  )
  expect(usage?.prompt_tokens).toBe(2 * ids.length)
  let text = ''
  for await (const chunk of await client.completions.create({
    model: 'm',
    prompt: 'Hi',
    stop: ' two',
    stream: true,
  }))
    text += chunk.choices[0].text
  expect(text).toBe('<|channel|>final<|message|>One')
})

describe('deviations are counted once', () => {
  const beginning = '<|channel|>analysis<|message|>Hm.<|channel|>final<|message|>One two'
  const responses = { input: 'Hi' }
  const cut: ReplayCompletion = { text: beginning, finish_reason: 'length' }
  const ends: [string, string, object, Engine | string | ReplayCompletion, string[]][] = [
    ['a whole answer', 'chat/completions', chat, `${beginning}<|return|>`, ['implicit-end']],
    ['a whole response', 'responses', responses, `${beginning}<|return|>`, ['implicit-end']],
    ['a cut answer', 'chat/completions', chat, cut, ['implicit-end', 'unterminated']],
    ['a stop string', 'chat/completions', { ...chat, stop: ' two' }, beginning, ['implicit-end']],
    ['an engine’s error', 'chat/completions', chat, { text: beginning, error: 'gone' }, ['implicit-end']],
    ['its error in a response', 'responses', responses, { text: beginning, error: 'gone' }, ['implicit-end']],
    ['a client that left', 'chat/completions', chat, hangingEngine(beginning), ['implicit-end']],
    ['one that left a response', 'responses', responses, hangingEngine(beginning), ['implicit-end']],
  ]

  test.each(ends)('after %s', async (_, route, request, answer, deviations) => {
    const metrics = await prometheusMetrics()
    let onLog!: (entry: LogEntry) => void
    const logged = new Promise<LogEntry>((resolve) => (onLog = resolve))
    const isEngine = typeof answer === 'object' && 'generate' in answer
    const options = { metrics, onLog }
    const gateway = isEngine ? createGateway({ engine: answer, ...options }) : gatewayOver([answer], options)
    const { body } = await post(gateway, `/v1/${route}`, { ...request, stream: true })
    let text = ''
    for await (const piece of body!.pipeThrough(new TextDecoderStream())) {
      text += piece
      if (isEngine && text.includes(' two')) break
    }
    expect((await logged).deviations).toEqual(deviations)
    const counted = (await metrics.text()).match(/^harmony_deviations_total.*$/gm)
    expect(counted).toEqual(deviations.map((code) => `harmony_deviations_total{code="${code}"} 1`))
  })
})

test('a closing gateway lets answers end, takes no more, and logs without texts', async () => {
  const entries: LogEntry[] = []
  const gateway = gatewayOver([{ text: ANSWER, delay_ms: 2 }], { onLog: (entry) => entries.push(entry) })
  const response = await post(gateway, '/v1/chat/completions', { ...chat, stream: true })
  const closed = gateway.close()
  expect(await errorOf(await post(gateway, '/v1/chat/completions', chat))).toMatchObject({ status: 503 })
  expect(await response.text()).toMatch(/data: \[DONE\]\n\n$/)
  await closed
  expect(entries.at(-1)).toMatchObject({ path: '/v1/chat/completions', status: 200, completionTokens: 14 })
  expect(JSON.stringify(entries)).not.toContain('Hi')
})

test('a gateway that closes aborts the answers that do not end', async () => {
  const engine = hangingEngine()
  const gateway = createGateway({ engine })
  const response = await post(gateway, '/v1/chat/completions', { ...chat, stream: true })
  await gateway.close(20)
  await engine.aborted
  expect(await response.text()).toContain('"error"')
})
