import { BytePairMerger } from './byte-pair-merger.js'
import { Scanner, SENTINEL } from './scanner.js'
import type { Tokenizer } from './tokenizer.js'
import { Vocabulary } from './vocabulary.js'

/**
 * The tokenizer of gpt-oss, `o200k_harmony`, with the vocabulary inside this package: loaded at the first call, kept from then on. It agrees with
 * OpenAI's tiktoken on every input, and its cost grows with the length of the text alone.
 *
 * @example
 * ```ts
 * import { o200kHarmony } from 'gpt-oss-harmony'
 *
 * const tokens: number[] = []
 * o200kHarmony().encodeInto('Hello world', tokens)
 * console.log(tokens) // [13225, 2375]
 * ```
 */
export function o200kHarmony(): Tokenizer {
  return (shared ??= createO200kHarmony())
}

let shared: Tokenizer | undefined

/** A tokenizer of one's own, with empty caches: for measuring. `o200kHarmony` gives the one to use. */
export function createO200kHarmony(): Tokenizer {
  return new O200kHarmony()
}

class O200kHarmony implements Tokenizer {
  readonly name = 'o200k_harmony'

  readonly #vocabulary = new Vocabulary()
  readonly #scanner = new Scanner()
  readonly #merger = new BytePairMerger(this.#vocabulary)

  /** The text at hand as UTF-8, `SENTINEL` and `PADDING` behind it. */
  #bytes = new Uint8Array(0)
  #view = new DataView(this.#bytes.buffer)
  /** The tokens found so far: no more than the text has bytes. */
  #tokens = new Int32Array(0)

  /** Pieces seen lately, each in the slot of its hash or in the one beside it: those of up to eight bytes, nearly all, in a table of their own that stays near the core. */
  readonly #shortPieces = new Int32Array(SHORT_ENTRY << SHORT_SLOT_BITS)
  readonly #longPieces = new Int32Array(LONG_ENTRY << LONG_SLOT_BITS)

  #spelling: { bytes: Uint8Array; offsets: Int32Array } | undefined
  /** Text of each token asked for so far; `null` where the bytes are no whole characters. */
  readonly #texts: (string | null | undefined)[] = []

  encodeInto(text: string, into: number[]): void {
    if (typeof text !== 'string') throw new TypeError(`text: found ${typeof text}, wanted a string`)
    const length = this.#load(text)
    const count = this.#encodeBytes(length)
    appendAll(this.#tokens, count, into)
    this.#release()
  }

  /**
   * Puts the tokens of the buffer's first `length` bytes at the front of `#tokens`; gives their number. A method of its own for the engine's sake: within
   * `encodeInto`, the loop was optimised and thrown away again over and over.
   */
  #encodeBytes(length: number): number {
    const bytes = this.#bytes
    const view = this.#view
    const tokens = this.#tokens
    const scanner = this.#scanner
    const pieces = this.#shortPieces
    const { byteTokens } = this.#vocabulary
    const { ends } = scanner
    let pieceCount = 0
    let count = 0
    for (let start = 0, piece = 0; start < length; piece++) {
      if (piece === pieceCount) {
        pieceCount = scanner.scan(start, length)
        piece = 0
      }
      const end = ends[piece]
      const size = end - start
      if (size === 1) tokens[count++] = byteTokens[bytes[start]]!
      else if (size > SHORT_PIECE) count += this.#encodeLongPiece(start, end, count)
      else {
        const low = view.getInt32(start, true) & LOW_MASKS[size]
        const high = view.getInt32(start + 4, true) & HIGH_MASKS[size]
        const hash = Math.imul(Math.imul(low, 0x9e37_79b1) ^ (low >>> 15) ^ high ^ size, 0x85eb_ca6b)
        let entry = (hash >>> (32 - SHORT_SLOT_BITS)) * SHORT_ENTRY
        if (pieces[entry] !== low || pieces[entry + 1] !== high || (pieces[entry + 2] & 0xff) !== size) {
          entry ^= SHORT_ENTRY
          if (pieces[entry] !== low || pieces[entry + 1] !== high || (pieces[entry + 2] & 0xff) !== size) {
            count += this.#mergeShortPiece(start, end, count, entry ^ SHORT_ENTRY, low, high)
            start = end
            continue
          }
        }
        tokens[count++] = pieces[entry + 3]!
        const last = entry + 2 + (pieces[entry + 2] >> 8)
        for (let at = entry + 4; at <= last; at++) tokens[count++] = pieces[at]!
      }
      start = end
    }
    return count
  }

  tokenBytes(token: number): Uint8Array | undefined {
    if (!this.#isToken(token)) return undefined
    const { bytes, offsets } = this.#spell()
    return bytes.subarray(offsets[token], offsets[token + 1])
  }

  tokenText(token: number): string | undefined {
    // '1' would find what 1 does.
    if (typeof token !== 'number') return undefined
    const text = this.#texts[token]
    if (text !== undefined) return text ?? undefined
    const bytes = this.tokenBytes(token)
    if (bytes === undefined) return undefined
    let decoded: string | null
    try {
      decoded = strictDecoder.decode(bytes)
    } catch {
      decoded = null
    }
    // Filled as a whole at first need: an array with holes would be a dictionary for high ids.
    const texts = this.#texts
    while (texts.length < this.#vocabulary.tokenCount) texts.push(undefined)
    texts[token] = decoded
    return decoded ?? undefined
  }

  /** Merges a short piece and keeps it at `entry`; what was there moves to the slot beside it. Gives the number of its tokens. */
  #mergeShortPiece(start: number, end: number, count: number, entry: number, low: number, high: number): number {
    const merged = this.#merge(start, end, count)
    if (merged > SHORT_ENTRY - 3) return merged
    const pieces = this.#shortPieces
    const tokens = this.#tokens
    const beside = entry ^ SHORT_ENTRY
    for (let word = 0; word < SHORT_ENTRY; word++) pieces[beside + word] = pieces[entry + word]!
    pieces[entry] = low
    pieces[entry + 1] = high
    pieces[entry + 2] = (end - start) | (merged << 8)
    for (let index = 0; index < merged; index++) pieces[entry + 3 + index] = tokens[count + index]!
    return merged
  }

  /** Puts a long piece's tokens at `count`; gives their number. */
  #encodeLongPiece(start: number, end: number, count: number): number {
    const size = end - start
    if (size > LONG_PIECE) return this.#merge(start, end, count)
    const view = this.#view
    const tokens = this.#tokens
    const pieces = this.#longPieces
    const wholeWords = size >> 2
    const lastWord = view.getInt32(start + 4 * wholeWords, true) & LOW_MASKS[size & 3]
    let hash = lastWord ^ size
    for (let word = 0; word < wholeWords; word++) {
      hash = Math.imul(hash ^ (hash >>> 15) ^ view.getInt32(start + 4 * word, true), 0x9e37_79b1)
    }
    const first = (hash >>> (32 - LONG_SLOT_BITS)) * LONG_ENTRY
    let entry = first
    if (!this.#isLongPieceAt(entry, start, size, lastWord)) entry ^= LONG_ENTRY
    if (entry === first || this.#isLongPieceAt(entry, start, size, lastWord)) {
      const found = pieces[entry] >> 8
      for (let index = 0; index < found; index++) tokens[count + index] = pieces[entry + LONG_TOKENS + index]!
      return found
    }
    const merged = this.#merge(start, end, count)
    if (merged > LONG_ENTRY - LONG_TOKENS) return merged
    pieces.copyWithin(entry, first, first + LONG_ENTRY)
    pieces[first] = size | (merged << 8)
    for (let word = 0; word < wholeWords; word++) pieces[first + 1 + word] = view.getInt32(start + 4 * word, true)
    pieces[first + 1 + wholeWords] = lastWord
    for (let index = 0; index < merged; index++) pieces[first + LONG_TOKENS + index] = tokens[count + index]!
    return merged
  }

  #isLongPieceAt(entry: number, start: number, size: number, lastWord: number): boolean {
    const view = this.#view
    const pieces = this.#longPieces
    const wholeWords = size >> 2
    if ((pieces[entry] & 0xff) !== size || pieces[entry + 1 + wholeWords] !== lastWord) return false
    for (let word = 0; word < wholeWords; word++) if (pieces[entry + 1 + word] !== view.getInt32(start + 4 * word, true)) return false
    return true
  }

  /** Merges a piece and puts its tokens at `count`; gives their number. */
  #merge(start: number, end: number, count: number): number {
    const merger = this.#merger
    const merged = merger.merge(this.#bytes, start, end)
    const tokens = this.#tokens
    for (let index = 0; index < merged; index++) tokens[count + index] = merger.tokens[index]!
    return merged
  }

  /** Puts the text into the buffer as UTF-8, lone surrogates as U+FFFD; gives its length in bytes. */
  #load(text: string): number {
    const needed = 3 * text.length + 1 + PADDING
    if (this.#bytes.length < needed) this.#setBuffer(Math.max(needed, SMALLEST_BUFFER))
    const bytes = this.#bytes
    let length = 0
    // Below this length, the call into the engine's encoder costs more than a loop.
    if (text.length < SHORT_TEXT) {
      while (length < text.length) {
        const charCode = text.charCodeAt(length)
        if (charCode >= 0x80) break
        bytes[length++] = charCode
      }
    }
    if (length < text.length) length = encoder.encodeInto(text, bytes).written
    bytes[length] = SENTINEL
    if (this.#tokens.length < length) this.#tokens = new Int32Array(bytes.length)
    return length
  }

  #setBuffer(size: number): void {
    this.#bytes = new Uint8Array(size)
    this.#view = new DataView(this.#bytes.buffer)
    this.#scanner.bytes = this.#bytes
  }

  /** Lets go of the memory that a long text needed. */
  #release(): void {
    if (this.#bytes.length > LARGEST_KEPT_BUFFER) {
      this.#setBuffer(SMALLEST_BUFFER)
      this.#tokens = new Int32Array(SMALLEST_BUFFER)
    }
    this.#merger.release()
  }

  #isToken(token: number): boolean {
    return Number.isInteger(token) && token >= 0 && token < this.#vocabulary.tokenCount
  }

  #spell(): { bytes: Uint8Array; offsets: Int32Array } {
    return (this.#spelling ??= this.#vocabulary.spellAll())
  }
}

/** Sets the length at once where that pays: an array that grows by pushing is copied over and over, at twice the cost a token. */
function appendAll(tokens: Int32Array, count: number, into: number[]): void {
  if (count < FEW) {
    for (let index = 0; index < count; index++) into.push(tokens[index])
    return
  }
  const start = into.length
  into.length = start + count
  for (let index = 0; index < count; index++) into[start + index] = tokens[index]!
}

const FEW = 32
const SHORT_TEXT = 160

/**
 * An entry of a short piece: its bytes as two words padded with zeros, its length with the number of its tokens in the bits above, its tokens.
 */
const SHORT_PIECE = 8
const SHORT_ENTRY = 8
const SHORT_SLOT_BITS = 15
/** An entry of a longer piece: length and number of tokens, its bytes as words, its tokens. */
const LONG_PIECE = 64
const LONG_ENTRY = 32
const LONG_TOKENS = 2 + LONG_PIECE / 4
const LONG_SLOT_BITS = 13
/** Pieces are read in words of four bytes, which may reach beyond the text's end. */
const PADDING = 8
const SMALLEST_BUFFER = 1 << 16
const LARGEST_KEPT_BUFFER = 1 << 20
/** What keeps those bytes of a piece's first, and of its second word that a piece of that size has. */
const LOW_MASKS = Int32Array.of(0, 0xff, 0xffff, 0xff_ffff, -1, -1, -1, -1, -1)
const HIGH_MASKS = Int32Array.of(0, 0, 0, 0, 0, 0xff, 0xffff, 0xff_ffff, -1)

const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
