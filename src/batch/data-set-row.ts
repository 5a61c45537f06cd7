import { HarmonyError, quote } from '../errors.js'
import { isList, isObject, parseJson } from '../json/index.js'
import {
  checkedList,
  checkedObject,
  checkFields,
  invalidRequest,
  TEMPLATE_KWARGS,
  type UncheckedObject,
} from '../openai/index.js'

/** A line whose messages all stand under `messages`. */
export interface JoinedLine {
  readonly line: UncheckedObject
  /** How many come before the completion; absent unless the line has `prompt` and `completion`. */
  readonly promptLength?: number
}

/** @throws HarmonyError `invalid-request`, also for columns that trainers read instead of messages */
export function joinCompletion(line: UncheckedObject): JoinedLine {
  for (const [column, wanted] of Object.entries(REFUSED_COLUMNS))
    if (line[column] != null) throw invalidRequest(column, line[column], wanted)
  const { messages, prompt, completion } = line
  if (completion == null) return { line }
  if (messages != null) throw invalidRequest('completion', completion, 'none beside messages')
  const before = checkedList(prompt, 'prompt', 'a list of messages')
  const after = checkedList(completion, 'completion', 'a list of messages')
  return { line: { ...line, messages: [...before, ...after] }, promptLength: before.length }
}

const REFUSED_COLUMNS = {
  image: 'none: gpt-oss reads text alone',
  images: 'none: gpt-oss reads text alone',
  input_ids: 'none: the row is tokenized already',
  labels: 'none: they are made of the messages',
}

/**
 * Returns a row of a data set as a Chat body. Arrow fills keys that a row lacks with `null`, tools may be JSON text as a
 * whole or one by one, and columns that are not listed here are the data set's own.
 */
export function asChatBody(row: UncheckedObject): UncheckedObject {
  const { messages, tools, chat_template_kwargs: kwargs } = row
  if (kwargs != null)
    checkFields(checkedObject(kwargs, 'chat_template_kwargs'), 'chat_template_kwargs', TEMPLATE_KWARGS)
  const list = jsonIn(tools, 'tools')
  const settings = SETTINGS.filter((column) => row[column] != null).map(
    (column) => [column, row[column]] as const,
  )
  return {
    messages: isList(messages) ? messages.map(withNestedCalls) : messages,
    ...Object.fromEntries(settings),
    ...(list == null
      ? {}
      : {
          tools: isList(list) ? list.map((tool, i) => withFunction(jsonIn(tool, `tools[${i}]`))) : list,
        }),
  }
}

const SETTINGS = ['chat_template_kwargs', 'reasoning_effort', 'response_format', 'tool_choice']

function withNestedCalls(message: unknown): unknown {
  if (!isObject(message)) return message
  const { tool_calls: calls } = message
  return isList(calls) ? { ...message, tool_calls: calls.map(withFunction) } : message
}

/** Some data sets leave out `function` around what a tool or a call has in it. */
function withFunction(value: unknown): unknown {
  if (!isObject(value) || !('name' in value) || value['function'] != null) return value
  const { id, type: _, function: __, ...called } = value
  return { ...(id == null ? {} : { id }), type: 'function', function: called }
}

function jsonIn(value: unknown, path: string): unknown {
  if (typeof value !== 'string') return value
  try {
    return parseJson(value)
  } catch (cause) {
    throw new HarmonyError('invalid-request', `request: ${path} is ${quote(value)}, wanted JSON`, {
      path,
      cause,
    })
  }
}
