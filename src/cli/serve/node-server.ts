import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'

export interface NodeServer {
  readonly url: string
  /** Takes no new connections. Those that are idle are closed, the others when their answer is over. */
  close(): Promise<void>
}

/** Serves a function from `Request` to `Response` over Node's HTTP server. */
export async function serveFetch(
  answer: (request: Request) => Promise<Response>,
  host: string,
  port: number,
): Promise<NodeServer> {
  const server = createServer((incoming, outgoing) => {
    handle(answer, incoming, outgoing).catch(() => outgoing.destroy())
  })
  await once(server.listen(port, host), 'listening')
  const { address, port: bound, family } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: () => close(server),
  }
}

async function handle(
  answer: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const controller = new AbortController()
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) controller.abort(new Error('the client is gone'))
  })
  const response = await answer(requestOf(incoming, controller.signal))
  outgoing.writeHead(response.status, headersOf(response))
  if (response.body === null) {
    outgoing.end()
    return
  }
  // Headers go out before the first token is there.
  outgoing.flushHeaders()
  const reader = response.body.getReader()
  controller.signal.addEventListener(
    'abort',
    () => void reader.cancel(controller.signal.reason).catch(() => {}),
  )
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    if (outgoing.write(value) || outgoing.destroyed) continue
    await drained(outgoing)
  }
  outgoing.end()
}

/** Resolves when more can be written, or nothing any more. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done)
      outgoing.off('close', done)
      resolve()
    }
    outgoing.on('drain', done)
    outgoing.on('close', done)
  })
}

function headersOf({ headers }: Response): Record<string, string> {
  const list: Record<string, string> = {}
  headers.forEach((value, name) => (list[name] = value))
  return list
}

function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', headers, url = '/' } = incoming
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const body = hasBody ? (Readable.toWeb(incoming) as ReadableStream<Uint8Array>) : null
  return new Request(new URL(url, `http://${headers.host ?? 'localhost'}`), {
    method,
    headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
    body,
    signal,
    // Node wants it said that the body is sent before the answer is read.
    ...(hasBody && { duplex: 'half' }),
  })
}

async function close(server: Server): Promise<void> {
  const closed = once(server.close(), 'close')
  server.closeIdleConnections()
  await closed
}
