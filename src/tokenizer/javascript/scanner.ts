import {
  CODE_POINTS,
  LETTER_OR_MARK,
  loadCharacterClasses,
  LOWER,
  MARK,
  NEWLINE,
  NUMBER,
  OTHER,
  SPACE,
  UPPER,
} from '../character-classes.js'

/**
 * Stands behind the text in the buffer: no byte of UTF-8, of no class, so that every loop
 * over a class stops there.
 */
export const SENTINEL = 0xff

/** How far beyond the sentinel the scanner may read; what it finds there does not matter. */
export const SCANNER_OVERRUN = 4

/**
 * Splits UTF-8 into the pieces of the o200k pattern, which byte-pair merging never
 * crosses. The pattern, with `U` for upper- and title-case letters and `L` for lower-case
 * ones, both with modifier letters, other letters and marks:
 *
 *   [^\r\n\p{L}\p{N}]? U* L+ contraction?    a word
 *   [^\r\n\p{L}\p{N}]? U+ L* contraction?    a word in capitals
 *   \p{N}{1,3}                               digits
 *    ?[^\s\p{L}\p{N}]+ [\r\n/]*              symbols
 *   \s* [\r\n]+                              white space up to its last line break
 *   \s+ (?!\S)                               white space but its last character, which goes with what follows
 *   \s+                                      a single white space
 *
 * A hand-written scanner of it, as a regular expression is ten times slower and knows the
 * engine's Unicode alone. No piece depends on what stands before it, and where one ends
 * is known after reading it twice at most: the cost grows with the length of the text.
 *
 * Source: `o200k_base` in OpenAI's tiktoken.
 */
export class Scanner {
  /** Where the pieces that `scan` found end. */
  readonly ends = new Int32Array(MOST_PIECES + 1)

  readonly #classes = loadCharacterClasses(new Uint8Array(CODE_POINTS))
  /**
   * The class of an ASCII byte, `WIDE` for one that begins a character of several bytes,
   * 0 for the sentinel.
   */
  readonly #byteClasses = new Uint8Array(256)

  constructor() {
    for (let byte = 0; byte < SENTINEL; byte++)
      this.#byteClasses[byte] = byte < 0x80 ? this.#classes[byte] : WIDE
  }

  /**
   * Splits on from `start`, up to `length` or as far as `ends` has room; gives the number
   * of pieces. The first of them starts at `start`, each other where the one before it
   * ends. `bytes` is valid UTF-8 with `SENTINEL` behind it at `length`, `view` is over
   * the same memory.
   */
  scan(bytes: Uint8Array, view: DataView, start: number, length: number): number {
    const byteClasses = this.#byteClasses
    const ends = this.ends
    let count = 0
    let at = start
    while (at < length && count < MOST_PIECES) {
      const first = byteClasses[bytes[at]]
      const second = byteClasses[bytes[at + 1]]
      let word = at
      let initial = first
      if (((first | second) & WIDE) !== 0) {
        ends[count++] = at = this.#wideEnd(bytes, at)
        continue
      }
      if ((first & LETTER_OR_MARK) === 0) {
        if ((second & LETTER_OR_MARK) !== 0 && (first & (NUMBER | NEWLINE)) === 0) {
          word++
          initial = second
        } else {
          if ((first & OTHER) !== 0) at = this.#symbolsEnd(bytes, at + 1)
          else if ((first & NUMBER) !== 0) at = this.#numberEnd(bytes, at + 1)
          else if ((second & OTHER) !== 0 && bytes[at] === 0x20) at = this.#symbolsEnd(bytes, at + 2)
          else at = this.#spaceEnd(bytes, at)
          ends[count++] = at
          continue
        }
      }
      // An ASCII word, capitalised or not, behind a space or a sign or not: nearly all
      // there is.
      at = word
      if (initial === UPPER) {
        do at++
        while (byteClasses[bytes[at]] === UPPER)
      }
      for (;;) {
        // Four letters at a time. In `others`, the high bit of a byte is set where it is
        // no lower-case letter: of the lowest such byte surely, of those above it
        // perhaps.
        const letters = view.getInt32(at, true)
        const others = (letters | ~(letters + 0x1f1f_1f1f) | (letters + 0x0505_0505)) & 0x8080_8080
        if (others !== 0) {
          at += (31 - Math.clz32(others & -others)) >> 3
          break
        }
        at += 4
      }
      const behind = bytes[at]
      if (behind >= 0x80) at = behind === SENTINEL ? at : this.#wordEnd(bytes, word)
      else if (behind === 0x27) at = contractionEnd(bytes, at)
      ends[count++] = at
    }
    return count
  }

  /** Where the piece ends that starts at `start`, of any characters. */
  #wideEnd(bytes: Uint8Array, start: number): number {
    const first = this.#classAt(bytes, start)
    if ((first & LETTER_OR_MARK) !== 0) return this.#wordEnd(bytes, start)
    const secondAt = nextAt(bytes, start)
    if ((first & NUMBER) !== 0) return this.#numberEnd(bytes, secondAt)
    const second = this.#classAt(bytes, secondAt)
    if ((second & LETTER_OR_MARK) !== 0 && (first & NEWLINE) === 0) return this.#wordEnd(bytes, secondAt)
    if ((first & OTHER) !== 0) return this.#symbolsEnd(bytes, secondAt)
    if ((second & OTHER) !== 0 && bytes[start] === 0x20) return this.#symbolsEnd(bytes, secondAt)
    return this.#spaceEnd(bytes, start)
  }

  /**
   * A word from its first letter on. Of `U* L+`, `U*` takes what it can, but gives back
   * what is in both classes until `L+` finds a character: without lower-case letters
   * behind the capitals, the word ends behind the last character that is in both. Where
   * there is none, it is a word in capitals.
   *
   * A mark at its start may also be the sign before the word. It makes no difference: if
   * `U* L+` matches behind it, it ends at the same place, and if not, the mark alone is
   * an `L+`.
   */
  #wordEnd(bytes: Uint8Array, start: number): number {
    const classes = this.#classes
    const byteClasses = this.#byteClasses
    let at = start
    let behindLastInBoth = -1
    let wanted = UPPER
    for (;;) {
      const lead = bytes[at]
      let kind = byteClasses[lead]
      let size = 1
      if (kind === WIDE) {
        const second = bytes[at + 1] & 0x3f
        if (lead < 0xe0) {
          kind = classes[((lead & 0x1f) << 6) | second]
          size = 2
        } else if (lead < 0xf0) {
          kind = classes[((lead & 0xf) << 12) | (second << 6) | (bytes[at + 2] & 0x3f)]
          size = 3
        } else {
          kind =
            classes[
              ((lead & 0x7) << 18) | (second << 12) | ((bytes[at + 2] & 0x3f) << 6) | (bytes[at + 3] & 0x3f)
            ]
          size = 4
        }
      }
      if ((kind & wanted) === 0) {
        if (wanted === LOWER) break
        if ((kind & LOWER) === 0) {
          if (behindLastInBoth >= 0) at = behindLastInBoth
          break
        }
        wanted = LOWER
      }
      at += size
      if ((kind & LOWER) !== 0) behindLastInBoth = at
    }
    return bytes[at] === 0x27 ? contractionEnd(bytes, at) : at
  }

  #numberEnd(bytes: Uint8Array, second: number): number {
    if ((this.#classAt(bytes, second) & NUMBER) === 0) return second
    const third = nextAt(bytes, second)
    return (this.#classAt(bytes, third) & NUMBER) === 0 ? third : nextAt(bytes, third)
  }

  #symbolsEnd(bytes: Uint8Array, start: number): number {
    let at = start
    while ((this.#classAt(bytes, at) & (OTHER | MARK)) !== 0) at = nextAt(bytes, at)
    for (;;) {
      const byte = bytes[at]
      if (byte !== 0x0d && byte !== 0x0a && byte !== 0x2f) return at
      at++
    }
  }

  #spaceEnd(bytes: Uint8Array, start: number): number {
    let at = start
    let last = start
    let behindLastNewline = -1
    for (;;) {
      const byte = bytes[at]
      if (byte === 0x20) {
        last = at++
        continue
      }
      const kind = this.#classAt(bytes, at)
      if ((kind & SPACE) === 0) break
      last = at
      at = nextAt(bytes, at)
      if ((kind & NEWLINE) !== 0) behindLastNewline = at
    }
    if (behindLastNewline >= 0) return behindLastNewline
    const isEndOfText = bytes[at] === SENTINEL
    return isEndOfText || last === start ? at : last
  }

  #classAt(bytes: Uint8Array, at: number): number {
    const lead = bytes[at]
    const kind = this.#byteClasses[lead]
    if (kind !== WIDE) return kind
    const second = bytes[at + 1] & 0x3f
    if (lead < 0xe0) return this.#classes[((lead & 0x1f) << 6) | second]
    const third = bytes[at + 2] & 0x3f
    if (lead < 0xf0) return this.#classes[((lead & 0xf) << 12) | (second << 6) | third]
    return this.#classes[((lead & 0x7) << 18) | (second << 12) | (third << 6) | (bytes[at + 3] & 0x3f)]
  }
}

const MOST_PIECES = 1024

const WIDE = 128

/** Where the character behind the one at `at` stands. */
function nextAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]
  return lead < 0x80 ? at + 1 : lead < 0xe0 ? at + 2 : lead < 0xf0 ? at + 3 : at + 4
}

/**
 * `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll`, `'d` in either case, behind the apostrophe at
 * `at`; without regard to case, `ſ` is an `s` too.
 */
function contractionEnd(bytes: Uint8Array, at: number): number {
  switch (bytes[at + 1] | 0x20) {
    case 0x73: // s
    case 0x74: // t
    case 0x6d: // m
    case 0x64: // d
      return at + 2
    case 0x72: // re
    case 0x76: // ve
      return (bytes[at + 2] | 0x20) === 0x65 ? at + 3 : at
    case 0x6c: // ll
      return (bytes[at + 2] | 0x20) === 0x6c ? at + 3 : at
    default:
      return bytes[at + 1] === 0xc5 && bytes[at + 2] === 0xbf ? at + 3 : at
  }
}
