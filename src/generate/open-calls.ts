import type { Message, ParsedMessage } from '../message/index.js'
import { isToolCall, type ToolCall, toolCallsOf, toolNameOf } from '../turn/index.js'

/**
 * Returns the calls at the end of a conversation that no tool message answers yet. A run begins with them: so one that
 * was aborted, or waited for an approval, goes on where it was. A result answers the first open call to its tool.
 */
export function openCallsOf(messages: readonly Message[]): readonly ToolCall[] {
  const turnStart = messages.findLastIndex(({ role }) => role !== 'assistant' && role !== 'tool') + 1
  const open: Message[] = []
  for (const message of messages.slice(turnStart)) {
    if (isToolCall(message)) open.push(message)
    if (message.role !== 'tool') continue
    const answered = open.findIndex(
      ({ recipient }) => toolNameOf(recipient!) === toolNameOf(message.name ?? ''),
    )
    if (answered !== -1) open.splice(answered, 1)
  }
  return toolCallsOf(open.map(withText))
}

function withText(message: Message): ParsedMessage {
  const { content } = message
  const text =
    typeof content === 'string'
      ? content
      : content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return { ...message, content: text } as ParsedMessage
}
