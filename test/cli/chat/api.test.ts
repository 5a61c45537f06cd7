import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { harmony } from '../harmony.js'
import { CTRL_C, CTRL_D, FakeTerminal } from './fake-terminal.js'
import { configWithCalculator, messagesIn, newPath } from './files.js'

type Answer = (response: ServerResponse) => void

/** A server that gives one answer after the other, and keeps what it was asked. */
class LoopbackApi {
  readonly requests: {
    readonly url: string
    readonly authorization: string | undefined
    readonly body: Body
  }[] = []
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  readonly #answers: Answer[]

  constructor(answers: Answer[]) {
    this.#answers = answers
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const { url = '', headers } = request
    this.requests.push({ url, authorization: headers.authorization, body: JSON.parse(text) as Body })
    this.#answers.shift()!(response)
  }
}

interface Body {
  readonly messages: readonly unknown[]
  readonly [field: string]: unknown
}

/** Streams choices' deltas; the last one with its finish reason. */
function streaming(finishReason: string, ...deltas: readonly object[]): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const send = (choices: readonly object[]) => response.write(`data: ${JSON.stringify({ choices })}\n\n`)
    for (const delta of deltas) send([{ index: 0, delta, finish_reason: null }])
    send([{ index: 0, delta: {}, finish_reason: finishReason }])
    // The usage comes without a choice.
    send([])
    response.end('data: [DONE]\n\n')
  }
}

const HELLO = streaming(
  'stop',
  { role: 'assistant', content: '' },
  { reasoning: 'A greet' },
  { reasoning: 'ing.' },
  { content: 'Hel' },
  { content: 'lo <|end|>!' },
)

let api: LoopbackApi
afterEach(() => api.close())

async function serving(...answers: Answer[]): Promise<string> {
  api = new LoopbackApi(answers)
  return api.listen()
}

test('answers a question from a pipe', async () => {
  const path = newPath()
  const url = await serving(HELLO)
  const flags = [
    '--model',
    'gpt-oss-20b',
    '--instructions',
    'Be kind.',
    '--reasoning-effort',
    'low',
    '--transcript',
    path,
  ]
  const outcome = await harmony(['chat', '--api', `${url}/`, ...flags], {
    stdin: 'Hi\n',
    env: { OPENAI_API_KEY: 'secret' },
  })
  expect(outcome).toEqual({ code: 0, stdout: 'Hello <|end|>!\n', stderr: '' })
  expect(api.requests).toEqual([
    {
      url: '/v1/chat/completions',
      authorization: 'Bearer secret',
      body: {
        model: 'gpt-oss-20b',
        messages: [
          { role: 'system', content: 'Be kind.' },
          { role: 'user', content: 'Hi' },
        ],
        reasoning_effort: 'low',
        stream: true,
      },
    },
  ])
  expect(messagesIn(path)).toEqual([
    { role: 'user', content: 'Hi' },
    { role: 'assistant', channel: 'analysis', content: 'A greeting.' },
    { role: 'assistant', channel: 'final', content: 'Hello <|end|>!' },
  ])
})

test('runs the calls of an answer, and sends their results with their ids', async () => {
  const call = (index: number, text: string) => ({ tool_calls: [{ index, function: { arguments: text } }] })
  const begin = (index: number, name: string) => ({
    tool_calls: [{ index, id: `x${index}`, type: 'function', function: { name, arguments: '' } }],
  })
  const url = await serving(
    streaming(
      'tool_calls',
      { reasoning_content: 'Add.' },
      begin(0, 'calc__add'),
      call(0, '{"a": 1,'),
      begin(1, 'gone.tool'),
      call(0, ' "b": 2}'),
      call(1, '{}'),
    ),
    HELLO,
    HELLO,
  )
  const path = newPath()
  const argv = ['chat', '--api', `${url}/v1`, '--api-key-env', 'MY_KEY', '--transcript', path]
  const env = { OPENAI_API_KEY: 'another', MY_KEY: 'mine' }
  const config = ['--config', configWithCalculator()]
  expect(await harmony([...argv, ...config, '--yes'], { stdin: 'Add', env })).toMatchObject({ code: 0 })
  await harmony(argv, { stdin: 'Thanks', env })

  expect(api.requests.map(({ authorization }) => authorization)).toEqual(Array(3).fill('Bearer mine'))
  const [first, second, third] = api.requests.map(({ body }) => body)
  expect(first['model']).toBe('gpt-oss')
  expect(first['tools']).toMatchObject([
    {
      type: 'function',
      function: { name: 'calc__add', parameters: { type: 'object', properties: { a: { type: 'number' } } } },
    },
  ])
  const toolTurn = [
    { role: 'user', content: 'Add' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'call_0', type: 'function', function: { name: 'calc__add', arguments: '{"a": 1, "b": 2}' } },
        { id: 'call_1', type: 'function', function: { name: 'gone__tool', arguments: '{}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_0', content: '3 apples' },
    { role: 'tool', tool_call_id: 'call_1', content: expect.stringContaining('there is no tool') as string },
  ]
  expect(second.messages).toEqual(toolTurn)
  expect(third.messages).toEqual([
    ...toolTurn,
    { role: 'assistant', content: 'Hello <|end|>!' },
    { role: 'user', content: 'Thanks' },
  ])
})

test('Ctrl-C closes the connection', async () => {
  let closed!: () => void
  const connectionClosed = new Promise<void>((resolve) => (closed = resolve))
  const url = await serving((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: 'Endless' } }] })}\n\n`)
    response.once('close', closed)
  }, HELLO)
  const terminal = new FakeTerminal()
  const left = terminal.harmony(['chat', '--api', url])
  await terminal.sees('> ')
  terminal.type('Hi\r')
  await terminal.sees('Endless')
  terminal.type(CTRL_C)
  await connectionClosed
  await terminal.sees('stopped')
  await terminal.sees('> ')
  terminal.type('Go on\r')
  await terminal.sees('Hello')
  terminal.type(CTRL_D)
  expect(await left).toBe(0)
  expect(api.requests[1].body.messages).toEqual([
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Endless' },
    { role: 'user', content: 'Go on' },
  ])
})

test.each<[string, Answer, string]>([
  [
    'an error object',
    (response) => response.writeHead(401).end('{"error": {"message": "No such key."}}'),
    '401: No such key.',
  ],
  ['an error page', (response) => response.writeHead(502).end('Bad gateway'), '502: Bad gateway'],
  [
    'an error in the stream',
    (response) => response.end('data: {"error": {"message": "Out of memory."}}\n\n'),
    'Out of memory.',
  ],
  [
    'a stream that ends early',
    (response) => response.end('data: {"choices": []}\n\n'),
    'without a finish reason',
  ],
  ['a broken stream', (response) => response.end('data: {\n\n'), 'JSON'],
  ['a broken connection', (response) => response.destroy(), 'fetch failed'],
])("%s is reported in the server's words", async (_, answer, words) => {
  const url = await serving(answer)
  const { code, stdout, stderr } = await harmony(['chat', '--api', url], { stdin: 'Hi' })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(`harmony: ${url}/v1: `)
  expect(stderr).toContain(words)
})

test('an answer that was cut has no call', async () => {
  const url = await serving(
    streaming(
      'length',
      { content: 'I will' },
      { tool_calls: [{ index: 0, function: { name: 'add', arguments: '{"a' } }] },
    ),
  )
  expect(await harmony(['chat', '--api', url], { stdin: 'Hi' })).toEqual({
    code: 3,
    stdout: 'I will\n',
    stderr: 'harmony: the answer was cut: the tokens ran out\n',
  })
})
