import type { Message } from '../message/index.js'
import type { Deviation, TurnUsage } from '../parse/index.js'
import type { ToolCall, TurnAction } from '../turn/index.js'

/** What a run came to. */
export interface TurnResult {
  /**
   * Why it ended. `return`: the model answered. `call`: calls wait for the caller. `length`: tokens ran out. `limit`: a
   * limit on generations or tool calls was reached.
   */
  readonly action: TurnAction | 'limit'
  /** The messages that the run added to the transcript, sampled ones and tools' results. */
  readonly messages: readonly Message[]
  /** The answer: visible text of the last generation. */
  readonly finalText: string
  /** Calls without a result. Append their tool messages to the transcript and run again. */
  readonly pendingCalls: readonly ToolCall[]
  readonly usage: RunUsage
  /** How the model broke the format. Ranges count the tokens of the deviation's generation. */
  readonly deviations: readonly RunDeviation[]
}

export interface RunDeviation extends Deviation {
  readonly generationIndex: number
}

/** What a run cost, all generations together. */
export interface RunUsage {
  readonly generations: number
  /** Calls that tools ran. */
  readonly toolCalls: number
  /** Tokens of all prefills. */
  readonly promptTokens: number
  /** How many of them came from the engine's cache; 0 if it does not say. */
  readonly cachedTokens: number
  /** Sampled tokens by what they were spent on. */
  readonly sampled: TurnUsage
}

export const NO_USAGE: RunUsage = {
  generations: 0,
  toolCalls: 0,
  promptTokens: 0,
  cachedTokens: 0,
  sampled: { total: 0, reasoning: 0, calls: 0, preamble: 0, final: 0 },
}

export function addGeneration(
  usage: RunUsage,
  promptTokens: number,
  cachedTokens: number,
  sampled: TurnUsage,
): RunUsage {
  const { sampled: before } = usage
  return {
    ...usage,
    generations: usage.generations + 1,
    promptTokens: usage.promptTokens + promptTokens,
    cachedTokens: usage.cachedTokens + cachedTokens,
    sampled: {
      total: before.total + sampled.total,
      reasoning: before.reasoning + sampled.reasoning,
      calls: before.calls + sampled.calls,
      preamble: before.preamble + sampled.preamble,
      final: before.final + sampled.final,
    },
  }
}
