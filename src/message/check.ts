import { HarmonyError, quote } from '../errors.js'
import { childPath, createShapeChecker, type UncheckedObject } from '../json/index.js'
import { invalidConversation } from './invalid.js'
import { REASONING_EFFORTS, ROLES, type Conversation, type Message, type Role } from './types.js'

// The same shapes as in schemas.ts, written by hand: rendering checks every conversation,
// and zod would take longer than the rendering itself and weigh more than the renderer. A
// test compares the two.

// Marked so that a bundle of the parsers, which check no conversation, leaves it out.
const check = /* @__PURE__ */ createShapeChecker(invalidConversation)

/**
 * Checks that `value` has the shape of a conversation. Unknown keys are ignored.
 *
 * @throws HarmonyError `unknown-role`, `invalid-conversation`, with the path of what is
 *   wrong
 */
export function checkConversation(value: unknown): asserts value is Conversation {
  const messages = check.list(check.object(value, '')['messages'], 'messages', 'a list of messages')
  for (let i = 0; i < messages.length; i++) checkMessage(messages[i], `messages[${i}]`)
}

/**
 * Checks that `value` has the shape of a message.
 *
 * @param path the message's JSON path, for the error
 * @throws HarmonyError `unknown-role`, `invalid-conversation`
 */
export function checkMessage(value: unknown, path: string): asserts value is Message {
  const message = check.object(value, path)
  if (!isRole(message['role'])) throw unknownRole(message['role'], childPath(path, 'role'))
  checkOptionalString(message, 'name', path)
  checkOptionalString(message, 'channel', path)
  checkOptionalString(message, 'recipient', path)
  checkOptionalString(message, 'content_type', path)

  const content = message['content']
  if (typeof content === 'string') return
  const contentPath = childPath(path, 'content')
  const parts = check.list(content, contentPath, 'a string or a list of content')
  for (let i = 0; i < parts.length; i++) checkContent(parts[i], `${contentPath}[${i}]`)
}

export function isRole(value: unknown): value is Role {
  return ROLES.includes(value as Role)
}

/** @param path the role's path in a conversation; without one, the role is an argument */
export function unknownRole(found: unknown, path?: string): HarmonyError {
  const evidence = quote(found)
  const subject = path === undefined ? 'role: found' : `conversation: ${path} is`
  return new HarmonyError('unknown-role', `${subject} ${evidence}, wanted one of ${ROLES.join(', ')}`, {
    ...(path === undefined ? {} : { path }),
    evidence,
  })
}

function checkContent(value: unknown, path: string): void {
  const content = check.object(value, path)
  switch (content['type']) {
    case 'text':
      checkString(content, 'text', path)
      return
    case 'system_content':
      checkSystemContent(content, path)
      return
    case 'developer_content':
      checkOptionalString(content, 'instructions', path)
      checkNamespaces(content, path)
      return
    default:
      throw invalidConversation(
        childPath(path, 'type'),
        content['type'],
        '"text", "system_content" or "developer_content"',
      )
  }
}

function checkSystemContent(content: UncheckedObject, path: string): void {
  checkOptionalString(content, 'model_identity', path)
  checkOptionalString(content, 'conversation_start_date', path)
  checkOptionalString(content, 'knowledge_cutoff', path)
  if (content['reasoning_effort'] != null)
    check.choice(content['reasoning_effort'], childPath(path, 'reasoning_effort'), REASONING_EFFORTS)

  if (content['channel_config'] != null) {
    const configPath = childPath(path, 'channel_config')
    const config = check.object(content['channel_config'], configPath)
    const channelsPath = childPath(configPath, 'valid_channels')
    const channels = check.list(config['valid_channels'], channelsPath, 'a list of strings')
    for (let i = 0; i < channels.length; i++) check.string(channels[i], `${channelsPath}[${i}]`)
    check.boolean(config['channel_required'], childPath(configPath, 'channel_required'))
  }
  checkNamespaces(content, path)
}

function checkNamespaces(content: UncheckedObject, path: string): void {
  if (content['tools'] == null) return
  const toolsPath = childPath(path, 'tools')
  const namespaces = check.object(content['tools'], toolsPath)
  // A Map or a promise has no keys of its own: its tools would be lost silently.
  if (!isPlain(namespaces))
    throw invalidConversation(toolsPath, namespaces, 'a plain object of tool namespaces')

  for (const key of Object.keys(namespaces)) {
    const namespacePath = childPath(toolsPath, key)
    const namespace = check.object(namespaces[key], namespacePath)
    checkString(namespace, 'name', namespacePath)
    checkOptionalString(namespace, 'description', namespacePath)
    const listPath = childPath(namespacePath, 'tools')
    const tools = check.list(namespace['tools'], listPath, 'a list of tools')
    for (let i = 0; i < tools.length; i++) {
      const toolPath = `${listPath}[${i}]`
      const tool = check.object(tools[i], toolPath)
      checkString(tool, 'name', toolPath)
      checkString(tool, 'description', toolPath)
    }
  }
}

// Rendering checks every key of every message, so a path is built only for a key that is
// wrong.

function checkString(object: UncheckedObject, key: string, path: string): void {
  if (typeof object[key] !== 'string') check.string(object[key], childPath(path, key))
}

function checkOptionalString(object: UncheckedObject, key: string, path: string): void {
  const value = object[key]
  if (typeof value !== 'string' && value != null) check.optionalString(value, childPath(path, key))
}

/** Returns whether an object is plain, that is, has no class of its own. */
export function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  // An object of another realm (a worker, an iframe) has another Object.prototype, which
  // itself has no prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
