/**
 * What rendering and parsing need of a tokenizer. `o200kHarmony()` is the one inside this
 * package; any other object of this shape can be passed to `loadHarmonyEncoding` instead.
 * It knows ordinary text alone: Harmony's markers are ids (`SPECIAL_TOKENS`), never text
 * to look for.
 */
export interface Tokenizer {
  /** As in `o200k_harmony`. */
  readonly name: string

  /**
   * Appends the ids of `text` to `into`. Marker text in it is text like any other:
   * `<|end|>` gives 27, 91, 419, 91, 29. Lone surrogates count as U+FFFD.
   */
  encodeInto(text: string, into: number[]): void

  /**
   * The ids of `text` in an array of their own, where that can be had faster than by
   * `encodeInto`.
   */
  encode?(text: string): number[]

  /** The number of ids of `text`, where that can be had faster than the ids. */
  count?(text: string): number

  /**
   * Hands over the ids of `text`, some at a time, where that is faster than an array: the
   * first `count` of `ids`, which holds other ids after `use` returns.
   */
  encodeRuns?(text: string, use: (ids: ArrayLike<number>, count: number) => void): void

  /**
   * The bytes that an ordinary token stands for; `undefined` where there is no such
   * token. The caller does not write into them.
   */
  tokenBytes(token: number): Uint8Array | undefined

  /**
   * The text of an ordinary token whose bytes are whole UTF-8 characters; `undefined`
   * where they are not, or where there is no such token. Called for every token of a
   * stream, so it should be a look-up.
   */
  tokenText(token: number): string | undefined
}

/** The tokenizer inside this package. */
export interface O200kTokenizer extends Required<Tokenizer> {
  /**
   * Appends the ids of `text` to an array, or writes them to the beginning of a typed
   * array, and returns their number. A text has at most as many ids as UTF-8 bytes, which
   * are at most three times its length.
   *
   * @throws RangeError if the typed array is too short; what it holds then is undefined
   */
  encodeInto(text: string, into: number[] | Int32Array | Uint32Array): number
}
