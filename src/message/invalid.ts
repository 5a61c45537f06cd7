import { HarmonyError, quote } from '../errors.js'

/** The error for a value that has no place in a conversation: `conversation: messages[2].role is 5, wanted a string`. */
export function invalidConversation(path: string, found: unknown, wanted: string): HarmonyError {
  const evidence = quote(found)
  return new HarmonyError(
    'invalid-conversation',
    `conversation: ${path || 'the value'} is ${evidence}, wanted ${wanted}`,
    {
      path,
      evidence,
    },
  )
}

/** `key` under `path`, as in `messages[0].content` or `tools["my tools"]`. */
export function childPath(path: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${path}[${key}]`
  const name = String(key)
  if (!IDENTIFIER.test(name)) return `${path}[${JSON.stringify(name)}]`
  return path === '' ? name : `${path}.${name}`
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/
