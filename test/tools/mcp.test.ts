import { randomUUID } from 'node:crypto'
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Client, InMemoryTransport, type JSONRPCMessage, type Transport } from '@modelcontextprotocol/client'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import { toolCallsOf } from 'gpt-oss-harmony'
import { connectMcpServer, createToolSet, type McpServerOptions } from 'gpt-oss-harmony/tools'
import { afterEach, describe, expect, test } from 'vitest'
import { createServer } from './mcp-server.js'

const opened: (() => unknown)[] = []

afterEach(async () => {
  for (const close of opened.splice(0)) await close()
})

async function connectedClient(): Promise<Client> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  await createServer().connect(theirs)
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(ours)
  return client
}

async function namespaceOf(options: Partial<McpServerOptions> = {}) {
  const namespace = await connectMcpServer({
    name: 'my weather',
    client: await connectedClient(),
    ...options,
  })
  opened.push(() => namespace.close())
  return namespace
}

function callTo(recipient: string, text = '{}') {
  return toolCallsOf([{ role: 'assistant', channel: 'commentary', recipient, content: text }])[0]
}

describe('the tools of a server', () => {
  test('are a namespace with the server’s instructions, and schemas that the prompt can say', async () => {
    const tools = createToolSet([await namespaceOf()])
    expect(tools.namespaces).toMatchObject([
      {
        name: 'my_weather',
        description: 'Knows the weather.',
        tools: [
          {
            name: 'get_weather',
            description: 'Gets the weather.',
            parameters: { type: 'object', properties: { city: { type: ['string', 'null'] } } },
          },
          { name: 'fail', description: '' },
          { name: 'hang' },
        ],
      },
    ])
    expect(tools.find('my_weather.get_weather')).toMatchObject({
      name: 'get-weather',
      namespace: 'my weather',
    })
  })

  test('can be narrowed, by name or by what the server says of them', async () => {
    const byName = await namespaceOf({ allowedTools: ['fail'], description: 'Mine.' })
    expect(byName).toMatchObject({ description: 'Mine.', mcpTools: [{ name: 'fail' }] })
    const byHint = await namespaceOf({ allowedTools: (tool) => tool.annotations?.readOnlyHint === true })
    expect(byHint.tools.map(({ name }) => name)).toEqual(['get-weather'])
  })

  test.each([
    [true, [true, true, true]],
    [['fail'], [false, true, false]],
    [(tool: { name: string }) => tool.name === 'hang', [false, false, true]],
    [undefined, [false, false, false]],
  ])('need an approval as %j says', async (requireApproval, needed) => {
    const { tools } = await namespaceOf({ requireApproval })
    expect(tools.map(({ needsApproval }) => needsApproval)).toEqual(needed)
  })
})

describe('a call', () => {
  test('gives the texts, and notes in place of what gpt-oss cannot read', async () => {
    const tools = createToolSet([await namespaceOf()])
    expect((await tools.run(callTo('my_weather.get_weather', '{"city":"Rome"}'))).text).toBe(
      'Rome: 21 °C\n[image: image/png]\n[source](https://weather.test)\nclear sky',
    )
  })

  test('that fails is an error that the model reads', async () => {
    const tools = createToolSet([await namespaceOf()])
    expect(await tools.run(callTo('my_weather.fail'))).toMatchObject({
      text: 'The station is closed.',
      isError: true,
    })
  })

  test('whose arguments the server refuses is an error that the model reads', async () => {
    const tools = createToolSet([await namespaceOf()])
    const { text, isError } = await tools.run(callTo('my_weather.get_weather', '{"city":5}'))
    expect(isError).toBe(true)
    expect(text).toMatch(/city/)
  })

  test('is cancelled when the run is', async () => {
    const tools = createToolSet([await namespaceOf()])
    const controller = new AbortController()
    const running = tools.run(callTo('my_weather.hang'), { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(running).rejects.toThrow('enough')
  })
})

describe('transports', () => {
  test('a program over its standard streams', async () => {
    const program = fileURLToPath(new URL('mcp-stdio-server.mjs', import.meta.url))
    const namespace = await connectMcpServer({
      name: 'calculator',
      command: process.execPath,
      args: [program],
      env: { UNIT: 'm' },
    })
    opened.push(() => namespace.close())
    expect((await createToolSet([namespace]).run(callTo('calculator.add', '{"a":1,"b":2}'))).text).toBe('3 m')
  })

  test('streamable HTTP, with headers', async () => {
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: randomUUID })
    await createServer().connect(transport)
    const authorizations = new Set<string | undefined>()
    const url = await listen(async (request, response) => {
      authorizations.add(request.headers.authorization)
      const answer = await transport.handleRequest(
        new Request(`http://localhost${request.url}`, {
          method: request.method!,
          headers: request.headers as Record<string, string>,
          ...(request.method === 'POST' && { body: await textOf(request) }),
        }),
      )
      answer.headers.forEach((value, name) => response.setHeader(name, value))
      response.writeHead(answer.status)
      for await (const chunk of answer.body ?? []) response.write(chunk)
      response.end()
    })
    const namespace = await connectMcpServer({ name: 'weather', url, headers: { authorization: 'Bearer x' } })
    opened.push(() => namespace.close())
    expect((await createToolSet([namespace]).run(callTo('weather.fail'))).text).toBe('The station is closed.')
    expect([...authorizations]).toEqual(['Bearer x'])
  })

  test('SSE', async () => {
    const [ours, theirs] = InMemoryTransport.createLinkedPair()
    const bridge: Transport = ours
    await createServer().connect(theirs)
    const url = await listen(async (request, response) => {
      if (request.method === 'POST') {
        await bridge.send(JSON.parse(await textOf(request)) as JSONRPCMessage)
        response.writeHead(202).end()
        return
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('event: endpoint\ndata: /messages\n\n')
      bridge.onmessage = (message) => response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`)
      await bridge.start()
    })
    const namespace = await connectMcpServer({ name: 'weather', url, transport: 'sse' })
    opened.push(() => namespace.close())
    expect((await createToolSet([namespace]).run(callTo('weather.fail'))).isError).toBe(true)
  })

  test('a server that is not there is an error at once', async () => {
    await expect(connectMcpServer({ name: 'none', url: 'http://127.0.0.1:9/mcp' })).rejects.toThrow()
  })
})

/** A server on a port of its own; returns its URL. */
async function listen(handle: (...args: Parameters<RequestListener>) => Promise<void>): Promise<string> {
  const server = createHttpServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
