import type { HarmonyEncoding } from '../encoding.js'
import { SPECIAL_TOKENS, type TokenRange } from '../tokenizer/index.js'
import { isStopToken } from '../turn/index.js'
import { costOf, type DescribedMessage, type DescribedTokens, readMessages } from './describe-messages.js'

/** A prompt, described for people. */
export interface DescribedPrompt extends DescribedTokens {
  /**
   * The open header at the end, with what it forces: `<|start|>assistant`. Empty if the last message is complete.
   */
  readonly opening: TokenRange
}

/**
 * Describes a prompt, or a conversation to train on: messages with their tokens, cost and deviations.
 *
 * @throws HarmonyError `invalid-token`
 */
export function describePrompt(encoding: HarmonyEncoding, tokens: readonly number[]): DescribedPrompt {
  const opening = openingOf(tokens)
  const { messages, deviations } = readMessages(encoding, tokens.slice(0, opening.start), { role: null })
  return {
    messages,
    deviations,
    opening,
    cost: costOf(messages, tokens.length, opening.end - opening.start, (message) =>
      toolTokens(encoding, tokens, message),
    ),
  }
}

/** Whether tokens are a prompt or a conversation, and not what an engine sampled. */
export function isPrompt(encoding: HarmonyEncoding, tokens: readonly number[]): boolean {
  if (tokens[0] !== SPECIAL_TOKENS.START) return false
  const { start } = openingOf(tokens)
  const isOpen = start > 0 && start < tokens.length && !tokens.includes(SPECIAL_TOKENS.MESSAGE, start)
  return isOpen || !encoding.decode(tokens.slice(1, 4)).startsWith('assistant')
}

function openingOf(tokens: readonly number[]): TokenRange {
  const end = tokens.length
  const start = tokens.lastIndexOf(SPECIAL_TOKENS.START)
  const isComplete = start === -1 || tokens.slice(start).some(isStopToken)
  return { start: isComplete ? end : start, end }
}

/** Returns how many of a message's tokens are in its section `# Tools`, as `countTokens` counts them. */
function toolTokens(
  encoding: HarmonyEncoding,
  tokens: readonly number[],
  { message: { role, content }, content: range }: DescribedMessage,
): number {
  if (role !== 'system' && role !== 'developer') return 0
  // The last one: instructions may have a heading of that name.
  const start = [...content.matchAll(/^# Tools\n\n## /gm)].at(-1)?.index
  if (start === undefined) return 0
  const channels = role === 'system' ? content.indexOf('\n\n# Valid channels: ', start) : -1
  const [startByte, endByte] = [start, channels === -1 ? content.length : channels].map(
    (index) => new TextEncoder().encode(content.slice(0, index)).length,
  )
  let count = 0
  let position = 0
  for (let at = range.start; at < range.end && position < endByte; at++) {
    if (position >= startByte) count++
    position += encoding.tokenizer.tokenBytes(tokens[at])?.length ?? 0
  }
  return count
}
