import { LETTER_OR_MARK, loadCharacterClasses, MARK, NUMBER, OTHER, SPACE } from './character-classes.js'

/**
 * How many characters are encoded at once: their bytes stay in the processor's near
 * caches, and a long text needs no more memory than a short one.
 */
export const SEGMENT = 1 << 14

/**
 * Where the segment of a text ends that starts at `start`: where pieces are sure to meet,
 * so that no piece is cut. A piece longer than a segment makes it grow, twofold, as the
 * piece is looked through again each time.
 */
export function segmentEnd(text: string, start: number): number {
  for (let size = SEGMENT; start + size < text.length; size *= 2) {
    const end = lastCut(text, start, start + size)
    if (end > start) return end
  }
  return text.length
}

/**
 * The last place up to `at` at which pieces are sure to meet, or `start`: behind a letter
 * or digit, white space and signs begin a new piece.
 */
function lastCut(text: string, start: number, at: number): number {
  classes ??= loadCharacterClasses(new Uint8Array(CODE_UNITS))
  for (; at > start; at--) {
    const before = classes[text.charCodeAt(at - 1)]
    if ((before & (LETTER_OR_MARK | NUMBER)) === 0 || (before & MARK) !== 0) continue
    const charCode = text.charCodeAt(at)
    if ((classes[charCode] & (SPACE | OTHER)) !== 0 && charCode !== 0x27 && !isSurrogate(charCode)) break
  }
  return at
}

let classes: Uint8Array | undefined
const CODE_UNITS = 0x1_0000

function isSurrogate(charCode: number): boolean {
  return (charCode & 0xf800) === 0xd800
}
