import type { ParsedMessage } from '../message/index.js'
import {
  type AssistantMarkup,
  checkedList,
  checkedName,
  checkedObject,
  checkFields,
  invalidRequest,
  isHeaderName,
  readAssistantMarkup,
  readText,
  readTextPart,
  readTools,
  type RequestTool,
  type UncheckedObject,
  unsupportedContent,
} from '../openai/index.js'
import { CallHistory, readCalls, type RequestCall } from './request-calls.js'
import { MESSAGE_FIELDS } from './request-fields.js'

/** A message of the request, its shape checked. */
export type RequestMessage =
  | { readonly role: 'developer'; readonly content: string }
  | { readonly role: 'user'; readonly content: string; readonly name?: string }
  | RequestAssistantMessage
  | { readonly role: 'tool'; readonly content: string; readonly toolName: string }

export interface RequestAssistantMessage {
  readonly role: 'assistant'
  /** Never empty: empty text is the same as none. */
  readonly content?: string
  /** The messages that the content's markup stands for, in its place. */
  readonly messages?: readonly ParsedMessage[]
  readonly reasoning?: string
  readonly calls: readonly RequestCall[]
}

/** The request's messages, and what else they bring. */
export interface RequestMessages {
  readonly messages: readonly RequestMessage[]
  readonly calledNames: ReadonlySet<string>
  /** The tools that developer messages carry. */
  readonly tools: readonly RequestTool[]
  /** Whether the last message says itself that it goes on (`prefix`, `partial`). */
  readonly isLastPartial: boolean
}

/**
 * Reads the request's messages, each tool's answer with the name of the function that was called.
 *
 * @throws HarmonyError `invalid-request`, `unknown-field`, `unsupported-content`; `unknown-tool-call` for a result
 *   without its call
 */
export function readMessages(value: unknown, markup: AssistantMarkup): RequestMessages {
  const list = checkedList(value, 'messages')
  const history = new CallHistory()
  const tools: RequestTool[] = []
  const readMessage = (value: unknown, index: number): RequestMessage => {
    const path = `messages[${index}]`
    const message = checkedObject(value, path)
    const { role, content } = message
    switch (role) {
      case 'system':
      case 'developer':
        checkFields(message, path, MESSAGE_FIELDS.developer)
        for (const tool of readTools(message['tools'], `${path}.tools`)) tools.push(tool)
        return { role: 'developer', content: readText(content ?? '', `${path}.content`) }
      case 'user':
        checkFields(message, path, MESSAGE_FIELDS.user)
        return {
          role,
          content: readText(content, `${path}.content`),
          ...(message['name'] != null && { name: userName(message['name'], `${path}.name`) }),
        }
      case 'assistant': {
        checkFields(message, path, MESSAGE_FIELDS.assistant)
        if (isPartial(message, path) && index < list.length - 1)
          throw invalidRequest(path, message, 'a last message: only that one can be gone on with')
        const assistant = readAssistant(message, path, markup)
        history.add(assistant.calls)
        return assistant
      }
      case 'tool': {
        checkFields(message, path, MESSAGE_FIELDS.tool)
        const { name } = history.answer(message, path)
        return { role, content: readText(content ?? '', `${path}.content`), toolName: name }
      }
      case 'function':
        throw invalidRequest(
          `${path}.role`,
          role,
          '"tool": function messages belong to the old function_call',
        )
      default:
        throw invalidRequest(`${path}.role`, role, '"system", "developer", "user", "assistant" or "tool"')
    }
  }
  const messages: RequestMessage[] = []
  for (let index = 0; index < list.length; index++) messages.push(readMessage(list[index], index))
  const last = list.at(-1) as UncheckedObject | undefined
  const isLastPartial =
    last?.['role'] === 'assistant' && (last['prefix'] === true || last['partial'] === true)
  return { messages, calledNames: history.names, tools, isLastPartial }
}

function isPartial(message: UncheckedObject, path: string): boolean {
  for (const key of ['prefix', 'partial']) {
    const value = message[key]
    if (value != null && typeof value !== 'boolean')
      throw invalidRequest(`${path}.${key}`, value, 'true or false')
  }
  return message['prefix'] === true || message['partial'] === true
}

function readAssistant(
  message: UncheckedObject,
  path: string,
  markup: AssistantMarkup,
): RequestAssistantMessage {
  if (message['audio'] != null)
    throw unsupportedContent(`${path}.audio`, message['audio'], 'gpt-oss takes text alone')
  const calls = readCalls(message['tool_calls'], `${path}.tool_calls`)
  const parts = readContent(message['content'], `${path}.content`)
  const refusal = message['refusal'] == null ? '' : readText(message['refusal'], `${path}.refusal`)
  const reasoning = readReasoning(message, path) || parts.reasoning
  // A refusal comes in the answer's place.
  const content = [parts.text, refusal].filter((text) => text !== '').join('\n')
  const messages = content === '' ? undefined : readAssistantMarkup(content, `${path}.content`, markup)
  return {
    role: 'assistant',
    calls,
    ...(messages === undefined ? content !== '' && { content } : { messages }),
    ...(reasoning !== '' && { reasoning }),
  }
}

/** The text of a content, and the reasoning that some servers put into parts of it. */
function readContent(content: unknown, path: string): { readonly text: string; readonly reasoning: string } {
  if (content == null) return { text: '', reasoning: '' }
  if (!Array.isArray(content)) return { text: readText(content, path), reasoning: '' }
  let text = ''
  const reasoning: string[] = []
  content.forEach((value: unknown, index) => {
    const partPath = `${path}[${index}]`
    const type = typeof value === 'object' && value !== null ? (value as UncheckedObject)['type'] : undefined
    if (type === 'reasoning' || type === 'thinking')
      reasoning.push(reasoningPart(value as UncheckedObject, partPath))
    else text += readTextPart(value, partPath)
  })
  return { text, reasoning: reasoning.join('\n') }
}

function reasoningPart(part: UncheckedObject, path: string): string {
  const key = REASONING_PART_KEYS.find((candidate) => part[candidate] != null) ?? 'text'
  return readText(part[key], `${path}.${key}`)
}

const REASONING_PART_KEYS = ['text', 'reasoning', 'thinking', 'content'] as const

/** Returns the first reasoning that is not empty: under the key that vLLM writes, or one of those of others. */
function readReasoning(message: UncheckedObject, path: string): string {
  for (const key of REASONING_KEYS) {
    const value = message[key]
    if (value == null || value === '') continue
    if (typeof value !== 'string') throw invalidRequest(`${path}.${key}`, value, 'a string or null')
    return value
  }
  if (message['reasoning_details'] == null) return ''
  const detailsPath = `${path}.reasoning_details`
  return checkedList(message['reasoning_details'], detailsPath)
    .flatMap((value, index) => {
      const detail = checkedObject(value, `${detailsPath}[${index}]`)
      // Encrypted details have neither: no one but their maker can read them.
      const key = detail['text'] != null ? 'text' : 'summary'
      return detail[key] == null ? [] : readText(detail[key], `${detailsPath}[${index}].${key}`)
    })
    .join('\n')
}

const REASONING_KEYS = ['reasoning', 'reasoning_content', 'thinking'] as const

/** A user's name stands in the message's header: `user:eve`. */
function userName(value: unknown, path: string): string {
  const name = checkedName(value, path)
  if (!isHeaderName(name)) throw invalidRequest(path, name, 'a name without white space, < and >')
  return name
}
