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

  readonly #tokenBytes = new Uint8Array(BYTE_COUNT)
  readonly #left = new Int32Array(TOKEN_COUNT)
  readonly #right = new Int32Array(TOKEN_COUNT)
  /**
   * Open addressing with linear probing, two words an entry: the merge's 36 bits and its token's 18. An entry's second word is never 0, as
   * tokens of merges are at least 256. At 38 % full a probe rarely leaves its cache line.
   */
  readonly #table = new Int32Array(2 << TABLE_BITS)

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
    for (let token = 0; token < BYTE_COUNT; token++) {
      const byte = packed[token]!
      tokenBytes[token] = byte
      byteTokens[byte] = token
    }
    for (let index = 0; index < mergeCount; index++) {
      const highs = packed[high + index]!
      const left = packed[leftLow + index]! | (packed[leftMiddle + index]! << 8) | ((highs & 0xf) << 16)
      const right = packed[rightLow + index]! | (packed[rightMiddle + index]! << 8) | ((highs >> 4) << 16)
      const token = BYTE_COUNT + index
      lefts[token] = left
      rights[token] = right
      if (left < BYTE_COUNT && right < BYTE_COUNT) bytePairTokens[(tokenBytes[left]! << 8) | tokenBytes[right]!] = token
      let slot = slotOf(left, right)
      while (table[slot + 1] !== 0) slot = (slot + 2) & SLOT_MASK
      table[slot] = left | (right << 18)
      table[slot + 1] = (right >>> 14) | (token << 4)
    }
  }

  /** The token that two tokens merge into, or `NO_TOKEN`. */
  merge(left: number, right: number): number {
    const table = this.#table
    const low = left | (right << 18)
    const high = right >>> 14
    let slot = slotOf(left, right)
    for (;;) {
      const word = table[slot + 1]!
      if (word === 0) return NO_TOKEN
      if (table[slot] === low && (word & 0xf) === high) return word >>> 4
      slot = (slot + 2) & SLOT_MASK
    }
  }

  /** All tokens' bytes, one after the other: token `t` has those from `offsets[t]` up to `offsets[t + 1]`. */
  spellAll(): { bytes: Uint8Array; offsets: Int32Array } {
    const lefts = this.#left
    const rights = this.#right
    const offsets = new Int32Array(TOKEN_COUNT + 1)
    for (let token = 0; token < TOKEN_COUNT; token++) {
      const length = token < BYTE_COUNT ? 1 : lengthOf(offsets, lefts[token]!) + lengthOf(offsets, rights[token]!)
      offsets[token + 1] = offsets[token]! + length
    }
    const bytes = new Uint8Array(offsets[TOKEN_COUNT]!)
    bytes.set(this.#tokenBytes)
    for (let token = BYTE_COUNT; token < TOKEN_COUNT; token++) {
      let to = offsets[token]!
      for (const part of [lefts[token]!, rights[token]!]) {
        const end = offsets[part + 1]!
        for (let from = offsets[part]!; from < end; from++) bytes[to++] = bytes[from]!
      }
    }
    return { bytes, offsets }
  }
}

/** Greater than every token: no merge. */
export const NO_TOKEN = 0x7fff_ffff

const BYTE_COUNT = 256
const TABLE_BITS = 19
const SLOT_MASK = (2 << TABLE_BITS) - 2

function slotOf(left: number, right: number): number {
  const hash = Math.imul(left, 0x9e37_79b1) ^ Math.imul(right, 0x85eb_ca6b)
  return ((hash ^ (hash >>> 15)) << 1) & SLOT_MASK
}

function lengthOf(offsets: Int32Array, token: number): number {
  return offsets[token + 1]! - offsets[token]!
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
