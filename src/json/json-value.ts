import { HarmonyError } from '../errors.js'

/** What `JSON.parse` returns. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
export type JsonObject = { readonly [key: string]: JsonValue }

/**
 * The deepest nesting of a tool's schema. The official library reads 127 levels of JSON.
 * In a conversation, nine of them surround a schema (conversation, messages, message,
 * content, part, namespaces, namespace, tools, tool).
 */
export const MAX_SCHEMA_DEPTH = 118

/**
 * Returns a tool's schema as plain JSON, as `JSON.stringify` writes it: `toJSON` is
 * called, keys with `undefined` or a function are left out, `NaN` becomes `null`. Returns
 * `undefined` if it writes nothing.
 *
 * @param path the schema's JSON path, for the error
 * @throws HarmonyError `invalid-conversation` if `JSON.stringify` throws (a cycle, a
 *   BigInt), and beyond {@link MAX_SCHEMA_DEPTH}
 */
export function readSchema(value: unknown, path: string): JsonValue | undefined {
  // The usual case, and several times cheaper than writing and reading it.
  if (isPlainJson(value, MAX_SCHEMA_DEPTH)) return value

  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    throw new HarmonyError(
      'invalid-conversation',
      `conversation: ${path} cannot be written as JSON: ${reasonOf(cause)}`,
      { path, cause },
    )
  }
  if (text === undefined) return undefined
  const written: unknown = JSON.parse(text)
  if (isPlainJson(written, MAX_SCHEMA_DEPTH)) return written
  throw new HarmonyError(
    'invalid-conversation',
    `conversation: ${path} is nested too deep, wanted at most ${MAX_SCHEMA_DEPTH} levels`,
    {
      path,
    },
  )
}

/**
 * Returns whether `value` survives a round trip through JSON, with at most `depth` levels
 * of objects and lists.
 */
function isPlainJson(value: unknown, depth: number): value is JsonValue {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth === 0 || hasToJson(value)) return false
  // A loop, because `every` skips holes.
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isPlainJson(value[i], depth - 1)) return false
    return true
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  for (const key of Object.keys(value)) if (!isPlainJson((value as JsonObject)[key], depth - 1)) return false
  return true
}

function hasToJson(value: object): boolean {
  return typeof (value as { readonly toJSON?: unknown }).toJSON === 'function'
}

function reasonOf(cause: unknown): string {
  // V8's message for a cycle has several lines.
  return cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
}
