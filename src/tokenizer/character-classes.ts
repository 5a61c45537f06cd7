import { CLASS_RUNS } from './character-classes.generated.js'

/**
 * What a character is to the split pattern of o200k, as bits. The pattern's two letter
 * classes overlap: modifier letters, other letters and marks are in both. Marks are no
 * `\p{L}`, though.
 */
export const UPPER = 1
export const LOWER = 2
export const MARK = 4
export const NUMBER = 8
export const SPACE = 16
/** `\r` or `\n`, which are also `SPACE`. */
export const NEWLINE = 32
export const OTHER = 64

/** In the pattern's `\p{L}`-or-mark classes. */
export const LETTER_OR_MARK = UPPER | LOWER

const CLASSES: Readonly<Record<string, number>> = {
  U: UPPER,
  L: LOWER,
  B: UPPER | LOWER,
  M: UPPER | LOWER | MARK,
  N: NUMBER,
  S: SPACE,
  R: SPACE | NEWLINE,
  O: OTHER,
}

export const CODE_POINTS = 0x11_0000

/**
 * Fills `classes` with the class of every code point that it has room for, by Unicode 16
 * as tiktoken has it and not by the engine's own `\p{…}`.
 */
export function loadCharacterClasses(classes: Uint8Array): Uint8Array {
  let codePoint = 0
  for (let at = 0; at < CLASS_RUNS.length;) {
    const kind = CLASSES[CLASS_RUNS[at++]]
    let count = 0
    // Digit by digit: the strings that parseInt would need cost more memory than the table.
    for (let digit; (digit = base36Digit(CLASS_RUNS.charCodeAt(at))) >= 0; at++) count = 36 * count + digit
    classes.fill(kind, codePoint, codePoint + count)
    codePoint += count
  }
  return classes
}

/** The value of `0` to `9` and `a` to `z`; below 0 for capital letters and at the end. */
function base36Digit(charCode: number): number {
  if (charCode >= 0x61) return charCode - 0x61 + 10
  return charCode <= 0x39 ? charCode - 0x30 : -1
}
