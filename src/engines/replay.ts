import { type HarmonyEncoding, loadHarmonyEncoding } from '../encoding.js'
import { quote } from '../errors.js'
import { pause } from './pause.js'
import type { Engine, EngineChunk, FinishReason, GenerateOptions } from './engine.js'
import { engineFailed, engineRefused } from './engine-error.js'

/** One completion to replay: its text with markers (`<|channel|>…`), or its token ids. */
export interface ReplayCompletion {
  readonly text?: string | undefined
  readonly token_ids?: readonly number[] | undefined
  /** Answers only this prefill. Completions without it answer any, in order. */
  readonly prompt_token_ids?: readonly number[] | undefined
  /** Why sampling ended; `stop` by default, or `length` where `maxTokens` cut the completion. */
  readonly finish_reason?: FinishReason | undefined
  /** Milliseconds before each chunk. */
  readonly delay_ms?: number | undefined
  /** The engine fails with these words, after the tokens if there are some. */
  readonly error?: string | undefined
}

export interface ReplayOptions {
  /** How many tokens a chunk holds; 1 by default. */
  readonly tokensPerChunk?: number | undefined
}

/**
 * Creates an engine that samples nothing and replays completions: for tests, demonstrations and work without a
 * model. A completion with `prompt_token_ids` answers that prefill; the others are taken in order. After the
 * last one, the first one follows again. Like any engine, it ends at a stop token and at `maxTokens`.
 *
 * @throws TypeError for a completion without `text` or `token_ids`
 *
 * @example
 * ```ts
 * import { replayEngine } from 'gpt-oss-harmony/engines'
 *
 * const engine = replayEngine([{ text: '<|channel|>final<|message|>Hello!<|return|>' }])
 * const tokens: number[] = []
 * for await (const chunk of engine.generate([], { stop: [200002, 200012] })) tokens.push(...chunk.tokens)
 * console.log(tokens) // [200005, 17196, 200008, 13225, 0, 200002]
 * ```
 */
export function replayEngine(
  completions: readonly ReplayCompletion[],
  { tokensPerChunk = 1 }: ReplayOptions = {},
): Engine {
  if (!Array.isArray(completions))
    throw new TypeError(`replayEngine: found ${quote(completions)}, wanted a list of completions`)
  const encoding = loadHarmonyEncoding('HarmonyGptOss')
  const queues = new Map<string, Queue>()
  ;(completions as readonly ReplayCompletion[]).forEach((completion, index) => {
    const key = completion.prompt_token_ids?.join() ?? ANY_PREFILL
    const queue = queues.get(key) ?? { entries: [], next: 0 }
    queue.entries.push({ ...completion, tokens: tokensOf(completion, index, encoding) })
    queues.set(key, queue)
  })

  return {
    generate: (prefill, options) =>
      replay(
        () => {
          const queue = (queues.size > 1 && queues.get(prefill.join())) || queues.get(ANY_PREFILL)
          const entry = next(queue ?? queues.get(prefill.join()))
          if (entry !== undefined) return entry
          throw engineRefused('replay', 'no completion answers this prefill, and none answers every prefill')
        },
        tokensPerChunk,
        options,
      ),
  }
}

/** Prefills are joined by commas: no list of ids has this key. */
const ANY_PREFILL = 'any'

interface Entry extends ReplayCompletion {
  readonly tokens: readonly number[]
}

interface Queue {
  readonly entries: Entry[]
  next: number
}

function next(queue: Queue | undefined): Entry | undefined {
  if (queue === undefined) return undefined
  const entry = queue.entries[queue.next]
  queue.next = (queue.next + 1) % queue.entries.length
  return entry
}

function tokensOf(completion: ReplayCompletion, index: number, encoding: HarmonyEncoding): readonly number[] {
  const { text, token_ids: tokens } = completion
  if (tokens !== undefined) return tokens
  if (typeof text === 'string') return encoding.encode(text, { allowedSpecial: 'all' })
  if (completion.error !== undefined) return []
  throw new TypeError(`completions[${index}]: found neither text nor token_ids, wanted one of them`)
}

async function* replay(
  takeEntry: () => Entry,
  tokensPerChunk: number,
  { stop, maxTokens = Infinity, signal }: GenerateOptions,
): AsyncGenerator<EngineChunk> {
  signal?.throwIfAborted()
  const { tokens, finish_reason: givenReason, delay_ms: delay = 0, error } = takeEntry()
  const stopAt = tokens.findIndex((token) => stop.includes(token))
  const length = stopAt < 0 ? tokens.length : stopAt + 1
  const end = Math.min(length, maxTokens)
  for (let start = 0; start < end; start += tokensPerChunk) {
    if (delay > 0) await pause(delay, signal)
    signal?.throwIfAborted()
    yield { tokens: tokens.slice(start, Math.min(start + tokensPerChunk, end)) }
  }
  if (error !== undefined) throw engineFailed('replay', error)
  const reason = end < length ? 'length' : (givenReason ?? 'stop')
  const stopToken = stopAt >= 0 && end === length ? tokens[stopAt] : undefined
  yield { tokens: [], finish: { reason, stopToken } }
}
