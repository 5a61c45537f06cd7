import {
  LONG_PIECES,
  LONG_SET_BITS,
  LONGEST_PIECES,
  LONGEST_SET_BITS,
  MIDDLE_PIECES,
  MIDDLE_SET_BITS,
  SHORT_PIECES,
  SHORT_SET_BITS,
  TEXT,
} from './memory'

// The tokens of pieces seen lately, in four tables by the pieces' size. Every table is of
// sets of two entries: a piece that is kept takes the first place of its set and what
// stood there the second, so that two pieces in use do not drive each other out.
//
// A short piece's entry is 16 bytes: its own, padded with zeros, then size (4 bits),
// number of tokens (2) and up to three tokens (18 each). The others' entries hold the
// piece as its first and its last half, which overlap in all but the longest; then `size
// | number << 8`; then up to 11 or 15 tokens.

const SHORT_ENTRY: usize = 16
const MIDDLE_ENTRY: usize = 64
const LONG_ENTRY: usize = 96
const LONGEST_ENTRY: usize = 128
const MOST_MIDDLE_TOKENS: usize = 11
const MOST_LONG_TOKENS: usize = 15
const TOKEN_MASK: u64 = 0x3_ffff
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15

/**
 * Puts the tokens of the piece of `size` bytes at `start` to `out`; gives the place
 * behind them, or `out` where they are not known.
 */
export function take(start: usize, size: usize, out: usize): usize {
  if (size <= 8) return takeShort(start, size, out)
  if (size <= 16) return takeMiddle(start, size, out)
  if (size <= 32) return takeLong(start, size, out)
  return size <= 64 ? takeLongest(start, size, out) : out
}

/** Keeps the tokens of a piece, which are those from `tokens` up to `end`. */
export function keep(start: usize, size: usize, tokens: usize, end: usize): void {
  const count = (end - tokens) >> 2
  if (size <= 8) keepShort(start, size, tokens, count)
  else if (size <= 16) keepMiddle(start, size, tokens, count)
  else if (size <= 32) keepLong(start, size, tokens, count)
  else if (size <= 64) keepLongest(start, size, tokens, count)
}

export function clear(): void {
  memory.fill(SHORT_PIECES, 0, TEXT - SHORT_PIECES)
}

function takeShort(start: usize, size: usize, out: usize): usize {
  const key = shortKey(start, size)
  const set = shortSet(key)
  let value = load<u64>(set, 8)
  if (load<u64>(set) !== key || value >>> 60 !== size) {
    value = load<u64>(set, 24)
    if (load<u64>(set, 16) !== key || value >>> 60 !== size) return out
    v128.store(set, v128.load(set), 16)
    store<u64>(set, key)
    store<u64>(set, value, 8)
  }
  store<u32>(out, (value & TOKEN_MASK) as u32)
  store<u32>(out, ((value >>> 18) & TOKEN_MASK) as u32, 4)
  store<u32>(out, ((value >>> 36) & TOKEN_MASK) as u32, 8)
  return out + (((value >>> 54) as usize & 3) << 2)
}

function keepShort(start: usize, size: usize, tokens: usize, count: usize): void {
  if (count > 3) return
  let value: u64 = ((size as u64) << 60) | ((count as u64) << 54) | load<u32>(tokens)
  if (count > 1) value |= (load<u32>(tokens, 4) as u64) << 18
  if (count > 2) value |= (load<u32>(tokens, 8) as u64) << 36
  const key = shortKey(start, size)
  const set = shortSet(key)
  v128.store(set, v128.load(set), 16)
  store<u64>(set, key)
  store<u64>(set, value, 8)
}

function shortKey(start: usize, size: usize): u64 {
  return load<u64>(start) & (~(0 as u64) >>> ((8 - size) << 3))
}

function shortSet(key: u64): usize {
  const hash = (key ^ (key >>> 32)) * MULTIPLIER
  return SHORT_PIECES + setAt(hash, SHORT_SET_BITS, SHORT_ENTRY)
}

function takeMiddle(start: usize, size: usize, out: usize): usize {
  const first = load<u64>(start)
  const last = load<u64>(start + size - 8)
  let entry = middleSet(first, last)
  if (load<u64>(entry) !== first || load<u64>(entry, 8) !== last || load<u8>(entry, 16) !== size) {
    entry += MIDDLE_ENTRY
    if (load<u64>(entry) !== first || load<u64>(entry, 8) !== last || load<u8>(entry, 16) !== size) return out
  }
  return copyTokens(entry + 16, out)
}

function keepMiddle(start: usize, size: usize, tokens: usize, count: usize): void {
  if (count > MOST_MIDDLE_TOKENS) return
  const first = load<u64>(start)
  const last = load<u64>(start + size - 8)
  const entry = middleSet(first, last)
  memory.copy(entry + MIDDLE_ENTRY, entry, MIDDLE_ENTRY)
  store<u64>(entry, first)
  store<u64>(entry, last, 8)
  keepTokens(entry + 16, size, tokens, count)
}

function middleSet(first: u64, last: u64): usize {
  return MIDDLE_PIECES + setAt(hashOf(first, last), MIDDLE_SET_BITS, MIDDLE_ENTRY)
}

function takeLong(start: usize, size: usize, out: usize): usize {
  const first = v128.load(start)
  const last = v128.load(start + size - 16)
  let entry = longSet(first, last)
  if (!isLong(entry, first, last, size)) {
    entry += LONG_ENTRY
    if (!isLong(entry, first, last, size)) return out
  }
  return copyTokens(entry + 32, out)
}

function isLong(entry: usize, first: v128, last: v128, size: usize): bool {
  const others = v128.or(v128.xor(v128.load(entry), first), v128.xor(v128.load(entry, 16), last))
  return !v128.any_true(others) && load<u8>(entry, 32) === size
}

function keepLong(start: usize, size: usize, tokens: usize, count: usize): void {
  if (count > MOST_LONG_TOKENS) return
  const first = v128.load(start)
  const last = v128.load(start + size - 16)
  const entry = longSet(first, last)
  memory.copy(entry + LONG_ENTRY, entry, LONG_ENTRY)
  v128.store(entry, first)
  v128.store(entry, last, 16)
  keepTokens(entry + 32, size, tokens, count)
}

function longSet(first: v128, last: v128): usize {
  return LONG_PIECES + setAt(hashOfVectors(first, last), LONG_SET_BITS, LONG_ENTRY)
}

function takeLongest(start: usize, size: usize, out: usize): usize {
  let entry = longestSet(start, size)
  if (!isLongest(entry, start, size)) {
    entry += LONGEST_ENTRY
    if (!isLongest(entry, start, size)) return out
  }
  return copyTokens(entry + 64, out)
}

function isLongest(entry: usize, start: usize, size: usize): bool {
  const last = start + size - 32
  return load<u8>(entry, 64) === size && isLong32(entry, start) && isLong32(entry + 32, last)
}

function isLong32(one: usize, other: usize): bool {
  return !v128.any_true(
    v128.or(v128.xor(v128.load(one), v128.load(other)), v128.xor(v128.load(one, 16), v128.load(other, 16))),
  )
}

function keepLongest(start: usize, size: usize, tokens: usize, count: usize): void {
  if (count > MOST_LONG_TOKENS) return
  const entry = longestSet(start, size)
  memory.copy(entry + LONGEST_ENTRY, entry, LONGEST_ENTRY)
  memory.copy(entry, start, 32)
  memory.copy(entry + 32, start + size - 32, 32)
  keepTokens(entry + 64, size, tokens, count)
}

function longestSet(start: usize, size: usize): usize {
  const last = start + size - 32
  const first = hashOfVectors(v128.load(start), v128.load(start, 16))
  const hash = hashOf(first, hashOfVectors(v128.load(last), v128.load(last, 16)))
  return LONGEST_PIECES + setAt(hash, LONGEST_SET_BITS, LONGEST_ENTRY)
}

/** From where an entry has its size and number of tokens. */
function copyTokens(from: usize, out: usize): usize {
  const count: usize = load<u8>(from, 1)
  const end = out + (count << 2)
  let source = from + 4
  for (let place = out; place < end; place += 16) {
    v128.store(place, v128.load(source))
    source += 16
  }
  return end
}

function keepTokens(to: usize, size: usize, tokens: usize, count: usize): void {
  store<u32>(to, (size | (count << 8)) as u32)
  memory.copy(to + 4, tokens, count << 2)
}

/** The offset of the set that a hash's highest bits choose. */
function setAt(hash: u64, setBits: u32, entry: usize): usize {
  return ((hash >>> (64 - setBits)) as usize) * 2 * entry
}

function hashOf(one: u64, other: u64): u64 {
  const hash = (one ^ rotr<u64>(other * MULTIPLIER, 29)) * MULTIPLIER
  return (hash ^ (hash >>> 32)) * MULTIPLIER
}

function hashOfVectors(one: v128, other: v128): u64 {
  const low = hashOf(i64x2.extract_lane(one, 0), i64x2.extract_lane(one, 1))
  return hashOf(low ^ i64x2.extract_lane(other, 0), i64x2.extract_lane(other, 1))
}
