import { type Conversation, type Message } from '../../message/index.js'
import { messageKind, toolNameOf } from '../../turn/index.js'

/** A message of a Chat Completions request. */
export interface ApiMessage {
  readonly role: string
  content: string | null
  tool_calls?: ApiCall[]
  readonly tool_call_id?: string
}

export interface ApiCall {
  readonly id: string
  readonly type: 'function'
  readonly function: { readonly name: string; readonly arguments: string }
}

/**
 * Returns a conversation as the messages of a Chat Completions request. The system message and reasoning are left out: the
 * API writes its own system message, and has no field for reasoning. An assistant's messages in a row become one.
 */
export function apiMessagesOf({ messages }: Conversation): ApiMessage[] {
  const result: ApiMessage[] = []
  const openCalls: { readonly id: string; readonly tool: string }[] = []
  let callCount = 0
  const assistant = (): ApiMessage => {
    if (result.at(-1)?.role !== 'assistant') result.push({ role: 'assistant', content: null })
    return result.at(-1)!
  }
  for (const message of messages) {
    const text = textOf(message)
    switch (message.role) {
      case 'system':
        break
      case 'developer':
        if (text !== '') result.push({ role: 'system', content: text })
        break
      case 'user':
        result.push({ role: 'user', content: text })
        break
      case 'tool': {
        const index = openCalls.findIndex(({ tool }) => tool === toolNameOf(message.name ?? ''))
        if (index === -1) break
        const [{ id }] = openCalls.splice(index, 1)
        result.push({ role: 'tool', tool_call_id: id, content: text })
        break
      }
      case 'assistant': {
        const kind = messageKind(message)
        if (kind === 'tool-call') {
          const id = `call_${callCount++}`
          const name = apiNameOf(message.recipient!)
          openCalls.push({ id, tool: toolNameOf(message.recipient!) })
          ;(assistant().tool_calls ??= []).push({ id, type: 'function', function: { name, arguments: text } })
        } else if (kind !== 'reasoning') {
          const answer = assistant()
          answer.content = answer.content === null ? text : `${answer.content}\n${text}`
        }
        break
      }
    }
  }
  return result
}

/** The name of a tool in the API, which takes no dots: `docs__search` for `docs.search`. */
export function apiNameOf(recipient: string): string {
  return toolNameOf(recipient).replaceAll('.', '__')
}

function textOf({ content }: Message): string {
  if (typeof content === 'string') return content
  return content
    .map((part) =>
      part.type === 'text' ? part.text : part.type === 'developer_content' ? (part.instructions ?? '') : '',
    )
    .join('')
}
