import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HarmonyError, loadHarmonyEncoding } from 'gpt-oss-harmony'
import { readSampled, type SampledSource } from '../../src/inspect/index.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

// `<|channel|>final<|message|>Hello<|return|>`, the ids as the official library (openai-harmony 0.0.8) has them.
const HELLO = [200005, 17196, 200008, 13225, 200002]
const HELLO_TEXT = '<|channel|>final<|message|>Hello<|return|>'

function sse(...chunks: readonly object[]): string {
  return [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]']
    .map((data) => `data: ${data}\n\n`)
    .join('')
}

// The answers' shapes are those of the engines that docs/serving.md names; each holds the tokens of HELLO.
const FORMS: readonly (readonly [source: SampledSource, isExact: boolean, input: string])[] = [
  ['token ids', true, JSON.stringify(HELLO)],
  ['token ids', true, `{"tokens":${JSON.stringify(HELLO)},"stop_token_ids":[200002,200012]}`],
  ['token ids', true, HELLO.join(' ')],
  ['token ids', true, `${HELLO.join(',\n')}\n`],
  ['token ids', true, JSON.stringify([HELLO])],
  ['text with markers', false, `${HELLO_TEXT}\n`],
  [
    'vLLM /inference/v1/generate',
    true,
    JSON.stringify({
      request_id: 'a',
      choices: [{ index: 0, token_ids: HELLO, finish_reason: 'stop', stop_reason: 200002 }],
    }),
  ],
  [
    '/v1/completions',
    true,
    JSON.stringify(
      {
        object: 'text_completion',
        choices: [{ index: 0, text: 'Hello', token_ids: HELLO, finish_reason: 'stop' }],
      },
      null,
      2,
    ),
  ],
  ['/v1/completions', false, JSON.stringify({ object: 'text_completion', choices: [{ text: HELLO_TEXT }] })],
  [
    'SGLang /generate',
    true,
    JSON.stringify({
      text: 'Hello',
      output_ids: HELLO,
      meta_info: { finish_reason: { type: 'stop', matched: 200002 } },
    }),
  ],
  ['llama.cpp /completion', true, JSON.stringify({ content: 'Hello', tokens: HELLO, stop_type: 'eos' })],
  [
    'llama.cpp /completion',
    false,
    JSON.stringify({ content: HELLO_TEXT, tokens: [], stop_type: 'eos' }).replace('"tokens":[],', ''),
  ],
  ['Ollama /api/generate', false, JSON.stringify({ response: HELLO_TEXT, done: true, done_reason: 'stop' })],
  ['vLLM offline', true, JSON.stringify({ outputs: [{ token_ids: HELLO, finish_reason: 'stop' }] })],
  ['Ray Data LLM', true, JSON.stringify({ generated_tokens: HELLO, generated_text: 'Hello' })],
  [
    '/v1/completions',
    true,
    JSON.stringify({
      custom_id: 'a',
      response: { status_code: 200, body: { object: 'text_completion', choices: [{ token_ids: HELLO }] } },
      error: null,
    }),
  ],
]

const STREAMS: readonly (readonly [source: SampledSource, isExact: boolean, input: string])[] = [
  [
    '/v1/completions',
    true,
    sse(
      { object: 'text_completion', choices: [{ index: 0, text: '', token_ids: HELLO.slice(0, 3) }] },
      {
        object: 'text_completion',
        choices: [{ index: 0, text: 'Hello', token_ids: HELLO.slice(3), finish_reason: 'stop' }],
      },
      { object: 'text_completion', choices: [], usage: { completion_tokens: 5 } },
    ),
  ],
  [
    '/v1/chat/completions',
    false,
    sse(
      { object: 'chat.completion.chunk', choices: [{ index: 0, delta: { role: 'assistant' } }] },
      {
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta: { content: HELLO_TEXT.slice(0, 9) } }],
      },
      { object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: HELLO_TEXT.slice(9) } }] },
    ),
  ],
  ...([true, false] as const).map((isCumulative): (typeof FORMS)[number] => [
    'SGLang /generate',
    true,
    sse(
      ...[2, 3, 5].map((end, i, ends) => ({
        output_ids: HELLO.slice(isCumulative ? 0 : (ends[i - 1] ?? 0), end),
        meta_info: { completion_tokens: end },
      })),
    ),
  ]),
  [
    'SGLang /generate',
    false,
    sse(
      { text: HELLO_TEXT.slice(0, 12), meta_info: { completion_tokens: 2 } },
      { text: HELLO_TEXT, meta_info: { completion_tokens: 5, finish_reason: { type: 'stop' } } },
    ),
  ],
  [
    'llama.cpp /completion',
    false,
    sse(
      { content: HELLO_TEXT.slice(0, 30), tokens: [200005], stop: false },
      { content: HELLO_TEXT.slice(30), tokens: [], stop: true },
    ),
  ],
  [
    'Ollama /api/generate',
    false,
    [HELLO_TEXT.slice(0, 5), HELLO_TEXT.slice(5), '']
      .map((response, i) => `${JSON.stringify({ model: 'm', response, done: i === 2 })}\n`)
      .join(''),
  ],
]

describe('readSampled', () => {
  test.each(FORMS)('reads %s, exact: %s, %#', (source, isExact, input) => {
    const { answers, ...rest } = readSampled(encoding, input)
    expect(rest).toEqual({ source, isStream: false })
    expect(answers.map(({ tokens, isExact }) => ({ tokens, isExact }))).toEqual([{ tokens: HELLO, isExact }])
  })

  test.each(STREAMS)('joins a stream of %s, exact: %s, %#', (source, isExact, input) => {
    const { answers, ...rest } = readSampled(encoding, input)
    expect(rest).toEqual({ source, isStream: true })
    expect(answers.map(({ tokens, isExact }) => ({ tokens, isExact }))).toEqual([{ tokens: HELLO, isExact }])
  })

  test('takes digits that text follows as text, in linear time', () => {
    const input = `${'1'.repeat(100_000)}x`
    const start = performance.now()
    expect(readSampled(encoding, input).source).toBe('text without markers')
    // 28 digits took half a minute.
    expect(performance.now() - start).toBeLessThan(5000)
  })

  test('keeps the answers of a stream apart', () => {
    const chunk = (index: number, tokens: number[]) => ({ choices: [{ index, token_ids: tokens }] })
    const { answers } = readSampled(encoding, sse(chunk(1, [2]), chunk(0, [1]), chunk(1, [3])))
    expect(answers.map(({ tokens }) => tokens)).toEqual([[1], [2, 3]])
  })

  test('puts markers back that a server took out', () => {
    const { source, answers } = readSampled(encoding, 'analysisHm.assistantfinalHello')
    expect(source).toBe('text without markers')
    expect(encoding.decode(answers[0].tokens)).toBe(
      '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hello',
    )
  })

  test('takes from the prompt what the answer goes on with', () => {
    // …<|start|>assistant<|channel|>final<|message|>
    const prompt = [200006, 173781, 200005, 17196, 200008]
    const answer = { prompt_token_ids: prompt, outputs: [{ token_ids: [13225], finish_reason: 'stop' }] }
    expect(readSampled(encoding, JSON.stringify(answer)).answers).toEqual([
      { tokens: [13225], isExact: true, stopped: true, prefill: [200005, 17196, 200008], promptTokens: 5 },
    ])
  })

  test.each(['prompt_token_ids', 'input_ids'])('reads a line that has only %s as its prompt', (key) => {
    const line = JSON.stringify({ custom_id: 'a', [key]: [200006, 1428] })
    expect(readSampled(encoding, line).answers).toEqual([{ tokens: [200006, 1428], isExact: true }])
  })

  describe('of JSON lines', () => {
    const LINES = '{"token_ids":[1]}\n\n{"token_ids":[2]}\n{"token_ids":[3]}\n'

    test.each([
      [undefined, 1, 1],
      [1, 1, 1],
      [3, 3, 2],
      [4, 4, 3],
    ])('reads line %s', (line, number, token) => {
      const { lines, answers } = readSampled(encoding, LINES, { line })
      expect({ lines, tokens: answers[0].tokens }).toEqual({ lines: { number, count: 3 }, tokens: [token] })
    })

    test.each([2, 5])('has nothing on line %i', (line) => {
      expect(() => readSampled(encoding, LINES, { line })).toThrow(`line ${line}: found no such line`)
    })

    test('does not read the others', () => {
      expect(readSampled(encoding, `{"token_ids":[1]}\nbroken\n`).answers[0].tokens).toEqual([1])
    })
  })

  test.each([
    ['', 'invalid-line', 'found nothing'],
    ['[]', 'invalid-line', 'found no token ids'],
    ['[1, 2.5]', 'invalid-token', 'token 1: found 2.5'],
    ['1 2 999999', 'invalid-token', 'token 2: found 999999'],
    ['[[1], [2, -1]]', 'invalid-token', '[1]: token 1: found -1'],
    ['{"choices":[]}', 'invalid-line', 'found [], wanted at least one answer'],
    ['{"choices":[{"token_ids":[-1]}]}', 'invalid-line', 'found -1, wanted a token id at token_ids[0]'],
    ['{"hello":1}', 'invalid-line', 'found {"hello":1}, wanted token ids'],
    ['{"error":{"message":"too long"}}', 'failed-request', 'the engine says'],
    ['{"a":', 'invalid-json', 'not JSON'],
    ['{"token_ids":[1]}\n{', 'invalid-json', 'line 2: not JSON', 2],
    ['data: {"choices":[{"token_ids":[1]}]}\n\ndata: nonsense\n\n', 'invalid-json', 'event 2: not JSON'],
    ['data: 5\n\n', 'invalid-line', 'event 1: found no object'],
    ['data: {"choices":[{"token_ids":["x"]}]}\n\n', 'invalid-line', 'event 1: found "x"'],
    ['data: {"object":"response"}\n\n', 'invalid-line', 'stream: found neither tokens nor text in 1 events'],
    ['data: {"error":{"message":"gone"}}\n\n', 'failed-request', 'event 1: the engine says'],
    ['Hello', 'invalid-line', 'line 1: found an input that is no JSON lines', 1],
  ] as const)('names the place of what is wrong: %s', (input, code, message, line?: number) => {
    expect(() => readSampled(encoding, input, { line })).toThrow(
      expect.objectContaining({
        constructor: HarmonyError,
        code,
        message: expect.stringMatching(new RegExp(`^${escaped(message)}`)) as string,
      }) as Error,
    )
  })

  test('throws nothing but HarmonyError, whatever the input', () => {
    const words = fc.constantFrom(
      'data: ',
      '\n',
      '\n\n',
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '"choices":',
      '"token_ids":',
      '"text":',
      '"meta_info":{}',
      '"output_ids":',
      '"response":',
      '"done":true',
      '[DONE]',
      '200005',
      '-1',
      '1e9',
      'null',
      '<|start|>',
      '<|channel|>',
      'final',
      '\uFEFF',
      '\uD800',
      '300000',
      '200013',
      '199998',
    )
    const input = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words, { maxLength: 16 }).map((list) => list.join('')),
      fc.json({ maxDepth: 4 }),
      fc
        .dictionary(
          fc.constantFrom(
            'choices',
            'outputs',
            'token_ids',
            'text',
            'meta_info',
            'output_ids',
            'tokens',
            'content',
            'response',
            'prompt_token_ids',
            'delta',
          ),
          fc.oneof(
            fc.jsonValue(),
            fc.array(fc.nat(201200)),
            fc.array(fc.record({ token_ids: fc.array(fc.nat(201200)), index: fc.jsonValue() })),
          ),
        )
        .chain((object) => fc.constantFrom(JSON.stringify(object), `data: ${JSON.stringify(object)}\n\n`)),
    )
    fc.assert(
      fc.property(input, fc.option(fc.integer({ min: -1, max: 4 }), { nil: undefined }), (text, line) => {
        try {
          expect(readSampled(encoding, text, { line }).answers.length).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(HarmonyError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
