import { BytePairMerger } from './byte-pair-merger.js'
import { CACHE_OVERRUN, PieceCache } from './piece-cache.js'
import { Scanner, SCANNER_OVERRUN, SENTINEL } from './scanner.js'
import { TokenSpelling } from './token-spelling.js'
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

/** A tokenizer of one's own, whose cache of pieces can be emptied: for measuring. `o200kHarmony` gives the one to use. */
export function createO200kHarmony(): O200kHarmony {
  return new O200kHarmony()
}

class O200kHarmony implements Tokenizer {
  readonly name = 'o200k_harmony'

  readonly #vocabulary = (vocabulary ??= new Vocabulary())
  readonly #scanner = (scanner ??= new Scanner())
  readonly #merger = new BytePairMerger(this.#vocabulary)
  readonly #cache = new PieceCache()

  /** The part of the text at hand as UTF-8, the sentinel behind it. */
  #bytes = new Uint8Array(SMALLEST_BUFFER)
  #view = new DataView(this.#bytes.buffer)
  /** The tokens of the text at hand, and whatever was there before. An array of JavaScript's own, as `slice` copies it fastest. */
  #tokens: number[] = []

  readonly #spelling = new TokenSpelling(this.#vocabulary)
  /** Text of each token asked for so far; `null` where the bytes are no whole characters. */
  #texts: (string | null | undefined)[] = []

  encode(text: string): number[] {
    const count = this.#encode(text)
    const tokens = this.#tokens.slice(0, count)
    this.#release()
    return tokens
  }

  encodeInto(text: string, into: number[]): void {
    append(this.#tokens, this.#encode(text), into)
    this.#release()
  }

  tokenBytes(token: number): Uint8Array | undefined {
    return this.#isToken(token) ? this.#spelling.bytesOf(token) : undefined
  }

  tokenText(token: number): string | undefined {
    // '1' would find what 1 does.
    if (typeof token !== 'number') return undefined
    const text = this.#texts[token]
    return text === undefined ? this.#loadText(token) : (text ?? undefined)
  }

  /** Forgets the pieces seen so far, as if no text had been encoded yet. */
  clearCache(): void {
    this.#cache.clear()
  }

  /** Puts the tokens of a text at the front of `#tokens`; gives their number. */
  #encode(text: string): number {
    if (typeof text !== 'string') throw new TypeError(`text: found ${typeof text}, wanted a string`)
    if (text.length <= SEGMENT) return this.#encodeSegment(text, 0)
    let count = 0
    for (let start = 0, end; start < text.length; start = end) {
      end = start
      // A piece longer than a segment makes it grow: twofold, as each time it is read again.
      for (let size = SEGMENT; end === start; size *= 2) {
        end = start + size < text.length ? this.#scanner.lastCut(text, start, start + size) : text.length
      }
      count = this.#encodeSegment(text.slice(start, end), count)
    }
    return count
  }

  /** Puts the tokens of a part of the text, which no piece crosses, at `count`; gives the count behind them. */
  #encodeSegment(text: string, count: number): number {
    const length = this.#load(text)
    const bytes = this.#bytes
    const view = this.#view
    const tokens = this.#tokens
    // Room for as many tokens as there are bytes, and for what the cache may put behind them.
    while (tokens.length < count + length + 3) tokens.push(0)
    const scanner = this.#scanner
    const { ends } = scanner
    const cache = this.#cache
    for (let start = 0; start < length;) {
      const pieces = scanner.scan(bytes, view, start, length)
      for (let piece = 0; piece < pieces; piece++) {
        const end = ends[piece]
        const known = cache.take(view, start, end, tokens, count)
        count = known > count ? known : this.#merge(start, end, count)
        start = end
      }
    }
    return count
  }

  /** Merges a piece, puts its tokens at `count` and keeps them; gives the count behind them. */
  #merge(start: number, end: number, count: number): number {
    const merger = this.#merger
    const found = merger.merge(this.#bytes, start, end)
    const tokens = this.#tokens
    for (let index = 0; index < found; index++) tokens[count + index] = merger.tokens[index]
    this.#cache.keep(this.#view, start, end, tokens, count, count + found)
    return count + found
  }

  /** Puts a text into the buffer as UTF-8, lone surrogates as U+FFFD; gives its length in bytes. */
  #load(text: string): number {
    const needed = 3 * text.length + OVERRUN
    if (this.#bytes.length < needed) this.#setBuffer(needed)
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
    return length
  }

  #setBuffer(size: number): void {
    this.#bytes = new Uint8Array(size)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** Lets go of the memory that a long text needed. */
  #release(): void {
    if (this.#bytes.length > LARGEST_KEPT) this.#setBuffer(SMALLEST_BUFFER)
    if (this.#tokens.length > LARGEST_KEPT) this.#tokens = []
    this.#merger.release()
  }

  #loadText(token: number): string | undefined {
    const bytes = this.tokenBytes(token)
    if (bytes === undefined) return undefined
    let text: string | null
    try {
      text = strictDecoder.decode(bytes)
    } catch {
      text = null
    }
    // Filled as a whole at first need: an array with holes would be a dictionary for high ids.
    if (this.#texts.length === 0)
      this.#texts = new Array<undefined>(this.#vocabulary.tokenCount).fill(undefined)
    this.#texts[token] = text
    return text ?? undefined
  }

  #isToken(token: number): boolean {
    return Number.isInteger(token) && token >= 0 && token < this.#vocabulary.tokenCount
  }
}

/** What never changes and is the same for all. */
let vocabulary: Vocabulary | undefined
let scanner: Scanner | undefined

/** Sets the length at once where that pays: an array that grows by pushing is copied over and over, at twice the cost a token. */
function append(tokens: readonly number[], count: number, into: number[]): void {
  if (count < FEW) {
    for (let index = 0; index < count; index++) into.push(tokens[index])
    return
  }
  const start = into.length
  into.length = start + count
  for (let index = 0; index < count; index++) into[start + index] = tokens[index]
}

const FEW = 32

/** How many characters are encoded at once: their bytes stay in the processor's near caches, and a long text needs no more memory than a short one. */
const SEGMENT = 1 << 14
const SHORT_TEXT = 16
const OVERRUN = 1 + Math.max(SCANNER_OVERRUN, CACHE_OVERRUN)
const SMALLEST_BUFFER = 3 * SEGMENT + OVERRUN
const LARGEST_KEPT = 1 << 18

const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
