import type * as z from 'zod'
import { HarmonyError, quote } from '../errors.js'
import { childPath, invalidConversation } from './invalid.js'
import { conversationSchema, messageSchema } from './schemas.js'
import type { Conversation, Message } from './types.js'

/**
 * Reads a conversation of unknown origin: JSON text, or the value that such text stands for. Takes what the official library's `to_json`
 * writes; unknown keys are left out.
 *
 * @throws HarmonyError `invalid-json` for text that is no JSON; `invalid-conversation` with the path of the first thing that is wrong
 *
 * Source: the official library's `Conversation.from_json`.
 *
 * @example
 * ```ts
 * import { parseConversation } from 'gpt-oss-harmony'
 *
 * const conversation = parseConversation('{"messages":[{"role":"user","name":null,"content":"Hi"}]}')
 * console.log(conversation.messages[0]?.role) // 'user'
 * ```
 */
export function parseConversation(json: unknown): Conversation {
  return check(conversationSchema, json)
}

/**
 * Reads one message, as `parseConversation` reads a conversation.
 *
 * @throws HarmonyError `invalid-json`, `invalid-conversation`
 *
 * @example
 * ```ts
 * import { parseMessage } from 'gpt-oss-harmony'
 *
 * const message = parseMessage('{"role":"user","content":[{"type":"text","text":"Hi"}]}')
 * console.log(message.role) // 'user'
 * ```
 */
export function parseMessage(json: unknown): Message {
  return check(messageSchema, json)
}

function check<T>(schema: z.ZodType<T>, json: unknown): T {
  const value = typeof json === 'string' ? parseJson(json) : json
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { path, message } = innermost(result.error.issues[0])
  throw invalidConversation(path.reduce(childPath, ''), valueAt(value, path), message)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new HarmonyError('invalid-json', `conversation: found ${quote(text)}, wanted JSON: ${String(cause)}`, {
      evidence: quote(text),
      cause,
    })
  }
}

/** A content list that holds something wrong fails both as a string and as a list: the issue inside the list is the one that helps. */
function innermost(issue: z.core.$ZodIssue): { readonly path: readonly PropertyKey[]; readonly message: string } {
  if (issue.code !== 'invalid_union') return issue
  const inside = issue.errors.flat().find((inner) => inner.path.length > 0)
  if (inside === undefined) return issue
  const { path, message } = innermost(inside)
  return { path: [...issue.path, ...path], message }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((object, key) => (object as Record<PropertyKey, unknown>)?.[key], value)
}
