import {
  BYTE_COUNT,
  byteOf,
  leftOf,
  PACKED_LENGTH,
  rightOf,
  TOKEN_COUNT,
  unpackVocabulary,
} from './vocabulary.js'

/**
 * The bytes of tokens: put together from the merges when a token is asked for, and kept.
 * Who reads a few tokens does not pay for them all.
 */
export class TokenSpelling {
  readonly #packed = unpackVocabulary(new Uint8Array(PACKED_LENGTH))
  /**
   * The tokens spelled so far, in the order they were asked for: of each its length, then
   * its bytes.
   */
  readonly #bytes = new Uint8Array(ALL_TOKENS)
  #length = 1
  /** Token → where it stands; 0 for one that has not been asked for. */
  readonly #places = new Int32Array(TOKEN_COUNT)

  /** A view of the token's bytes, not to be written to. */
  bytesOf(token: number): Uint8Array {
    const bytes = this.#bytes
    const place = this.#places[token] || this.#spell(token)
    return bytes.subarray(place + 1, place + 1 + bytes[place])
  }

  #spell(token: number): number {
    const packed = this.#packed
    const bytes = this.#bytes
    const places = this.#places
    const start = this.#length
    let end = start + 1
    const parts = [token]
    while (parts.length > 0) {
      const part = parts.pop()!
      const known = places[part]
      if (known !== 0) {
        bytes.copyWithin(end, known + 1, known + 1 + bytes[known])
        end += bytes[known]
      } else if (part < BYTE_COUNT) bytes[end++] = byteOf(packed, part)
      else parts.push(rightOf(packed, part), leftOf(packed, part))
    }
    bytes[start] = end - start - 1
    places[token] = start
    this.#length = end
    return start
  }
}

/**
 * As much as all tokens need: 1,397,670 bytes, a length each, and the place 0, which none
 * may have.
 */
const ALL_TOKENS = 1_397_670 + 199_998 + 1
