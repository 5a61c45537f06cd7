import type { HarmonyEncoding } from '../encoding.js'
import type { Role } from '../message/index.js'
import { type Deviation, parseTokens, type ReadingOptions, type TurnEnd } from '../parse/index.js'
import { type ParsedMessage } from '../message/index.js'
import type { RenderMessageOptions } from '../render/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { isStopToken, isToolCall } from '../turn/index.js'
import { isRenderable, type TokenizedMessage } from './tokenized-message.js'

export interface CommitOptions extends Omit<ReadingOptions, 'role' | 'prefill'> {
  /** Whether the engine stopped on a stop token that it kept to itself. Default `false`. */
  readonly stopped?: boolean | undefined
  /**
   * What history holds of messages that break the grammar: the ids as they were sampled, so that the engine's cache holds, or the repaired
   * messages, rendered. Those that need no repair keep their ids either way. Default `sampled`.
   */
  readonly keep?: 'sampled' | 'repaired' | undefined
}

export interface SampledMessages {
  /** The messages with their tokens. */
  readonly tokenized: readonly TokenizedMessage[]
  readonly messages: readonly ParsedMessage[]
  readonly deviations: readonly Deviation[]
  readonly turn: TurnEnd
}

/**
 * Cuts what an engine sampled into its messages. Together, their tokens are both openings, the sampled ids, and a
 * terminator if there is none; a closing `<|return|>` becomes `<|end|>`. What lies between messages and belongs
 * to none goes with the next one, or with the last.
 *
 * @param roleOpening `<|start|>` and the role, with which the prefill ended
 * @param opening what followed them in the prefill
 */
export function readSampledMessages(
  encoding: HarmonyEncoding,
  sampled: readonly number[],
  role: Role,
  roleOpening: readonly number[],
  opening: readonly number[],
  { stopped = false, keep = 'sampled', tools: toolNames, ...reading }: CommitOptions,
  renderOptions: RenderMessageOptions,
): SampledMessages {
  if (keep !== 'sampled' && keep !== 'repaired')
    throw new TypeError(`keep: found ${String(keep)}, wanted 'sampled' or 'repaired'`)
  const tools = toolNames && [...toolNames]
  const { messages, extents, deviations, turn } = parseTokens(encoding, sampled, {
    ...reading,
    tools,
    role,
    stopped,
    prefill: opening,
  })

  const tokenized = messages.map((message, i): TokenizedMessage => {
    const isLast = i === messages.length - 1
    const from = i === 0 ? 0 : extents[i - 1].tokens.end
    const to = isLast ? sampled.length : extents[i].tokens.end
    const tokens = [...(i === 0 ? [...roleOpening, ...opening] : []), ...sampled.slice(from, to)]
    if (isLast) closeTurn(tokens, isToolCall(message))
    if (keep === 'sampled' || readsAs(encoding, tokens, message, tools) || !isRenderable(message))
      return { message, tokens, sampled: true }
    return { message, tokens: encoding.render(message, renderOptions), sampled: false }
  })
  return { tokenized, messages, deviations, turn }
}

/** Whether tokens, by themselves, are a message that needs no repair. */
function readsAs(
  encoding: HarmonyEncoding,
  tokens: readonly number[],
  message: ParsedMessage,
  tools: readonly string[] | undefined,
): boolean {
  const { messages, deviations } = parseTokens(encoding, tokens, { role: null, tools })
  // A channel that is none of the three is told, and not repaired.
  if (deviations.some(({ code }) => code !== 'unknown-channel')) return false
  return messages.length === 1 && JSON.stringify(messages[0]) === JSON.stringify(message)
}

function closeTurn(tokens: number[], isCall: boolean): void {
  if (tokens.at(-1) === SPECIAL_TOKENS.RETURN) tokens[tokens.length - 1] = SPECIAL_TOKENS.END
  else if (!isStopToken(tokens.at(-1))) tokens.push(isCall ? SPECIAL_TOKENS.CALL : SPECIAL_TOKENS.END)
}
