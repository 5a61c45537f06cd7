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

  /**
   * Pieces seen lately, each in the slot of its hash. An entry is 16 words: the piece as six words padded with zeros, its length (with the number of tokens
   * in the high half), and its tokens.
   */
  readonly #cache = new Int32Array(CACHE_SLOTS << 4)

  #spelling: { bytes: Uint8Array; offsets: Int32Array } | undefined
  /** Text of each token asked for so far; `null` where the bytes are no whole characters. */
  readonly #texts: (string | null | undefined)[] = []

  encodeInto(text: string, into: number[]): void {
    if (typeof text !== 'string') throw new TypeError(`text: found ${typeof text}, wanted a string`)
    const length = this.#load(text)
    const bytes = this.#bytes
    const scanner = this.#scanner
    const { byteTokens } = this.#vocabulary
    for (let start = 0; start < length; ) {
      const end = scanner.pieceEnd(start)
      const size = end - start
      if (size === 1) into.push(byteTokens[bytes[start]!]!)
      else if (size <= LONGEST_CACHED) this.#encodeShortPiece(start, size, into)
      else this.#encodeLongPiece(start, end, into)
      start = end
    }
    this.#release()
  }

  tokenBytes(token: number): Uint8Array | undefined {
    if (!this.#isToken(token)) return undefined
    const { bytes, offsets } = this.#spell()
    return bytes.subarray(offsets[token], offsets[token + 1])
  }

  tokenText(token: number): string | undefined {
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

  #encodeShortPiece(start: number, size: number, into: number[]): void {
    const view = this.#view
    const cache = this.#cache
    // Words of four bytes, those behind the piece cleared.
    const w0 = view.getInt32(start, true) & (size < 4 ? MASKS[size]! : -1)
    let w1 = 0
    let w2 = 0
    let w3 = 0
    let w4 = 0
    let w5 = 0
    if (size > 4) {
      w1 = view.getInt32(start + 4, true) & (size < 8 ? MASKS[size - 4]! : -1)
      if (size > 8) {
        w2 = view.getInt32(start + 8, true) & (size < 12 ? MASKS[size - 8]! : -1)
        if (size > 12) {
          w3 = view.getInt32(start + 12, true) & (size < 16 ? MASKS[size - 12]! : -1)
          if (size > 16) {
            w4 = view.getInt32(start + 16, true) & (size < 20 ? MASKS[size - 16]! : -1)
            if (size > 20) w5 = view.getInt32(start + 20, true) & (size < 24 ? MASKS[size - 20]! : -1)
          }
        }
      }
    }
    let hash = Math.imul(w0, 0x9e37_79b1) ^ Math.imul(w1, 0x85eb_ca6b)
    if (size > 8) hash ^= Math.imul(w2, 0xc2b2_ae35) ^ Math.imul(w3, 0x27d4_eb2f) ^ Math.imul(w4, 0x1656_67b1) ^ Math.imul(w5, 0x9e37_79b9)
    hash ^= hash >>> 15
    const entry = ((hash ^ size) & (CACHE_SLOTS - 1)) << 4
    const meta = cache[entry + 6]!
    if (
      (meta & 0xff) === size &&
      cache[entry] === w0 &&
      cache[entry + 1] === w1 &&
      (size <= 8 || (cache[entry + 2] === w2 && cache[entry + 3] === w3 && cache[entry + 4] === w4 && cache[entry + 5] === w5))
    ) {
      into.push(cache[entry + 7]!)
      for (let index = 1, count = meta >> 8; index < count; index++) into.push(cache[entry + 7 + index]!)
      return
    }
    const merger = this.#merger
    const count = merger.merge(this.#bytes, start, start + size)
    const tokens = merger.tokens
    for (let index = 0; index < count; index++) into.push(tokens[index]!)
    if (count > MOST_CACHED_TOKENS) return
    cache[entry] = w0
    cache[entry + 1] = w1
    cache[entry + 2] = w2
    cache[entry + 3] = w3
    cache[entry + 4] = w4
    cache[entry + 5] = w5
    cache[entry + 6] = size | (count << 8)
    for (let index = 0; index < count; index++) cache[entry + 7 + index] = tokens[index]!
  }

  #encodeLongPiece(start: number, end: number, into: number[]): void {
    const merger = this.#merger
    const count = merger.merge(this.#bytes, start, end)
    const tokens = merger.tokens
    for (let index = 0; index < count; index++) into.push(tokens[index]!)
  }

  /** Puts the text into the buffer as UTF-8, lone surrogates as U+FFFD; gives its length in bytes. */
  #load(text: string): number {
    const needed = 3 * text.length + 1 + PADDING
    if (this.#bytes.length < needed) this.#setBuffer(Math.max(needed, SMALLEST_BUFFER))
    const bytes = this.#bytes
    let length = 0
    // Below this length, the call into the engine's encoder costs more than a loop.
    if (text.length < 48) {
      while (length < text.length) {
        const charCode = text.charCodeAt(length)
        if (charCode >= 0x80) break
        bytes[length++] = charCode
      }
    }
    if (length < text.length) length = encoder.encodeInto(text, bytes).written
    bytes[length] = SENTINEL
    return length
  }

  #setBuffer(size: number): void {
    this.#bytes = new Uint8Array(size)
    this.#view = new DataView(this.#bytes.buffer)
    this.#scanner.bytes = this.#bytes
  }

  /** Lets go of the memory that a long text needed. */
  #release(): void {
    if (this.#bytes.length > LARGEST_KEPT_BUFFER) this.#setBuffer(SMALLEST_BUFFER)
    this.#merger.release()
  }

  #isToken(token: number): boolean {
    return Number.isInteger(token) && token >= 0 && token < this.#vocabulary.tokenCount
  }

  #spell(): { bytes: Uint8Array; offsets: Int32Array } {
    return (this.#spelling ??= this.#vocabulary.spellAll())
  }
}

const CACHE_SLOTS = 1 << 13
const LONGEST_CACHED = 24
const MOST_CACHED_TOKENS = 9
/** A short piece is read in words of four bytes, which may reach beyond the text's end. */
const PADDING = LONGEST_CACHED
const SMALLEST_BUFFER = 1 << 16
const LARGEST_KEPT_BUFFER = 1 << 20
/** What keeps the first `n` bytes of a word. */
const MASKS = Int32Array.of(0, 0xff, 0xffff, 0xff_ffff)

const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
