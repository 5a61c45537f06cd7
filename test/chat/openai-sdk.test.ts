import OpenAI7 from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import OpenAI6 from 'openai6'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import {
  type ChatRequest,
  createChatStream,
  fromChatRequest,
  renderChatRequest,
} from '../../src/chat/index.js'
import { errorResponseOf } from '../../src/openai/index.js'
import { encoding, sampled } from './answers.js'

// OpenAI's own readers, both majors, over a server in the place of `fetch`. Token ids lie between: what the client sends is rendered to
// a prefill, and a scripted engine answers with sampled ids.

interface Server {
  readonly fetch: typeof fetch
  /** The prefills that the engine was given, as text. */
  readonly prefills: string[]
}

/** @param script the completions, in the order of the requests; with several choices, one list a request */
function serverOf(...script: (string | string[])[]): Server {
  const prefills: string[] = []
  const answer = (body: ChatRequest & { stream?: boolean }): Response => {
    const request = fromChatRequest(body)
    const prefill = renderChatRequest(encoding, request)
    const completions = [script[prefills.length]].flat().map(sampled)
    prefills.push(encoding.decode(prefill))
    const stream = createChatStream(encoding, { request })
    const chunks = stream.start()
    completions.forEach((tokens, choice) => {
      const logprobs =
        request.samplingParams['logprobs'] === undefined
          ? []
          : tokens.map((token) => ({ token, logprob: -1, top: [] }))
      for (const [i, token] of tokens.entries())
        chunks.push(...stream.push(token, logprobs.slice(i, i + 1), choice))
      chunks.push(...stream.end({ promptTokens: prefill.length }, choice))
    })
    if (!request.answer.isStream) return Response.json(stream.completion)
    const events = [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map(
      (data) => `data: ${data}\n\n`,
    )
    return new Response(events.join(''), { headers: { 'content-type': 'text/event-stream' } })
  }
  return {
    prefills,
    fetch: async (_url, init) => {
      try {
        return answer(JSON.parse(String(init?.body)) as ChatRequest)
      } catch (error) {
        const { status, body } = errorResponseOf(error)
        return Response.json(body, { status })
      }
    },
  }
}

const START = '<|start|>assistant'
const THINK = '<|channel|>analysis<|message|>Think.<|end|>'
const final = (text: string) => `${THINK}${START}<|channel|>final<|message|>${text}<|return|>`
const CALL =
  '<|channel|>commentary<|message|>One moment.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Rome"}<|call|>'

const messages = [{ role: 'user' as const, content: 'Weather?' }]
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const weather = { type: 'function' as const, function: { name: 'get-weather', parameters } }

describe.each([
  ['openai 7', OpenAI7],
  ['openai 6', OpenAI6 as unknown as typeof OpenAI7],
])('%s', (_, OpenAI) => {
  const clientOf = (server: Server) =>
    new OpenAI({ apiKey: 'none', baseURL: 'http://localhost/v1', maxRetries: 0, fetch: server.fetch })

  test('create gives text, reasoning and usage', async () => {
    const client = clientOf(serverOf(final('Sunny.')))
    const { choices, usage } = await client.chat.completions.create({ model: 'gpt-oss', messages })
    expect(choices[0]).toMatchObject({
      message: { content: 'Sunny.', reasoning: 'Think.' },
      finish_reason: 'stop',
    })
    expect(usage?.completion_tokens_details?.reasoning_tokens).toBe(sampled(THINK).length)
  })

  test('create with stream gives chunks whose deltas join', async () => {
    const client = clientOf(serverOf(final('Sunny in Rome.')))
    const stream = await client.chat.completions.create({
      model: 'gpt-oss',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    })
    let content = ''
    let reasoning = ''
    let total: number | undefined
    for await (const chunk of stream) {
      const delta = chunk.choices[0]?.delta as { content?: string; reasoning?: string } | undefined
      content += delta?.content ?? ''
      reasoning += delta?.reasoning ?? ''
      total = chunk.usage?.total_tokens ?? total
    }
    expect([content, reasoning]).toEqual(['Sunny in Rome.', 'Think.'])
    expect(total).toBeGreaterThan(0)
  })

  test('stream reads text, calls, log probabilities and usage', async () => {
    const client = clientOf(serverOf(`${THINK}${START}${CALL}`))
    const stream = client.chat.completions.stream({
      model: 'gpt-oss',
      messages,
      tools: [{ type: 'function', function: { name: 'get_weather', parameters } }],
      stream_options: { include_usage: true },
      logprobs: true,
    })
    const events: string[] = []
    stream.on('content.delta', ({ delta }) => events.push(delta))
    stream.on('tool_calls.function.arguments.done', ({ name, arguments: args }) => events.push(name, args))
    const completion = await stream.finalChatCompletion()
    expect(events).toEqual(['One', ' moment', '.', 'get_weather', '{"city": "Rome"}'])
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: 'One moment.',
        tool_calls: [{ type: 'function', function: { name: 'get_weather', arguments: '{"city": "Rome"}' } }],
      },
      logprobs: { content: [{ token: 'One' }, { token: ' moment' }, { token: '.' }] },
    })
    expect((await stream.totalUsage()).completion_tokens).toBe(sampled(`${THINK}${START}${CALL}`).length)
  })

  test('stream reads several choices', async () => {
    const client = clientOf(serverOf([final('A'), final('B')]))
    const stream = client.chat.completions.stream({ model: 'gpt-oss', messages, n: 2 })
    const { choices } = await stream.finalChatCompletion()
    expect(choices.map(({ message }) => message.content)).toEqual(['A', 'B'])
  })

  test('parse and stream give structured output', async () => {
    const format = zodResponseFormat(z.object({ answer: z.number() }), 'result')
    const server = serverOf(final('{"answer": 42}'), final('{"answer": 43}'))
    const client = clientOf(server)
    const body = { model: 'gpt-oss', messages, response_format: format }
    const { choices } = await client.chat.completions.parse(body)
    expect(choices[0]?.message.parsed).toEqual({ answer: 42 })
    const streamed = await client.chat.completions.stream(body).finalChatCompletion()
    expect(streamed.choices[0]?.message.parsed).toEqual({ answer: 43 })
    for (const prefill of server.prefills) expect(prefill).toContain('# Response Formats\n\n## result')
  })

  test('a cut answer keeps what there is', async () => {
    const client = clientOf(serverOf(`${THINK}${START}<|channel|>final<|message|>Sun`))
    const stream = client.chat.completions.stream({ model: 'gpt-oss', messages })
    expect((await stream.finalChatCompletion()).choices[0]).toMatchObject({
      message: { content: 'Sun' },
      finish_reason: 'length',
    })
  })

  test.each([true, false])('runTools calls the tool and goes on, streaming: %s', async (isStream) => {
    const server = serverOf(`${THINK}${START}${CALL}`, final('Sunny in Rome.'))
    const client = clientOf(server)
    const asked: unknown[] = []
    const tools = [
      {
        type: 'function' as const,
        function: {
          name: 'get_weather',
          parameters,
          parse: JSON.parse,
          function: (args: unknown) => {
            asked.push(args)
            return 'sunny'
          },
          description: 'Gets the weather.',
        },
      },
    ]
    const body = { model: 'gpt-oss', messages, tools }
    const runner = isStream
      ? client.chat.completions.runTools({ ...body, stream: true })
      : client.chat.completions.runTools(body)
    expect(await runner.finalContent()).toBe('Sunny in Rome.')
    expect(asked).toEqual([{ city: 'Rome' }])
    // The runner sends back only the keys of OpenAI's types: the reasoning is lost on its side.
    const history = server.prefills[1].slice(server.prefills[1].indexOf('<|start|>user'))
    expect(history).toBe(
      [
        '<|start|>user<|message|>Weather?<|end|>',
        `${START}<|channel|>commentary<|message|>One moment.<|end|>`,
        `${START} to=functions.get_weather<|channel|>commentary <|constrain|>json<|message|>{"city": "Rome"}<|call|>`,
        '<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>sunny<|end|>',
        START,
      ].join(''),
    )
  })

  test('a demanded call is opened in the prefill', async () => {
    const server = serverOf('{"city": "Oslo"}<|call|>')
    const { choices } = await clientOf(server).chat.completions.create({
      model: 'gpt-oss',
      messages,
      tools: [weather],
      tool_choice: { type: 'function', function: { name: 'get-weather' } },
    })
    expect(server.prefills[0]).toMatch(/to=functions\.get_weather <\|constrain\|>json<\|message\|>$/)
    expect(choices[0]?.message.tool_calls).toMatchObject([
      { function: { name: 'get-weather', arguments: '{"city": "Oslo"}' } },
    ])
  })

  test.each([
    [
      'an image',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
      'messages[0].content[0].type',
      'unsupported_value',
    ],
    ['an unknown field', { messages, temprature: 1 }, 'temprature', 'unknown_parameter'],
    ['no effort', { messages, reasoning_effort: 'none' }, 'reasoning_effort', 'invalid_value'],
  ])('%s is a BadRequestError with its path', async (_, body, param, code) => {
    const client = clientOf(serverOf())
    const request = client.chat.completions.create({ model: 'gpt-oss', ...body } as never)
    await expect(request).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    await expect(
      client.chat.completions.create({ model: 'gpt-oss', ...body } as never),
    ).rejects.toMatchObject({
      status: 400,
      param,
      code,
      type: 'invalid_request_error',
    })
  })
})

// The stream reader of openai 6 knows no custom tools.
test("openai 7's stream reads the call of a custom tool", async () => {
  const server = serverOf(
    '<|channel|>commentary to=functions.run <|constrain|>json<|message|>{"input": "a\\n\\"b\\""}<|call|>',
  )
  const client = new OpenAI7({
    apiKey: 'none',
    baseURL: 'http://localhost/v1',
    maxRetries: 0,
    fetch: server.fetch,
  })
  const tools = [{ type: 'custom' as const, custom: { name: 'run', description: 'Runs code.' } }]
  const stream = client.chat.completions.stream({ model: 'gpt-oss', messages, tools })
  expect((await stream.finalChatCompletion()).choices[0]?.message.tool_calls).toMatchObject([
    { type: 'custom', custom: { name: 'run', input: 'a\n"b"' } },
  ])
})
