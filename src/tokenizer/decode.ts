import { HarmonyError, quote } from '../errors.js'
import { isSpecialToken, specialTokenText } from './special-tokens.js'
import type { Tokenizer } from './tokenizer.js'

/** The text of `tokens`, markers spelled out; bytes that are no UTF-8 become U+FFFD. @throws HarmonyError `invalid-token` */
export function decode(tokenizer: Tokenizer, tokens: Iterable<number>): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(decodeBytes(tokenizer, tokens))
}

/** The text of `tokens`, markers spelled out. @throws HarmonyError `invalid-token`, and `invalid-utf8` where the bytes are no UTF-8 */
export function decodeUtf8(tokenizer: Tokenizer, tokens: Iterable<number>): string {
  const list = Array.isArray(tokens) ? (tokens as number[]) : [...tokens]
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(decodeBytes(tokenizer, list))
  } catch (cause) {
    if (cause instanceof HarmonyError) throw cause
    throw new HarmonyError('invalid-utf8', 'tokens: their bytes are no UTF-8; decode() puts U+FFFD instead', { cause })
  }
}

/** The bytes that `tokens` stand for, markers spelled out. @throws HarmonyError `invalid-token` */
export function decodeBytes(tokenizer: Tokenizer, tokens: Iterable<number>): Uint8Array {
  let bytes = new Uint8Array(1024)
  let length = 0
  let tokenIndex = 0
  for (const token of tokens) {
    const more = tokenizer.tokenBytes(token) ?? specialBytes(token, tokenIndex)
    if (length + more.length > bytes.length) {
      const larger = new Uint8Array(2 * (length + more.length))
      larger.set(bytes)
      bytes = larger
    }
    bytes.set(more, length)
    length += more.length
    tokenIndex++
  }
  return bytes.slice(0, length)
}

const encoder = new TextEncoder()

function specialBytes(token: number, tokenIndex: number): Uint8Array {
  if (isSpecialToken(token)) return encoder.encode(specialTokenText(token))
  throw new HarmonyError('invalid-token', `token ${tokenIndex}: found ${quote(token)}, wanted a whole number from 0 to 201088`, {
    tokenIndex,
    evidence: quote(token),
  })
}
