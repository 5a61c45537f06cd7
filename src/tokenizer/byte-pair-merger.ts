import { NO_TOKEN, type Vocabulary } from './vocabulary.js'

/**
 * Byte-pair merging of one piece: of all neighbours that merge, those with the lowest token do first, the leftmost of equals; until none do.
 * A few tokens are looked through for the lowest each time, many are kept in a heap: O(n log n), so that 400,000 times one letter is no attack.
 *
 * Merging works on pairs of ids where tiktoken looks up the bytes of both together. That comes to the same: bytes that are a token at all are made
 * by one last merge, and two neighbours that hold these bytes have come about by the same merges as if nothing stood around them.
 */
export class BytePairMerger {
  /** The tokens of the piece merged last: as many as `merge` said. */
  tokens = new Int32Array(SMALLEST_CAPACITY)
  /** For each token, what it merges into with the next one. */
  #merged = new Int32Array(SMALLEST_CAPACITY)
  #next = new Int32Array(SMALLEST_CAPACITY)
  #previous = new Int32Array(SMALLEST_CAPACITY)
  #heap = new MinHeap(3 * SMALLEST_CAPACITY)
  readonly #vocabulary: Vocabulary

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary
  }

  /** Merges the piece from `start` up to `end`, which is not empty; gives the number of its tokens. */
  merge(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > this.tokens.length) this.#setCapacity(2 * (end - start))
    const count = this.#startTokens(bytes, start, end)
    return count <= FEW ? this.#mergeFew(count) : this.#mergeMany(count)
  }

  /** Puts down the tokens to begin with, bytes and, where that comes to the same, whole characters, with what each pair merges into. */
  #startTokens(bytes: Uint8Array, start: number, end: number): number {
    const vocabulary = this.#vocabulary
    const { byteTokens, bytePairTokens } = vocabulary
    const { tokens } = this
    const merged = this.#merged
    let count = 0
    let byteBefore = -1
    for (let at = start; at < end;) {
      const byte = bytes[at]
      if (byte >= 0xc2 && byte < 0xf0) {
        const character = vocabulary.wholeCharacter(bytes, start, at, end)
        if (character !== NO_TOKEN) {
          if (count > 0) merged[count - 1] = vocabulary.merge(tokens[count - 1], character)
          tokens[count++] = character
          at += byte < 0xe0 ? 2 : 3
          byteBefore = -1
          continue
        }
      }
      const token = byteTokens[byte]
      if (byteBefore >= 0) merged[count - 1] = bytePairTokens[(byteBefore << 8) | byte]
      else if (count > 0) merged[count - 1] = vocabulary.merge(tokens[count - 1], token)
      tokens[count++] = token
      byteBefore = byte
      at++
    }
    merged[count - 1] = NO_TOKEN
    return count
  }

  /**
   * The tokens stay where they are; a word has a bit for each that has not gone into the one before it. What a pair merges into is kept as
   * `token << 5 | position`, so that the least of all is the leftmost of the lowest. It is found without branches, which no processor could predict.
   */
  #mergeFew(count: number): number {
    const vocabulary = this.#vocabulary
    const { tokens } = this
    const merged = this.#merged
    for (let at = 0; at < count; at++) {
      const token = merged[at]
      merged[at] = token === NO_TOKEN ? NOTHING : (token << 5) | at
    }
    for (let at = count; (at & 7) !== 0; at++) merged[at] = NOTHING
    let alive = (-1 >>> (32 - count)) | 0
    for (;;) {
      let least = NOTHING
      for (let at = 0; at < count; at += 8) {
        const a = lesser(merged[at], merged[at + 1])
        const b = lesser(merged[at + 2], merged[at + 3])
        const c = lesser(merged[at + 4], merged[at + 5])
        const d = lesser(merged[at + 6], merged[at + 7])
        least = lesser(least, lesser(lesser(a, b), lesser(c, d)))
      }
      if (least === NOTHING) break
      const at = least & 31
      const token = least >> 5
      tokens[at] = token
      const allBehind = alive & (-2 << at)
      const gone = allBehind & -allBehind
      alive ^= gone
      merged[31 - Math.clz32(gone)] = NOTHING
      const behind = allBehind ^ gone
      const before = alive & ((1 << at) - 1)
      let more = NO_TOKEN
      if (behind !== 0) more = vocabulary.merge(token, tokens[31 - Math.clz32(behind & -behind)])
      merged[at] = more === NO_TOKEN ? NOTHING : (more << 5) | at
      if (before !== 0) {
        const left = 31 - Math.clz32(before)
        more = vocabulary.merge(tokens[left], token)
        merged[left] = more === NO_TOKEN ? NOTHING : (more << 5) | left
      }
    }
    let length = 0
    for (; alive !== 0; alive &= alive - 1) tokens[length++] = tokens[31 - Math.clz32(alive & -alive)]
    return length
  }

  /**
   * The tokens form a list linked by position; the heap holds `merged token × 2³² + position`, so that its least is the leftmost of the lowest.
   * An entry is out of date when the position's merge has changed since.
   */
  #mergeMany(count: number): number {
    const vocabulary = this.#vocabulary
    const { tokens } = this
    const merged = this.#merged
    const next = this.#next
    const previous = this.#previous
    // Every merge adds at most two entries and takes one token away.
    const heap = this.#heap
    for (let at = 0; at < count; at++) {
      next[at] = at + 1
      previous[at] = at - 1
      if (merged[at] !== NO_TOKEN) heap.push(merged[at] * POSITIONS + at)
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
    for (let at = 0; at < count; at = next[at]) tokens[length++] = tokens[at]
    return length
  }

  /** Lets go of the memory that a long piece needed. */
  release(): void {
    if (this.tokens.length > LARGEST_KEPT_CAPACITY) this.#setCapacity(SMALLEST_CAPACITY)
  }

  #setCapacity(capacity: number): void {
    this.tokens = new Int32Array(capacity)
    this.#merged = new Int32Array(capacity)
    this.#next = new Int32Array(capacity)
    this.#previous = new Int32Array(capacity)
    this.#heap = new MinHeap(3 * capacity)
  }
}

/** As many as a word has bits. */
const FEW = 32
/** No merge. Twice as much, and the differences that `#mergeFew` takes, are still whole numbers of 32 bits. */
const NOTHING = 0x3fff_ffff
const SMALLEST_CAPACITY = 256
const LARGEST_KEPT_CAPACITY = 1 << 14
const POSITIONS = 2 ** 32

function lesser(one: number, other: number): number {
  const difference = one - other
  return other + (difference & (difference >> 31))
}

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
      keys[at] = keys[parent]
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
      keys[at] = keys[child]
      at = child
    }
    keys[at] = key
    return least
  }
}
