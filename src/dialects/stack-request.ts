import {
  checkedList,
  checkedName,
  checkedObject,
  invalidRequest,
  readTextPart,
  type UncheckedObject,
} from '../openai/index.js'

/** A Chat Completions body, its shape checked as far as every stack needs it. */
export interface StackRequest {
  readonly body: UncheckedObject
  readonly messages: readonly StackMessage[]
  /** `undefined` without `tools`; an empty list is told apart, because vLLM refuses it. */
  readonly tools: readonly StackTool[] | undefined
}

export interface StackMessage {
  readonly path: string
  readonly fields: UncheckedObject
  readonly role: string
  /** A string, or the texts of its parts; `null` and `undefined` as in the body. */
  readonly content: string | readonly string[] | null | undefined
  readonly calls: readonly StackCall[]
}

export interface StackCall {
  readonly path: string
  readonly id: unknown
  readonly name: string
  /** JSON text as a rule; some clients send an object or nothing. */
  readonly arguments: unknown
  /** Read by templates alone. */
  readonly contentType: unknown
}

export interface StackTool {
  readonly path: string
  readonly name: string
  readonly description: unknown
  readonly parameters: unknown
}

/** @throws HarmonyError `invalid-request`; `unsupported-content` for parts that are no text */
export function readStackRequest(request: unknown): StackRequest {
  const body = checkedObject(request, '')
  const { messages, tools } = body
  return {
    body,
    messages: checkedList(messages, 'messages').map((message, index) =>
      readMessage(message, `messages[${index}]`),
    ),
    tools:
      tools == null
        ? undefined
        : checkedList(tools, 'tools').map((tool, index) => readTool(tool, `tools[${index}]`)),
  }
}

function readMessage(value: unknown, path: string): StackMessage {
  const fields = checkedObject(value, path)
  const { role, content, tool_calls: calls } = fields
  return {
    path,
    fields,
    role: checkedName(role, `${path}.role`),
    content: readContent(content, `${path}.content`),
    calls:
      calls == null
        ? []
        : checkedList(calls, `${path}.tool_calls`).map((call, index) =>
            readCall(call, `${path}.tool_calls[${index}]`),
          ),
  }
}

function readContent(content: unknown, path: string): StackMessage['content'] {
  if (content == null || typeof content === 'string') return content
  if (!Array.isArray(content)) throw invalidRequest(path, content, 'a string or a list of text parts')
  return content.map((part: unknown, index) => readTextPart(part, `${path}[${index}]`))
}

function readCall(value: unknown, path: string): StackCall {
  const call = checkedObject(value, path)
  const {
    name,
    arguments: args,
    content_type: contentType,
  } = checkedObject(call['function'], `${path}.function`)
  return {
    path,
    id: call['id'],
    name: checkedName(name, `${path}.function.name`),
    arguments: args,
    contentType,
  }
}

function readTool(value: unknown, path: string): StackTool {
  const tool = checkedObject(value, path)
  const { name, description, parameters } = checkedObject(tool['function'], `${path}.function`)
  return { path, name: checkedName(name, `${path}.function.name`), description, parameters }
}

/** Whether the answer has to be JSON. */
export function hasResponseFormat({ body }: StackRequest): boolean {
  const format = body['response_format'] as { readonly type?: unknown } | null | undefined
  return format != null && format.type !== 'text'
}

/** A content as one text; nothing there is the empty text. */
export function joinedContent({ content }: StackMessage, separator: string): string {
  return typeof content === 'string' ? content : (content ?? []).join(separator)
}

/** @throws HarmonyError `invalid-request` for what is neither a string nor missing */
export function optionalText({ fields, path }: StackMessage, key: string): string | undefined {
  const value = fields[key]
  if (value == null || typeof value === 'string') return value ?? undefined
  throw invalidRequest(`${path}.${key}`, value, 'a string or null')
}

const REASONING_KEYS = ['reasoning', 'reasoning_content', 'thinking'] as const

/**
 * The reasoning of an assistant's message, under the first of the keys that has some.
 *
 * @param lose is told of reasoning that stands under no key of them
 */
export function readReasoning(
  message: StackMessage,
  keys: readonly (typeof REASONING_KEYS)[number][],
  lose: (path: string, reason: 'unread-reasoning') => void,
): string | undefined {
  const texts = new Map(REASONING_KEYS.map((key) => [key, optionalText(message, key)]))
  const found = keys.map((key) => texts.get(key)).filter((text) => text !== undefined)
  const reasoning = found.find((text) => text !== '') ?? found.at(0)
  for (const [key, text] of texts) {
    if (text !== undefined && text !== '' && text !== reasoning)
      lose(`${message.path}.${key}`, 'unread-reasoning')
  }
  return reasoning
}
