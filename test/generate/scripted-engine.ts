import { loadHarmonyEncoding } from 'gpt-oss-harmony'
import type { Engine, EngineChunk, GenerateOptions } from 'gpt-oss-harmony/engines'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

export function tokensOf(text: string): number[] {
  return encoding.encode(text, { allowedSpecial: 'all' })
}

/** What an engine does when it is asked once: the text that it samples, or its chunks. */
export type Turn =
  string | readonly EngineChunk[] | ((options: GenerateOptions) => AsyncIterable<EngineChunk>)

export interface ScriptedEngine extends Engine {
  /** What it was asked, in order. */
  readonly requests: { readonly prefill: readonly number[]; readonly options: GenerateOptions }[]
  /** What it sampled, in order. */
  readonly sampled: number[][]
  /** How many of its iterations ended or were left. */
  ended: number
}

/** An engine that plays turns, cut into chunks of so many tokens. */
export function scriptedEngine(turns: readonly Turn[], chunkLength = 3): ScriptedEngine {
  const engine: ScriptedEngine = {
    requests: [],
    sampled: [],
    ended: 0,
    async *generate(prefill, options) {
      const turn = turns[engine.requests.length]
      engine.requests.push({ prefill: [...prefill], options })
      const sampled: number[] = []
      engine.sampled.push(sampled)
      try {
        if (turn === undefined) throw new Error('the script is over')
        const chunks = typeof turn === 'string' ? chunksOf(turn, chunkLength) : turn
        for await (const chunk of typeof chunks === 'function' ? chunks(options) : chunks) {
          options.signal?.throwIfAborted()
          sampled.push(...chunk.tokens)
          yield chunk
        }
      } finally {
        engine.ended++
      }
    },
  }
  return engine
}

function chunksOf(text: string, length: number): EngineChunk[] {
  const tokens = tokensOf(text)
  const chunks: EngineChunk[] = []
  for (let i = 0; i < tokens.length; i += length) chunks.push({ tokens: tokens.slice(i, i + length) })
  const last = tokens.at(-1)
  const isStopped = last === 200002 || last === 200012
  return [...chunks, { tokens: [], finish: { reason: isStopped ? 'stop' : 'length', cachedTokens: 2 } }]
}
