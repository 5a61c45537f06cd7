import type { Message, Role } from './types.js'

/** The parts of a message's header. A part that the header lacks has no key. */
export interface MessageHeader {
  readonly role: Role
  readonly name?: string
  readonly recipient?: string
  readonly channel?: string
  readonly content_type?: string
}

/**
 * A message as the parsers return it: the official JSON form, with the content as one
 * string.
 */
export interface ParsedMessage extends Message, MessageHeader {
  readonly role: Role
  readonly name?: string
  readonly recipient?: string
  readonly content: string
  readonly channel?: string
  readonly content_type?: string
}

/**
 * Returns a header and its content as a message, with the keys in the official core's
 * order.
 */
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
