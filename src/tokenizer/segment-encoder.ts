/**
 * Encodes texts one at a time. There are two, with the same results: one in WebAssembly
 * and one in JavaScript.
 */
export interface SegmentEncoder {
  /**
   * The tokens of the text encoded last, as many as `encode` said; what is behind them
   * means nothing.
   */
  readonly tokens: Int32Array

  /** Encodes a text at whose ends no piece is cut; gives the number of its tokens. */
  encode(text: string): number

  /** Forgets the pieces seen so far. */
  clearCache(): void
}

/** The size of a text in bytes up to which an encoder keeps the memory that it needed. */
export const LARGEST_KEPT = 1 << 21
