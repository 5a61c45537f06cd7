import type { Engine, EngineFinish, TokenLogprobs } from './engine.js'
import { engineFailed, engineRefused } from './engine-error.js'
import { EngineClient, type EngineServer, type Unchecked } from './http.js'
import { COMMON_NAMES, sameNames, stopTokenIds, tokenIds, translateSampling } from './sampling.js'
import { tokenLogprob } from './token-logprob.js'

/**
 * Creates a client of SGLang: `/generate` with ids, whether it streams all ids anew in each chunk or only the new
 * ones (`--incremental-streaming-output`). An abort is reported to it by `/abort_request` too.
 *
 * @throws TypeError for a `url` that is none
 *
 * @example
 * ```ts
 * import { sglangEngine } from 'gpt-oss-harmony/engines'
 *
 * const engine = sglangEngine({ url: 'http://127.0.0.1:30000' })
 * ```
 */
export function sglangEngine(server: EngineServer): Engine {
  const client = new EngineClient('SGLang', server)
  return {
    generate(prefill, options) {
      const { maxTokens, sampling, grammar, signal } = options
      return client.retrying(signal, async function* () {
        const rid = `harmony-${crypto.randomUUID()}`
        const { logprobs: topCount, ...params } = sampling ?? {}
        const body = {
          input_ids: prefill,
          rid,
          stream: true,
          ...(typeof topCount === 'number' && { return_logprob: true, top_logprobs_num: topCount }),
          sampling_params: {
            ...translateSampling(client.name, params, NAMES),
            max_new_tokens: maxTokens ?? CONTEXT_LENGTH - prefill.length,
            stop_token_ids: stopTokenIds(options),
            skip_special_tokens: false,
            no_stop_trim: true,
            ...(grammar && { structural_tag: JSON.stringify(grammar.toStructuralTag()) }),
          },
        }
        const reader = new SglangReader(client.name)
        let isOver = false
        try {
          for await (const chunk of client.postForEvents('/generate', body, signal)) {
            const added = reader.read(chunk)
            if (added.tokens.length > 0) yield added
          }
          isOver = true
        } finally {
          // Closing the connection does not always end the work; nobody waits for the answer.
          if (!isOver) client.post('/abort_request', { rid }, undefined).catch(() => {})
        }
        if (reader.finish === undefined) throw client.endedEarly()
        yield { tokens: [], finish: reader.finish }
      })
    },
  }
}

/** It shortens a limit beyond its own context by itself. */
const CONTEXT_LENGTH = 131_072

const NAMES = {
  ...COMMON_NAMES,
  ...sameNames(['ignore_eos', 'logit_bias', 'stop_token_ids']),
  seed: 'sampling_seed',
  min_tokens: 'min_new_tokens',
}

/** Reads the chunks of SGLang, whether each holds all ids so far or only the new ones. */
export class SglangReader {
  finish: EngineFinish | undefined
  readonly #engine: string
  #seen = 0
  #isCumulative: boolean | undefined

  constructor(engine: string) {
    this.#engine = engine
  }

  read(chunk: Unchecked): { tokens: readonly number[]; logprobs?: TokenLogprobs[] } {
    const meta = (chunk['meta_info'] ?? {}) as Unchecked
    const ids = tokenIds(this.#engine, chunk['output_ids'])
    const total = meta['completion_tokens']
    // Only a cumulative chunk holds more ids than have been sampled since the last one.
    if (this.#seen > 0 && typeof total === 'number' && ids.length > 0)
      this.#isCumulative ??= ids.length > total - this.#seen
    const start = this.#isCumulative === true ? this.#seen : 0
    const tokens = ids.slice(start)
    this.#seen += tokens.length
    this.#readFinish(meta)
    const logprobs = this.#logprobsIn(meta, tokens.length)
    return { tokens, ...(logprobs !== undefined && { logprobs }) }
  }

  #readFinish({ finish_reason: finish, cached_tokens: cached }: Unchecked): void {
    if (finish == null) return
    const { type, matched, message, status_code: status } = finish as Unchecked
    const cachedTokens = typeof cached === 'number' ? { cachedTokens: cached } : {}
    if (type === 'length') this.finish = { reason: type, ...cachedTokens }
    else if (type === 'stop')
      this.finish = {
        reason: type,
        stopToken: typeof matched === 'number' ? matched : undefined,
        ...cachedTokens,
      }
    else {
      const words =
        typeof message === 'string' ? message : `ended with finish_reason ${JSON.stringify(finish)}`
      const isRefused = typeof status === 'number' && status >= 400 && status < 500
      throw (isRefused ? engineRefused : engineFailed)(this.#engine, words)
    }
  }

  /** `[[logprob, id, text], …]`, cumulative or not like the ids: the last ones are those of the new tokens. */
  #logprobsIn(
    { output_token_logprobs: list, output_top_logprobs: tops }: Unchecked,
    count: number,
  ): TokenLogprobs[] | undefined {
    if (!Array.isArray(list) || count === 0 || list.length < count) return undefined
    const newTops = (tops as readonly unknown[] | undefined)?.slice(-count) ?? []
    return (list as readonly Triple[]).slice(-count).map((triple, i) => ({
      ...tokenLogprob(triple[1], triple[0]),
      top: ((newTops[i] ?? []) as readonly Triple[]).map(([logprob, token]) => tokenLogprob(token, logprob)),
    }))
  }
}

type Triple = readonly [logprob: unknown, token: unknown, text: string | null]
