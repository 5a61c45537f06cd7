import { invalidRequest } from '../openai/index.js'
import { LAST_SPECIAL_TOKEN } from '../tokenizer/index.js'

/** The tokens of an item: those of its message, and of the tool message that answers a hosted call. */
export interface ItemTokens {
  readonly message: readonly number[]
  readonly answer: readonly number[]
}

/**
 * Writes an item's tokens as the opaque text of `encrypted_content`: a version, the ids as variable-length integers and
 * a checksum, in base64url. It is readable by who wants to; whoever forges one gains nothing, as a sealed message is
 * only taken if it says what its item says.
 */
export function sealTokens({ message, answer }: ItemTokens): string {
  const bytes: number[] = []
  appendInteger(message.length, bytes)
  for (const token of message) appendInteger(token, bytes)
  for (const token of answer) appendInteger(token, bytes)
  const sum = checksum(bytes)
  for (let shift = 24; shift >= 0; shift -= 8) bytes.push((sum >>> shift) & 0xff)
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return PREFIX + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/**
 * Reads what {@link sealTokens} wrote.
 *
 * @throws HarmonyError `invalid-request` for anything else
 */
export function unsealTokens(sealed: string, path: string): ItemTokens {
  const refused = () =>
    invalidRequest(path, sealed, 'the encrypted_content of an item of this server, unchanged, or none')
  if (!sealed.startsWith(PREFIX) || !BASE64URL.test(sealed.slice(PREFIX.length))) throw refused()
  let binary: string
  try {
    binary = atob(sealed.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    throw refused()
  }
  const bytes = Array.from(binary, (character) => character.charCodeAt(0))
  const stored = bytes.splice(-4)
  const sum = checksum(bytes)
  if (stored.length < 4 || stored.some((byte, i) => byte !== ((sum >>> (24 - 8 * i)) & 0xff))) throw refused()
  const [length, ...tokens] = integersIn(bytes)
  if (length === undefined || length > tokens.length || tokens.some((token) => token > LAST_SPECIAL_TOKEN))
    throw refused()
  return { message: tokens.slice(0, length), answer: tokens.slice(length) }
}

/** Whether a value is what {@link sealTokens} writes, by its first characters; other servers seal other things. */
export function isSealedTokens(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(PREFIX)
}

const PREFIX = 'harmony1.'
const BASE64URL = /^[\w-]+$/

/** Seven bits a byte, lowest first; the eighth says that more follow. */
function appendInteger(value: number, bytes: number[]): void {
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  bytes.push(rest)
}

function integersIn(bytes: readonly number[]): number[] {
  const integers: number[] = []
  let value = 0
  let factor = 1
  for (const byte of bytes) {
    value += (byte & 0x7f) * factor
    factor *= 0x80
    if (byte >= 0x80) continue
    integers.push(value)
    value = 0
    factor = 1
  }
  return integers
}

/** FNV-1a of 32 bits. */
function checksum(bytes: readonly number[]): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
