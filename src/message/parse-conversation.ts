import { childPath, parseDocument, readSchema } from '../json/index.js'
import { checkConversation, checkMessage } from './check.js'
import { withMessageDefaults, withOfficialDefaults } from './official-defaults.js'
import type { Conversation, Message } from './types.js'

/**
 * Reads a conversation of unknown origin, as JSON text or as the value that it encodes.
 * Like the official Python library, it fills in the official defaults for system content
 * that lacks its identity, effort, cutoff or channels; `null` leaves the line out.
 * Unknown keys are kept and ignored. `gpt-oss-harmony/schemas` has the same check as zod
 * schemas.
 *
 * @throws HarmonyError `invalid-json` for text that is not JSON; `invalid-conversation`
 *   or `unknown-role` with the path of the first error
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
  const value = parseDocument(json, 'conversation')
  checkConversation(value)
  value.messages.forEach((message, index) => checkToolSchemas(message, `messages[${index}]`))
  return withOfficialDefaults(value)
}

/**
 * Reads one message, as `parseConversation` reads a conversation.
 *
 * @throws HarmonyError `invalid-json`, `invalid-conversation`, `unknown-role`
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
  const value = parseDocument(json, 'conversation')
  checkMessage(value, '')
  checkToolSchemas(value, '')
  return withMessageDefaults(value)
}

/** Checks that the schemas of a message's tools can be written as JSON. */
function checkToolSchemas({ content }: Message, path: string): void {
  if (typeof content === 'string') return
  content.forEach((part, partIndex) => {
    if (part.type === 'text') return
    for (const [name, { tools }] of Object.entries(part.tools ?? {})) {
      const toolsPath = `${childPath(`${childPath(path, 'content')}[${partIndex}].tools`, name)}.tools`
      tools.forEach((tool, toolIndex) => readSchema(tool.parameters, `${toolsPath}[${toolIndex}].parameters`))
    }
  })
}
