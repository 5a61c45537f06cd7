import type { Message, ParsedMessage } from '../message/index.js'
import { isToolCall, type ToolCall, toolCallsOf, toolNameOf } from '../turn/index.js'

/**
 * Returns the calls at the end of a conversation that no tool message answers yet. A run begins with them: so one that
 * was aborted, or waited for an approval, goes on where it was. A result answers the first open call to its tool.
 */
export function openCallsOf(messages: readonly Message[]): readonly ToolCall[] {
  const turnStart = messages.findLastIndex(({ role }) => role !== 'assistant' && role !== 'tool') + 1
  const open = new Map<number, Message>()
  const indexesByTool = new Map<string, number[]>()
  messages.slice(turnStart).forEach((message, index) => {
    if (isToolCall(message)) {
      const tool = toolNameOf(message.recipient)
      const indexes = indexesByTool.get(tool)
      if (indexes === undefined) indexesByTool.set(tool, [index])
      else indexes.push(index)
      open.set(index, message)
    } else if (message.role === 'tool') {
      const answered = indexesByTool.get(toolNameOf(message.name ?? ''))?.shift()
      if (answered !== undefined) open.delete(answered)
    }
  })
  return toolCallsOf([...open.values()].map(withText))
}

function withText(message: Message): ParsedMessage {
  const { content } = message
  const text =
    typeof content === 'string'
      ? content
      : content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return { ...message, content: text } as ParsedMessage
}
