import { AbortableWait } from '../abort.js'
import type { Engine, EngineChunk, EngineFinish, GenerateOptions } from '../engines/index.js'

export interface SampledChunk extends Pick<EngineChunk, 'tokens' | 'logprobs'> {
  /** How sampling ended. Only the last chunk has it. */
  readonly end?: SamplingEnd
}

export interface SamplingEnd {
  /** Whether the engine stopped on a stop token that it kept to itself and does not name. */
  readonly isStopWithheld: boolean
  /** How many of the prefill's tokens came from the engine's cache, if it says so. */
  readonly cachedTokens?: number | undefined
}

/**
 * Samples until the first stop token. A stop token that the engine withholds but names is added; what follows one is left
 * out. Ends at once when the signal aborts, even if the engine does not.
 */
export async function* sample(
  engine: Engine,
  prefill: readonly number[],
  options: GenerateOptions & { readonly signal: AbortSignal },
): AsyncGenerator<SampledChunk, void, undefined> {
  options.signal.throwIfAborted()
  const chunks = engine.generate(prefill, options)[Symbol.asyncIterator]()
  const isStop = (token: number | undefined) => token !== undefined && options.stop.includes(token)
  const wait = new AbortableWait(options.signal)
  let lastToken: number | undefined
  let isOver = false
  try {
    for (;;) {
      const step = await wait.for(chunks.next())
      isOver = step.done === true
      // An engine that ends without saying why has run out of tokens.
      if (step.done) return yield { tokens: [], end: { isStopWithheld: false } }

      const { tokens, logprobs, finish } = step.value
      const stopIndex = tokens.findIndex(isStop)
      const taken = isStop(lastToken) ? 0 : stopIndex === -1 ? tokens.length : stopIndex + 1
      if (taken > 0) {
        // As a rule all are taken: a copy each would cost as much as reading them.
        yield taken === tokens.length
          ? { tokens, logprobs }
          : { tokens: tokens.slice(0, taken), logprobs: logprobs?.slice(0, taken) }
        lastToken = tokens[taken - 1]
      }
      // After the stop token only `finish` may still come: an engine that samples on is left.
      if (finish === undefined && taken === tokens.length) continue

      const { reason, stopToken, cachedTokens }: EngineFinish = finish ?? { reason: 'stop' }
      const isWithheld = reason === 'stop' && !isStop(lastToken) && lastToken !== stopToken
      if (isWithheld && stopToken != null) yield { tokens: [stopToken] }
      return yield { tokens: [], end: { isStopWithheld: isWithheld && stopToken == null, cachedTokens } }
    }
  } finally {
    wait.end()
    // Not awaited: an engine that hangs would hang the run. What it throws now is of no interest.
    if (!isOver) void Promise.resolve(chunks.return?.()).catch(() => {})
  }
}
