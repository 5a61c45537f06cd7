import { CompletionReader } from './completion-choice.js'
import type { Engine } from './engine.js'
import { EngineClient, type EngineServer } from './http.js'
import { stopTokenIds } from './sampling.js'

export interface VllmOptions extends EngineServer {
  /**
   * `completions`, which every vLLM has, by default; `generate` for `/inference/v1/generate`, which takes and
   * gives nothing but ids and needs `vllm serve --enable-scale-out`.
   */
  readonly endpoint?: 'completions' | 'generate' | undefined
}

/**
 * Creates a client of vLLM. Sampling parameters go to it as they are.
 *
 * @throws TypeError for a `url` that is none
 *
 * @example
 * ```ts
 * import { vllmEngine } from 'gpt-oss-harmony/engines'
 *
 * const engine = vllmEngine({ url: 'http://127.0.0.1:8000', model: 'openai/gpt-oss-20b' })
 * ```
 */
export function vllmEngine({ endpoint = 'completions', ...server }: VllmOptions): Engine {
  const client = new EngineClient('vLLM', server)
  return {
    generate(prefill, options) {
      const { maxTokens, sampling, grammar, signal } = options
      const stop = stopTokenIds(options)
      const { logprobs, ...params } = sampling ?? {}
      const common = {
        ...params,
        stop_token_ids: stop,
        ...(grammar && { structured_outputs: { structural_tag: JSON.stringify(grammar.toStructuralTag()) } }),
      }
      // An explicit null takes the rest of the context; without the field, completions end after 16 tokens.
      const maxOrRest = maxTokens ?? null
      const stream = { stream: true, stream_options: { include_usage: true } }
      const model = server.model !== undefined && { model: server.model }
      const [path, body] =
        endpoint === 'generate'
          ? [
              '/inference/v1/generate',
              {
                ...model,
                token_ids: prefill,
                sampling_params: {
                  ...common,
                  ...(maxTokens !== undefined && { max_tokens: maxTokens }),
                  ...(logprobs !== undefined && { logprobs }),
                },
                ...stream,
              },
            ]
          : [
              '/v1/completions',
              {
                ...model,
                prompt: prefill,
                ...common,
                max_tokens: maxOrRest,
                ...(logprobs !== undefined && { logprobs, return_tokens_as_token_ids: true }),
                return_token_ids: true,
                ...stream,
              },
            ]
      return client.retrying(signal, async function* () {
        const reader = new CompletionReader(client.name, stop)
        for await (const chunk of client.postForEvents(path, body, signal)) {
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
