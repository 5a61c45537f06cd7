import { NO_TOKEN, type Vocabulary } from './vocabulary.js'

/**
 * Byte-pair merging of one piece: of all neighbours that merge, those with the lowest token do first, the leftmost of equals; until none do.
 * Short pieces search the lowest in a row, long ones keep a heap: O(n log n), so that 400,000 times one letter is no attack.
 */
export class BytePairMerger {
  /** The tokens of the piece merged last: as many as `merge` said. */
  tokens = new Int32Array(MOST_IN_A_ROW)
  /** For each token, what it merges into with the next one. */
  #merged = new Int32Array(MOST_IN_A_ROW)
  readonly #vocabulary: Vocabulary

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary
  }

  /** Merges the piece of at least two bytes from `start` up to `end`; gives the number of its tokens. */
  merge(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > this.tokens.length) {
      this.tokens = new Int32Array(end - start)
      this.#merged = new Int32Array(end - start)
    }
    const count = this.#startTokens(bytes, start, end)
    return count <= MOST_IN_A_ROW ? this.#mergeInARow(count) : this.#mergeByHeap(count)
  }

  /** Puts down the tokens to begin with, bytes and, where that comes to the same, whole characters, with what each pair merges into. */
  #startTokens(bytes: Uint8Array, start: number, end: number): number {
    const vocabulary = this.#vocabulary
    const { byteTokens, bytePairTokens } = vocabulary
    const { tokens } = this
    const merged = this.#merged
    let count = 0
    let isByteBefore = true
    let byteBefore = 0
    for (let at = start; at < end;) {
      const byte = bytes[at]
      if (byte >= 0xc2 && byte < 0xf0) {
        const character = vocabulary.characterToken(bytes, at, start, end)
        if (character !== NO_TOKEN) {
          if (count > 0) merged[count - 1] = vocabulary.merge(tokens[count - 1], character)
          tokens[count++] = character
          at += byte < 0xe0 ? 2 : 3
          isByteBefore = false
          continue
        }
      }
      const token = byteTokens[byte]
      if (count > 0)
        merged[count - 1] = isByteBefore ? bytePairTokens[(byteBefore << 8) | byte] : vocabulary.merge(tokens[count - 1], token)
      tokens[count++] = token
      isByteBefore = true
      byteBefore = byte
      at++
    }
    merged[count - 1] = NO_TOKEN
    return count
  }

  #mergeInARow(count: number): number {
    const vocabulary = this.#vocabulary
    const { tokens } = this
    const merged = this.#merged
    for (;;) {
      let lowest = NO_TOKEN
      let at = 0
      for (let index = 0; index < count; index++) {
        const token = merged[index]
        if (token < lowest) {
          lowest = token
          at = index
        }
      }
      if (lowest === NO_TOKEN) return count
      tokens[at] = lowest
      count--
      for (let index = at + 1; index < count; index++) {
        tokens[index] = tokens[index + 1]!
        merged[index] = merged[index + 1]!
      }
      merged[at] = at + 1 < count ? vocabulary.merge(lowest, tokens[at + 1]) : NO_TOKEN
      if (at > 0) merged[at - 1] = vocabulary.merge(tokens[at - 1], lowest)
    }
  }

  /**
   * The tokens form a list linked by position; the heap holds `merged token × 2³² + position`, so that its least is the leftmost of the lowest.
   * An entry is out of date when the position's merge has changed since.
   */
  #mergeByHeap(count: number): number {
    const vocabulary = this.#vocabulary
    const { tokens } = this
    const merged = this.#merged
    const next = new Int32Array(count)
    const previous = new Int32Array(count)
    // Every merge adds at most two entries and takes one token away.
    const heap = new MinHeap(3 * count)
    for (let index = 0; index < count; index++) {
      next[index] = index + 1
      previous[index] = index - 1
      if (merged[index] !== NO_TOKEN) heap.push(merged[index] * POSITIONS + index)
    }
    while (heap.length > 0) {
      const least = heap.pop()
      const at = least % POSITIONS
      const token = (least - at) / POSITIONS
      if (merged[at] !== token) continue
      const gone = next[at]
      const behind = next[gone]
      tokens[at] = token
      merged[gone] = NO_TOKEN
      next[at] = behind
      merged[at] = NO_TOKEN
      if (behind < count) {
        previous[behind] = at
        const more = vocabulary.merge(token, tokens[behind])
        merged[at] = more
        if (more !== NO_TOKEN) heap.push(more * POSITIONS + at)
      }
      const before = previous[at]
      if (before >= 0) {
        const more = vocabulary.merge(tokens[before], token)
        merged[before] = more
        if (more !== NO_TOKEN) heap.push(more * POSITIONS + before)
      }
    }
    let length = 0
    for (let at = 0; at < count; at = next[at]!) tokens[length++] = tokens[at]!
    return length
  }

  /** Lets go of the memory that a long piece needed. */
  release(): void {
    if (this.tokens.length <= MOST_KEPT) return
    this.tokens = new Int32Array(MOST_IN_A_ROW)
    this.#merged = new Int32Array(MOST_IN_A_ROW)
  }
}

const MOST_IN_A_ROW = 96
const MOST_KEPT = 1 << 16
const POSITIONS = 2 ** 32

class MinHeap {
  length = 0
  readonly #keys: Float64Array

  constructor(capacity: number) {
    this.#keys = new Float64Array(capacity)
  }

  push(key: number): void {
    const keys = this.#keys
    let at = this.length++
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (keys[parent] <= key) break
      keys[at] = keys[parent]!
      at = parent
    }
    keys[at] = key
  }

  pop(): number {
    const keys = this.#keys
    const least = keys[0]
    const length = --this.length
    const key = keys[length]
    let at = 0
    for (let child = 1; child < length; child = 2 * at + 1) {
      if (child + 1 < length && keys[child + 1] < keys[child]) child++
      if (keys[child] >= key) break
      keys[at] = keys[child]!
      at = child
    }
    keys[at] = key
    return least
  }
}
