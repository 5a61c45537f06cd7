import { loadHarmonyEncoding } from 'gpt-oss-harmony'

export const encoding = loadHarmonyEncoding('HarmonyGptOss')

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const shown = new Map<number, string>()

/** A token's bytes in hexadecimal: `e2 80`. */
export function bytesText(token: number): string {
  return [...encoding.decodeBytes([token])].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

/**
 * A token's text with what cannot be seen made visible; bytes that are no whole characters in hexadecimal. Kept, as
 * most tokens of a long prompt occur many times.
 */
export function tokenText(token: number): string {
  let text = shown.get(token)
  if (text !== undefined) return text
  try {
    text = visible(decoder.decode(encoding.decodeBytes([token])))
  } catch {
    text = `‹${bytesText(token)}›`
  }
  shown.set(token, text)
  return text
}

/** Whether a token ends a line. */
export function endsLine(token: number): boolean {
  return tokenText(token).includes('⏎')
}

function visible(text: string): string {
  return text
    .replaceAll('\n', '⏎')
    .replaceAll('\t', '⇥')
    .replace(/[\0-\x1f]/g, (control) => String.fromCodePoint(0x2400 + control.charCodeAt(0)))
    .replace(/[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, (character) => {
      return `‹${character.codePointAt(0)!.toString(16)}›`
    })
}
