/** Makes an id: the prefix, such as `call_`, and something unique. */
export type CreateId = (prefix: string) => string

/** Returns an id with 24 random hexadecimal digits: `call_9f86d081884c7d659a2feaa0`. */
export const randomId: CreateId = (prefix) => {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return prefix + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Creates ids that count from 1, so that output can be reproduced: `call_000000000000000000000001`. The number
 * is unique over all prefixes.
 *
 * @param first the first number; a conversation's later turns go on where the earlier ones stopped
 */
export function numberedIds(first = 1): CreateId {
  let number = first
  return (prefix) => prefix + (number++).toString(16).padStart(24, '0')
}
