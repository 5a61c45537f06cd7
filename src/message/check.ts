import { HarmonyError, quote } from '../errors.js'
import { childPath, invalidConversation } from './invalid.js'
import { ROLES, type Conversation, type Message, type Role } from './types.js'

// The same shapes as in schemas.ts, by hand: rendering checks every conversation that it is given, and zod would cost more than the rendering
// and weigh more than the renderer. A test holds the two against each other.

/**
 * Makes sure that `value` has a conversation's shape. Unknown keys do not matter.
 *
 * @throws HarmonyError `unknown-role`, `invalid-conversation`, with the path of what is wrong
 */
export function checkConversation(value: unknown): asserts value is Conversation {
  const messages = checkObject(value, '')['messages']
  if (!Array.isArray(messages)) throw invalidConversation('messages', messages, 'a list of messages')
  for (let i = 0; i < messages.length; i++) checkMessage(messages[i], `messages[${i}]`)
}

/**
 * Makes sure that `value` has a message's shape.
 *
 * @param path where the message stands, for the error
 * @throws HarmonyError `unknown-role`, `invalid-conversation`
 */
export function checkMessage(value: unknown, path: string): asserts value is Message {
  const message = checkObject(value, path)
  if (!isRole(message['role'])) throw unknownRole(message['role'], childPath(path, 'role'))
  checkOptionalString(message, 'name', path)
  checkOptionalString(message, 'channel', path)
  checkOptionalString(message, 'recipient', path)
  checkOptionalString(message, 'content_type', path)

  const content = message['content']
  if (typeof content === 'string') return
  const contentPath = childPath(path, 'content')
  if (!Array.isArray(content))
    throw invalidConversation(contentPath, content, 'a string or a list of content')
  for (let i = 0; i < content.length; i++) checkContent(content[i], `${contentPath}[${i}]`)
}

export function isRole(value: unknown): value is Role {
  return ROLES.includes(value as Role)
}

/** @param path where the role stands in a conversation; without it, the role is an argument */
export function unknownRole(found: unknown, path?: string): HarmonyError {
  const evidence = quote(found)
  const subject = path === undefined ? 'role: found' : `conversation: ${path} is`
  return new HarmonyError('unknown-role', `${subject} ${evidence}, wanted one of ${ROLES.join(', ')}`, {
    ...(path === undefined ? {} : { path }),
    evidence,
  })
}

function checkContent(value: unknown, path: string): void {
  const content = checkObject(value, path)
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

  const effort = content['reasoning_effort'] ?? 'Low'
  if (effort !== 'Low' && effort !== 'Medium' && effort !== 'High') {
    throw invalidConversation(childPath(path, 'reasoning_effort'), effort, '"Low", "Medium" or "High"')
  }

  if (content['channel_config'] != null) {
    const configPath = childPath(path, 'channel_config')
    const config = checkObject(content['channel_config'], configPath)
    const channels = config['valid_channels']
    if (!Array.isArray(channels))
      throw invalidConversation(childPath(configPath, 'valid_channels'), channels, 'a list of strings')
    const odd = channels.findIndex((channel) => typeof channel !== 'string')
    if (odd !== -1)
      throw invalidConversation(`${configPath}.valid_channels[${odd}]`, channels[odd], 'a string')
    if (typeof config['channel_required'] !== 'boolean') {
      throw invalidConversation(
        childPath(configPath, 'channel_required'),
        config['channel_required'],
        'true or false',
      )
    }
  }
  checkNamespaces(content, path)
}

function checkNamespaces(content: UncheckedObject, path: string): void {
  if (content['tools'] == null) return
  const toolsPath = childPath(path, 'tools')
  const namespaces = checkObject(content['tools'], toolsPath)
  // A Map or a promise has no keys of its own: its tools would be lost without a word.
  if (!isPlain(namespaces))
    throw invalidConversation(toolsPath, namespaces, 'a plain object of tool namespaces')

  for (const key of Object.keys(namespaces)) {
    const namespacePath = childPath(toolsPath, key)
    const namespace = checkObject(namespaces[key], namespacePath)
    checkString(namespace, 'name', namespacePath)
    checkOptionalString(namespace, 'description', namespacePath)
    const tools = namespace['tools']
    const listPath = childPath(namespacePath, 'tools')
    if (!Array.isArray(tools)) throw invalidConversation(listPath, tools, 'a list of tools')
    for (let i = 0; i < tools.length; i++) {
      const toolPath = `${listPath}[${i}]`
      const tool = checkObject(tools[i], toolPath)
      checkString(tool, 'name', toolPath)
      checkString(tool, 'description', toolPath)
    }
  }
}

type UncheckedObject = Readonly<Record<string, unknown>>

function checkObject(value: unknown, path: string): UncheckedObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidConversation(path, value, 'an object')
  return value as UncheckedObject
}

function checkString(object: UncheckedObject, key: string, path: string): void {
  if (typeof object[key] !== 'string')
    throw invalidConversation(childPath(path, key), object[key], 'a string')
}

function checkOptionalString(object: UncheckedObject, key: string, path: string): void {
  const value = object[key]
  if (typeof value !== 'string' && value != null)
    throw invalidConversation(childPath(path, key), value, 'a string or null')
}

/** Whether an object is a plain one, with no class of its own. */
export function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  // An object of another realm (a worker, an iframe) has another Object.prototype: it is known by having no prototype itself.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
