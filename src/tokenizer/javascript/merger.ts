import { type Merges, NO_TOKEN } from './merges.js'

/**
 * Byte-pair merging of one piece: of all neighbours that merge, those with the lowest
 * token do first, the leftmost of equals; until none do.
 *
 * Merging works on pairs of ids where tiktoken looks up the bytes of both together. That
 * comes to the same: bytes that are a token at all are made by one last merge, and two
 * neighbours that hold these bytes have come about by the same merges as if nothing stood
 * around them.
 */
export class Merger {
  readonly #merges: Merges
  /**
   * The parts of the window at hand: the token of each, the index of its first byte, and
   * its rank, which is what it merges into with the next.
   */
  #parts = new Int32Array(2 * WINDOW)
  #places = new Int32Array(2 * WINDOW)
  #ranks = new Int32Array(2 * WINDOW)
  #next = new Int32Array(2 * WINDOW)
  #previous = new Int32Array(2 * WINDOW)
  /** The lowest rank of each block. */
  #lowest = new Int32Array((2 * WINDOW) / BLOCK)

  constructor(merges: Merges) {
    this.#merges = merges
  }

  /**
   * Merges the piece from `start` up to `end`, which is not empty, and puts its tokens
   * into `tokens` at `count`; gives the count behind them.
   */
  merge(bytes: Uint8Array, start: number, end: number, tokens: Int32Array, count: number): number {
    if (end - start > WINDOW) return this.#mergeLong(bytes, start, end, tokens, count)
    const found = this.#mergeWindow(bytes, start, end)
    for (let index = 0; index < found; index++) tokens[count + index] = this.#parts[index]
    return count + found
  }

  /**
   * Merges a long piece in windows, so that the cost grows with its length alone. A
   * window takes in the last of the tokens before it; where the token before these and
   * the first of the window's own stay two, all tokens are right up to the window's end,
   * and otherwise it takes in more. docs/tokenizer.md, "Long pieces", says why.
   */
  #mergeLong(bytes: Uint8Array, start: number, end: number, tokens: Int32Array, count: number): number {
    // For each of the piece's tokens the index of its first byte, then the index behind
    // the last.
    const starts = new Int32Array(end - start + 1)
    let at = windowEnd(bytes, start + WINDOW, end)
    let found = this.#take(this.#mergeWindow(bytes, start, at), at, tokens, count, starts, 0)
    let context = CONTEXT
    while (at < end) {
      const next = windowEnd(bytes, at + Math.max(WINDOW, context), end)
      let first = found
      for (;;) {
        while (first > 0 && at - starts[first] < context) first--
        found = this.#take(this.#mergeWindow(bytes, starts[first], next), next, tokens, count, starts, first)
        if (first === 0) break
        const areTwo = this.#mergeWindow(bytes, starts[first - 1], starts[first + 1]) === 2
        if (areTwo && this.#parts[0] === tokens[count + first - 1]) break
        context *= 2
      }
      at = next
    }
    return count + found
  }

  /**
   * Takes over the window's tokens, the first of which is the piece's token `first`;
   * gives the number of the piece's tokens.
   */
  #take(
    found: number,
    end: number,
    tokens: Int32Array,
    count: number,
    starts: Int32Array,
    first: number,
  ): number {
    for (let index = 0; index < found; index++) {
      tokens[count + first + index] = this.#parts[index]
      starts[first + index] = this.#places[index]
    }
    starts[first + found] = end
    return first + found
  }

  /**
   * Merges the bytes from `start` up to `end`. Their tokens are the first of the parts
   * then; gives their number.
   */
  #mergeWindow(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > this.#parts.length) this.#setCapacity(2 * Math.ceil((end - start) / BLOCK) * BLOCK)
    const count = this.#startParts(bytes, start, end)
    return count <= FEW ? this.#mergeFew(count) : this.#mergeMany(count)
  }

  /**
   * Puts down the parts to begin with, bytes and, where that comes to the same, whole
   * characters, with their ranks.
   */
  #startParts(bytes: Uint8Array, start: number, end: number): number {
    const merges = this.#merges
    const { byteTokens, bytePairTokens } = merges
    const parts = this.#parts
    const places = this.#places
    const ranks = this.#ranks
    let count = 0
    let byteBefore = -1
    for (let at = start; at < end;) {
      const byte = bytes[at]
      places[count] = at
      if (byte >= 0xc2 && byte < 0xf0) {
        const character = merges.wholeCharacter(bytes, start, at, end)
        if (character !== NO_TOKEN) {
          if (count > 0) ranks[count - 1] = merges.merge(parts[count - 1], character)
          parts[count++] = character
          at += byte < 0xe0 ? 2 : 3
          byteBefore = -1
          continue
        }
      }
      const token = byteTokens[byte]
      if (byteBefore >= 0) ranks[count - 1] = bytePairTokens[(byteBefore << 8) | byte]
      else if (count > 0) ranks[count - 1] = merges.merge(parts[count - 1], token)
      parts[count++] = token
      byteBefore = byte
      at++
    }
    ranks[count - 1] = NO_TOKEN
    return count
  }

  /**
   * The parts stay where they are; a word has a bit for each that has not gone into the
   * one before it. A rank is kept as `token << 5 | position`, so that the least of all is
   * the leftmost of the lowest. It is found without branches, which no processor could
   * predict.
   */
  #mergeFew(count: number): number {
    const merges = this.#merges
    const parts = this.#parts
    const places = this.#places
    const ranks = this.#ranks
    for (let at = 0; at < count; at++) {
      const token = ranks[at]
      ranks[at] = token === NO_TOKEN ? NOTHING : (token << 5) | at
    }
    for (let at = count; (at & 7) !== 0; at++) ranks[at] = NOTHING
    let alive = (-1 >>> (32 - count)) | 0
    for (;;) {
      let least = NOTHING
      for (let at = 0; at < count; at += 8) {
        const a = lesser(ranks[at], ranks[at + 1])
        const b = lesser(ranks[at + 2], ranks[at + 3])
        const c = lesser(ranks[at + 4], ranks[at + 5])
        const d = lesser(ranks[at + 6], ranks[at + 7])
        least = lesser(least, lesser(lesser(a, b), lesser(c, d)))
      }
      if (least === NOTHING) break
      const at = least & 31
      const token = least >> 5
      parts[at] = token
      const allBehind = alive & (-2 << at)
      const gone = allBehind & -allBehind
      alive ^= gone
      ranks[31 - Math.clz32(gone)] = NOTHING
      const behind = allBehind ^ gone
      const before = alive & ((1 << at) - 1)
      let more = NO_TOKEN
      if (behind !== 0) more = merges.merge(token, parts[31 - Math.clz32(behind & -behind)])
      ranks[at] = more === NO_TOKEN ? NOTHING : (more << 5) | at
      if (before !== 0) {
        const left = 31 - Math.clz32(before)
        more = merges.merge(parts[left], token)
        ranks[left] = more === NO_TOKEN ? NOTHING : (more << 5) | left
      }
    }
    let length = 0
    for (; alive !== 0; alive &= alive - 1) {
      const at = 31 - Math.clz32(alive & -alive)
      parts[length] = parts[at]
      places[length++] = places[at]
    }
    return length
  }

  /**
   * The parts form a list linked by position. The lowest rank is looked for among the
   * lowest of each block of ranks, then in its block.
   */
  #mergeMany(count: number): number {
    const merges = this.#merges
    const parts = this.#parts
    const places = this.#places
    const ranks = this.#ranks
    const lowest = this.#lowest
    const next = this.#next
    const previous = this.#previous
    for (let at = 0; at < count; at++) {
      next[at] = at + 1
      previous[at] = at - 1
    }
    const blocks = Math.ceil(count / BLOCK)
    ranks.fill(NO_TOKEN, count, blocks * BLOCK)
    for (let block = 0; block < blocks; block++) lowest[block] = lowestOf(ranks, block)
    for (;;) {
      let token = NO_TOKEN
      let block = 0
      for (let index = 0; index < blocks; index++) {
        if (lowest[index] < token) {
          token = lowest[index]
          block = index
        }
      }
      if (token === NO_TOKEN) break
      const at = ranks.indexOf(token, block * BLOCK)
      const gone = next[at]
      const behind = next[gone]
      const before = previous[at]
      parts[at] = token
      next[at] = behind
      ranks[gone] = NO_TOKEN
      ranks[at] = behind < count ? merges.merge(token, parts[behind]) : NO_TOKEN
      if (behind < count) previous[behind] = at
      if (before >= 0) ranks[before] = merges.merge(parts[before], token)
      lowest[block] = lowestOf(ranks, block)
      const nextBlock = gone >> BLOCK_BITS
      if (nextBlock !== block) lowest[nextBlock] = lowestOf(ranks, nextBlock)
      const blockBefore = before >> BLOCK_BITS
      if (blockBefore >= 0 && blockBefore !== block) lowest[blockBefore] = lowestOf(ranks, blockBefore)
    }
    let length = 0
    for (let at = 0; at < count; at = next[at]) {
      parts[length] = parts[at]
      places[length++] = places[at]
    }
    return length
  }

  #setCapacity(capacity: number): void {
    this.#parts = new Int32Array(capacity)
    this.#places = new Int32Array(capacity)
    this.#ranks = new Int32Array(capacity)
    this.#next = new Int32Array(capacity)
    this.#previous = new Int32Array(capacity)
    this.#lowest = new Int32Array(capacity / BLOCK)
  }
}

/**
 * How many bytes are merged at once: few enough to look through all ranks for the lowest,
 * each time.
 */
const WINDOW = 128
/** How many of the bytes before it a window takes in at first. */
const CONTEXT = 16
/** As many as a word has bits. */
const FEW = 32
/**
 * No merge. Twice as much, and the differences that `#mergeFew` takes, are still whole
 * numbers of 32 bits.
 */
const NOTHING = 0x3fff_ffff

/** The end of a window that is to end at `at`: behind a whole character. */
function windowEnd(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && (bytes[at] & 0xc0) === 0x80) at++
  return Math.min(at, end)
}

/** How many ranks make a block. */
const BLOCK_BITS = 4
const BLOCK = 1 << BLOCK_BITS

function lowestOf(ranks: Int32Array, block: number): number {
  let lowest = NO_TOKEN
  for (let at = block * BLOCK; at < (block + 1) * BLOCK; at++) if (ranks[at] < lowest) lowest = ranks[at]
  return lowest
}

function lesser(one: number, other: number): number {
  const difference = one - other
  return other + (difference & (difference >> 31))
}
