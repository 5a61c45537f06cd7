import { messageKind, type MessageHeader } from 'gpt-oss-harmony'

/** What a message's colour says: its author, and the channel of the assistant's. */
export type Tone =
  'system' | 'developer' | 'user' | 'tool' | 'reasoning' | 'preamble' | 'tool-call' | 'final' | 'other'

export function toneOf(header: Pick<MessageHeader, 'role'> & Partial<MessageHeader>): Tone {
  return header.role === 'assistant' ? messageKind(header) : header.role
}

/** A message's header for a heading: `assistant · commentary → functions.get_weather`. */
export function headerText({
  role,
  name,
  channel,
  recipient,
}: Pick<MessageHeader, 'role'> & {
  readonly name?: string | null | undefined
  readonly channel?: string | null | undefined
  readonly recipient?: string | null | undefined
}): string {
  const author = name == null || role === name ? role : role === 'tool' ? `tool ${name}` : `${role} ${name}`
  return `${author}${channel == null ? '' : ` · ${channel}`}${recipient == null ? '' : ` → ${recipient}`}`
}
