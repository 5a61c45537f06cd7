import type { Message } from '../message/index.js'
import type { MessageSpan } from '../render/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { isStopToken } from '../turn/index.js'

/** A message of a transcript with the tokens that stand for it. */
export interface TokenizedMessage {
  readonly message: Message
  readonly tokens: readonly number[]
  /** Whether the tokens are those that an engine sampled, not the renderer's. */
  readonly sampled: boolean
}

/** @deprecated the old name of {@link TokenizedMessage} */
export type Piece = TokenizedMessage

/** Where a message of a transcript lies. */
export interface TranscriptSpan extends MessageSpan {
  /** Whether the tokens are those that an engine sampled, not the renderer's. */
  readonly sampled: boolean
}

/** Whether one message ends and the next begins with a marker of its own. Where a model left them out, neither can stand alone. */
export function isSoundSeam(before: TokenizedMessage, after: TokenizedMessage): boolean {
  return isStopToken(before.tokens.at(-1)) && after.tokens[0] === SPECIAL_TOKENS.START
}

/** A tool's message has no header without the tool's name, which a damaged one may lack. */
export function isRenderable({ role, name }: Message): boolean {
  return role !== 'tool' || name != null
}

/**
 * Where the parts of a message lie, read off its markers: content holds none, unless a model put them there. A part that a damaged message
 * lacks is an empty range.
 */
export function spanOf(
  { message, tokens, sampled }: TokenizedMessage,
  messageIndex: number,
  offset: number,
): TranscriptSpan {
  const start = tokens[0] === SPECIAL_TOKENS.START ? 1 : 0
  let terminator = tokens.length
  while (terminator > start && isStopToken(tokens[terminator - 1])) terminator--
  const headerEnd = tokens.indexOf(SPECIAL_TOKENS.MESSAGE) + 1
  const content = headerEnd > start && headerEnd <= terminator ? headerEnd : terminator

  const range = (from: number, to: number) => ({ start: offset + from, end: offset + to })
  return {
    messageIndex,
    role: message.role,
    ...(message.name == null ? {} : { name: message.name }),
    ...(message.channel == null ? {} : { channel: message.channel }),
    ...(message.recipient == null ? {} : { recipient: message.recipient }),
    start: range(0, start),
    header: range(start, content),
    content: range(content, terminator),
    terminator: range(terminator, tokens.length),
    sampled,
  }
}
