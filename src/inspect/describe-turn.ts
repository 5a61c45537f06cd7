import { type ChatAnswer, numberedIds, toChatCompletion } from '../chat/index.js'
import type { HarmonyEncoding } from '../encoding.js'
import type { ReadingOptions, TurnEnd } from '../parse/index.js'
import { type ResponseObject, toResponse } from '../responses/index.js'
import { costOf, type DescribedTokens, readMessages } from './describe-messages.js'

export interface DescribeTurnOptions extends Omit<ReadingOptions, 'onDeviation'> {
  /** Whether the engine stopped on a stop token that it kept to itself. */
  readonly stopped?: boolean | undefined
  /** The number of tokens that the engine sampled from, for the usage. */
  readonly promptTokens?: number | undefined
}

/** Sampled tokens, described for people. */
export interface DescribedTurn extends DescribedTokens {
  readonly turn: TurnEnd
  /** What a client of Chat Completions sees. */
  readonly chat: ChatAnswer
  /** What a client of the Responses API sees. */
  readonly response: ResponseObject
}

/**
 * Describes what an engine sampled: messages with their tokens, cost, deviations, and what clients see. Ids in the
 * answers count from 1 and times are 0, so that the same tokens always give the same description.
 *
 * @throws HarmonyError `invalid-token`
 */
export function describeTurn(
  encoding: HarmonyEncoding,
  tokens: readonly number[],
  { stopped, promptTokens, ...options }: DescribeTurnOptions = {},
): DescribedTurn {
  const { parsed, messages, deviations } = readMessages(encoding, tokens, options, stopped)
  const context = { now: () => 0, stopped, promptTokens }
  return {
    messages,
    deviations,
    cost: costOf(messages, tokens.length, 0, () => 0),
    turn: parsed.turn,
    chat: toChatCompletion(encoding, parsed, { ...context, createId: numberedIds() }),
    response: toResponse(encoding, parsed, { ...context, createId: numberedIds() }),
  }
}
