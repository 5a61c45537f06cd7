import type { Message } from '../message/index.js'
import type { RequestMessage } from './request-messages.js'

/** How a request's messages become Harmony's. */
export interface MessageMapping {
  /** The content type of calls. */
  readonly contentType: string
  /** A function's name in the request → its recipient. */
  readonly recipientOf: (name: string) => string
}

/** Returns the messages of Harmony that stand for one of the request, in the order in which the model samples them. */
export function toHarmony(message: RequestMessage, { contentType, recipientOf }: MessageMapping): Message[] {
  switch (message.role) {
    case 'developer':
      return message.content === ''
        ? []
        : [{ role: 'developer', content: [{ type: 'developer_content', instructions: message.content }] }]
    case 'user':
      return [message]
    case 'tool':
      return [
        {
          role: 'tool',
          name: recipientOf(message.toolName),
          recipient: 'assistant',
          content: message.content,
          channel: 'commentary',
        },
      ]
    case 'assistant': {
      const { reasoning, content, calls } = message
      const messages: Message[] = []
      if (reasoning !== undefined)
        messages.push({ role: 'assistant', content: reasoning, channel: 'analysis' })
      for (const marked of message.messages ?? []) messages.push(marked)
      if (content !== undefined)
        messages.push({ role: 'assistant', content, channel: calls.length === 0 ? 'final' : 'commentary' })
      for (const call of calls) {
        messages.push({
          role: 'assistant',
          recipient: recipientOf(call.name),
          content: call.arguments,
          channel: 'commentary',
          content_type: contentType,
        })
      }
      return messages
    }
  }
}

/** Whether a message closes its turn: it answers, and calls nothing. */
export function isAnswer(message: RequestMessage): boolean {
  if (message.role !== 'assistant' || message.calls.length > 0) return false
  if (message.messages !== undefined) return message.messages.some(({ channel }) => channel === 'final')
  return message.content !== undefined
}
