/**
 * An engine that takes token ids and samples token ids: what every client in this room is, and what a program
 * can implement around its own model.
 *
 * @example
 * ```ts
 * import type { Engine } from 'gpt-oss-harmony/engines'
 *
 * // Answers every prefill with the same tokens.
 * const scripted = (tokens: number[]): Engine => ({
 *   async *generate() {
 *     yield { tokens, finish: { reason: 'stop', stopToken: 200002 } }
 *   },
 * })
 * ```
 */
export interface Engine {
  /**
   * Samples after `prefill`. Nothing happens before the first `next()`. The iteration ends after the chunk with
   * `finish`; leaving it early, or aborting `signal`, makes the engine stop. An aborted iteration throws
   * `signal.reason`.
   */
  generate(prefill: readonly number[], options: GenerateOptions): AsyncIterable<EngineChunk>
}

/**
 * Checks the options of a public function that samples from an engine.
 *
 * @param caller the function's name, for the message
 * @throws TypeError if they have no engine
 */
export function checkEngine(options: { readonly engine: Engine } | undefined, caller: string): void {
  if (typeof options?.engine?.generate === 'function') return
  throw new TypeError(`${caller}: options.engine is missing, wanted an engine, such as vllmEngine({ url })`)
}

export interface GenerateOptions {
  /** Ids that end sampling, as `encoding.stopTokensForAssistantActions()` returns them. */
  readonly stop: readonly number[]
  /** At most so many tokens are sampled. Without it, as many as the engine's context has room for. */
  readonly maxTokens?: number | undefined
  /** Sampling parameters by their names in vLLM's `SamplingParams`: `temperature`, `top_p`, `seed` … */
  readonly sampling?: Readonly<Record<string, unknown>> | undefined
  /** What may be sampled. An engine that cannot follow a grammar throws, and samples nothing. */
  readonly grammar?: EngineGrammar | undefined
  readonly signal?: AbortSignal | undefined
}

/** A grammar in every language that engines read; an engine calls the method that it needs. */
export interface EngineGrammar {
  /** A structural tag of xgrammar, for vLLM and SGLang: `{ type: 'structural_tag', format }`. */
  toStructuralTag(): Readonly<Record<string, unknown>>
  /** A grammar of llama.cpp. */
  toGbnf(): string
  /** A Lark grammar of llguidance. */
  toLark(): string
}

/** What an engine has sampled since the last chunk. */
export interface EngineChunk {
  /** In order, and possibly none. The stop token may be the last one or be withheld. */
  readonly tokens: readonly number[]
  /** One entry for each of `tokens`, if `sampling.logprobs` asked for them and the engine gives them. */
  readonly logprobs?: readonly TokenLogprobs[] | undefined
  /** Why sampling ended. Only the last chunk has it. */
  readonly finish?: EngineFinish | undefined
}

export interface TokenLogprob {
  readonly token: number
  readonly logprob: number
}

/** The log probability of a sampled token. */
export interface TokenLogprobs extends TokenLogprob {
  /** The most likely tokens at this place, most likely first. */
  readonly top: readonly TokenLogprob[]
}

export const FINISH_REASONS = ['stop', 'length'] as const

export type FinishReason = (typeof FINISH_REASONS)[number]

export interface EngineFinish {
  /** `stop`: a stop token was sampled. `length`: `maxTokens` or the context ran out. */
  readonly reason: FinishReason
  /** The stop token, if the engine names it. It may be missing from `tokens`. */
  readonly stopToken?: number | null | undefined
  /** How many of the prefill's tokens came from the engine's prefix cache, if it says so. */
  readonly cachedTokens?: number | undefined
}
