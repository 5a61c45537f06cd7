import type { Engine, EngineChunk, EngineFinish, GenerateOptions } from '../engines/index.js'
import { ReadAhead } from './read-ahead.js'

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
 * out. Gives the chunks that are there at once as one list. Ends at once when the signal aborts, even if the engine does not.
 */
export async function* sample(
  engine: Engine,
  prefill: readonly number[],
  options: GenerateOptions & { readonly signal: AbortSignal },
): AsyncGenerator<readonly SampledChunk[], void, undefined> {
  options.signal.throwIfAborted()
  const isStop = (token: number | undefined) => token !== undefined && options.stop.includes(token)
  const chunks = new ReadAhead(engine.generate(prefill, options), options.signal)
  let lastToken: number | undefined
  try {
    for (;;) {
      const ready = await chunks.take()
      // An engine that ends without saying why has run out of tokens.
      if (ready.length === 0) return yield [{ tokens: [], end: { isStopWithheld: false } }]

      const sampled: SampledChunk[] = []
      for (const chunk of ready) {
        const { tokens, logprobs, finish } = chunk
        const stopIndex = tokens.findIndex(isStop)
        const taken = isStop(lastToken) ? 0 : stopIndex === -1 ? tokens.length : stopIndex + 1
        if (taken > 0) {
          // As a rule all are taken: a copy each would cost as much as reading them.
          sampled.push(
            taken === tokens.length
              ? chunk
              : { tokens: tokens.slice(0, taken), logprobs: logprobs?.slice(0, taken) },
          )
          lastToken = tokens[taken - 1]
        }
        // After the stop token only `finish` may still come: an engine that samples on is left.
        if (finish === undefined && taken === tokens.length) continue

        const { reason, stopToken, cachedTokens }: EngineFinish = finish ?? { reason: 'stop' }
        const isWithheld = reason === 'stop' && !isStop(lastToken) && lastToken !== stopToken
        if (isWithheld && stopToken != null) sampled.push({ tokens: [stopToken] })
        sampled.push({ tokens: [], end: { isStopWithheld: isWithheld && stopToken == null, cachedTokens } })
        return yield sampled
      }
      yield sampled
    }
  } finally {
    chunks.leave()
  }
}
