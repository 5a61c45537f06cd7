import type { Engine, EngineFinish, TokenLogprobs } from './engine.js'
import { engineFailed, engineRefused } from './engine-error.js'
import { EngineClient, type Unchecked } from './http.js'
import { COMMON_NAMES, sameNames, tokenIds, translateSampling } from './sampling.js'
import { finishOf, textEngine, type TextEngineOptions } from './text.js'
import { tokenLogprob } from './token-logprob.js'

export interface LlamaServerOptions extends Omit<TextEngineOptions, 'strippedMarkers'> {
  /**
   * `tokens` for the sampled ids, all of them when the answer is complete (the default). `text` streams, but the
   * ids only spell the text: while it streams, the server loses the ids of tokens that end within a character.
   */
  readonly output?: 'tokens' | 'text' | undefined
}

/**
 * Creates a client of llama.cpp's server: `/completion` with ids. All samplers are set, because the server's
 * defaults are not gpt-oss's. A grammar is sent as GBNF. With `output: 'text'`, log probabilities are refused.
 *
 * @throws TypeError for a `url` that is none
 *
 * @example
 * ```ts
 * import { llamaServerEngine } from 'gpt-oss-harmony/engines'
 *
 * const engine = llamaServerEngine({ url: 'http://127.0.0.1:8080' })
 * ```
 */
export function llamaServerEngine({ output = 'tokens', ...options }: LlamaServerOptions): Engine {
  const client = new EngineClient('llama-server', options)
  const requestOf = (prompt: unknown, maxTokens: number | undefined, sampling: Unchecked | undefined) => ({
    prompt,
    cache_prompt: true,
    ...DEFAULTS,
    ...translateSampling(client.name, sampling, NAMES),
    n_predict: maxTokens ?? -1,
    ...options.body,
  })

  if (output === 'text')
    return textEngine(client, options, async function* (prompt, stop, { maxTokens, sampling, signal }) {
      const body = { ...requestOf(prompt, maxTokens, sampling), stop, stream: true }
      for await (const chunk of client.postForEvents('/completion', body, signal)) {
        const { content, stop: isOver, stop_type: word } = chunk
        yield {
          text: typeof content === 'string' ? content : '',
          finish: isOver === true ? finishOf(client.name, word === 'limit' ? 'length' : word) : undefined,
        }
      }
    })

  return {
    generate(prefill, { stop, maxTokens, sampling, grammar, signal }) {
      return client.retrying(signal, async function* () {
        if (stop.some((token) => !ENDS_BY_ITSELF.includes(token)))
          throw engineRefused(client.name, `stops at ${ENDS_BY_ITSELF.join(', ')} only`, 'stop')
        const { logprobs: topCount, ...params } = sampling ?? {}
        const answer = await client.postJson(
          '/completion',
          {
            ...requestOf(prefill, maxTokens, params),
            // With 0, the server leaves the sampled tokens' own out, too.
            ...(typeof topCount === 'number' && { n_probs: Math.max(topCount, 1) }),
            return_tokens: true,
            stream: false,
            ...(grammar && { grammar: grammar.toGbnf() }),
          },
          signal,
        )
        const tokens = tokenIds(client.name, answer['tokens'])
        if (tokens.length === 0 && typeof answer['content'] === 'string' && answer['content'] !== '')
          throw engineFailed(client.name, 'answered without ids, wanted a server that knows return_tokens')
        const logprobs = logprobsIn(answer)
        yield {
          tokens,
          ...(logprobs?.length === tokens.length && { logprobs }),
          finish: endOf(answer, tokens.at(-1), stop),
        }
      })
    },
  }

  function endOf(answer: Unchecked, last: number | undefined, stop: readonly number[]): EngineFinish {
    const word = answer['stop_type']
    const finish = finishOf(client.name, word === 'limit' ? 'length' : word)
    if (finish === undefined) throw client.endedEarly()
    const isStopToken = finish.reason === 'stop' && last !== undefined && stop.includes(last)
    const cached = (answer['timings'] as Unchecked | undefined)?.['cache_n']
    return {
      ...finish,
      ...(isStopToken && { stopToken: last }),
      ...(typeof cached === 'number' && { cachedTokens: cached }),
    }
  }
}

/** The model's own ends of generation; the server takes no other ids. */
const ENDS_BY_ITSELF = [200002, 200012, 199999]

/** What gpt-oss is sampled with; the server's own are 0.8, 40, 0.95 and 0.05. */
const DEFAULTS = { temperature: 1, top_k: 0, top_p: 1, min_p: 0, repeat_penalty: 1 }

const NAMES = {
  ...COMMON_NAMES,
  ...sameNames(['ignore_eos', 'logit_bias']),
  repetition_penalty: 'repeat_penalty',
}

/** `[{"id","logprob","top_logprobs":[{"id","logprob"}]}]`, an entry a token. */
function logprobsIn({ completion_probabilities: entries }: Unchecked): TokenLogprobs[] | undefined {
  if (!Array.isArray(entries)) return undefined
  return (entries as readonly Entry[]).map(({ id, logprob, top_logprobs: top }) => ({
    ...tokenLogprob(id, logprob),
    top: (top ?? []).map((other) => tokenLogprob(other.id, other.logprob)),
  }))
}

interface Entry {
  readonly id: unknown
  readonly logprob: unknown
  readonly top_logprobs?: readonly Entry[]
}
