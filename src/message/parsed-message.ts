import type { Message, Role } from './types.js'

/** What a message's header says. Absent parts are absent keys. */
export interface MessageHeader {
  readonly role: Role
  readonly name?: string
  readonly recipient?: string
  readonly channel?: string
  readonly content_type?: string
}

/** A message as the parsers give it: the official JSON form with its content as one string. */
export interface ParsedMessage extends Message, MessageHeader {
  readonly role: Role
  readonly name?: string
  readonly recipient?: string
  readonly content: string
  readonly channel?: string
  readonly content_type?: string
}

/** A header and its content as a message, keys in the official core's order. */
export function messageOf(
  { role, name, recipient, channel, content_type }: MessageHeader,
  content: string,
): ParsedMessage {
  return {
    role,
    ...(name !== undefined && { name }),
    ...(recipient !== undefined && { recipient }),
    content,
    ...(channel !== undefined && { channel }),
    ...(content_type !== undefined && { content_type }),
  }
}
