import { PACKED_MERGES, TOKEN_COUNT } from './vocabulary.generated.js'

/**
 * The vocabulary as merges: ids 0 to 255 are the single bytes, and every later token is made by one last merge of two earlier ones. A token's
 * id is also its merge's rank: lower ids merge first.
 */
export class Vocabulary {
  readonly tokenCount = TOKEN_COUNT
  /** Byte → id of its token. */
  readonly byteTokens = new Uint8Array(BYTE_COUNT)
  /** Two bytes (`first << 8 | second`) → id of their token, or `NO_TOKEN`. */
  readonly bytePairTokens = new Int32Array(BYTE_COUNT * BYTE_COUNT).fill(NO_TOKEN)

  /** Characters (below U+10000) → the token that merging makes of one alone, `NO_TOKEN` or, not asked for yet, 0. */
  readonly #characterTokens = new Int32Array(0x10000)
  /** Last byte of what is before (in the high bits) and first byte of a character → the lowest merge of the two where only a part of the character takes part. */
  readonly #lowestBefore = new Int32Array(BYTE_COUNT * BYTE_COUNT).fill(NO_TOKEN)
  /** Last byte of a character (in the high bits) and first byte of what is behind → the lowest merge of the two where only a part of the character takes part. */
  readonly #lowestBehind = new Int32Array(BYTE_COUNT * BYTE_COUNT).fill(NO_TOKEN)
  readonly #tokenBytes = new Uint8Array(BYTE_COUNT)
  readonly #left = new Int32Array(TOKEN_COUNT)
  readonly #right = new Int32Array(TOKEN_COUNT)
  /**
   * Open addressing with linear probing, two words an entry: the merge's 36 bits and its token's 18. An entry's second word is never 0, as
   * tokens of merges are at least 256. At 38 % full a probe rarely leaves its cache line.
   */
  readonly #table = new Int32Array(2 << TABLE_BITS)
  /** A bit for the hash of each merge, small enough to stay near the core: most pairs that are asked for do not merge, and most of those end here. */
  readonly #filter = new Int32Array(1 << (FILTER_BITS - 5))

  constructor() {
    const packed = decodeBase64(PACKED_MERGES)
    const mergeCount = TOKEN_COUNT - BYTE_COUNT
    const leftLow = BYTE_COUNT
    const leftMiddle = leftLow + mergeCount
    const rightLow = leftMiddle + mergeCount
    const rightMiddle = rightLow + mergeCount
    const high = rightMiddle + mergeCount
    const { byteTokens, bytePairTokens } = this
    const tokenBytes = this.#tokenBytes
    const lefts = this.#left
    const rights = this.#right
    const table = this.#table
    const filter = this.#filter
    const lowestBefore = this.#lowestBefore
    const lowestBehind = this.#lowestBehind
    const lengths = new Uint8Array(TOKEN_COUNT).fill(1, 0, BYTE_COUNT)
    // Tokens of nothing but bytes that go on with a character.
    const areContinuations = new Uint8Array(TOKEN_COUNT)
    const firstBytes = new Uint8Array(TOKEN_COUNT)
    const lastBytes = new Uint8Array(TOKEN_COUNT)
    for (let token = 0; token < BYTE_COUNT; token++) {
      const byte = packed[token]
      tokenBytes[token] = byte
      firstBytes[token] = byte
      lastBytes[token] = byte
      areContinuations[token] = isContinuation(byte) ? 1 : 0
      byteTokens[byte] = token
    }
    for (let index = 0; index < mergeCount; index++) {
      const highs = packed[high + index]
      const left = packed[leftLow + index] | (packed[leftMiddle + index] << 8) | ((highs & 0xf) << 16)
      const right = packed[rightLow + index] | (packed[rightMiddle + index] << 8) | ((highs >> 4) << 16)
      const token = BYTE_COUNT + index
      lefts[token] = left
      rights[token] = right
      const first = firstBytes[right]
      firstBytes[token] = firstBytes[left]!
      lastBytes[token] = lastBytes[right]!
      lengths[token] = lengths[left] + lengths[right]
      areContinuations[token] = areContinuations[left] & areContinuations[right]
      if (!isContinuation(first)) {
        const pair = (lastBytes[left] << 8) | first
        if (lengths[right] < characterLength(first) && token < lowestBefore[pair]) lowestBefore[pair] = token
        if (areContinuations[left] === 1 && token < lowestBehind[pair]) lowestBehind[pair] = token
      }
      if (left < BYTE_COUNT && right < BYTE_COUNT) bytePairTokens[(tokenBytes[left] << 8) | tokenBytes[right]] = token
      const hash = hashOf(left, right)
      filter[hash >>> (37 - FILTER_BITS)] |= 1 << (hash >>> (32 - FILTER_BITS))
      let slot = slotOf(hash)
      while (table[slot + 1] !== 0) slot = (slot + 2) & SLOT_MASK
      table[slot] = left | (right << 18)
      table[slot + 1] = (right >>> 14) | (token << 4)
    }
  }

  /** The token that two tokens merge into, or `NO_TOKEN`. */
  merge(left: number, right: number): number {
    const hash = hashOf(left, right)
    if (((this.#filter[hash >>> (37 - FILTER_BITS)] >>> (hash >>> (32 - FILTER_BITS))) & 1) === 0) return NO_TOKEN
    const table = this.#table
    const low = left | (right << 18)
    const high = right >>> 14
    let slot = slotOf(hash)
    for (;;) {
      const word = table[slot + 1]
      if (word === 0) return NO_TOKEN
      if (table[slot] === low && (word & 0xf) === high) return word >>> 4
      slot = (slot + 2) & SLOT_MASK
    }
  }

  /**
   * The token of the character of two or three bytes at `at`, where merging makes it before anything else can happen to its bytes; otherwise `NO_TOKEN`.
   * That is so if the last merge that makes it is lower than all that join a part of it to what stands before or behind it: whatever the
   * neighbours have become by then, the character is whole first.
   *
   * @param start, end the piece: beyond it there is nothing to join
   */
  characterToken(bytes: Uint8Array, at: number, start: number, end: number): number {
    const first = bytes[at]
    const behind = at + characterLength(first)
    const last = bytes[behind - 1]
    const codePoint =
      behind - at === 2 ? ((first & 0x1f) << 6) | (last & 0x3f) : ((first & 0xf) << 12) | ((bytes[at + 1] & 0x3f) << 6) | (last & 0x3f)
    const token = this.#characterTokens[codePoint] || this.#makeCharacterToken(bytes, at, codePoint)
    if (at > start && this.#lowestBefore[(bytes[at - 1] << 8) | first] < token) return NO_TOKEN
    if (behind < end && this.#lowestBehind[(last << 8) | bytes[behind]] < token) return NO_TOKEN
    return token
  }

  #makeCharacterToken(bytes: Uint8Array, at: number, codePoint: number): number {
    const { byteTokens, bytePairTokens } = this
    const [first, second, third] = [bytes[at], bytes[at + 1], bytes[at + 2]]
    const head = bytePairTokens[(first << 8) | second]
    let token = head
    if (characterLength(first) === 3) {
      const tail = bytePairTokens[(second << 8) | third]
      if (head === NO_TOKEN && tail === NO_TOKEN) token = NO_TOKEN
      else token = head < tail ? this.merge(head, byteTokens[third]) : this.merge(byteTokens[first], tail)
    }
    this.#characterTokens[codePoint] = token
    return token
  }

  /** All tokens' bytes, one after the other: token `t` has those from `offsets[t]` up to `offsets[t + 1]`. */
  spellAll(): { bytes: Uint8Array; offsets: Int32Array } {
    const lefts = this.#left
    const rights = this.#right
    const offsets = new Int32Array(TOKEN_COUNT + 1)
    for (let token = 0; token < TOKEN_COUNT; token++) {
      const length = token < BYTE_COUNT ? 1 : lengthOf(offsets, lefts[token]) + lengthOf(offsets, rights[token])
      offsets[token + 1] = offsets[token] + length
    }
    const bytes = new Uint8Array(offsets[TOKEN_COUNT])
    bytes.set(this.#tokenBytes)
    for (let token = BYTE_COUNT; token < TOKEN_COUNT; token++) {
      let to = offsets[token]
      for (const part of [lefts[token], rights[token]]) {
        const end = offsets[part + 1]
        for (let from = offsets[part]; from < end; from++) bytes[to++] = bytes[from]!
      }
    }
    return { bytes, offsets }
  }
}

/** Greater than every token: no merge. */
export const NO_TOKEN = 0x7fff_ffff

const BYTE_COUNT = 256
const TABLE_BITS = 19
const FILTER_BITS = 20
const SLOT_MASK = (2 << TABLE_BITS) - 2

/** A hash whose high bits depend on all of both. */
function hashOf(left: number, right: number): number {
  const mixed = Math.imul(left, 0x9e37_79b1) ^ Math.imul(right, 0x85eb_ca6b)
  return Math.imul(mixed ^ (mixed >>> 15), 0xc2b2_ae35)
}

function slotOf(hash: number): number {
  return (hash >>> (31 - TABLE_BITS)) & SLOT_MASK
}

/** Whether a byte goes on with a character that another began. */
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}

/** Length in bytes of the character that a byte begins. */
function characterLength(byte: number): number {
  return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
}

function lengthOf(offsets: Int32Array, token: number): number {
  return offsets[token + 1] - offsets[token]
}

/** Node's own decoder where there is one: `atob` and its string of a megabyte cost 10 ms more. */
function decodeBase64(text: string): Uint8Array {
  const { Buffer } = globalThis as { Buffer?: { from(text: string, encoding: 'base64'): Uint8Array } }
  if (Buffer !== undefined) return Buffer.from(text, 'base64')
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index)
  return bytes
}
