import type { DeviationCode } from '../errors.js'
import type { MessageHeader, ParsedMessage } from '../message/index.js'

/** One repair. */
export interface Deviation {
  readonly code: DeviationCode
  /** The tokens it is about are those from `tokenIndex` up to, not including, `tokenEnd`; none where something is missing. */
  readonly tokenIndex: number
  readonly tokenEnd: number
  /** The text of what was not taken as written, markers included; empty where something is missing. */
  readonly evidence: string
}

/** A message's header is complete: its content follows. */
export interface MessageStartEvent {
  readonly type: 'message-start'
  /** Counts the messages of the stream from 0. */
  readonly messageIndex: number
  readonly header: MessageHeader
  /** Index of the token that completed the header. */
  readonly tokenIndex: number
}

/** More of the open message's content. The deltas of a message joined are its content. */
export interface ContentDeltaEvent {
  readonly type: 'content-delta'
  readonly messageIndex: number
  readonly delta: string
}

/** The open message is over. */
export interface MessageEndEvent {
  readonly type: 'message-end'
  readonly messageIndex: number
  readonly message: ParsedMessage
  /** The stop token that ended it; `null` where another token or the end of the input did. */
  readonly stopToken: number | null
  /** The message's tokens, header and stop token included, are those from `tokenStart` up to, not including, `tokenEnd`. */
  readonly tokenStart: number
  readonly tokenEnd: number
  /** Whether the input ended before the message did. */
  readonly incomplete: boolean
}

/** The stream broke the grammar and was repaired. */
export interface DeviationEvent extends Deviation {
  readonly type: 'deviation'
}

/** What the parser reports, as plain JSON objects. */
export type ParserEvent = MessageStartEvent | ContentDeltaEvent | MessageEndEvent | DeviationEvent
