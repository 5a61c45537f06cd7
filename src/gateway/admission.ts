import { parseJson } from '../json/index.js'
import { ApiError } from './api-error.js'

export interface GatewayLimits {
  /** The bytes of a request's body; 10 MiB by default. */
  readonly bodyBytes?: number | undefined
  /** How many answers are made at the same time; 256 by default. One more gets a 429. */
  readonly concurrency?: number | undefined
  /** The milliseconds that an answer may take; 10 minutes by default. */
  readonly timeoutMs?: number | undefined
  /** The tokens of an answer at most, whatever the request asks for. Default: what the engine's context holds. */
  readonly maxTokens?: number | undefined
  /** The samplings and the hosted calls of an answer; 20 by default. */
  readonly maxGenerations?: number | undefined
}

/** Counts the answers that are being made. */
export class Admission {
  readonly #most: number
  #active = 0
  #onIdle: (() => void) | undefined
  #isClosed = false

  constructor(most: number) {
    this.#most = most
  }

  get active(): number {
    return this.#active
  }

  /**
   * Takes a place; the function that it returns gives it back, once.
   *
   * @throws ApiError 429, or 503 once the gateway closes
   */
  enter(): () => void {
    if (this.#isClosed)
      throw new ApiError(
        { type: 'server_error', status: 503, message: 'The server is shutting down.', code: 'shutting_down' },
        { 'retry-after': '5' },
      )
    if (this.#active >= this.#most)
      throw new ApiError(
        {
          type: 'rate_limit_error',
          message: `The server makes ${this.#most} answers at the same time, and cannot take another one now.`,
          code: 'rate_limit_exceeded',
        },
        { 'retry-after': '1' },
      )
    this.#active++
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      this.#active--
      if (this.#active === 0) this.#onIdle?.()
    }
  }

  /** Takes nobody any more, and resolves when all are gone. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#active > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve))
  }
}

/**
 * Reads a request's body as JSON.
 *
 * @throws ApiError 413, 415, 400
 */
export async function readJson(request: Request, mostBytes: number): Promise<Record<string, unknown>> {
  const tooLarge = () =>
    new ApiError({
      type: 'invalid_request_error',
      status: 413,
      message: `The body is larger than ${mostBytes} bytes.`,
      code: 'request_too_large',
    })
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) throw tooLarge()
  let text = ''
  let length = 0
  const decoder = new TextDecoder()
  for await (const chunk of request.body ?? []) {
    length += (chunk as Uint8Array).length
    if (length > mostBytes) throw tooLarge()
    text += decoder.decode(chunk, { stream: true })
  }
  let value: unknown
  try {
    value = parseJson(text + decoder.decode())
  } catch (error) {
    throw new ApiError({
      type: 'invalid_request_error',
      message: `The body is no JSON: ${(error as Error).message}`,
      code: 'invalid_json',
    })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new ApiError({
    type: 'invalid_request_error',
    message: 'The body is no JSON object.',
    code: 'invalid_value',
  })
}
