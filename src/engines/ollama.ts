import type { Engine } from './engine.js'
import { EngineClient } from './http.js'
import { COMMON_NAMES, translateSampling } from './sampling.js'
import { finishOf, textEngine, type TextEngineOptions } from './text.js'

/**
 * Creates a client of Ollama: `/api/generate` with `raw: true`, which sends the prompt as it is. It takes and
 * gives text, as `completionsEngine` does.
 *
 * @throws TypeError for a `url` that is none
 *
 * @example
 * ```ts
 * import { ollamaEngine } from 'gpt-oss-harmony/engines'
 *
 * const engine = ollamaEngine({ url: 'http://127.0.0.1:11434', model: 'gpt-oss:20b' })
 * ```
 */
export function ollamaEngine(options: TextEngineOptions): Engine {
  const client = new EngineClient('Ollama', options)
  return textEngine(client, options, async function* (prompt, stop, { maxTokens, sampling, signal }) {
    const response = await client.post(
      '/api/generate',
      {
        model: options.model ?? 'gpt-oss',
        prompt,
        raw: true,
        stream: true,
        options: {
          ...translateSampling(client.name, sampling, NAMES),
          // Ollama's -1: as many as there is room for.
          num_predict: maxTokens ?? -1,
          stop,
        },
        ...options.body,
      },
      signal,
    )
    let line = ''
    for await (const text of client.texts(response, signal)) {
      const lines = (line + text).split('\n')
      line = lines.pop()!
      for (const json of lines) if (json.trim() !== '') yield read(json)
    }
    if (line.trim() !== '') yield read(line)
  })

  function read(json: string) {
    const { response, done_reason: reason, done } = client.read(json)
    return {
      text: typeof response === 'string' ? response : '',
      finish: done === true ? finishOf(client.name, reason ?? 'stop') : undefined,
    }
  }
}

const NAMES = { ...COMMON_NAMES, repetition_penalty: 'repeat_penalty' }
