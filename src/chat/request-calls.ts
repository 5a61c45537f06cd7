import { HarmonyError, quote } from '../errors.js'
import { writtenText } from '../json/index.js'
import {
  checkedList,
  checkedName,
  checkedObject,
  checkFields,
  customToolArguments,
  definitionOf,
  invalidRequest,
  toolTypeOf,
  type UncheckedObject,
} from '../openai/index.js'
import { CALL_FIELDS, CALLED_FIELDS } from './request-fields.js'

/** One call in an assistant's message of the request. */
export interface RequestCall {
  /** Absent in histories without ids. */
  readonly id?: string
  readonly name: string
  readonly arguments: string
}

/**
 * Reads the calls of an assistant's message. Arguments may be an object instead of its JSON; `null` and missing
 * ones are empty, as some models write none.
 *
 * @throws HarmonyError `invalid-request`, `unknown-field`, `unsupported-content`
 */
export function readCalls(calls: unknown, path: string): readonly RequestCall[] {
  if (calls == null) return []
  const ids = new Set<string>()
  return checkedList(calls, path).map((value, index) => {
    const callPath = `${path}[${index}]`
    const call = readCall(checkedObject(value, callPath), callPath)
    if (call.id !== undefined && ids.has(call.id))
      throw invalidRequest(`${callPath}.id`, call.id, 'an id of its own, to tell its result from the others')
    if (call.id !== undefined) ids.add(call.id)
    return call
  })
}

function readCall(call: UncheckedObject, path: string): RequestCall {
  const type = toolTypeOf(call, path)
  const [called, calledPath] = definitionOf(call, type, path)
  const isFlat = called === call
  const fields = CALLED_FIELDS[type]
  checkFields(
    call,
    path,
    isFlat ? { ...CALL_FIELDS, understood: [...CALL_FIELDS.understood, ...fields.understood] } : CALL_FIELDS,
  )
  if (!isFlat) checkFields(called, calledPath, fields)
  return {
    name: checkedName(called['name'], `${calledPath}.name`),
    arguments:
      type === 'custom'
        ? customToolArguments(textOf(called['input'], `${calledPath}.input`))
        : readArguments(called['arguments'], `${calledPath}.arguments`),
    ...(call['id'] != null && { id: checkedName(call['id'], `${path}.id`) }),
  }
}

function readArguments(value: unknown, path: string): string {
  if (value == null) return ''
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || Array.isArray(value))
    throw invalidRequest(path, value, 'JSON in a string, or an object')
  try {
    return writtenText(value)
  } catch {
    throw invalidRequest(path, value, 'an object that can be written as JSON')
  }
}

function textOf(value: unknown, path: string): string {
  if (typeof value !== 'string') throw invalidRequest(path, value, 'a string')
  return value
}

/** A call of a history, and whether a result has come for it. */
interface PastCall extends RequestCall {
  isAnswered: boolean
}

/** The calls of a history, and which of them have their result. */
export class CallHistory {
  readonly #byId = new Map<string, PastCall>()
  readonly #queues = new Map<string, CallQueue>()
  readonly names = new Set<string>()

  add(calls: readonly RequestCall[]): void {
    for (const call of calls) {
      const past = { isAnswered: false, ...call }
      this.names.add(call.name)
      for (const name of [undefined, call.name]) {
        this.#queue('any', name).calls.push(past)
        if (call.id === undefined) this.#queue('without-id', name).calls.push(past)
      }
      if (call.id !== undefined) this.#byId.set(call.id, past)
    }
  }

  /**
   * Returns the call that a tool's message answers: that of its `tool_call_id`; without ids, the first open
   * call, or the first open one of its name.
   *
   * @throws HarmonyError `unknown-tool-call` if there is none
   */
  answer(message: UncheckedObject, path: string): RequestCall {
    const nameKey = message['name'] != null ? 'name' : 'tool_name'
    const id = optionalName(message, 'tool_call_id', path)
    const name = optionalName(message, nameKey, path)
    // A call with an id is answered by that id, or by a result that has none.
    const call =
      (id === undefined ? undefined : this.#byId.get(id)) ??
      this.#queue(id === undefined ? 'any' : 'without-id', name).first()
    if (call === undefined) {
      const [key, found] = id !== undefined || name === undefined ? ['tool_call_id', id] : [nameKey, name]
      throw unknownToolCall(found, `${path}.${key}`)
    }
    call.isAnswered = true
    return call
  }

  #queue(kind: 'any' | 'without-id', name: string | undefined): CallQueue {
    const key = name === undefined ? kind : `${kind} ${withoutNamespace(name)}`
    let queue = this.#queues.get(key)
    if (queue === undefined) this.#queues.set(key, (queue = new CallQueue()))
    return queue
  }
}

/** Calls in the order in which they were made. */
class CallQueue {
  readonly calls: PastCall[] = []
  #next = 0

  /** The first call without a result. */
  first(): PastCall | undefined {
    while (this.calls[this.#next]?.isAnswered) this.#next++
    return this.calls[this.#next]
  }
}

function optionalName(message: UncheckedObject, key: string, path: string): string | undefined {
  return message[key] == null ? undefined : checkedName(message[key], `${path}.${key}`)
}

function withoutNamespace(name: string): string {
  return name.startsWith('functions.') ? name.slice('functions.'.length) : name
}

function unknownToolCall(found: string | undefined, path: string): HarmonyError {
  const evidence = quote(found)
  return new HarmonyError(
    'unknown-tool-call',
    `request: ${path} is ${evidence}, wanted the id of a call in an earlier message, or an open call to answer`,
    { path, evidence },
  )
}
