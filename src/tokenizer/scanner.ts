import { LETTER_OR_MARK, loadCharacterClasses, LOWER, MARK, NEWLINE, NUMBER, OTHER, SPACE, UPPER } from './character-classes.js'

/** Stands behind the text in the buffer: no byte of UTF-8, of no class, so that every loop over a class stops there. */
export const SENTINEL = 0xff

/** The class of a byte that begins a character of several: the character's own has to be looked up. */
const WIDE = 128

const PIECES_AT_ONCE = 512

/**
 * Splits UTF-8 into the pieces of the o200k pattern, which byte-pair merging never crosses. The pattern, with `U` for upper- and title-case
 * letters and `L` for lower-case ones, both with modifier letters, other letters and marks:
 *
 *   [^\r\n\p{L}\p{N}]? U* L+ contraction?    a word
 *   [^\r\n\p{L}\p{N}]? U+ L* contraction?    a word in capitals
 *   \p{N}{1,3}                               digits
 *    ?[^\s\p{L}\p{N}]+ [\r\n/]*              punctuation and symbols
 *   \s* [\r\n]+                              white space up to its last line break
 *   \s+ (?!\S)                               white space but its last character, which goes with what follows
 *   \s+                                      a single white space
 *
 * A hand-written scanner of it, as a regular expression is ten times slower and knows the engine's Unicode alone.
 *
 * Source: `o200k_base` in OpenAI's tiktoken.
 */
export class Scanner {
  /** The text, as valid UTF-8, with `SENTINEL` behind it. */
  bytes: Uint8Array = new Uint8Array(0)
  /** Where the pieces that `scan` found end. */
  readonly ends = new Int32Array(PIECES_AT_ONCE)

  readonly #classes = loadCharacterClasses()
  readonly #byteClasses = new Uint8Array(256)

  constructor() {
    for (let byte = 0; byte < SENTINEL; byte++) this.#byteClasses[byte] = byte < 0x80 ? this.#classes[byte] : WIDE
  }

  /**
   * Splits on from `start`, as far as `ends` has room or up to `length`; gives the number of pieces. The first of them starts at `start`, each other
   * where the one before it ends.
   */
  scan(start: number, length: number): number {
    const bytes = this.bytes
    const byteClasses = this.#byteClasses
    const ends = this.ends
    let count = 0
    for (let from = start; from < length && count < ends.length;) {
      // Nearly all there is: an ASCII word, capitalised or not, a space or a sign before it or not; ASCII symbols or digits. They end at the first byte
      // of another class, unless it begins a character of several bytes.
      const first = byteClasses[bytes[from]]
      let at = from
      let isEnd = false
      if (first === NUMBER) {
        at++
        if (byteClasses[bytes[at]] === NUMBER && byteClasses[bytes[++at]] === NUMBER) isEnd = (at++, true)
        else isEnd = byteClasses[bytes[at]] !== WIDE
      } else if (first !== WIDE && (first & NEWLINE) === 0) {
        if (first > LETTER_OR_MARK) at++
        let kind = byteClasses[bytes[at]]
        if (kind === UPPER) {
          do kind = byteClasses[bytes[++at]]!
          while (kind === UPPER)
        }
        if (kind === LOWER) {
          do kind = byteClasses[bytes[++at]]!
          while (kind === LOWER)
          isEnd = kind !== WIDE && bytes[at] !== 0x27
        } else if (kind === OTHER && at <= from + 1 && (first === OTHER || bytes[from] === 0x20)) {
          do kind = byteClasses[bytes[++at]]!
          while (kind === OTHER)
          isEnd = kind !== WIDE && (kind & NEWLINE) === 0
        }
      }
      from = isEnd ? at : this.#pieceEnd(from)
      ends[count++] = from
    }
    return count
  }

  /** Where the piece that starts at `start` ends. */
  #pieceEnd(start: number): number {
    const first = this.#classAt(start)
    const second = this.#next(start)
    if ((first & LETTER_OR_MARK) !== 0) {
      return (first & MARK) === 0 ? this.#wordEnd(start) : this.#markedWordEnd(second)
    }
    if ((first & NUMBER) !== 0) return this.#numberEnd(second)
    const secondClass = this.#classAt(second)
    if ((secondClass & LETTER_OR_MARK) !== 0 && (first & NEWLINE) === 0) return this.#wordEnd(second)
    if ((first & OTHER) !== 0) return this.#symbolsEnd(second)
    if ((secondClass & OTHER) !== 0 && this.bytes[start] === 0x20) return this.#symbolsEnd(second)
    return this.#spaceEnd(start)
  }

  /**
   * A word from its first letter on. Of `U* L+`, `U*` gives back what is in both classes until `L+` finds a character: without lower-case letters
   * after the capitals, the word ends behind the last character that is in both. Where there is none, it is a word in capitals.
   */
  #wordEnd(start: number): number {
    let at = start
    let behindLastInBoth = -1
    let kind = this.#classAt(at)
    while ((kind & UPPER) !== 0) {
      at = this.#next(at)
      if ((kind & LOWER) !== 0) behindLastInBoth = at
      kind = this.#classAt(at)
    }
    if ((kind & LOWER) !== 0) return this.#lowerEnd(at)
    return this.#contractionEnd(behindLastInBoth < 0 ? at : behindLastInBoth)
  }

  /** A word from its `L+` on, which may be under way. */
  #lowerEnd(start: number): number {
    let at = start
    while ((this.#classAt(at) & LOWER) !== 0) at = this.#next(at)
    return this.#contractionEnd(at)
  }

  /**
   * A word that begins with a mark, which may stand for the sign before a word and for a letter. As the sign it goes before a word that has an `L`;
   * otherwise it is a word of its own, as it is an `L` itself.
   */
  #markedWordEnd(second: number): number {
    let at = second
    let hasBoth = false
    let kind = this.#classAt(at)
    while ((kind & UPPER) !== 0) {
      hasBoth ||= (kind & LOWER) !== 0
      at = this.#next(at)
      kind = this.#classAt(at)
    }
    return hasBoth || (kind & LOWER) !== 0 ? this.#wordEnd(second) : this.#contractionEnd(second)
  }

  /** `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll`, `'d` in either case; without regard to case, `ſ` is an `s` too. */
  #contractionEnd(at: number): number {
    const bytes = this.bytes
    if (bytes[at] !== 0x27) return at
    const letter = bytes[at + 1] | 0x20
    switch (letter) {
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

  #numberEnd(second: number): number {
    if ((this.#classAt(second) & NUMBER) === 0) return second
    const third = this.#next(second)
    return (this.#classAt(third) & NUMBER) === 0 ? third : this.#next(third)
  }

  #symbolsEnd(start: number): number {
    const byteClasses = this.#byteClasses
    let at = start
    while (byteClasses[this.bytes[at]] === OTHER) at++
    while ((this.#classAt(at) & (OTHER | MARK)) !== 0) at = this.#next(at)
    for (;;) {
      const byte = this.bytes[at]
      if (byte !== 0x0d && byte !== 0x0a && byte !== 0x2f) return at
      at++
    }
  }

  #spaceEnd(start: number): number {
    let at = start
    let last = start
    let behindLastNewline = -1
    let kind = this.#classAt(at)
    while ((kind & SPACE) !== 0) {
      last = at
      at = this.#next(at)
      if ((kind & NEWLINE) !== 0) behindLastNewline = at
      kind = this.#classAt(at)
    }
    if (behindLastNewline >= 0) return behindLastNewline
    const isEndOfText = kind === 0
    return isEndOfText || last === start ? at : last
  }

  #classAt(at: number): number {
    const kind = this.#byteClasses[this.bytes[at]]
    return kind === WIDE ? this.#wideClassAt(at) : kind
  }

  #wideClassAt(at: number): number {
    const bytes = this.bytes
    const lead = bytes[at]
    const second = bytes[at + 1] & 0x3f
    if (lead < 0xe0) return this.#classes[((lead & 0x1f) << 6) | second]
    const third = bytes[at + 2] & 0x3f
    if (lead < 0xf0) return this.#classes[((lead & 0xf) << 12) | (second << 6) | third]
    return this.#classes[((lead & 0x7) << 18) | (second << 12) | (third << 6) | (bytes[at + 3] & 0x3f)]
  }

  /** Where the character behind the one at `at` stands. */
  #next(at: number): number {
    const lead = this.bytes[at]
    return lead < 0x80 ? at + 1 : lead < 0xe0 ? at + 2 : lead < 0xf0 ? at + 3 : at + 4
  }
}
