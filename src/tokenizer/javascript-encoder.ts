import { Merger } from './javascript/merger.js'
import { Merges } from './javascript/merges.js'
import { CACHE_OVERRUN, PieceCache } from './javascript/piece-cache.js'
import { Scanner, SCANNER_OVERRUN, SENTINEL } from './javascript/scanner.js'
import { LARGEST_KEPT, type SegmentEncoder } from './segment-encoder.js'
import { SEGMENT } from './segments.js'
import { writeUtf8 } from './utf8.js'

/**
 * The encoder for where WebAssembly is forbidden or missing: half as fast as that, and as
 * exact.
 */
export class JavaScriptEncoder implements SegmentEncoder {
  readonly #scanner = new Scanner()
  readonly #merger = new Merger(new Merges())
  readonly #cache = new PieceCache()

  /** The text as UTF-8, the sentinel behind it. */
  #bytes = new Uint8Array(0)
  #view = new DataView(this.#bytes.buffer)
  tokens = new Int32Array(0)

  encode(text: string): number {
    this.#reserve(3 * text.length)
    const bytes = this.#bytes
    const length = writeUtf8(text, bytes)
    bytes[length] = SENTINEL
    return this.#encodeBytes(length)
  }

  clearCache(): void {
    this.#cache.clear()
  }

  #encodeBytes(length: number): number {
    const bytes = this.#bytes
    const view = this.#view
    const { tokens } = this
    const scanner = this.#scanner
    const { ends } = scanner
    const cache = this.#cache
    let count = 0
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
    const behind = this.#merger.merge(this.#bytes, start, end, this.tokens, count)
    this.#cache.keep(this.#view, start, end, this.tokens, count, behind)
    return behind
  }

  /**
   * Makes room for a text of `capacity` bytes, and lets go of the memory that a much
   * longer one needed.
   */
  #reserve(capacity: number): void {
    const current = this.#bytes.length - OVERRUN
    if (capacity <= current && (current <= LARGEST_KEPT || capacity > LARGEST_KEPT)) return
    const size = Math.max(capacity, 3 * SEGMENT)
    this.#bytes = new Uint8Array(size + OVERRUN)
    this.#view = new DataView(this.#bytes.buffer)
    // As many tokens as there are bytes at most, and what the cache may put behind them.
    this.tokens = new Int32Array(size + 3)
  }
}

const OVERRUN = 1 + Math.max(SCANNER_OVERRUN, CACHE_OVERRUN)
