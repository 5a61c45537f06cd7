import type { DeviationCode } from '../errors.js'
import type { MessageHeader, ParsedMessage } from '../message/index.js'
import type { TokenRange } from '../tokenizer/index.js'
import type { MessageKind, TurnAction } from '../turn/index.js'

/** One repair. */
export interface Deviation {
  readonly code: DeviationCode
  /** The message it belongs to; between messages, the one that comes next. */
  readonly messageIndex: number
  /** The tokens it is about; an empty range where something is missing. */
  readonly tokens: TokenRange
  /** The text that was not taken as written, markers included; empty where something is missing. */
  readonly evidence: string
}

/** A message's header is complete: its content follows. */
export interface MessageStartEvent {
  readonly type: 'message-start'
  /** Counts the messages of the stream from 0. */
  readonly messageIndex: number
  readonly header: MessageHeader
  readonly kind: MessageKind
  /** The tool that a call is to, without the namespace `functions.`; absent on other messages. */
  readonly toolName?: string
  /** Index of the token that completed the header. */
  readonly tokenIndex: number
}

/** More of the open message's content. The deltas of a message joined are its content. */
export interface ContentDeltaEvent {
  readonly type: 'content-delta'
  readonly messageIndex: number
  readonly delta: string
  /** The tokens that the delta took. Empty for content that the `prefill` brought. */
  readonly tokens: TokenRange
}

/** The open message is over. */
export interface MessageEndEvent extends MessageExtent {
  readonly type: 'message-end'
  readonly messageIndex: number
  readonly message: ParsedMessage
}

/** What a message is, where it stands and how it ended. */
export interface MessageExtent {
  readonly kind: MessageKind
  /** The tool that a call is to, without the namespace `functions.`; absent on other messages. */
  readonly toolName?: string
  /** The stop token that ended it; `null` where another token or the end of the input did. */
  readonly stopToken: number | null
  /** The message's tokens, header and stop token included. */
  readonly tokens: TokenRange
  /** Whether the input ended before the message did. */
  readonly incomplete: boolean
}

/** The stream broke the grammar and was repaired. */
export interface DeviationEvent extends Deviation {
  readonly type: 'deviation'
}

/** The input is over. */
export interface TurnEndEvent extends TurnEnd {
  readonly type: 'turn-end'
}

/** How a turn ended and what it cost. */
export interface TurnEnd {
  /** What comes next: nothing (`return`), the results of the turn's calls (`call`), or more sampling (`length`). */
  readonly action: TurnAction
  /** The stop token that ended the turn; `null` where its tokens ran out or the engine kept the token to itself. */
  readonly stopToken: number | null
  readonly usage: TurnUsage
}

/** Sampled tokens by what they were spent on. A message's header and stop token count with its content. */
export interface TurnUsage {
  /** All tokens, those in no message or in one of kind `other` included. */
  readonly total: number
  readonly reasoning: number
  readonly calls: number
  readonly preamble: number
  readonly final: number
}

/** What the parser reports, as plain JSON objects. */
export type ParserEvent =
  MessageStartEvent | ContentDeltaEvent | MessageEndEvent | DeviationEvent | TurnEndEvent
