/**
 * The tokens of pieces seen lately, in tables of fixed size: what they need is bounded,
 * whatever the text.
 *
 * Every table is of sets of two entries. A piece that is kept takes the first place of
 * its set and what stood there the second, so that two pieces in use do not drive each
 * other out.
 */
export class PieceCache {
  readonly #short = new ShortPieces()
  readonly #middle = new LongPieces(16, 14)
  readonly #long = new LongPieces(32, 13)

  /**
   * Puts the tokens of the piece from `start` up to `end` at `count`; gives the count
   * behind them, or `count` where they are not known.
   */
  take(view: DataView, start: number, end: number, tokens: Int32Array, count: number): number {
    const size = end - start
    if (size <= SHORT_PIECE) return this.#short.take(view, start, size, tokens, count)
    if (size <= MIDDLE_PIECE) return this.#middle.take(view, start, end, tokens, count)
    return size <= LONG_PIECE ? this.#long.take(view, start, end, tokens, count) : count
  }

  /** Keeps the tokens of a piece, which are those from `from` up to `to`. */
  keep(view: DataView, start: number, end: number, tokens: Int32Array, from: number, to: number): void {
    const size = end - start
    if (size <= SHORT_PIECE) this.#short.keep(view, start, size, tokens, from, to)
    else if (size <= MIDDLE_PIECE) this.#middle.keep(view, start, end, tokens, from, to)
    else if (size <= LONG_PIECE) this.#long.keep(view, start, end, tokens, from, to)
  }

  clear(): void {
    this.#short.clear()
    this.#middle.clear()
    this.#long.clear()
  }
}

/** How many bytes the pieces in each of the tables have at most. */
const SHORT_PIECE = 8
const MIDDLE_PIECE = 32
const LONG_PIECE = 64

/** How far beyond the end of a piece the cache may read; what it finds there does not matter. */
export const CACHE_OVERRUN = SHORT_PIECE

/**
 * Pieces of up to 8 bytes, nine in ten, with up to three tokens. An entry is four words:
 * two of the piece, padded with zeros, and two that hold the tokens, 18 bits each, their
 * number and the size of the piece, which is 0 where there is none:
 *
 *   third token, low 12 bits | number, 2 bits | first token
 *   size | third token, high 6 bits | second token
 */
class ShortPieces {
  readonly #words = new Int32Array(8 << SHORT_SET_BITS)

  take(view: DataView, start: number, size: number, tokens: Int32Array, count: number): number {
    const words = this.#words
    const low = view.getInt32(start, true) & LOW_MASKS[size]
    const high = view.getInt32(start + 4, true) & HIGH_MASKS[size]
    const entry = shortSetOf(low, high)
    const second = words[entry + 3]
    if (words[entry] !== low || words[entry + 1] !== high || second >> 24 !== size)
      return this.#takeSecond(entry, low, high, size, tokens, count)
    const first = words[entry + 2]
    const found = (first >> 18) & 3
    tokens[count] = first & TOKEN_MASK
    if (found === 1) return count + 1
    tokens[count + 1] = second & TOKEN_MASK
    if (found === 2) return count + 2
    tokens[count + 2] = thirdOf(first, second)
    return count + 3
  }

  /** From the second entry of a set, which becomes the first. */
  #takeSecond(
    entry: number,
    low: number,
    high: number,
    size: number,
    tokens: Int32Array,
    count: number,
  ): number {
    const words = this.#words
    const first = words[entry + 6]
    const second = words[entry + 7]
    if (words[entry + 4] !== low || words[entry + 5] !== high || second >> 24 !== size) return count
    this.#putFirst(entry, low, high, first, second)
    tokens[count] = first & TOKEN_MASK
    tokens[count + 1] = second & TOKEN_MASK
    tokens[count + 2] = thirdOf(first, second)
    return count + ((first >> 18) & 3)
  }

  keep(view: DataView, start: number, size: number, tokens: Int32Array, from: number, to: number): void {
    const found = to - from
    if (found > 3) return
    const low = view.getInt32(start, true) & LOW_MASKS[size]
    const high = view.getInt32(start + 4, true) & HIGH_MASKS[size]
    const second = found > 1 ? tokens[from + 1] : 0
    const third = found > 2 ? tokens[from + 2] : 0
    const firstWord = tokens[from] | (found << 18) | (third << 20)
    this.#putFirst(shortSetOf(low, high), low, high, firstWord, second | ((third >> 12) << 18) | (size << 24))
  }

  #putFirst(entry: number, low: number, high: number, first: number, second: number): void {
    const words = this.#words
    words[entry + 4] = words[entry]
    words[entry + 5] = words[entry + 1]
    words[entry + 6] = words[entry + 2]
    words[entry + 7] = words[entry + 3]
    words[entry] = low
    words[entry + 1] = high
    words[entry + 2] = first
    words[entry + 3] = second
  }

  clear(): void {
    this.#words.fill(0)
  }
}

const SHORT_SET_BITS = 14
const TOKEN_MASK = 0x3_ffff

/** What keeps those bytes of a piece's two words that a piece of that size has. */
const LOW_MASKS = Int32Array.of(0, 0xff, 0xffff, 0xff_ffff, -1, -1, -1, -1, -1)
const HIGH_MASKS = Int32Array.of(0, 0, 0, 0, 0, 0xff, 0xffff, 0xff_ffff, -1)

function thirdOf(first: number, second: number): number {
  return (first >>> 20) | (((second >> 18) & 0x3f) << 12)
}

function shortSetOf(low: number, high: number): number {
  return (Math.imul(low ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1) >>> (32 - SHORT_SET_BITS)) << 3
}

/**
 * Longer pieces. An entry: the size of the piece with the number of its tokens above the
 * low byte, 0 where there is none; its words, the last of which overlaps the one before
 * where the size is no multiple of four; its tokens.
 */
class LongPieces {
  readonly #words: Int32Array
  readonly #entryLength: number
  readonly #hashShift: number

  constructor(entryLength: number, setBits: number) {
    this.#words = new Int32Array((2 * entryLength) << setBits)
    this.#entryLength = entryLength
    this.#hashShift = 32 - setBits
  }

  take(view: DataView, start: number, end: number, tokens: Int32Array, count: number): number {
    const first = this.#setOf(view, start, end)
    const behind = this.#takeAt(first, view, start, end, tokens, count)
    return behind > count ? behind : this.#takeAt(first + this.#entryLength, view, start, end, tokens, count)
  }

  #takeAt(
    entry: number,
    view: DataView,
    start: number,
    end: number,
    tokens: Int32Array,
    count: number,
  ): number {
    const words = this.#words
    const meta = words[entry]
    if ((meta & 0xff) !== end - start) return count
    const lastAt = end - 4
    let word = entry + 1
    for (let at = start; at < lastAt; at += 4) if (words[word++] !== view.getInt32(at, true)) return count
    if (words[word++] !== view.getInt32(lastAt, true)) return count
    const found = meta >> 8
    for (let index = 0; index < found; index++) tokens[count + index] = words[word + index]
    return count + found
  }

  keep(view: DataView, start: number, end: number, tokens: Int32Array, from: number, to: number): void {
    const size = end - start
    const entryLength = this.#entryLength
    if (1 + ((size + 3) >> 2) + to - from > entryLength) return
    const words = this.#words
    let word = this.#setOf(view, start, end)
    if (words[word] !== 0) words.copyWithin(word + entryLength, word, word + entryLength)
    words[word++] = size | ((to - from) << 8)
    const lastAt = end - 4
    for (let at = start; at < lastAt; at += 4) words[word++] = view.getInt32(at, true)
    words[word++] = view.getInt32(lastAt, true)
    for (let index = from; index < to; index++) words[word++] = tokens[index]
  }

  #setOf(view: DataView, start: number, end: number): number {
    const lastAt = end - 4
    let hash = end - start
    for (let at = start; at < lastAt; at += 4)
      hash = Math.imul(hash ^ (hash >>> 15) ^ view.getInt32(at, true), 0x9e37_79b1)
    hash = Math.imul(hash ^ (hash >>> 15) ^ view.getInt32(lastAt, true), 0x9e37_79b1)
    return (hash >>> this.#hashShift) * 2 * this.#entryLength
  }

  clear(): void {
    this.#words.fill(0)
  }
}
