import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { serveFetch } from '../../src/cli/serve/node-server.js'
import { vllmEngine } from '../../src/engines/index.js'
import { createGateway, memoryStore } from '../../src/gateway/index.js'
import { loadHarmonyEncoding } from '../../src/index.js'

// Requests over HTTP to a gateway whose engine, over HTTP too, breaks in every way, and whose clients go away or read
// slowly. Each has to end: in an answer, in an error, in a terminal event or in a closed socket.

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const encoded = (text: string) => encoding.encode(text, { allowedSpecial: 'all' })

/** Answers that hang are cut then; a busy machine has to finish the others before. */
const TIMEOUT_MS = 5_000
/** A request that has not ended by then hangs. */
const HANGS_AFTER_MS = 30_000

const FAULTS = {
  none: 8,
  refused: 1,
  failed: 1,
  'reset before the answer': 1,
  'error in the stream': 1,
  'reset in the stream': 1,
  'broken JSON': 1,
  'no tokens': 1,
  'unknown token': 1,
  'ends without an end': 1,
  hangs: 1,
} as const
type Fault = keyof typeof FAULTS

const CLIENTS = { patient: 6, 'gone at once': 1, 'gone in the stream': 2, slow: 2 } as const
type Client = keyof typeof CLIENTS

const ROUTES = {
  chat: 3,
  'chat stream': 6,
  responses: 2,
  'responses stream': 5,
  background: 3,
  'completions stream': 2,
  'broken request': 1,
} as const
type Route = keyof typeof ROUTES

export interface FaultRun {
  /** How many requests ended how. */
  readonly outcomes: Readonly<Record<string, number>>
  /** What broke the rules, as one line each. */
  readonly breaches: readonly string[]
  /** The engine's requests and the gateway's answers that are left at the end. */
  readonly leftEngineRequests: number
  readonly leftAnswers: number
  /** The sockets of the process that are left when all is closed. */
  readonly leftSockets: number
  /** Live bytes after the first tenth and at the end; 0 without `--expose-gc`. */
  readonly heap: { readonly early: number; readonly late: number }
}

/** Sends requests, at most 50 at the same time. */
export async function runFaults(count: number, seed: number): Promise<FaultRun> {
  const random = randomNumbers(seed)
  const socketsBefore = socketCount()
  const engine = await brokenEngine()
  const gateway = createGateway({
    engine: vllmEngine({ url: engine.url, retries: 0 }),
    // Twice as many as run at the same time: a response that is over stays until its client asks again.
    store: memoryStore({ maxResponses: 100 }),
    limits: { timeoutMs: TIMEOUT_MS },
  })
  const server = await serveFetch(gateway, '127.0.0.1', 0)
  const outcomes: Record<string, number> = {}
  const breaches: string[] = []
  const heap = { early: 0, late: 0 }
  // Node warns of listeners that pile up.
  const onWarning = (warning: Error) => breaches.push(String(warning))
  process.on('warning', onWarning)

  let started = 0
  const work = async () => {
    while (started < count) {
      const index = started++
      const route = pick(ROUTES, random)
      const fault = pick(FAULTS, random)
      const client = pick(CLIENTS, random)
      const tokens = random() < 0.02 ? 2_000 : 1 + Math.floor(random() * 60)
      const breakAt = Math.floor(random() * tokens)
      const leaveAfterMs = random() * 20
      const scene = { index, route, fault, client, tokens, breakAt, leaveAfterMs }
      let outcome = 'hung'
      try {
        outcome = await within(HANGS_AFTER_MS, sendOne(server.url, scene))
        const wrong = wrongEnd(scene, outcome)
        if (wrong !== undefined) breaches.push(`${JSON.stringify(scene)}: ${wrong}`)
      } catch (error) {
        breaches.push(`${JSON.stringify(scene)}: ${(error as Error).message}`)
      }
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      if (index === Math.ceil(count / 10)) heap.early = liveBytes()
    }
  }
  await Promise.all(Array.from({ length: 50 }, work))
  // The last clients have just gone, and their answers with them.
  for (let i = 0; i < 100 && (engine.active() > 0 || (await answersOf(server.url)) > 0); i++) await pause(20)
  const leftEngineRequests = engine.active()
  const leftAnswers = await answersOf(server.url)
  // Idle connections to the engine stay for some seconds, with their buffers.
  if (heap.early > 0) await pause(7_000)
  // What weak references hold is free only in a later turn.
  liveBytes()
  await pause(100)
  heap.late = liveBytes()
  await gateway.close()
  await server.close()
  await engine.close()
  for (let i = 0; i < 100 && socketCount() > socketsBefore; i++) await pause(20)
  process.off('warning', onWarning)
  const leftSockets = Math.max(0, socketCount() - socketsBefore)
  return { outcomes, breaches, leftEngineRequests, leftAnswers, leftSockets, heap }
}

interface Scene {
  readonly index: number
  readonly route: Route
  readonly fault: Fault
  readonly client: Client
  readonly tokens: number
  readonly breakAt: number
  readonly leaveAfterMs: number
}

const textOf = (tokens: number) => ' word'.repeat(tokens)

/** What is wrong with an end: an answer that nothing disturbs has to be whole, any other one only has to end well. */
function wrongEnd({ fault, client, route }: Scene, outcome: string): string | undefined {
  const isGone = client === 'gone at once' || client === 'gone in the stream'
  if (isGone || route === 'broken request') return undefined
  if (fault === 'none')
    return outcome === 'whole' ? undefined : `it ended ${outcome}, and nothing disturbed it`
  // A chunk without tokens is none.
  if (fault === 'unknown token' || fault === 'no tokens') return undefined
  return outcome === 'whole' ? 'it ended whole' : undefined
}

async function sendOne(url: string, scene: Scene): Promise<string> {
  const { route, tokens } = scene
  // The engine reads in the prompt what it is to do.
  const order = `@@${JSON.stringify(scene)}@@`
  const messages = [{ role: 'user', content: order }]
  const send = (path: string, body: unknown) => post(`${url}${path}`, body, scene)
  const max = { max_tokens: 100_000 }
  switch (route) {
    case 'chat':
      return describeChat(await send('/v1/chat/completions', { messages, ...max }), tokens)
    case 'chat stream':
      return describeChatStream(
        await send('/v1/chat/completions', { messages, stream: true, ...max }),
        tokens,
      )
    case 'responses':
      return describeResponse(await send('/v1/responses', { input: order }), tokens)
    case 'responses stream':
      return describeResponseStream(await send('/v1/responses', { input: order, stream: true }), tokens)
    case 'background':
      return background(url, await send('/v1/responses', { input: order, background: true }), scene)
    case 'completions stream':
      return describeCompletionStream(
        await send('/v1/completions', { prompt: order, stream: true, ...max }),
        tokens,
      )
    case 'broken request': {
      const { status } = await send('/v1/chat/completions', { messages: [{ role: 'nobody' }] })
      if (status !== 400 && status !== 0) throw new Error(`a broken request got the status ${status}`)
      return 'refused'
    }
  }
}

/** What a client has seen. */
interface Seen {
  /** 0 before a status came. */
  readonly status: number
  readonly text: string
  /** Whether the socket closed before the answer's end. */
  readonly isClosed: boolean
}

function describeChat({ status, text, isClosed }: Seen, tokens: number): string {
  if (isClosed) return 'closed'
  if (status !== 200) return errorStatus(status, text)
  const { choices } = JSON.parse(text) as { choices: { message: { content: string | null } }[] }
  return choices[0]?.message.content === textOf(tokens) ? 'whole' : 'cut'
}

function describeChatStream({ status, text, isClosed }: Seen, tokens: number): string {
  if (isClosed) return 'closed'
  if (status !== 200) return errorStatus(status, text)
  const events = dataOf(text)
  if (events.at(-1) !== '[DONE]') throw new Error(`the stream ended with ${text.slice(-80)}`)
  const chunks = events.slice(0, -1).map((data) => JSON.parse(data) as Record<string, never>)
  if (chunks.at(-1)?.['error'] !== undefined) return 'failed'
  let content = ''
  for (const { choices } of chunks as unknown as {
    choices: { delta: { content?: string }; finish_reason: string | null }[]
  }[])
    content += choices[0]?.delta.content ?? ''
  return content === textOf(tokens) ? 'whole' : 'cut'
}

function describeResponse({ status, text, isClosed }: Seen, tokens: number): string {
  if (isClosed) return 'closed'
  if (status !== 200) return errorStatus(status, text)
  return describeOutput(JSON.parse(text) as ResponseBody, tokens)
}

interface ResponseBody {
  readonly id: string
  readonly status: string
  readonly output: readonly { readonly content?: readonly { readonly text: string }[] }[]
}

function describeOutput({ status, output }: ResponseBody, tokens: number): string {
  if (status !== 'completed') return status
  const text = output.flatMap(({ content = [] }) => content.map((part) => part.text)).join('')
  return text === textOf(tokens) ? 'whole' : 'cut'
}

function describeResponseStream({ status, text, isClosed }: Seen, tokens: number): string {
  if (isClosed) return 'closed'
  if (status !== 200) return errorStatus(status, text)
  const events = dataOf(text).map((data) => JSON.parse(data) as { type: string; response: ResponseBody })
  const ends = events.filter(({ type }) => /^response\.(completed|incomplete|failed)$/.test(type))
  if (ends.length !== 1 || ends[0] !== events.at(-1))
    throw new Error(`the stream has ${ends.length} ends, and the last event ${events.at(-1)?.type}`)
  return describeOutput(ends[0].response, tokens)
}

function describeCompletionStream({ status, text, isClosed }: Seen, tokens: number): string {
  if (isClosed) return 'closed'
  if (status !== 200) return errorStatus(status, text)
  const events = dataOf(text)
  if (events.pop() !== '[DONE]') throw new Error(`the stream ended with ${text.slice(-80)}`)
  const chunks = events.map((data) => JSON.parse(data) as { error?: object; choices: { text: string }[] })
  if (chunks.at(-1)?.error !== undefined) return 'failed'
  const whole = chunks.map(({ choices }) => choices[0].text).join('')
  return whole === `<|channel|>final<|message|>${textOf(tokens)}` ? 'whole' : 'cut'
}

/** Waits for a background response, or cancels or deletes it. */
async function background(url: string, { status, text, isClosed }: Seen, scene: Scene): Promise<string> {
  if (isClosed) return 'closed'
  if (status !== 200) return errorStatus(status, text)
  const { id } = JSON.parse(text) as ResponseBody
  const patient: Scene = { ...scene, client: 'patient' }
  const call = (method: string, path = '') =>
    post(`${url}/v1/responses/${id}${path}`, undefined, patient, method)
  if (scene.client === 'gone in the stream') {
    await pause(scene.leaveAfterMs)
    const cancelled = await call('POST', '/cancel')
    // It may have been over, or been dropped by the store's bound.
    return cancelled.status === 200 ? 'cancelled' : 'over before it was cancelled'
  }
  if (scene.client === 'gone at once') return (await call('DELETE')).status === 200 ? 'deleted' : 'forgotten'
  for (;;) {
    const seen = await call('GET')
    if (seen.status === 404) return 'forgotten'
    const response = JSON.parse(seen.text) as ResponseBody
    if (response.status !== 'queued' && response.status !== 'in_progress')
      return describeOutput(response, scene.tokens)
    await pause(10)
  }
}

function errorStatus(status: number, text: string): string {
  const { error } = JSON.parse(text) as { error: { message: string } }
  if (typeof error.message !== 'string') throw new Error(`the error has no message: ${text}`)
  if (status === 500) throw new Error('nobody says what failed')
  return `status ${status}`
}

function dataOf(text: string): string[] {
  return text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []))
}

function post(
  url: string,
  body: unknown,
  { client, leaveAfterMs }: Pick<Scene, 'client' | 'leaveAfterMs'>,
  method = 'POST',
): Promise<Seen> {
  return new Promise((resolve, reject) => {
    let status = 0
    let text = ''
    const leave = (sent: ClientRequest) => {
      sent.destroy()
      resolve({ status, text, isClosed: true })
    }
    const sent = request(url, { method, agent: false }, (response) => {
      status = response.statusCode!
      response.setEncoding('utf8')
      response.on('data', (piece: string) => {
        text += piece
        if (client !== 'slow') return
        response.pause()
        setTimeout(() => response.resume(), 5)
      })
      response.on('end', () => resolve({ status, text, isClosed: false }))
      response.on('error', () => resolve({ status, text, isClosed: true }))
      if (client === 'gone in the stream') setTimeout(() => leave(sent), leaveAfterMs)
    })
    sent.on('error', (error) => (client === 'patient' || client === 'slow' ? reject(error) : leave(sent)))
    sent.end(body === undefined ? undefined : JSON.stringify(body))
    if (client === 'gone at once') setTimeout(() => leave(sent), leaveAfterMs / 4)
  })
}

/** A server that answers as vLLM's `/v1/completions` does, and breaks as the prompt says. */
async function brokenEngine() {
  let active = 0
  const server = createServer((incoming, outgoing) => {
    active++
    outgoing.on('close', () => active--)
    answer(incoming, outgoing).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    active: () => active,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  let text = ''
  for await (const piece of incoming) text += String(piece)
  const { prompt } = JSON.parse(text) as { prompt: number[] }
  const { fault, tokens, breakAt } = JSON.parse(encoding.decode(prompt).split('@@').at(-2)!) as Scene
  if (fault === 'reset before the answer') return void incoming.socket.destroy()
  if (fault === 'refused' || fault === 'failed') {
    outgoing.writeHead(fault === 'refused' ? 400 : 500, { 'content-type': 'application/json' })
    return void outgoing.end('{"error":{"message":"out of memory"}}')
  }
  outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
  let goOn = () => {}
  outgoing.on('drain', () => goOn()).on('close', () => goOn())
  const send = async (data: string) => {
    if (!outgoing.write(`data: ${data}\n\n`) && !outgoing.destroyed)
      await new Promise<void>((resolve) => (goOn = resolve))
  }
  const sendTokens = (ids: readonly number[], reason: string | null = null) =>
    send(JSON.stringify({ choices: [{ index: 0, token_ids: ids, finish_reason: reason }] }))
  await sendTokens(encoded('<|channel|>final<|message|>'))
  const [word] = encoded(' word')
  for (let i = 0; i < tokens; i++) {
    if (i % 20 === 19 && tokens < 100) await pause(1)
    if (outgoing.destroyed) return
    if (i === breakAt) {
      if (fault === 'reset in the stream') return void incoming.socket.destroy()
      if (fault === 'hangs') return
      if (fault === 'ends without an end') return void outgoing.end()
      if (fault === 'error in the stream') await send('{"error":{"message":"out of memory","code":500}}')
      if (fault === 'broken JSON') await send('{"choices":[{"index"')
      if (fault === 'no tokens') await send('{"choices":[{"index":0}]}')
      if (fault === 'unknown token') await sendTokens([999_999])
    }
    await sendTokens([word])
  }
  if (fault === 'hangs') return
  await sendTokens([200002], 'stop')
  outgoing.end('data: [DONE]\n\n')
}

async function answersOf(url: string): Promise<number> {
  const { text } = await post(`${url}/health`, undefined, { client: 'patient', leaveAfterMs: 0 }, 'GET')
  return (JSON.parse(text) as { active: number }).active
}

function socketCount(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length
}

function liveBytes(): number {
  const { gc } = globalThis as { gc?: () => void }
  if (gc === undefined) return 0
  gc()
  gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it hangs')), milliseconds)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

function pick<Name extends string>(weights: Readonly<Record<Name, number>>, random: () => number): Name {
  const entries = Object.entries(weights) as [Name, number][]
  let at = random() * entries.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [name, weight] of entries) {
    at -= weight
    if (at < 0) return name
  }
  return entries[0][0]
}

/** Marsaglia's xorshift: the same numbers for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
