import type { HarmonyEncoding } from '../encoding.js'
import type { ParsedMessage } from '../message/index.js'
import {
  createParser,
  type Deviation,
  type MessageExtent,
  type ParsedTokens,
  type ReadingOptions,
  type TurnEnd,
} from '../parse/index.js'
import type { TokenRange } from '../tokenizer/index.js'
import { TOKEN_PARTS, type TokenPart, tokenPartOf } from '../tokens/index.js'
import { DEVIATION_TEXTS } from './deviation-texts.js'

/** A message, where it stands and what it is. */
export interface DescribedMessage extends MessageExtent {
  readonly message: ParsedMessage
  /** The tokens of its content, without header and stop token. */
  readonly content: TokenRange
  /** The part of the cost that it counts for. */
  readonly part: TokenPart
}

export interface DescribedDeviation extends Deviation {
  /** What the model did and how it was repaired, in one sentence. */
  readonly text: string
}

/** Tokens by what they were spent on. */
export interface TokenCost {
  readonly total: number
  readonly byPart: Readonly<Record<TokenPart, number>>
  /** Messages without a channel and a prompt's opening count under `''`. */
  readonly byChannel: Readonly<Record<string, number>>
  readonly byMessage: readonly number[]
  /** Tokens that belong to no message, such as text between two. */
  readonly outside: number
}

export interface DescribedTokens {
  readonly messages: readonly DescribedMessage[]
  /** In the order of their tokens. */
  readonly deviations: readonly DescribedDeviation[]
  readonly cost: TokenCost
}

/** What the parser makes of tokens, and where each message's content lies in them. */
export interface MessagesRead {
  readonly parsed: ParsedTokens
  readonly messages: readonly DescribedMessage[]
  readonly deviations: readonly DescribedDeviation[]
}

/** @throws HarmonyError `invalid-token` */
export function readMessages(
  encoding: HarmonyEncoding,
  tokens: readonly number[],
  options: ReadingOptions,
  stopped = false,
): MessagesRead {
  const messages: DescribedMessage[] = []
  const deviations: Deviation[] = []
  let content = { start: 0, end: 0 }
  let turn: TurnEnd | undefined
  const parser = createParser(encoding, {
    ...options,
    onEvent(event) {
      switch (event.type) {
        case 'message-start':
          content = { start: event.tokenIndex + 1, end: event.tokenIndex + 1 }
          return
        case 'content-delta':
          content = { start: Math.min(content.start, event.tokens.start), end: event.tokens.end }
          return
        case 'message-end': {
          const { type, messageIndex, ...described } = event
          messages.push({
            ...described,
            content: within(event.tokens, content),
            part: tokenPartOf(event.message),
          })
          return
        }
        case 'deviation': {
          const { type, ...deviation } = event
          deviations.push(deviation)
          return
        }
        case 'turn-end': {
          const { type, ...end } = event
          turn = end
        }
      }
    },
  })
  parser.push(tokens)
  parser.end({ stopped })
  // A character that is never finished is known to be broken only after what follows it.
  deviations.sort((one, other) => one.tokens.start - other.tokens.start)
  const extents = messages.map(({ message, content: _, part, ...extent }) => extent)
  return {
    parsed: { messages: messages.map(({ message }) => message), extents, deviations, turn: turn! },
    messages,
    deviations: deviations.map((deviation) => ({ ...deviation, text: DEVIATION_TEXTS[deviation.code] })),
  }
}

function within({ start, end }: TokenRange, content: TokenRange): TokenRange {
  const contentStart = Math.min(Math.max(content.start, start), end)
  return { start: contentStart, end: Math.min(Math.max(content.end, contentStart), end) }
}

/**
 * Adds up what messages cost.
 *
 * @param opening how many tokens the prompt's opening has
 * @param toolTokens how many of a message's tokens describe tools
 */
export function costOf(
  messages: readonly DescribedMessage[],
  total: number,
  opening: number,
  toolTokens: (message: DescribedMessage) => number,
): TokenCost {
  const byPart = Object.fromEntries(TOKEN_PARTS.map((part) => [part, 0])) as Record<TokenPart, number>
  byPart.opening = opening
  const byChannel = new Map<string, number>(opening === 0 ? [] : [['', opening]])
  const byMessage = messages.map((described) => {
    const { message, tokens, part } = described
    const count = tokens.end - tokens.start
    const inTools = toolTokens(described)
    byPart[part] += count - inTools
    byPart.tools += inTools
    const channel = message.channel ?? ''
    byChannel.set(channel, (byChannel.get(channel) ?? 0) + count)
    return count
  })
  const outside = byMessage.reduce((rest, count) => rest - count, total - opening)
  return { total, byPart, byChannel: Object.fromEntries(byChannel), byMessage, outside }
}
