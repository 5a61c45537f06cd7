import { CompletionReader } from './completion-choice.js'
import type { Engine } from './engine.js'
import { engineRefused } from './engine-error.js'
import { EngineClient, type EngineServer } from './http.js'
import { COMMON_NAMES, sameNames, stopTokenIds, translateSampling } from './sampling.js'

/**
 * Creates a client of TensorRT-LLM (`trtllm-serve`): `/v1/completions` with `detokenize: false`. It refuses
 * fields that it does not know, so only those are sent that it has. Log probabilities and grammars are refused.
 *
 * @throws TypeError for a `url` that is none
 *
 * @example
 * ```ts
 * import { tensorrtLlmEngine } from 'gpt-oss-harmony/engines'
 *
 * const engine = tensorrtLlmEngine({ url: 'http://127.0.0.1:8000', model: 'gpt-oss-20b' })
 * ```
 */
export function tensorrtLlmEngine(server: EngineServer): Engine {
  const client = new EngineClient('TensorRT-LLM', server)
  return {
    generate(prefill, options) {
      const { maxTokens, sampling, grammar, signal } = options
      return client.retrying(signal, async function* () {
        if (grammar !== undefined)
          throw engineRefused(client.name, 'takes no grammar through this client, wanted none', 'grammar')
        const stop = stopTokenIds(options)
        const reader = new CompletionReader(client.name, stop)
        const body = {
          model: server.model ?? 'gpt-oss',
          prompt: prefill,
          detokenize: false,
          stream: true,
          ...translateSampling(client.name, sampling, NAMES),
          // An explicit null takes the rest of the context; without the field, completions end after 16 tokens.
          max_tokens: maxTokens ?? null,
          stop_token_ids: stop,
        }
        for await (const chunk of client.postForEvents('/v1/completions', body, signal)) {
          const added = reader.read(chunk)
          if (added !== undefined) yield added
        }
        const finish = reader.finish()
        if (finish === undefined) throw client.endedEarly()
        yield { tokens: [], finish }
      })
    },
  }
}

const NAMES = { ...COMMON_NAMES, ...sameNames(['min_tokens', 'ignore_eos', 'logit_bias', 'stop_token_ids']) }
