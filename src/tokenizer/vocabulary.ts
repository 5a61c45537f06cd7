import { base64Length, decodeBase64 } from './base64.js'
import { PACKED_VOCABULARY, TOKEN_COUNT } from './vocabulary.generated.js'

// The vocabulary as `scripts/pack-vocabulary.mjs` packs it. Ids 0 to 255 are the single
// bytes; every later token is merged from two earlier ones, and its id is also the rank
// of its merge: lower ids merge first. The planes are, one behind the other: the byte of
// each single-byte token; the low and middle bytes of the others' two tokens; the high
// bits of both; boundaries of characters.

export { TOKEN_COUNT }

/** How many tokens are single bytes. */
export const BYTE_COUNT = 256

/** The size of the packed vocabulary in bytes. */
export const PACKED_LENGTH = base64Length(PACKED_VOCABULARY)

/**
 * Writes the packed vocabulary into `packed`, which has room for `PACKED_LENGTH` bytes,
 * and returns it.
 */
export function unpackVocabulary(packed: Uint8Array): Uint8Array {
  return decodeBase64(PACKED_VOCABULARY, packed)
}

const MERGE_COUNT = TOKEN_COUNT - BYTE_COUNT
const LEFT_LOW = BYTE_COUNT
const LEFT_MIDDLE = LEFT_LOW + MERGE_COUNT
const RIGHT_LOW = LEFT_MIDDLE + MERGE_COUNT
const RIGHT_MIDDLE = RIGHT_LOW + MERGE_COUNT
const HIGH = RIGHT_MIDDLE + MERGE_COUNT
/**
 * Where the boundaries of characters begin, five bytes each: the two bytes around one,
 * and the lowest token across it that cuts a character.
 */
export const BOUNDARIES = HIGH + MERGE_COUNT / 2

/** The byte of a token below `BYTE_COUNT`. */
export function byteOf(packed: Uint8Array, token: number): number {
  return packed[token]
}

/** The two tokens from which a token from `BYTE_COUNT` on is merged. */
export function leftOf(packed: Uint8Array, token: number): number {
  const index = token - BYTE_COUNT
  return (
    packed[LEFT_LOW + index] |
    (packed[LEFT_MIDDLE + index] << 8) |
    (((packed[HIGH + (index >> 1)] >> ((index & 1) << 2)) & 3) << 16)
  )
}

export function rightOf(packed: Uint8Array, token: number): number {
  const index = token - BYTE_COUNT
  return (
    packed[RIGHT_LOW + index] |
    (packed[RIGHT_MIDDLE + index] << 8) |
    (((packed[HIGH + (index >> 1)] >> ((index & 1) << 2)) & 12) << 14)
  )
}
