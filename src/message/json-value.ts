import { HarmonyError } from '../errors.js'

/** What `JSON.parse` returns. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
export type JsonObject = { readonly [key: string]: JsonValue }

/**
 * How deep a tool's schema may be nested. The official library reads JSON of 127 levels; in a conversation, nine of them lie around a
 * schema (conversation, messages, message, content, part, namespaces, namespace, tools, tool).
 */
export const MAX_SCHEMA_DEPTH = 118

/**
 * A tool's schema as plain JSON, that is, as `JSON.stringify` writes it: `toJSON` is called, keys that hold `undefined` or a function
 * are left out, `NaN` is `null`. `undefined` where it writes nothing at all.
 *
 * @param path where the schema stands, for the error
 * @throws HarmonyError `invalid-conversation` for what `JSON.stringify` refuses (a cycle, a BigInt), and beyond {@link MAX_SCHEMA_DEPTH}
 */
export function readSchema(value: unknown, path: string): JsonValue | undefined {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    throw new HarmonyError('invalid-conversation', `conversation: ${path} cannot be written as JSON: ${reasonOf(cause)}`, { path, cause })
  }
  if (text === undefined) return undefined
  if (isDeeperThan(text, MAX_SCHEMA_DEPTH)) {
    throw new HarmonyError('invalid-conversation', `conversation: ${path} is nested too deep: wanted at most ${MAX_SCHEMA_DEPTH} levels`, {
      path,
    })
  }
  return JSON.parse(text) as JsonValue
}

function reasonOf(cause: unknown): string {
  // The engine's message for a cycle goes on for several lines.
  return cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
}

function isDeeperThan(json: string, limit: number): boolean {
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case '"':
        for (at++; json[at] !== '"'; at++) if (json[at] === '\\') at++
        break
      case '{':
      case '[':
        if (++depth > limit) return true
        break
      case '}':
      case ']':
        depth--
        break
    }
  }
  return false
}
