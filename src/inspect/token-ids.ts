import { HarmonyError, quote } from '../errors.js'
import { LAST_SPECIAL_TOKEN } from '../tokenizer/index.js'

/**
 * Reads token ids: a JSON list, an object with such a list as `tokens` (what `harmony render` prints), or numbers
 * between white space or commas.
 *
 * @throws HarmonyError `invalid-token` naming the index of what is no id; `invalid-json`, `invalid-line`
 */
export function parseTokenIds(text: string): readonly number[] {
  return /^\s*[[{]/.test(text) ? jsonTokens(text) : writtenTokens(text)
}

function jsonTokens(text: string): readonly number[] {
  const value = parseJson(text)
  const list = Array.isArray(value) ? (value as unknown[]) : (value as { readonly tokens?: unknown }).tokens
  if (!Array.isArray(list)) {
    const evidence = quote(value)
    throw new HarmonyError(
      'invalid-line',
      `found ${evidence}, wanted a list of token ids or an object with "tokens"`,
      { evidence },
    )
  }
  return checkedTokens(list)
}

/** @throws HarmonyError `invalid-json` */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    // Not only a SyntaxError: deep nesting exhausts the stack.
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new HarmonyError('invalid-json', `not JSON: ${reason}`, { evidence: quote(text), cause })
  }
}

/** @throws HarmonyError `invalid-token` */
export function checkedTokens(list: readonly unknown[]): readonly number[] {
  return list.map((item, index) => {
    if (isTokenId(item)) return item
    throw notAnId(index, quote(item))
  })
}

function writtenTokens(text: string): readonly number[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  return words.map((word, index) => {
    if (/^\d+$/.test(word) && isTokenId(Number(word))) return Number(word)
    throw notAnId(index, /^\d{1,15}$/.test(word) ? word : quote(word))
  })
}

export function isTokenId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LAST_SPECIAL_TOKEN
}

function notAnId(index: number, found: string): HarmonyError {
  return new HarmonyError(
    'invalid-token',
    `token ${index}: found ${found}, wanted a whole number from 0 to ${LAST_SPECIAL_TOKEN}`,
    { tokenIndex: index, evidence: found },
  )
}
