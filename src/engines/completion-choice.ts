import type { EngineChunk, EngineFinish, TokenLogprob, TokenLogprobs } from './engine.js'
import { engineFailed } from './engine-error.js'
import type { Unchecked } from './http.js'
import { tokenIds } from './sampling.js'
import { tokenLogprob } from './token-logprob.js'

/**
 * Reads the chunks of vLLM and TensorRT-LLM: `{"choices":[{"token_ids","finish_reason","stop_reason","logprobs"}],
 * "usage"}`. The finish is kept back to the end, as the usage follows it.
 */
export class CompletionReader {
  readonly #engine: string
  readonly #stop: readonly number[]
  #lastToken: number | undefined
  #finish: EngineFinish | undefined
  #cachedTokens: number | undefined

  constructor(engine: string, stop: readonly number[]) {
    this.#engine = engine
    this.#stop = stop
  }

  /** Returns what a chunk adds; `undefined` if it adds no token. */
  read(chunk: Unchecked): EngineChunk | undefined {
    this.#readUsage(chunk['usage'])
    const choice = (chunk['choices'] as readonly Unchecked[] | undefined)?.[0]
    if (choice === undefined) return undefined
    const tokens = tokenIds(this.#engine, choice['token_ids'])
    if (tokens.length === 0 && typeof choice['text'] === 'string' && choice['text'] !== '')
      throw engineFailed(this.#engine, 'answered with text but without ids, wanted an engine that gives ids')
    this.#lastToken = tokens.at(-1) ?? this.#lastToken
    this.#readFinish(choice)
    if (tokens.length === 0) return undefined
    const logprobs = logprobsIn(choice['logprobs'])
    return { tokens, ...(logprobs?.length === tokens.length && { logprobs }) }
  }

  /** Returns why sampling ended, once the engine has said so. */
  finish(): EngineFinish | undefined {
    const cachedTokens = this.#cachedTokens
    return this.#finish && { ...this.#finish, ...(cachedTokens !== undefined && { cachedTokens }) }
  }

  #readUsage(usage: unknown): void {
    const details = (usage as Unchecked | null | undefined)?.['prompt_tokens_details']
    const cached = (details as Unchecked | null | undefined)?.['cached_tokens']
    if (typeof cached === 'number') this.#cachedTokens = cached
  }

  #readFinish({ finish_reason: reason, stop_reason: stopReason }: Unchecked): void {
    if (reason == null) return
    if (reason === 'length') this.#finish = { reason }
    else if (reason === 'stop') {
      const last = this.#lastToken
      const sampled = last !== undefined && this.#stop.includes(last) ? last : undefined
      this.#finish = { reason, stopToken: typeof stopReason === 'number' ? stopReason : sampled }
    } else {
      throw engineFailed(this.#engine, `ended with finish_reason ${JSON.stringify(reason)}`)
    }
  }
}

/**
 * Two forms: `/v1/completions` has lists beside each other, with tokens as `token_id:123`; `/inference/v1/generate` has an
 * entry a token, with its `token_id`, or in older releases with that text as `token`. The sampled token may stand before
 * likelier ones.
 */
function logprobsIn(value: unknown): TokenLogprobs[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { content, tokens, token_logprobs: logprobs, top_logprobs: tops } = value as Unchecked
  if (Array.isArray(content))
    return content.map((entry: Unchecked) => ({
      ...tokenLogprob(entry['token_id'] ?? entry['token'], entry['logprob']),
      top: ((entry['top_logprobs'] ?? []) as readonly Unchecked[])
        .map((top) => tokenLogprob(top['token_id'] ?? top['token'], top['logprob']))
        .sort(likelierFirst),
    }))
  if (!Array.isArray(tokens) || !Array.isArray(logprobs)) return undefined
  return tokens.map((token: unknown, i) => {
    const top = Object.entries(((tops as readonly unknown[] | undefined)?.[i] ?? {}) as Unchecked)
    return {
      ...tokenLogprob(token, (logprobs as readonly unknown[])[i]),
      top: top.map(([key, logprob]) => tokenLogprob(key, logprob)).sort(likelierFirst),
    }
  })
}

function likelierFirst(one: TokenLogprob, other: TokenLogprob): number {
  return other.logprob - one.logprob
}
