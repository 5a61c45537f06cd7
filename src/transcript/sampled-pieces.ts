import type { HarmonyEncoding } from '../encoding.js'
import type { Role } from '../message/types.js'
import type { Deviation, MessageEndEvent } from '../parse/events.js'
import { createParser, type ReadingOptions } from '../parse/parser.js'
import { renderMessageInto, type RenderMessageOptions } from '../render/message.js'
import { SPECIAL_TOKENS } from '../tokenizer/special-tokens.js'
import { isStop, type Piece } from './piece.js'

export interface CommitOptions extends Omit<ReadingOptions, 'role'> {
  /** Whether the engine stopped on a stop token that it kept to itself. Default `false`. */
  readonly stopped?: boolean | undefined
  /**
   * What history holds of a turn that breaks the grammar: the ids as they were sampled, so that the engine's cache holds, or the repaired
   * messages, rendered, from the first that is damaged on. Default `sampled`.
   */
  readonly keep?: 'sampled' | 'repaired' | undefined
}

export interface SampledPieces {
  readonly pieces: readonly Piece[]
  readonly messages: readonly MessageEndEvent['message'][]
  readonly deviations: readonly Deviation[]
}

/**
 * Cuts what an engine sampled into the pieces of its messages. Together they are `opening`, the sampled ids, and a terminator where there
 * is none, a closing `<|return|>` being `<|end|>`. What lies between messages and belongs to none goes with the next one, or with the last.
 *
 * @param opening the header that the prefill left open: `<|start|>` and a role
 */
export function readSampledPieces(
  encoding: HarmonyEncoding,
  sampled: readonly number[],
  role: Role,
  opening: readonly number[],
  { stopped = false, keep = 'sampled', ...reading }: CommitOptions,
  renderOptions: RenderMessageOptions,
): SampledPieces {
  if (keep !== 'sampled' && keep !== 'repaired') throw new TypeError(`keep: found ${String(keep)}, wanted 'sampled' or 'repaired'`)
  const ends: MessageEndEvent[] = []
  const deviations: Deviation[] = []
  const parser = createParser(encoding, {
    ...reading,
    role,
    onEvent(event) {
      if (event.type === 'message-end') ends.push(event)
      if (event.type === 'deviation') {
        const { code, tokenIndex, tokenEnd, evidence } = event
        deviations.push({ code, tokenIndex, tokenEnd, evidence })
      }
    },
  })
  parser.push(sampled)
  parser.end({ stopped })

  // A turn that was cut within content lacks its terminator alone, and gets one.
  const damage = keep === 'sampled' ? [] : deviations.filter((deviation) => deviation.code !== 'unterminated')
  const firstDamage = Math.min(...damage.map((deviation) => deviation.tokenIndex))
  let isDamaged = false
  const pieces = ends.map(({ message, tokenEnd }, i): Piece => {
    const isLast = i === ends.length - 1
    const from = i === 0 ? 0 : ends[i - 1].tokenEnd
    const tokens = [...(i === 0 ? opening : []), ...sampled.slice(from, isLast ? sampled.length : tokenEnd)]
    // The end of a message that lacks its stop token is reported as the place where the next one begins, or the input ends.
    const isEndDamaged = firstDamage === tokenEnd && !isStop(tokens.at(-1))
    isDamaged ||= firstDamage < tokenEnd || (isLast && firstDamage < Infinity) || isEndDamaged
    if (isDamaged) {
      const rendered: number[] = []
      renderMessageInto(encoding.tokenizer, message, rendered, renderOptions)
      return { message, tokens: rendered, sampled: false }
    }
    if (isLast) closeTurn(tokens, message.role === 'assistant' && message.recipient !== undefined)
    return { message, tokens, sampled: true }
  })
  return { pieces, messages: ends.map((end) => end.message), deviations }
}

function closeTurn(tokens: number[], isCall: boolean): void {
  if (tokens.at(-1) === SPECIAL_TOKENS.RETURN) tokens[tokens.length - 1] = SPECIAL_TOKENS.END
  else if (!isStop(tokens.at(-1))) tokens.push(isCall ? SPECIAL_TOKENS.CALL : SPECIAL_TOKENS.END)
}
