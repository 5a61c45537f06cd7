import { EventSourceParserStream } from 'eventsource-parser/stream'
import { HarmonyError } from '../../errors.js'

/** Where an OpenAI-compatible API is. */
export interface ApiServer {
  /** What the OpenAI SDK calls `baseURL`: `http://127.0.0.1:8080/v1`. */
  readonly baseUrl: string
  readonly apiKey: string | undefined
}

/** The part of a stream's chunk that is read. */
export interface ApiChunk {
  readonly choices?: readonly {
    readonly delta?: {
      readonly content?: string | null
      readonly reasoning?: string | null
      readonly reasoning_content?: string | null
      readonly tool_calls?: readonly ApiCallDelta[] | null
    }
    readonly finish_reason?: string | null
  }[]
  readonly error?: { readonly message?: string } | string | null
}

export interface ApiCallDelta {
  readonly index?: number
  readonly function?: { readonly name?: string | null; readonly arguments?: string | null }
}

/**
 * Posts a Chat Completions request and returns the chunks of its answer, up to `[DONE]`. Leaving the iteration closes the
 * connection.
 *
 * @throws HarmonyError `engine-refused`, `engine-failed`, in the server's words
 */
export async function* streamChat(
  { baseUrl, apiKey }: ApiServer,
  body: object,
  signal: AbortSignal | undefined,
): AsyncGenerator<ApiChunk> {
  try {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ ...body, stream: true }),
      signal: signal ?? null,
    })
    if (!response.ok || response.body === null) {
      const code = response.status >= 500 ? 'engine-failed' : 'engine-refused'
      throw new HarmonyError(code, `${baseUrl}: ${response.status}: ${wordsIn(await response.text())}`)
    }
    const events = response.body
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .pipeThrough(new EventSourceParserStream())
    for await (const { data } of events) {
      if (data === '[DONE]') return
      const chunk = JSON.parse(data) as ApiChunk
      if (chunk.error) throw new HarmonyError('engine-failed', `${baseUrl}: ${wordsIn(data)}`)
      yield chunk
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof HarmonyError) throw error
    // Node's fetch says only "fetch failed"; the reason is its cause.
    const { message, cause } = error as Error
    const reason = cause instanceof Error ? ` (${cause.message || (cause as { code?: string }).code})` : ''
    throw new HarmonyError('engine-failed', `${baseUrl}: ${message}${reason}`, { cause: error })
  }
}

/** `{"error":{"message":…}}`, `{"error":…}`, or text. */
function wordsIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } | string }
    const words = typeof error === 'object' ? error.message : error
    if (typeof words === 'string') return words
  } catch {
    // Text then.
  }
  return text.slice(0, 500)
}
