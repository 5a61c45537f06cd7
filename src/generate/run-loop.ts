import type { Message, ParsedMessage } from '../message/index.js'
import { finalTextOf, type ToolCall, toolCallsOf } from '../turn/index.js'
import type { TurnRunEvent } from './events.js'
import { generate } from './generation.js'
import type { CheckedLimits } from './limits.js'
import { openCallsOf } from './open-calls.js'
import { addGeneration, NO_USAGE, type RunDeviation, type TurnResult } from './result.js'
import { runCalls } from './run-calls.js'
import type { RunTurnOptions } from './run-turn.js'

export interface LoopOptions extends Omit<RunTurnOptions, 'limits' | 'signal'> {
  readonly limits: CheckedLimits
  readonly signal: AbortSignal
}

/** Runs open calls and samples, by turns. Gives the events that happen together as one list; the last one is `run-end`. */
export async function* runLoop(
  options: LoopOptions,
): AsyncGenerator<readonly TurnRunEvent[], void, undefined> {
  const { transcript, limits } = options
  const messages: Message[] = []
  const deviations: RunDeviation[] = []
  let usage = NO_USAGE
  let sampled: readonly ParsedMessage[] = []
  let sampledMessageCount = 0
  let calls = openCallsOf(transcript.toConversation().messages)

  const runEnd = (action: TurnResult['action'], pendingCalls: readonly ToolCall[] = []): TurnRunEvent[] => [
    {
      type: 'run-end',
      result: { action, messages, finalText: finalTextOf(sampled), pendingCalls, usage, deviations },
    },
  ]

  for (;;) {
    const { pendingCalls, isLimited } = yield* runCalls(calls, usage.toolCalls, options, (result) => {
      transcript.append(result)
      messages.push(result)
      usage = { ...usage, toolCalls: usage.toolCalls + 1 }
    })
    if (pendingCalls.length > 0) return yield runEnd(isLimited ? 'limit' : 'call', pendingCalls)
    if (usage.generations >= limits.maxGenerations) return yield runEnd('limit')
    const tokensLeft = limits.maxTokens - usage.sampled.total
    if (tokensLeft <= 0) return yield runEnd('length')

    const generationIndex = usage.generations
    const turn = yield* generate(generationIndex, sampledMessageCount, tokensLeft, options)
    sampled = turn.messages
    sampledMessageCount += sampled.length
    for (const message of sampled) messages.push(message)
    for (const deviation of turn.deviations) deviations.push({ ...deviation, generationIndex })
    usage = addGeneration(usage, turn.promptTokens, turn.cachedTokens, turn.end.usage)
    if (turn.end.action !== 'call') return yield runEnd(turn.end.action)
    calls = toolCallsOf(sampled)
  }
}
