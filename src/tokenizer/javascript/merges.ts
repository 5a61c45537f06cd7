import {
  BOUNDARIES,
  BYTE_COUNT,
  leftOf,
  PACKED_LENGTH,
  rightOf,
  TOKEN_COUNT,
  unpackVocabulary,
} from '../vocabulary.js'

/** What two tokens merge into, and which characters may be taken whole. */
export class Merges {
  /** Byte → id of its token. */
  readonly byteTokens = new Uint8Array(BYTE_COUNT)
  /** Two bytes (`first << 8 | second`) → id of their token, or `NO_TOKEN`. */
  readonly bytePairTokens = new Int32Array(BYTE_COUNT * BYTE_COUNT).fill(NO_TOKEN)

  /**
   * The merges: open addressing with linear probing, two words an entry, the merge's 36
   * bits and its token's 18. An entry's second word is never 0, as tokens of merges are
   * at least 256. Three quarters full: probes stay within a cache line or two, and a
   * table of twice the size would miss the caches more.
   */
  readonly #merges = new Int32Array(2 << MERGES_BITS)
  /**
   * A bit for the hash of each merge, a tenth of them set: pairs that do not merge need
   * not go to the table, which is too large for the near caches.
   */
  readonly #filter = new Int32Array(1 << (FILTER_BITS - 5))

  /**
   * Character (below U+10000) → the token that its bytes alone merge into, `NO_TOKEN` or,
   * not asked for yet, 0.
   */
  readonly #characterTokens = new Int32Array(0x10000)
  /**
   * The bytes on either side of a boundary of characters (`before | behind << 8`) → the
   * lowest token across such a boundary that holds only a part of the character before it
   * or behind it, as ` \xe5` does; `NO_TOKEN` for none.
   */
  readonly #lowestPartials = new Int32Array(BYTE_COUNT * BYTE_COUNT).fill(NO_TOKEN)

  constructor() {
    const packed = unpackVocabulary(new Uint8Array(PACKED_LENGTH))
    for (let token = 0; token < BYTE_COUNT; token++) this.byteTokens[packed[token]] = token
    for (let at = BOUNDARIES; at < packed.length; at += 5) {
      this.#lowestPartials[packed[at] | (packed[at + 1] << 8)] =
        packed[at + 2] | (packed[at + 3] << 8) | (packed[at + 4] << 16)
    }
    fillMerges(packed, this.#merges, this.#filter)
    for (let token = BYTE_COUNT; token < TOKEN_COUNT; token++) {
      const left = leftOf(packed, token)
      if (left >= BYTE_COUNT) continue
      const right = rightOf(packed, token)
      if (right < BYTE_COUNT) this.bytePairTokens[(packed[left] << 8) | packed[right]] = token
    }
  }

  /** The token that two tokens merge into, or `NO_TOKEN`. */
  merge(left: number, right: number): number {
    const hash = hashOf(left, right)
    if ((this.#filter[hash >>> (37 - FILTER_BITS)] & (1 << (hash >>> (32 - FILTER_BITS)))) === 0)
      return NO_TOKEN
    const merges = this.#merges
    const low = left | (right << 18)
    const high = right >>> 14
    let slot = slotOf(hash)
    for (;;) {
      const word = merges[slot + 1]
      if (word === 0) return NO_TOKEN
      if (merges[slot] === low && (word & 0xf) === high) return word >>> 4
      slot = (slot + 2) & SLOT_MASK
    }
  }

  /**
   * The token of the character of two or three bytes at `at` in the piece from `start` up
   * to `end`, where merging surely makes it before anything else happens to its bytes;
   * otherwise `NO_TOKEN`.
   *
   * That is so if no lower token reaches into a part of the character from before or from
   * behind: until the character is whole, one of its own merges, none of them higher than
   * its token, is always there to go first.
   */
  wholeCharacter(bytes: Uint8Array, start: number, at: number, end: number): number {
    const first = bytes[at]
    const second = bytes[at + 1] & 0x3f
    const behind = first < 0xe0 ? at + 2 : at + 3
    if (behind > end) return NO_TOKEN
    const codePoint =
      first < 0xe0
        ? ((first & 0x1f) << 6) | second
        : ((first & 0xf) << 12) | (second << 6) | (bytes[at + 2] & 0x3f)
    const token = this.#characterTokens[codePoint] || this.#mergeCharacter(bytes, at, behind, codePoint)
    const lowestPartials = this.#lowestPartials
    if (at > start && lowestPartials[bytes[at - 1] | (first << 8)] < token) return NO_TOKEN
    if (behind < end && lowestPartials[bytes[behind - 1] | (bytes[behind] << 8)] < token) return NO_TOKEN
    return token
  }

  #mergeCharacter(bytes: Uint8Array, at: number, behind: number, codePoint: number): number {
    const { byteTokens, bytePairTokens } = this
    const head = bytePairTokens[(bytes[at] << 8) | bytes[at + 1]]
    let token = head
    if (behind - at === 3) {
      const tail = bytePairTokens[(bytes[at + 1] << 8) | bytes[at + 2]]
      if (head < tail) token = this.merge(head, byteTokens[bytes[at + 2]])
      else token = tail === NO_TOKEN ? NO_TOKEN : this.merge(byteTokens[bytes[at]], tail)
    }
    this.#characterTokens[codePoint] = token
    return token
  }
}

/** Greater than every token: no merge. */
export const NO_TOKEN = 0x7fff_ffff

const MERGES_BITS = 18
const SLOT_MASK = (2 << MERGES_BITS) - 2
const FILTER_BITS = 21

/**
 * A loop by itself and small, as most of what loading costs is running it before the
 * engine has compiled it.
 */
function fillMerges(packed: Uint8Array, merges: Int32Array, filter: Int32Array): void {
  for (let token = BYTE_COUNT; token < TOKEN_COUNT; token++) {
    const left = leftOf(packed, token)
    const right = rightOf(packed, token)
    const hash = hashOf(left, right)
    filter[hash >>> (37 - FILTER_BITS)] |= 1 << (hash >>> (32 - FILTER_BITS))
    let slot = slotOf(hash)
    while (merges[slot + 1] !== 0) slot = (slot + 2) & SLOT_MASK
    merges[slot] = left | (right << 18)
    merges[slot + 1] = (right >>> 14) | (token << 4)
  }
}

/** A hash whose high bits depend on all bits of both. */
function hashOf(left: number, right: number): number {
  return Math.imul(Math.imul(left, 0x9e37_79b1) ^ right, 0x85eb_ca6b)
}

function slotOf(hash: number): number {
  return (hash >>> (32 - MERGES_BITS)) << 1
}
