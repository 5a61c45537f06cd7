import { HarmonyError, quote } from '../errors.js'

/**
 * Returns the error for a wrong value in a conversation: `conversation: messages[2].role
 * is 5, wanted a string`.
 */
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
