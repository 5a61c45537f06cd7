import { type HarmonyEncoding, loadHarmonyEncoding } from '../encoding.js'
import { createTextTokenizer } from '../parse/index.js'
import type { Engine, EngineChunk, EngineFinish, GenerateOptions } from './engine.js'
import { engineFailed, engineRefused } from './engine-error.js'
import { EngineClient, type EngineServer, type Unchecked } from './http.js'
import { COMMON_NAMES, translateSampling } from './sampling.js'

/** What is common to engines that take and give text. */
export interface TextEngineOptions extends EngineServer {
  /**
   * Whether the server takes the markers out of its text (`analysis…assistantfinal…`): they are then put back by
   * guessing. `false` by default.
   */
  readonly strippedMarkers?: boolean | undefined
  /** More fields for the request's body, such as `{ skip_special_tokens: false }`. */
  readonly body?: Readonly<Record<string, unknown>> | undefined
}

/** A chunk of text, and why it was the last one. */
export interface TextChunk {
  readonly text: string
  readonly finish?: EngineFinish | undefined
}

/**
 * Creates a client of any server with OpenAI's `/v1/completions` that takes and gives text: LM Studio, TGI,
 * mlx-lm and others. The ids that it yields spell the text; they need not be those that were sampled. A user's
 * text that spells a marker cannot be told from the marker here.
 *
 * @throws TypeError for a `url` that is none
 *
 * @example
 * ```ts
 * import { completionsEngine } from 'gpt-oss-harmony/engines'
 *
 * const engine = completionsEngine({ url: 'http://127.0.0.1:1234', model: 'openai/gpt-oss-20b' })
 * ```
 */
export function completionsEngine(options: TextEngineOptions): Engine {
  const client = new EngineClient('completions', options)
  return textEngine(client, options, async function* (prompt, stop, { maxTokens, sampling, signal }) {
    const body = {
      model: options.model ?? 'gpt-oss',
      prompt,
      stream: true,
      ...translateSampling(client.name, sampling, NAMES),
      max_tokens: maxTokens ?? MANY_TOKENS,
      stop,
      ...options.body,
    }
    for await (const chunk of client.postForEvents('/v1/completions', body, signal)) {
      const choice = (chunk['choices'] as readonly Unchecked[] | undefined)?.[0]
      if (choice === undefined) continue
      const text = choice['text']
      yield {
        text: typeof text === 'string' ? text : '',
        finish: finishOf(client.name, choice['finish_reason']),
      }
    }
  })
}

const NAMES = { ...COMMON_NAMES, logit_bias: 'logit_bias' }

/** Without a limit such servers end after 16 tokens; most shorten one beyond the context. */
const MANY_TOKENS = 16_384

/** Turns the text of a server into the chunks of an engine. */
export function textEngine(
  client: EngineClient,
  { strippedMarkers }: TextEngineOptions,
  texts: (prompt: string, stop: readonly string[], options: GenerateOptions) => AsyncIterable<TextChunk>,
): Engine {
  const encoding = loadHarmonyEncoding('HarmonyGptOss')
  return {
    generate(prefill, options) {
      return client.retrying(options.signal, async function* (): AsyncGenerator<EngineChunk> {
        if (options.grammar !== undefined)
          throw engineRefused(client.name, 'takes no grammar through this client, wanted none', 'grammar')
        const tokenizer = createTextTokenizer(encoding.tokenizer, strippedMarkers)
        const stop = new Set(options.stop)
        let finish: EngineFinish | undefined
        for await (const chunk of texts(encoding.decode(prefill), textsOf(options.stop, encoding), options)) {
          const tokens = tokenizer.push(chunk.text)
          const stopAt = tokens.findIndex((token) => stop.has(token))
          if (tokens.length > 0) yield { tokens: stopAt < 0 ? tokens : tokens.slice(0, stopAt + 1) }
          // A server that writes the stop token may write on.
          if (stopAt >= 0) {
            yield { tokens: [], finish: { reason: 'stop', stopToken: tokens[stopAt] } }
            return
          }
          finish = chunk.finish ?? finish
        }
        const rest = tokenizer.end()
        if (rest.length > 0) yield { tokens: rest }
        if (finish === undefined) throw client.endedEarly()
        yield { tokens: [], finish }
      })
    },
  }
}

function textsOf(tokens: readonly number[], encoding: HarmonyEncoding): readonly string[] {
  return tokens.map((token) => encoding.decode([token]))
}

/** Returns the finish for a server's word. @throws HarmonyError `engine-failed` for a word that is no end */
export function finishOf(engine: string, word: unknown): EngineFinish | undefined {
  if (word == null || word === '') return undefined
  if (word === 'length') return { reason: 'length' }
  // TGI says eos_token and stop_sequence, llama.cpp eos and word.
  if (STOP_WORDS.has(word)) return { reason: 'stop' }
  throw engineFailed(engine, `ended with finish_reason ${JSON.stringify(word)}`)
}

const STOP_WORDS: ReadonlySet<unknown> = new Set(['stop', 'eos_token', 'stop_sequence', 'eos', 'word'])
