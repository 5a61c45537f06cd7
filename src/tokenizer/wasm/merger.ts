import { BYTE_TOKENS, NEXT, PARTS, PLACES, PREVIOUS, RANKS, STARTS, TOKENS } from './memory'
import { mergeOf, NO_TOKEN, pairToken, wholeCharacter } from './merges'
import { characterSize } from './utf8'

/**
 * How many bytes are merged at once: few enough to look through all pairs for the lowest
 * rank, each time.
 */
const WINDOW: usize = 128
/** How many of the bytes before it a window takes in at first. */
const CONTEXT: usize = 16

/**
 * Merges the piece from `start` up to `end`, which is not empty, and puts its tokens to
 * `out`; gives the place behind them. A long piece is merged in windows, so that the cost
 * grows with its length alone.
 *
 * Tokens are what all of their bytes merge into if and only if each two neighbours are
 * what theirs merge into: the first merge across a boundary between tokens would be the
 * first across it for those two alone as well. The tokens before a window are what the
 * bytes before it merge into. The window takes the last of them in; where the token
 * before and the first of the window's own stay two, all tokens are right up to the
 * window's end. Otherwise it takes in more.
 */
export function merge(start: usize, end: usize, out: usize): usize {
  let at = windowEnd(start + WINDOW, end)
  let behind = mergeWindow(start, at, out)
  let context = CONTEXT
  while (at < end) {
    const next = windowEnd(at + max<usize>(WINDOW, context), end)
    let first = behind
    for (;;) {
      while (first > out && at - startOf(first) < context) first -= 4
      behind = mergeWindow(startOf(first), next, first)
      if (first === out || isBoundary(first, behind)) break
      context *= 2
    }
    at = next
  }
  return behind
}

/** The end of a window that is to end at `at`: behind a whole character. */
function windowEnd(at: usize, end: usize): usize {
  while (at < end && (load<u8>(at) & 0xc0) === 0x80) at++
  return min(at, end)
}

/**
 * Whether the tokens before and at `place` are what their bytes merge into. Uses the
 * lists behind `free`.
 */
function isBoundary(place: usize, free: usize): bool {
  const result = free + 4
  return (
    mergeWindow(startOf(place - 4), startOf(place + 4), result) === result + 8 &&
    load<u32>(result) === load<u32>(place - 4)
  )
}

/** The address of a token's first byte; of the place behind the last, where that token ends. */
function startOf(place: usize): usize {
  return load<u32>(place + (STARTS - TOKENS))
}

function setStart(place: usize, start: usize): void {
  store<u32>(place + (STARTS - TOKENS), start as u32)
}

/**
 * Merges the bytes from `start` up to `end`: of all neighbours that merge, those with the
 * lowest token do first, the leftmost of equals; until none do.
 *
 * The parts stay where they are in their lists. Each has its token, the address of its
 * first byte, what it merges into with the next (its rank), and the offsets of the parts
 * beside it; one that has gone into the part before it has no rank.
 */
function mergeWindow(start: usize, end: usize, out: usize): usize {
  const length = startParts(start, end)
  for (;;) {
    const at = lowestRank(length)
    if (at === length) break
    const token = load<u32>(RANKS + at)
    const gone: usize = load<u32>(NEXT + at)
    const behind: usize = load<u32>(NEXT + gone)
    store<u32>(PARTS + at, token)
    store<u32>(RANKS + gone, NO_TOKEN)
    store<u32>(NEXT + at, behind as u32)
    if (behind < length) {
      store<u32>(PREVIOUS + behind, at as u32)
      store<u32>(RANKS + at, mergeOf(token, load<u32>(PARTS + behind)))
    } else store<u32>(RANKS + at, NO_TOKEN)
    if (at > 0) {
      const before: usize = load<u32>(PREVIOUS + at)
      store<u32>(RANKS + before, mergeOf(load<u32>(PARTS + before), token))
    }
  }
  for (let at: usize = 0; at < length; at = load<u32>(NEXT + at)) {
    store<u32>(out, load<u32>(PARTS + at))
    setStart(out, load<u32>(PLACES + at))
    out += 4
  }
  setStart(out, end)
  return out
}

/**
 * Fills the lists with the parts to begin with: bytes and, where that comes to the same,
 * whole characters. Most characters of four bytes start with f0 9f, which is a part too:
 * no token ends with f0, and those that start with 9f are higher than that of f0 9f.
 * Gives the lists' length in bytes.
 */
function startParts(start: usize, end: usize): usize {
  let length: usize = 0
  let isBehindByte = false
  for (let at = start; at < end;) {
    const byte: u32 = load<u8>(at)
    let token = NO_TOKEN
    let size: usize = 1
    if (byte === 0xf0 && at + 1 < end && load<u8>(at + 1) === 0x9f) {
      token = pairToken(at)
      size = 2
    } else if (byte >= 0xc2 && byte < 0xf0) {
      token = wholeCharacter(start, at, end)
      size = characterSize(byte)
    }
    const isByte = token === NO_TOKEN
    if (isByte) {
      token = load<u8>(BYTE_TOKENS + byte)
      size = 1
    }
    if (length > 0) {
      const rank = isByte && isBehindByte ? pairToken(at - 1) : mergeOf(load<u32>(PARTS + length - 4), token)
      store<u32>(RANKS + length - 4, rank)
    }
    store<u32>(PARTS + length, token)
    store<u32>(PLACES + length, at as u32)
    store<u32>(NEXT + length, (length + 4) as u32)
    store<u32>(PREVIOUS + length, (length - 4) as u32)
    length += 4
    at += size
    isBehindByte = isByte
  }
  // The last has no next, and the list is read by sixteen.
  const none = i32x4.splat(NO_TOKEN)
  const last = RANKS + length - 4
  v128.store(last, none)
  v128.store(last, none, 16)
  v128.store(last, none, 32)
  v128.store(last, none, 48)
  return length
}

/**
 * The offset of the leftmost of the lowest ranks; `length` where there is none. Looks at
 * sixteen ranks at once, as most pieces have fewer parts.
 */
function lowestRank(length: usize): usize {
  const end = RANKS + length
  let lowest = i32x4.splat(NO_TOKEN)
  for (let at = RANKS; at < end; at += 64)
    lowest = i32x4.min_s(
      lowest,
      i32x4.min_s(
        i32x4.min_s(v128.load(at), v128.load(at, 16)),
        i32x4.min_s(v128.load(at, 32), v128.load(at, 48)),
      ),
    )
  lowest = i32x4.min_s(lowest, v128.shuffle<u32>(lowest, lowest, 2, 3, 0, 1))
  lowest = i32x4.min_s(lowest, v128.shuffle<u32>(lowest, lowest, 1, 0, 3, 2))
  if (i32x4.extract_lane(lowest, 0) === NO_TOKEN) return length
  let at = RANKS
  let equal = equalRanks(at, lowest)
  while (equal === 0) {
    at += 64
    equal = equalRanks(at, lowest)
  }
  return at - RANKS + ((ctz(equal) as usize) << 2)
}

/** A bit for each of the sixteen ranks from `at` on that is equal to those of `lowest`. */
function equalRanks(at: usize, lowest: v128): i32 {
  return i8x16.bitmask(
    i8x16.narrow_i16x8_s(
      i16x8.narrow_i32x4_s(i32x4.eq(v128.load(at), lowest), i32x4.eq(v128.load(at, 16), lowest)),
      i16x8.narrow_i32x4_s(i32x4.eq(v128.load(at, 32), lowest), i32x4.eq(v128.load(at, 48), lowest)),
    ),
  )
}
