import type { Engine } from '../../engines/index.js'
import { HarmonyError } from '../../errors.js'
import { isTokenId } from '../../inspect/index.js'
import type { Prompt } from './prompts.js'

/** What arrived, and when. Times are milliseconds of `performance.now()`. */
export interface Arrival {
  readonly time: number
  readonly tokens: readonly number[]
}

/** One request as the client saw it. */
export interface MeasuredRequest {
  readonly promptLength: number
  /** When the request was due. */
  readonly dueTime: number
  /** When it was sent, which is later if it had to wait for a free slot. */
  readonly startTime: number
  /** The chunks with tokens. A stop token that the engine withholds arrives, without its id, with the chunk that ends. */
  readonly arrivals: readonly Arrival[]
  /** With a stop token that the engine withholds. */
  readonly outputLength: number
  /** Whether the engine stopped on a stop token that it neither gives nor names. */
  readonly isStopWithheld: boolean
  /** How many of the prompt's tokens came from the prefix cache, if the engine says so. */
  readonly cachedTokens: number | undefined
  /** Why the request failed. */
  readonly error: string | undefined
}

/** Sends one request and notes when its tokens arrive. Tokens are parsed after the run, not while it is measured. */
export async function measureRequest(
  engine: Engine,
  { tokens, maxTokens, sampling }: Prompt,
  stop: readonly number[],
  dueTime: number,
): Promise<MeasuredRequest> {
  const arrivals: Arrival[] = []
  let outputLength = 0
  let isStopWithheld = false
  let cachedTokens: number | undefined
  let error: string | undefined
  const startTime = performance.now()
  const arrive = (sampled: readonly number[], length = sampled.length): void => {
    if (length > 0) arrivals.push({ time: performance.now(), tokens: sampled })
    outputLength += length
  }
  try {
    for await (const { tokens: sampled, finish } of engine.generate(tokens, { stop, maxTokens, sampling })) {
      arrive(sampled)
      if (finish === undefined) continue
      cachedTokens = finish.cachedTokens
      const lastToken = arrivals.at(-1)?.tokens.at(-1)
      const isStopMissing =
        finish.reason === 'stop' && stop.length > 0 && !(lastToken !== undefined && stop.includes(lastToken))
      if (!isStopMissing) continue
      isStopWithheld = finish.stopToken == null
      arrive(finish.stopToken == null ? [] : [finish.stopToken], 1)
    }
    error = faultOf(arrivals)
  } catch (cause) {
    if (!(cause instanceof HarmonyError)) throw cause
    error = cause.message
  }
  return {
    promptLength: tokens.length,
    dueTime,
    startTime,
    arrivals,
    outputLength,
    isStopWithheld,
    cachedTokens,
    error,
  }
}

function faultOf(arrivals: readonly Arrival[]): string | undefined {
  if (arrivals.length === 0) return 'the engine sampled nothing'
  const notToken = arrivals.flatMap(({ tokens }) => tokens).find((token) => !isTokenId(token))
  return notToken === undefined ? undefined : `the engine sampled ${notToken}, which is no token of gpt-oss`
}
