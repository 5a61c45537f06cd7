import { HarmonyError, quote } from '../errors.js'
import type { Message } from '../message/index.js'
import {
  checkedList,
  checkedName,
  checkedObject,
  invalidRequest,
  isHeaderName,
  readText,
  toolTypeOf,
  type UncheckedObject,
  unsupportedContent,
} from '../openai/index.js'

/** One call in an assistant's message of the request. */
interface RequestCall {
  readonly id: string
  readonly name: string
  readonly arguments: string
}

/** A message of the request, its shape checked. */
export type RequestMessage =
  | { readonly role: 'developer'; readonly content: string }
  | { readonly role: 'user'; readonly content: string; readonly name?: string }
  | {
      readonly role: 'assistant'
      readonly content?: string
      readonly reasoning?: string
      readonly calls: readonly RequestCall[]
    }
  | { readonly role: 'tool'; readonly content: string; readonly toolName: string }

/** The request's messages, and the functions that they call. */
export interface RequestMessages {
  readonly messages: readonly RequestMessage[]
  readonly calledNames: ReadonlySet<string>
}

/**
 * The request's messages, each tool's answer with the name of the function that was called.
 *
 * @throws HarmonyError `invalid-request`, `unsupported-content`; `unknown-tool-call` for an answer to a call that no message before it makes
 */
export function readMessages(list: unknown): RequestMessages {
  const namesById = new Map<string, string>()
  const calledNames = new Set<string>()
  const messages = checkedList(list, 'messages').map((value, index): RequestMessage => {
    const path = `messages[${index}]`
    const message = checkedObject(value, path)
    switch (message['role']) {
      case 'system':
      case 'developer':
        return { role: 'developer', content: readText(message['content'], `${path}.content`) }
      case 'user':
        return {
          role: 'user',
          content: readText(message['content'], `${path}.content`),
          ...(message['name'] == null ? {} : { name: userName(message['name'], `${path}.name`) }),
        }
      case 'assistant': {
        const assistant = readAssistant(message, path)
        for (const { id, name } of assistant.calls) {
          namesById.set(id, name)
          calledNames.add(name)
        }
        return assistant
      }
      case 'tool': {
        const id = checkedName(message['tool_call_id'], `${path}.tool_call_id`)
        const toolName = namesById.get(id)
        if (toolName === undefined) throw unknownToolCall(id, `${path}.tool_call_id`)
        return { role: 'tool', content: readText(message['content'], `${path}.content`), toolName }
      }
      default:
        throw invalidRequest(
          `${path}.role`,
          message['role'],
          '"system", "developer", "user", "assistant" or "tool"',
        )
    }
  })
  return { messages, calledNames }
}

function readAssistant(
  message: UncheckedObject,
  path: string,
): RequestMessage & { readonly role: 'assistant' } {
  if (message['function_call'] != null)
    throw invalidRequest(`${path}.function_call`, message['function_call'], 'tool_calls instead')
  if (message['audio'] != null)
    throw unsupportedContent(`${path}.audio`, message['audio'], 'gpt-oss takes text alone')
  const calls = message['tool_calls'] == null ? [] : readCalls(message['tool_calls'], `${path}.tool_calls`)
  const reasoning = readReasoning(message, path)
  const texts = ['content', 'refusal'].flatMap((key) =>
    message[key] == null ? [] : [readText(message[key], `${path}.${key}`)],
  )
  if (texts.length === 0 && calls.length === 0 && reasoning === undefined) {
    throw invalidRequest(`${path}.content`, message['content'], 'text, or tool_calls beside it')
  }
  return {
    role: 'assistant',
    // A refusal comes in the answer's place, for which some clients then write the empty text.
    ...(texts.length === 0 ? {} : { content: texts.filter((text) => text !== '').join('\n') }),
    ...(reasoning === undefined ? {} : { reasoning }),
    calls,
  }
}

/** Under the key that vLLM writes, or one of those that others do. */
function readReasoning(message: UncheckedObject, path: string): string | undefined {
  const key = REASONING_KEYS.find((candidate) => message[candidate] != null && message[candidate] !== '')
  if (key === undefined) return undefined
  const reasoning = message[key]
  if (typeof reasoning !== 'string') throw invalidRequest(`${path}.${key}`, reasoning, 'a string or null')
  return reasoning
}

const REASONING_KEYS = ['reasoning', 'reasoning_content', 'thinking'] as const

/** A user's name stands in the message's header: `user:eve`. */
function userName(value: unknown, path: string): string {
  const name = checkedName(value, path)
  if (!isHeaderName(name)) throw invalidRequest(path, name, 'a name without white space, < and >')
  return name
}

function readCalls(calls: unknown, path: string): readonly RequestCall[] {
  const ids = new Set<string>()
  return checkedList(calls, path).map((value, index) => {
    const callPath = `${path}[${index}]`
    const call = checkedObject(value, callPath)
    toolTypeOf(call, callPath)
    const called = checkedObject(call['function'], `${callPath}.function`)
    if (typeof called['arguments'] !== 'string') {
      throw invalidRequest(`${callPath}.function.arguments`, called['arguments'], 'JSON in a string')
    }
    const id = checkedName(call['id'], `${callPath}.id`)
    if (ids.has(id))
      throw invalidRequest(
        `${callPath}.id`,
        id,
        'an id of its own, for its result to be told from that of the other call',
      )
    ids.add(id)
    return {
      id,
      name: checkedName(called['name'], `${callPath}.function.name`),
      arguments: called['arguments'],
    }
  })
}

function unknownToolCall(id: string, path: string): HarmonyError {
  const evidence = quote(id)
  return new HarmonyError(
    'unknown-tool-call',
    `request: ${path} is ${evidence}, wanted the id of a call in a message before it`,
    {
      path,
      evidence,
    },
  )
}

/** How a request's messages become Harmony's. */
export interface MessageMapping {
  readonly contentType: string
  /** A function's name in the request → its recipient. */
  readonly recipientOf: (name: string) => string
}

/** The messages of Harmony that stand for one of the request, in the order in which the model samples them. */
export function toHarmony(message: RequestMessage, { contentType, recipientOf }: MessageMapping): Message[] {
  switch (message.role) {
    case 'developer':
      return [{ role: 'developer', content: [{ type: 'developer_content', instructions: message.content }] }]
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
      // An empty answer is one that the model gave; an empty word before its calls is how clients write that there is none.
      if (content !== undefined && (content !== '' || calls.length === 0)) {
        messages.push({ role: 'assistant', content, channel: calls.length === 0 ? 'final' : 'commentary' })
      }
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
