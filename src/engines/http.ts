import { createParser } from 'eventsource-parser'
import { HarmonyError } from '../errors.js'
import type { EngineChunk } from './engine.js'
import { engineFailed, engineRefused, wordsIn } from './engine-error.js'
import { pause } from './pause.js'

/** Where an engine's server is, and how to talk to it. */
export interface EngineServer {
  /** The server's address without the endpoint's path: `http://127.0.0.1:8000`. */
  readonly url: string | URL
  /** The model's name, for servers with several. */
  readonly model?: string | undefined
  /** Sent as `authorization: Bearer …`. */
  readonly apiKey?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof fetch | undefined
  /**
   * How often a request is repeated that fails before its first token: the server cannot be reached, is busy
   * (429) or fails (5xx). 2 by default.
   */
  readonly retries?: number | undefined
}

/** A value read from outside, not looked at yet. */
export type Unchecked = Readonly<Record<string, unknown>>

/** A server's engine: its name for messages, and its requests. */
export class EngineClient {
  readonly name: string
  readonly #server: EngineServer

  constructor(name: string, server: EngineServer) {
    this.name = name
    this.#server = server
    if (!URL.canParse(server.url)) {
      throw new TypeError(`url: found ${String(server.url)}, wanted the server's address: http://HOST:PORT`)
    }
  }

  /** Repeats an attempt that fails before its first token for a reason that may pass. */
  async *retrying(
    signal: AbortSignal | undefined,
    attempt: () => AsyncIterable<EngineChunk>,
  ): AsyncGenerator<EngineChunk> {
    const { retries = 2 } = this.#server
    for (let failures = 0; ; failures++) {
      let hasTokens = false
      try {
        for await (const chunk of attempt()) {
          hasTokens ||= chunk.tokens.length > 0
          yield chunk
        }
        return
      } catch (error) {
        signal?.throwIfAborted()
        const mayPass = error instanceof HarmonyError && error.code === 'engine-failed'
        if (hasTokens || !mayPass || failures >= retries) throw error
      }
      await pause(FIRST_PAUSE * 2 ** failures, signal)
    }
  }

  /**
   * Posts JSON and returns the answer's body.
   *
   * @throws HarmonyError `engine-failed`, `engine-refused`
   */
  async post(path: string, body: unknown, signal: AbortSignal | undefined): Promise<Response> {
    const { url, apiKey, headers, fetch = globalThis.fetch } = this.#server
    let response: Response
    try {
      response = await fetch(`${String(url).replace(/(?<!\/)\/+$/, '')}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
          ...headers,
        },
        body: JSON.stringify(body),
        signal: signal ?? null,
      })
    } catch (cause) {
      signal?.throwIfAborted()
      throw engineFailed(this.name, `${String(url)} cannot be reached: ${networkWords(cause)}`, cause)
    }
    if (response.ok) return response
    const words = await errorWords(response)
    const mayPass = response.status >= 500 || response.status === 408 || response.status === 429
    throw (mayPass ? engineFailed : engineRefused)(this.name, `${response.status}: ${words}`)
  }

  /** Posts JSON and returns the answer, which has to be a JSON object without an error. */
  async postJson(path: string, body: unknown, signal: AbortSignal | undefined): Promise<Unchecked> {
    const response = await this.post(path, body, signal)
    try {
      return this.read(await response.text())
    } catch (error) {
      throw this.#broken(error, signal)
    }
  }

  /**
   * Posts JSON and returns the data of the server-sent events, up to `[DONE]` or the end of the body. Leaving the
   * iteration closes the connection.
   */
  async *postForEvents(
    path: string,
    body: unknown,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Unchecked> {
    const response = await this.post(path, body, signal)
    const isEventStream = response.headers.get('content-type')?.includes('event-stream') ?? false
    if (!isEventStream) {
      // A server that does not stream answers at once.
      yield this.read(await response.text())
      return
    }
    const events: string[] = []
    const parser = createParser({ onEvent: ({ data }) => events.push(data) })
    for await (const text of this.texts(response, signal)) {
      parser.feed(text)
      for (const data of events.splice(0)) {
        if (data.trim() === '[DONE]') return
        yield this.read(data)
      }
    }
  }

  /** Returns the texts of a body as they arrive. Leaving the iteration closes the connection. */
  async *texts(response: Response, signal: AbortSignal | undefined): AsyncGenerator<string> {
    const reader = response.body?.getReader()
    if (reader === undefined) throw engineFailed(this.name, 'answered without a body')
    const decoder = new TextDecoder()
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        yield decoder.decode(value, { stream: true })
      }
    } catch (error) {
      throw this.#broken(error, signal)
    } finally {
      await reader.cancel().catch(() => {})
    }
  }

  /** Reads one JSON object of an answer. @throws HarmonyError `engine-failed`, also for an error in its place */
  read(text: string): Unchecked {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (cause) {
      throw engineFailed(this.name, `answered with something that is no JSON: ${text.slice(0, 80)}`, cause)
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw engineFailed(this.name, `answered with something that is no object: ${text.slice(0, 80)}`)
    const { error } = value as Unchecked
    if (error != null) {
      const code = (error as Unchecked)['code'] ?? (error as Unchecked)['status_code']
      const isRefused = typeof code === 'number' && code >= 400 && code < 500 && code !== 408 && code !== 429
      throw (isRefused ? engineRefused : engineFailed)(this.name, wordsIn(value) ?? text.slice(0, 200))
    }
    return value as Unchecked
  }

  /** The error for a stream that ended before the engine said why. */
  endedEarly(): HarmonyError {
    return engineFailed(this.name, 'the answer ended without a finish reason')
  }

  #broken(error: unknown, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted) return signal.reason
    if (error instanceof HarmonyError) return error
    return engineFailed(this.name, `the connection broke off: ${networkWords(error)}`, error)
  }
}

const FIRST_PAUSE = 200

async function errorWords(response: Response): Promise<string> {
  const text = await response.text().catch(() => '')
  try {
    return wordsIn(JSON.parse(text)) ?? text
  } catch {
    return text.trim() === '' ? response.statusText : text.slice(0, 500)
  }
}

/** Node's fetch says only "fetch failed"; the reason is its cause. */
function networkWords(error: unknown): string {
  const { message, cause } = error as Error
  const reason = cause instanceof Error ? cause.message || (cause as { code?: string }).code : undefined
  return reason === undefined ? String(message) : `${message} (${reason})`
}
