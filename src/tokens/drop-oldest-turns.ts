import type { HarmonyEncoding } from '../encoding.js'
import type { Conversation, Message } from '../message/index.js'
import { checkEncoding } from '../parse/index.js'
import { dropAnalysisBefore, dropRuleOf } from '../render/index.js'
import { isToolCall } from '../turn/index.js'
import { assertFitsContext, fitsContext, type ContextBudget } from './context.js'
import { countTokens, type CountOptions } from './count-tokens.js'

export interface ShortenedConversation {
  readonly conversation: Conversation
  /** Indexes of the dropped messages in the given conversation. */
  readonly droppedMessageIndexes: readonly number[]
}

/**
 * Drops the oldest turns of a conversation until it fits. A turn is a user message and
 * everything up to the next one. Turns count as one while a call waits for its result, so
 * that a call and its result stay or go together. System and developer messages and the
 * last turn always stay.
 *
 * @throws TokenBudgetError if those alone are too long
 * @throws HarmonyError as `encoding.renderConversationForCompletion`
 * @throws RangeError as `fitsContext`
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { dropOldestTurns } from 'gpt-oss-harmony/tokens'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const messages = [
 *   { role: 'developer', content: 'Be brief.' },
 *   { role: 'user', content: 'Tell me a story.' },
 *   { role: 'assistant', channel: 'final', content: 'Once upon a time there was a token. '.repeat(100) },
 *   { role: 'user', content: 'And then?' },
 * ] as const
 * const { conversation, droppedMessageIndexes } = dropOldestTurns(encoding, { messages }, { limit: 100, nextRole: 'assistant' })
 * console.log(droppedMessageIndexes) // [1, 2]
 * console.log(conversation.messages.length) // 2
 * ```
 */
export function dropOldestTurns(
  encoding: HarmonyEncoding,
  conversation: Conversation,
  { limit, reserve, ...options }: CountOptions & ContextBudget = {},
): ShortenedConversation {
  checkEncoding(encoding, 'dropOldestTurns')
  const budget = { limit, reserve }
  // Nothing is dropped here, because a shorter conversation may keep reasoning that the
  // whole one drops.
  const whole = countTokens(encoding, conversation, { ...options, dropAnalysis: 'none' })
  const rule = dropRuleOf(options)
  const lengthOf = (kept: readonly number[]): number => {
    const messages = kept.map((i) => conversation.messages[i])
    const dropBefore = dropAnalysisBefore(messages, rule)
    return kept.reduce((length, i, at) => {
      return at < dropBefore && messages[at].channel === 'analysis' ? length : length + whole.byMessage[i]
    }, whole.byPart.opening)
  }
  const kept = keptOfOldestTurns(conversation.messages, (indexes) => fitsContext(lengthOf(indexes), budget))
  const shortened = { messages: kept.map((i) => conversation.messages[i]) }
  assertFitsContext(countTokens(encoding, shortened, options), budget)

  const isKept = new Set(kept)
  return {
    conversation: shortened,
    droppedMessageIndexes: [...conversation.messages.keys()].filter((i) => !isKept.has(i)),
  }
}

/**
 * Returns the indexes of the messages that stay: drops the oldest turns until `fits`, or
 * until one turn is left.
 */
export function keptOfOldestTurns(
  messages: readonly Message[],
  fits: (kept: readonly number[]) => boolean,
): readonly number[] {
  const keptFrom = (start: number) =>
    [...messages.keys()].filter((i) => i >= start || isStanding(messages[i]))
  // Bisection works because dropping turns never makes the rest longer. Dropped reasoning
  // does not come back: the answer that caused it to be dropped is newer, and stays
  // (except for system messages on `analysis`, which nobody writes).
  const starts = [0, ...turnStartsOf(messages)]
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (fits(keptFrom(starts[middle]))) high = middle
    else low = middle + 1
  }
  return keptFrom(starts[low])
}

/** Returns where the turns after the first one start. */
function turnStartsOf(messages: readonly Message[]): number[] {
  const starts: number[] = []
  const open = new OpenCalls()
  let hasTurn = false
  let before: Message | undefined
  messages.forEach((message, i) => {
    if (isStanding(message)) return
    if (message.role === 'user' && before?.role !== 'user' && hasTurn) starts.push(i)
    hasTurn = true
    before = message
    if (isToolCall(message)) open.add(message.recipient, i)
    else if (message.role === 'tool') {
      const call = open.answerOf(message.name)
      while (call !== undefined && starts.length > 0 && starts.at(-1)! > call) starts.pop()
    }
  })
  return starts
}

/**
 * The calls without a result so far, by message index. The cost per message does not
 * depend on their number.
 */
class OpenCalls {
  readonly #byRecipient = new Map<string, number[]>()
  /** All calls in order. A call with a result is removed once it is the last. */
  readonly #calls: number[] = []
  readonly #answered = new Set<number>()

  add(recipient: string, index: number): void {
    const ofRecipient = this.#byRecipient.get(recipient)
    if (ofRecipient === undefined) this.#byRecipient.set(recipient, [index])
    else ofRecipient.push(index)
    this.#calls.push(index)
  }

  /**
   * Returns the call that a result belongs to: the latest of that name, because a later
   * result does not answer a call that an earlier turn gave up. A result under another
   * name may be the latest call's: it stays in the call's turn, but leaves the call open
   * for a result of its name.
   */
  answerOf(name: string | null | undefined): number | undefined {
    const call = name == null ? undefined : this.#byRecipient.get(name)?.pop()
    if (call !== undefined) this.#answered.add(call)
    else while (this.#answered.has(this.#calls.at(-1) ?? -1)) this.#calls.pop()
    return call ?? this.#calls.at(-1)
  }
}

/** Returns whether a message applies to all turns. */
function isStanding({ role }: Message): boolean {
  return role === 'system' || role === 'developer'
}
