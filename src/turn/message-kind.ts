import type { Role } from '../message/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'

/** What the messages of a turn are. */
export const MESSAGE_KINDS = [
  /** On `analysis`, without a tool as recipient. */
  'reasoning',
  /** On `commentary`, without a tool as recipient: what the model says before it calls tools. */
  'preamble',
  /** To a tool, on any channel. */
  'tool-call',
  /** On `final`, or without a channel; on a channel that can only be meant as `final`, such as `Final` or `fina`, too. */
  'final',
  /** On any other channel, or not the assistant's. */
  'other',
] as const

export type MessageKind = (typeof MESSAGE_KINDS)[number]

/** The header fields that decide what a message is. `null` is the same as absent. */
export interface KindOfHeader {
  readonly role: Role
  readonly recipient?: string | null | undefined
  readonly channel?: string | null | undefined
}

/**
 * Returns what a message is: reasoning, a preamble, a tool call, an answer or something else.
 *
 * @example
 * ```ts
 * import { messageKind } from 'gpt-oss-harmony'
 *
 * console.log(messageKind({ role: 'assistant', channel: 'analysis' })) // 'reasoning'
 * console.log(messageKind({ role: 'assistant', channel: 'analysis', recipient: 'python' })) // 'tool-call'
 * ```
 */
export function messageKind(header: KindOfHeader): MessageKind {
  if (isToolCall(header)) return 'tool-call'
  if (header.role !== 'assistant') return 'other'
  switch (header.channel ?? 'final') {
    case 'analysis':
      return 'reasoning'
    case 'commentary':
      return 'preamble'
    case 'final':
      return 'final'
    default:
      return isMeantAsFinal(header.channel!) ? 'final' : 'other'
  }
}

/** Whether a channel's name is `final` up to its case, or begins as it does, with three letters or more: `Final`, `fina`, `finals`. */
function isMeantAsFinal(channel: string): boolean {
  const name = channel.toLowerCase()
  return name.startsWith('final') || (name.length >= 3 && 'final'.startsWith(name))
}

/** Whether a message calls a tool: an assistant's message to anyone but everybody (`all`). */
export function isToolCall<T extends KindOfHeader>(header: T): header is T & { readonly recipient: string } {
  const { role, recipient } = header
  return role === 'assistant' && recipient != null && recipient !== 'all'
}

/** Whether a token ends a message: `<|end|>`, `<|return|>` or `<|call|>`. */
export function isStopToken(token: number | undefined): boolean {
  return token === SPECIAL_TOKENS.END || token === SPECIAL_TOKENS.RETURN || token === SPECIAL_TOKENS.CALL
}

/** Returns the tool that a recipient names: `get_weather` for `functions.get_weather`, `browser.search` as it is. */
export function toolNameOf(recipient: string): string {
  return recipient.startsWith('functions.') ? recipient.slice('functions.'.length) : recipient
}
