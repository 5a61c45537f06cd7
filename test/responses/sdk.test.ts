import fc from 'fast-check'
import OpenAI7 from 'openai'
import { zodTextFormat } from 'openai/helpers/zod'
import OpenAI6 from 'openai6'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ANSWER, NEXT, REASONING, tokensOf, WEATHER, WEATHER_CALL } from './answer.js'
import { BODY, completion, SCENARIO } from './completions.js'
import { fakeServer, type FakeServer } from './fake-server.js'

const SDKS = [
  ['openai 7', OpenAI7],
  ['openai 6', OpenAI6 as unknown as typeof OpenAI7],
] as const

const MODEL = 'gpt-oss-20b'
const TOOL = {
  ...WEATHER,
  strict: false,
  parameters: { ...WEATHER.parameters, required: ['city'] as string[] },
}

describe.each(SDKS)('%s', (_, OpenAI) => {
  const clientOf = ({ fetch }: FakeServer) =>
    new OpenAI({ apiKey: 'none', baseURL: 'http://gpt-oss.test/v1', maxRetries: 0, fetch })

  test('responses.create', async () => {
    const server = fakeServer([REASONING + NEXT + ANSWER])
    const response = await clientOf(server).responses.create({ model: MODEL, input: 'Hi' })
    const promptTokens = tokensOf(server.prefills[0]).length
    expect(response.output_text).toBe('Hello, world!')
    expect(response.usage).toEqual({
      input_tokens: promptTokens,
      input_tokens_details: { cached_tokens: 3, cache_write_tokens: 0 },
      // Six for the reasoning (channel, analysis, message, Think, full stop, end), two to go on, eight for the answer.
      output_tokens: 16,
      output_tokens_details: { reasoning_tokens: 6 },
      total_tokens: promptTokens + 16,
    })
  })

  test('responses.stream: the snapshot is the response', async () => {
    const stream = clientOf(fakeServer([REASONING + NEXT + ANSWER])).responses.stream({
      model: MODEL,
      input: 'Hi',
    })
    let text = ''
    let completed: unknown
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') text += event.delta
      if (event.type === 'response.completed') completed = event.response.output
    }
    const final = await stream.finalResponse()
    expect(text).toBe('Hello, world!')
    expect(final.output_text).toBe(text)
    expect(final.output).toMatchObject(completed as object)
  })

  test('responses.parse', async () => {
    const server = fakeServer(['<|channel|>final<|message|>{"answer": 42}<|return|>'])
    const response = await clientOf(server).responses.parse({
      model: MODEL,
      input: 'Hi',
      text: { format: zodTextFormat(z.object({ answer: z.number() }), 'reply') },
    })
    expect(response.output_parsed).toEqual({ answer: 42 })
    expect(server.prefills[0]).toMatch(/# Response Formats\n\n## reply\n\n\{.*"answer":\{"type":"number"\}/)
  })

  test('a function call over two requests, the output sent back as it came', async () => {
    const server = fakeServer([REASONING + NEXT + WEATHER_CALL, ANSWER])
    const client = clientOf(server)
    const input: OpenAI7.Responses.ResponseInput = [{ role: 'user', content: 'Weather in Tōkyō?' }]
    const settings = { model: MODEL, tools: [TOOL], include: ['reasoning.encrypted_content' as const] }
    const first = await client.responses.create({ ...settings, input })
    for (const item of first.output) {
      input.push(item as OpenAI7.Responses.ResponseInputItem)
      if (item.type === 'function_call')
        input.push({ type: 'function_call_output', call_id: item.call_id, output: '24 °C' })
    }
    const second = await client.responses.create({ ...settings, input })
    expect(second.output_text).toBe('Hello, world!')
    // The second prefill: the first, what was sampled, and the result.
    expect(server.prefills[1]).toBe(
      `${server.prefills[0]}${REASONING}${NEXT}${WEATHER_CALL}` +
        '<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>24 °C<|end|><|start|>assistant',
    )
  })

  test('responses.stream with tools, cut off by the length', async () => {
    const cut = REASONING + NEXT + WEATHER_CALL.slice(0, WEATHER_CALL.indexOf('ky'))
    const stream = clientOf(fakeServer([tokensOf(cut)])).responses.stream({
      model: MODEL,
      input: 'Hi',
      tools: [TOOL],
      max_output_tokens: 20,
    })
    const final = await stream.finalResponse()
    expect(final.status).toBe('incomplete')
    expect(final.incomplete_details).toEqual({ reason: 'max_output_tokens' })
    expect(final.output.at(-1)).toMatchObject({ arguments: '{"city": "Tō', status: 'incomplete' })
  })

  test('a refused request is a BadRequestError that names the field', async () => {
    const request = clientOf(fakeServer([])).responses.create({
      model: MODEL,
      input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'data:', detail: 'auto' }] }],
    })
    await expect(request).rejects.toMatchObject({
      status: 400,
      param: 'input[0].content[0].type',
      type: 'invalid_request_error',
    })
  })

  test('responses.stream reads any completion, whole or damaged', async () => {
    await fc.assert(
      fc.asyncProperty(completion, async (tokens) => {
        const server = fakeServer([tokens], SCENARIO.options, SCENARIO.context)
        const body = { ...BODY, model: MODEL, input: 'Hi', include: ['reasoning.encrypted_content'] }
        const stream = clientOf(server).responses.stream(
          body as OpenAI7.Responses.ResponseCreateParamsStreaming,
        )
        let last: { readonly output: readonly unknown[] } | undefined
        for await (const event of stream) if ('response' in event) last = event.response
        expect((await stream.finalResponse()).output).toMatchObject(last?.output ?? [])
      }),
    )
  })
})
