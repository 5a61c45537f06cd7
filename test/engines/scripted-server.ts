import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RecordedRequest {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Record<string, unknown>
}

/** How a server answers one request. */
export type Answer = (response: ServerResponse, request: RecordedRequest) => void | Promise<void>

export interface ScriptedServer {
  readonly url: string
  readonly requests: RecordedRequest[]
  /** Resolves when a client closes a connection whose answer goes on. */
  readonly closedByClient: Promise<void>
  close(): Promise<void>
}

/** Starts a server on a free port that gives these answers in order, the last one again and again. */
export async function scriptedServer(...answers: readonly Answer[]): Promise<ScriptedServer> {
  const requests: RecordedRequest[] = []
  let onClosed: () => void
  const closedByClient = new Promise<void>((resolve) => (onClosed = resolve))
  const server = createServer((request, response) => {
    response.on('close', () => !response.writableEnded && onClosed())
    void (async () => {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      const recorded = {
        path: request.url ?? '',
        headers: request.headers,
        body: JSON.parse(text) as Record<string, unknown>,
      }
      requests.push(recorded)
      await answers[Math.min(requests.length, answers.length) - 1](response, recorded)
    })()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    closedByClient,
    async close() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}

/** Answers with JSON. */
export function json(body: unknown, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}

/** Answers with server-sent events: objects as JSON, text as it is. */
export function events(...data: readonly unknown[]): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    for (const value of data)
      response.write(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`)
    response.end()
  }
}

/** Sends events, and then neither more nor an end. */
export function hanging(...data: readonly unknown[]): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const value of data) response.write(`data: ${JSON.stringify(value)}\n\n`)
  }
}

/** Sends events, and then breaks the connection. */
export function broken(...data: readonly unknown[]): Answer {
  return (response) => {
    void hanging(...data)(response, undefined as never)
    setTimeout(() => response.destroy(), 20)
  }
}
