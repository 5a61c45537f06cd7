import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  completionsEngine,
  type Engine,
  type EngineServer,
  ggufEngine,
  llamaServerEngine,
  ollamaEngine,
  sglangEngine,
  tensorrtLlmEngine,
  vllmEngine,
} from '../../src/engines/index.js'
import { loadHarmonyEncoding } from '../../src/index.js'
import { collect, STOP } from './collect.js'
import {
  type Answer,
  broken,
  events,
  hanging,
  json,
  scriptedServer,
  type ScriptedServer,
} from './scripted-server.js'

// The answers are those recorded from vLLM 0.32.0 and from llama.cpp's server; the other servers' follow their
// documentation.

const PREFILL = [200006, 17360, 200008, 200007, 200006, 173781]
const CALL = [
  200005, 12606, 815, 316, 28, 44580, 775, 170154, 220, 200003, 4108, 200008, 10848, 7693, 7534, 158985,
  18583, 200012,
]
const encoding = loadHarmonyEncoding('HarmonyGptOss')
const grammar = {
  toStructuralTag: () => ({ type: 'structural_tag', format: { type: 'any_text' } }),
  toGbnf: () => 'root ::= "a"',
  toLark: () => 'start: "a"',
}

let server: ScriptedServer
afterEach(() => server.close())

async function engineAt<Options extends EngineServer>(
  create: (options: Options) => Engine,
  options: Omit<Options, 'url'>,
  ...answers: readonly Answer[]
): Promise<Engine> {
  server = await scriptedServer(...answers)
  return create({ ...options, url: server.url } as Options)
}

function vllmChunk(tokens: readonly number[], more: object = {}): object {
  const choice = {
    index: 0,
    text: '',
    token_ids: tokens,
    finish_reason: null,
    stop_reason: null,
    logprobs: null,
  }
  return { id: 'cmpl-1', object: 'text_completion', choices: [{ ...choice, ...more }], usage: null }
}

const VLLM_CALL = [
  vllmChunk(CALL.slice(0, 5)),
  vllmChunk(CALL.slice(5), { finish_reason: 'stop', stop_reason: 200012 }),
  {
    choices: [],
    usage: { prompt_tokens: 6, completion_tokens: 18, prompt_tokens_details: { cached_tokens: 4 } },
  },
  '[DONE]',
]

describe('vLLM', () => {
  test('/v1/completions gets ids, the stop ids and the rest of the context, and gives ids', async () => {
    const engine = await engineAt(vllmEngine, { model: 'tiny', apiKey: 'secret' }, events(...VLLM_CALL))
    const { tokens, finish, chunks } = await collect(engine, PREFILL, {
      sampling: { temperature: 1, seed: 11 },
    })
    expect(tokens).toEqual(CALL)
    expect(chunks.map((chunk) => chunk.tokens.length)).toEqual([5, 13, 0])
    expect(finish).toEqual({ reason: 'stop', stopToken: 200012, cachedTokens: 4 })
    const [{ path, headers, body }] = server.requests
    expect(path).toBe('/v1/completions')
    expect(headers.authorization).toBe('Bearer secret')
    expect(body).toEqual({
      model: 'tiny',
      prompt: PREFILL,
      max_tokens: null,
      stop_token_ids: STOP,
      temperature: 1,
      seed: 11,
      return_token_ids: true,
      stream: true,
      stream_options: { include_usage: true },
    })
  })

  test('/inference/v1/generate gets ids and sampling_params', async () => {
    const engine = await engineAt(
      vllmEngine,
      { endpoint: 'generate' },
      events(
        {
          request_id: 'g',
          choices: [{ index: 0, token_ids: CALL, finish_reason: 'stop', stop_reason: 200012 }],
        },
        '[DONE]',
      ),
    )
    expect(await collect(engine, PREFILL, { maxTokens: 80, grammar })).toMatchObject({
      tokens: CALL,
      finish: { reason: 'stop', stopToken: 200012 },
    })
    expect(server.requests[0]).toMatchObject({
      path: '/inference/v1/generate',
      body: {
        token_ids: PREFILL,
        sampling_params: {
          max_tokens: 80,
          stop_token_ids: STOP,
          structured_outputs: { structural_tag: JSON.stringify(grammar.toStructuralTag()) },
        },
        stream: true,
      },
    })
  })

  test('a stop at the end-of-sequence token has no stop reason: the token is the last one', async () => {
    const end = vllmChunk([13225, 200002], { finish_reason: 'stop' })
    const engine = await engineAt(vllmEngine, {}, events(end, '[DONE]'))
    expect((await collect(engine, PREFILL)).finish).toEqual({ reason: 'stop', stopToken: 200002 })
  })

  test('a stop token that is withheld is named by the stop reason alone', async () => {
    const end = vllmChunk([13225], { finish_reason: 'stop', stop_reason: 200012 })
    const engine = await engineAt(vllmEngine, {}, events(end, '[DONE]'))
    expect(await collect(engine, PREFILL)).toMatchObject({ tokens: [13225], finish: { stopToken: 200012 } })
  })

  test('reads log probabilities in both forms', async () => {
    const lists = {
      tokens: ['token_id:13225'],
      token_logprobs: [-0.5],
      top_logprobs: [{ 'token_id:7': -2, 'token_id:13225': -0.5 }],
    }
    const entries = {
      content: [
        {
          token_id: 13225,
          logprob: -1.5,
          top_logprobs: [
            { token_id: 13225, logprob: -1.5 },
            { token: 'token_id:7', logprob: -0.5 },
          ],
        },
      ],
    }
    const engine = await engineAt(
      vllmEngine,
      {},
      events(
        vllmChunk([13225], { logprobs: lists }),
        vllmChunk([13225], { logprobs: entries, finish_reason: 'length' }),
        '[DONE]',
      ),
    )
    const { logprobs } = await collect(engine, PREFILL, { sampling: { logprobs: 2 } })
    const top = { token: 13225, logprob: -0.5 }
    expect(logprobs).toEqual([
      { ...top, top: [top, { token: 7, logprob: -2 }] },
      {
        token: 13225,
        logprob: -1.5,
        top: [
          { token: 7, logprob: -0.5 },
          { token: 13225, logprob: -1.5 },
        ],
      },
    ])
    expect(server.requests[0].body).toMatchObject({ logprobs: 2, return_tokens_as_token_ids: true })
  })

  test("a 400 is refused once, in the engine's words", async () => {
    const message = 'Token id 999999 is out of vocabulary'
    const engine = await engineAt(
      vllmEngine,
      {},
      json({ error: { message, type: 'BadRequestError', code: 400 } }, 400),
    )
    await expect(collect(engine, [999999])).rejects.toMatchObject({
      code: 'engine-refused',
      message: `vLLM: 400: ${message}`,
    })
    expect(server.requests).toHaveLength(1)
  })

  test('a 500 before the first token is tried again', async () => {
    const failure = json({ error: { message: 'Internal server error' } }, 500)
    const engine = await engineAt(vllmEngine, {}, failure, events(...VLLM_CALL))
    expect((await collect(engine, PREFILL)).tokens).toEqual(CALL)
    expect(server.requests).toHaveLength(2)
  })

  test('an error in the stream before the first token is tried again; it fails in the end', async () => {
    const engine = await engineAt(
      vllmEngine,
      { retries: 1 },
      events({ error: { message: 'EngineCore died', code: 500 } }, '[DONE]'),
    )
    await expect(collect(engine, PREFILL)).rejects.toMatchObject({
      code: 'engine-failed',
      message: 'vLLM: EngineCore died',
    })
    expect(server.requests).toHaveLength(2)
  })

  test('nothing is tried again after the first token', async () => {
    const engine = await engineAt(vllmEngine, {}, broken(vllmChunk([1])))
    await expect(collect(engine, PREFILL)).rejects.toMatchObject({ code: 'engine-failed' })
    expect(server.requests).toHaveLength(1)
  })

  test('a stream without a finish reason has failed', async () => {
    const engine = await engineAt(vllmEngine, {}, events(vllmChunk([1]), '[DONE]'))
    await expect(collect(engine, PREFILL)).rejects.toMatchObject({ code: 'engine-failed' })
  })

  test('text without ids has failed: the server does not know return_token_ids', async () => {
    const engine = await engineAt(vllmEngine, { retries: 0 }, events({ choices: [{ text: 'Hi' }] }, '[DONE]'))
    await expect(collect(engine, PREFILL)).rejects.toThrow('without ids')
  })
})

async function leaveEarly(engine: Engine): Promise<void> {
  const chunks = engine.generate(PREFILL, { stop: STOP })[Symbol.asyncIterator]()
  await chunks.next()
  await chunks.return?.()
}

describe('an abort', () => {
  test.each([
    ['vLLM', vllmEngine, vllmChunk([1])],
    ['SGLang', sglangEngine, { output_ids: [1], meta_info: { completion_tokens: 1, finish_reason: null } }],
    ['TensorRT-LLM', tensorrtLlmEngine, vllmChunk([1])],
    ['completions', completionsEngine, { choices: [{ text: 'a' }] }],
  ])('%s: closes the connection and throws the reason', async (_, create, chunk) => {
    const engine = await engineAt(create, {}, hanging(chunk))
    const controller = new AbortController()
    const run = (async () => {
      const chunks = engine
        .generate(PREFILL, { stop: STOP, signal: controller.signal })
        [Symbol.asyncIterator]()
      await chunks.next()
      controller.abort(new Error('enough'))
      await chunks.next()
    })()
    await expect(run).rejects.toThrow('enough')
    await server.closedByClient
  })

  test('leaving the iteration closes the connection', async () => {
    const engine = await engineAt(vllmEngine, {}, hanging(vllmChunk([1])))
    await leaveEarly(engine)
    await server.closedByClient
  })

  test('SGLang is told by /abort_request', async () => {
    const chunk = { output_ids: [1], meta_info: { completion_tokens: 1, finish_reason: null } }
    const engine = await engineAt(sglangEngine, {}, hanging(chunk), json({}))
    await leaveEarly(engine)
    await expect.poll(() => server.requests.length).toBe(2)
    const [first, second] = server.requests
    expect(second).toMatchObject({ path: '/abort_request', body: { rid: first.body['rid'] } })
  })
})

test('a server that cannot be reached', async () => {
  server = await scriptedServer(json({}))
  const { url } = server
  await server.close()
  await expect(collect(vllmEngine({ url, retries: 0 }), PREFILL)).rejects.toMatchObject({
    code: 'engine-failed',
    message: expect.stringContaining('cannot be reached') as string,
  })
  server = await scriptedServer(json({}))
})

test('a url that is none', () => {
  expect(() => vllmEngine({ url: '127.0.0.1' })).toThrow(TypeError)
})

describe('SGLang', () => {
  const chunk = (ids: readonly number[], total: number, finish: object | null = null) => ({
    text: '',
    output_ids: ids,
    meta_info: { completion_tokens: total, prompt_tokens: 6, cached_tokens: 5, finish_reason: finish },
  })
  const end = { type: 'stop', matched: 200012 }

  test.each([
    ['cumulative', [chunk([1], 1), chunk([1, 2], 2), chunk([1, 2, 3, 200012], 4, end)]],
    ['cumulative, several first', [chunk([1, 2], 2), chunk([1, 2, 3], 3), chunk([1, 2, 3, 200012], 4, end)]],
    ['incremental', [chunk([1], 1), chunk([2], 2), chunk([3, 200012], 4, end)]],
    ['one chunk', [chunk([1, 2, 3, 200012], 4, end)]],
    ['the finish alone', [chunk([1, 2, 3, 200012], 4), chunk([], 4, end)]],
  ])('reads ids: %s', async (_, chunks) => {
    const engine = await engineAt(sglangEngine, {}, events(...chunks, '[DONE]'))
    expect(await collect(engine, PREFILL)).toMatchObject({
      tokens: [1, 2, 3, 200012],
      finish: { reason: 'stop', stopToken: 200012, cachedTokens: 5 },
    })
  })

  test('gets its own names of parameters', async () => {
    const engine = await engineAt(
      sglangEngine,
      {},
      events(chunk([1], 1, { type: 'length', length: 1 }), '[DONE]'),
    )
    const sampling = { temperature: 0.5, seed: 3, min_tokens: 1, logprobs: 1 }
    const { finish } = await collect(engine, PREFILL, { sampling, maxTokens: 1, grammar })
    expect(finish).toMatchObject({ reason: 'length' })
    expect(server.requests[0].body).toMatchObject({
      input_ids: PREFILL,
      return_logprob: true,
      top_logprobs_num: 1,
      sampling_params: {
        temperature: 0.5,
        sampling_seed: 3,
        min_new_tokens: 1,
        max_new_tokens: 1,
        stop_token_ids: STOP,
        skip_special_tokens: false,
        no_stop_trim: true,
        structural_tag: JSON.stringify(grammar.toStructuralTag()),
      },
    })
  })

  test('an abort by the server is a failure in its words', async () => {
    const finish = { type: 'abort', message: 'The input is too long', status_code: 400 }
    const engine = await engineAt(sglangEngine, {}, events(chunk([], 0, finish), '[DONE]'))
    await expect(collect(engine, PREFILL)).rejects.toMatchObject({
      code: 'engine-refused',
      message: 'SGLang: The input is too long',
    })
  })

  test('refuses a parameter that it does not have', async () => {
    const engine = await engineAt(sglangEngine, {}, json({}))
    await expect(collect(engine, PREFILL, { sampling: { allowed_token_ids: [1] } })).rejects.toMatchObject({
      code: 'engine-refused',
      path: 'sampling.allowed_token_ids',
    })
  })
})

test('TensorRT-LLM gets only fields that it knows', async () => {
  const end = { choices: [{ index: 0, text: '', token_ids: CALL, finish_reason: 'stop', stop_reason: null }] }
  const engine = await engineAt(tensorrtLlmEngine, { model: 'm' }, events(end, '[DONE]'))
  expect(await collect(engine, PREFILL, { sampling: { top_k: 5 } })).toMatchObject({
    tokens: CALL,
    finish: { reason: 'stop', stopToken: 200012 },
  })
  expect(server.requests[0].body).toEqual({
    model: 'm',
    prompt: PREFILL,
    detokenize: false,
    stream: true,
    max_tokens: null,
    stop_token_ids: STOP,
    top_k: 5,
  })
})

describe('llama-server', () => {
  const HELLO = [200005, 35644, 200008, 13225, 1354, 13, 200002]

  test('gives ids at once, all samplers set', async () => {
    const engine = await engineAt(
      llamaServerEngine,
      {},
      json({
        content: '<|channel|>analysis<|message|>Hello there.',
        tokens: HELLO,
        stop: true,
        stop_type: 'eos',
      }),
    )
    expect(await collect(engine, PREFILL, { maxTokens: 60, sampling: { seed: 1 }, grammar })).toMatchObject({
      tokens: HELLO,
      finish: { reason: 'stop', stopToken: 200002 },
    })
    expect(server.requests[0]).toMatchObject({
      path: '/completion',
      body: {
        prompt: PREFILL,
        n_predict: 60,
        return_tokens: true,
        temperature: 1,
        top_k: 0,
        top_p: 1,
        min_p: 0,
        repeat_penalty: 1,
        seed: 1,
        grammar: 'root ::= "a"',
      },
    })
  })

  test('gives the log probability of each token, the stop token too', async () => {
    const likely = { id: 200005, logprob: -0.06336117535829544 }
    const engine = await engineAt(
      llamaServerEngine,
      {},
      json({
        tokens: [200008, 200002],
        stop: true,
        stop_type: 'eos',
        completion_probabilities: [
          { id: 200008, logprob: -3.483565330505371, top_logprobs: [likely] },
          { id: 200002, logprob: 0, top_logprobs: [{ id: 200002, logprob: 0 }] },
        ],
      }),
    )
    const sampling = { logprobs: 0, logit_bias: { 13225: -100 } }
    expect((await collect(engine, PREFILL, { sampling })).logprobs).toEqual([
      {
        token: 200008,
        logprob: -3.483565330505371,
        top: [{ token: 200005, logprob: -0.06336117535829544 }],
      },
      { token: 200002, logprob: 0, top: [{ token: 200002, logprob: 0 }] },
    ])
    expect(server.requests[0].body).toMatchObject({ n_probs: 1, logit_bias: { 13225: -100 } })
  })

  test('streams text as ids that spell it', async () => {
    const text = '<|channel|>final<|message|>Grüße 👋'
    const pieces = ['<|chan', 'nel|>final<|message|>Gr', 'üße ', '👋']
    const engine = await engineAt(
      llamaServerEngine,
      { output: 'text' },
      events(...pieces.map((content) => ({ content, stop: false })), {
        content: '',
        tokens: [],
        stop: true,
        stop_type: 'eos',
      }),
    )
    const { tokens, finish } = await collect(engine, PREFILL)
    expect(encoding.decode(tokens)).toBe(text)
    expect(tokens[0]).toBe(200005)
    expect(finish).toEqual({ reason: 'stop' })
    expect(server.requests[0].body).toMatchObject({ stop: ['<|return|>', '<|call|>'], stream: true })
  })

  test('is cut by its limit', async () => {
    const engine = await engineAt(
      llamaServerEngine,
      {},
      json({ tokens: [1], stop: true, stop_type: 'limit' }),
    )
    expect((await collect(engine, PREFILL)).finish).toEqual({ reason: 'length' })
  })
})

describe('text', () => {
  test('/v1/completions gets the prompt as text and gives ids that spell the answer', async () => {
    const text = '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hi'
    const chunks = [...text].map((character) => ({ choices: [{ text: character, finish_reason: null }] }))
    const engine = await engineAt(
      completionsEngine,
      { body: { skip_special_tokens: false } },
      events(...chunks, { choices: [{ text: '', finish_reason: 'stop' }] }, '[DONE]'),
    )
    const { tokens, finish } = await collect(engine, [200006, 1428, 200008, 12194, 200007])
    expect(encoding.decode(tokens)).toBe(text)
    expect(tokens.filter((token) => token >= 200000)).toEqual([
      200005, 200008, 200007, 200006, 200005, 200008,
    ])
    expect(finish).toEqual({ reason: 'stop' })
    expect(server.requests[0].body).toMatchObject({
      prompt: '<|start|>user<|message|>Hi<|end|>',
      stop: ['<|return|>', '<|call|>'],
      skip_special_tokens: false,
    })
  })

  test('ends at a stop token that the server writes, whatever follows', async () => {
    const engine = await engineAt(
      completionsEngine,
      {},
      hanging({ choices: [{ text: '<|channel|>final<|message|>Hi<|return|>and more' }] }),
    )
    const { tokens, finish } = await collect(engine, PREFILL)
    expect(encoding.decode(tokens)).toBe('<|channel|>final<|message|>Hi<|return|>')
    expect(finish).toEqual({ reason: 'stop', stopToken: 200002 })
    await server.closedByClient
  })

  test('puts stripped markers back', async () => {
    const engine = await engineAt(
      completionsEngine,
      { strippedMarkers: true },
      events({ choices: [{ text: 'analysisHm.assistantfinalHi', finish_reason: 'stop' }] }, '[DONE]'),
    )
    expect(encoding.decode((await collect(engine, PREFILL)).tokens)).toBe(
      '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hi',
    )
  })

  test("Ollama's lines, however they are cut", async () => {
    const lines =
      '{"response":"<|channel|>final<|message|>H","done":false}\n{"response":"é","done":false}\n' +
      '{"response":"","done":true,"done_reason":"stop"}\n'
    const bytes = Buffer.from(lines)
    const engine = await engineAt(ollamaEngine, { model: 'gpt-oss:20b' }, async (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      for (let i = 0; i < bytes.length; i += 7) {
        response.write(bytes.subarray(i, i + 7))
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
      response.end()
    })
    const { tokens, finish } = await collect(engine, PREFILL, { maxTokens: 9, sampling: { temperature: 0 } })
    expect(encoding.decode(tokens)).toBe('<|channel|>final<|message|>Hé')
    expect(finish).toEqual({ reason: 'stop' })
    expect(server.requests[0]).toMatchObject({
      path: '/api/generate',
      body: {
        model: 'gpt-oss:20b',
        raw: true,
        options: { num_predict: 9, temperature: 0, stop: ['<|return|>', '<|call|>'] },
      },
    })
  })

  test('Ollama refuses in its words', async () => {
    const engine = await engineAt(ollamaEngine, {}, json({ error: "model 'x' not found" }, 404))
    await expect(collect(engine, PREFILL)).rejects.toThrow("Ollama: 404: model 'x' not found")
  })
})

test('a GGUF without node-llama-cpp names the package to install', async () => {
  server = await scriptedServer(json({}))
  // It may be installed for the tests of the engine itself.
  vi.doMock('node-llama-cpp', () => {
    throw new Error("Cannot find package 'node-llama-cpp'")
  })
  await expect(collect(ggufEngine({ modelPath: 'model.gguf' }), PREFILL)).rejects.toMatchObject({
    code: 'missing-package',
    evidence: 'node-llama-cpp',
  })
})

const UNLIKELY = { logprob: null, top_logprobs: [{ token_id: 13225, id: 13225, logprob: null }] }

// JSON has no infinity; -9999 is what OpenAI's API gives.
test.each([
  [
    'vLLM',
    vllmEngine,
    events(
      vllmChunk([13225], {
        logprobs: { content: [{ token_id: 13225, ...UNLIKELY }] },
        finish_reason: 'length',
      }),
      '[DONE]',
    ),
  ],
  [
    'SGLang',
    sglangEngine,
    events(
      {
        output_ids: [13225],
        meta_info: {
          completion_tokens: 1,
          finish_reason: { type: 'length', length: 1 },
          output_token_logprobs: [[null, 13225, null]],
          output_top_logprobs: [[[null, 13225, null]]],
        },
      },
      '[DONE]',
    ),
  ],
  [
    'llama-server',
    llamaServerEngine,
    json({
      tokens: [13225],
      stop: true,
      stop_type: 'limit',
      completion_probabilities: [{ id: 13225, ...UNLIKELY }],
    }),
  ],
])('%s: a log probability that is null is -9999', async (_, create, answer) => {
  const engine = await engineAt(create, {}, answer)
  const { logprobs } = await collect(engine, PREFILL, { sampling: { logprobs: 1 } })
  expect(logprobs).toEqual([{ token: 13225, logprob: -9999, top: [{ token: 13225, logprob: -9999 }] }])
})
