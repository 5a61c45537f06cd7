import type { CreateId } from '../openai/index.js'
import type { Message } from '../message/index.js'
import type { OutputLog } from './output-log.js'
import type { TokenLogprob, WebSearchAction } from './types.js'

/** An item whose message is still being sampled. */
export interface OpenItem {
  delta(text: string, logprobs: TokenLogprob[]): void
  /** The message is over. Returns the call that now waits for its result, if it is one. */
  end(message: MessageEnd): HeldCall | undefined
}

export interface MessageEnd {
  readonly content: string
  /** Whether the tokens ran out before the message ended. */
  readonly incomplete: boolean
  /** Seals the message's tokens, with the tool message that answers it; `undefined` where the client wants none. */
  readonly seal: (answer?: Message) => string | undefined
}

/** A call of a hosted tool or an MCP server, whose item stays open until there is a result. */
export interface HeldCall {
  /** The id of its item. */
  readonly id: string
  finish(result: CallResult | undefined): void
}

/** A call that the server has to run. */
export interface WaitingCall {
  readonly itemId: string
  /** The recipient as sampled, as in `browser.search`. */
  readonly recipient: string
}

/** What a call of a hosted tool or an MCP server gave. */
export interface CallResult {
  /** What the tool printed or answered. */
  readonly output?: string | undefined
  /** What went wrong, for the user to read; the call counts as failed. */
  readonly error?: string | undefined
  /** What a browser call did, in place of what its arguments say: with the sources of a search, the URL of a page. */
  readonly action?: WebSearchAction | undefined
  /** The tool message that goes to the model. Sealed with the call, it comes back when the client sends the item. */
  readonly message?: Message | undefined
}

/** What an item needs to know beside its message. */
export interface ItemContext {
  readonly log: OutputLog
  readonly createId: CreateId
}

export function sealedContent(sealed: string | undefined): { encrypted_content?: string } {
  return sealed === undefined ? {} : { encrypted_content: sealed }
}
