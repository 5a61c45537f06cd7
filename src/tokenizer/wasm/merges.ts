import {
  BYTE_TOKENS,
  CHARACTER_TOKENS,
  FILTER,
  FILTER_BITS,
  LOWEST_PARTIALS,
  MERGES,
  MERGES_BITS,
  PACKED,
  PAIR_TOKENS,
} from './memory'
import { characterSize, codePointAt } from './utf8'

/**
 * Greater than every token: no merge. Four equal bytes, so that a table is filled with it
 * at once.
 */
export const NO_TOKEN: u32 = 0x7f7f_7f7f

/** How many tokens are single bytes. */
const BYTE_COUNT: u32 = 256

let mergeCount: usize

/**
 * Puts the bytes' tokens and the boundaries of characters into their tables, from the
 * packed vocabulary at `PACKED`: `../vocabulary.ts` says what is where in it.
 */
export function loadBytes(length: usize, tokenCount: u32): void {
  mergeCount = tokenCount - BYTE_COUNT
  for (let token: u32 = 0; token < BYTE_COUNT; token++)
    store<u8>(BYTE_TOKENS + load<u8>(PACKED + token), token as u8)
  memory.fill(PAIR_TOKENS, 0x7f, 4 * 0x1_0000)
  memory.fill(LOWEST_PARTIALS, 0x7f, 4 * 0x1_0000)
  const boundaries = PACKED + BYTE_COUNT + 4 * mergeCount + (mergeCount >> 1)
  for (let at = boundaries; at < PACKED + length; at += 5) {
    const boundary: u32 = load<u16>(at)
    store<u32>(LOWEST_PARTIALS + (boundary << 2), load<u16>(at + 2) | ((load<u8>(at + 4) as u32) << 16))
  }
}

/** Puts the merges of the tokens from `first` up to `end` into the table. */
export function loadMerges(first: u32, end: u32): void {
  const leftLow = PACKED + BYTE_COUNT
  const leftMiddle = leftLow + mergeCount
  const rightLow = leftMiddle + mergeCount
  const rightMiddle = rightLow + mergeCount
  const high = rightMiddle + mergeCount
  for (let token = first; token < end; token++) {
    const index: usize = token - BYTE_COUNT
    const highBits: u32 = (load<u8>(high + (index >> 1)) as u32) >>> (((index & 1) << 2) as u32)
    const left: u32 =
      load<u8>(leftLow + index) | ((load<u8>(leftMiddle + index) as u32) << 8) | ((highBits & 3) << 16)
    const right: u32 =
      load<u8>(rightLow + index) |
      ((load<u8>(rightMiddle + index) as u32) << 8) |
      (((highBits >> 2) & 3) << 16)
    addMerge(left, right, token)
    if (left < BYTE_COUNT && right < BYTE_COUNT) {
      const pair: u32 = ((load<u8>(PACKED + left) as u32) << 8) | load<u8>(PACKED + right)
      store<u32>(PAIR_TOKENS + (pair << 2), token)
    }
  }
}

function addMerge(left: u32, right: u32, token: u32): void {
  const hash = hashOf(left, right)
  const word = FILTER + ((hash >>> (37 - FILTER_BITS)) << 2)
  store<u32>(word, load<u32>(word) | (1 << (hash >>> (32 - FILTER_BITS))))
  let slot = hash >>> (32 - MERGES_BITS)
  while (load<u64>(MERGES + (slot << 3)) !== 0) slot = (slot + 1) & ((1 << MERGES_BITS) - 1)
  store<u64>(MERGES + (slot << 3), (keyOf(left, right) << 18) | token)
}

/**
 * The token that two tokens merge into, or `NO_TOKEN`. The table is of open addressing
 * with linear probing, an entry the two tokens and theirs, 18 bits each; three quarters
 * full. Before it stands a filter, a tenth of whose bits are set: most pairs do not
 * merge, and the table is too large for the near caches.
 */
export function mergeOf(left: u32, right: u32): u32 {
  const hash = hashOf(left, right)
  const filter = load<u32>(FILTER + ((hash >>> (37 - FILTER_BITS)) << 2))
  if (((filter >>> (hash >>> (32 - FILTER_BITS))) & 1) === 0) return NO_TOKEN
  const key = keyOf(left, right)
  let slot = hash >>> (32 - MERGES_BITS)
  let entry = load<u64>(MERGES + (slot << 3))
  while (entry >>> 18 !== key) {
    if (entry === 0) return NO_TOKEN
    slot = (slot + 1) & ((1 << MERGES_BITS) - 1)
    entry = load<u64>(MERGES + (slot << 3))
  }
  return (entry & 0x3_ffff) as u32
}

function keyOf(left: u32, right: u32): u64 {
  return ((left as u64) << 18) | right
}

/** A hash whose high bits depend on all bits of both. */
function hashOf(left: u32, right: u32): u32 {
  return ((left * 0x9e37_79b1) ^ right) * 0x85eb_ca6b
}

/**
 * The token of the character of two or three bytes at `at` in the text from `start` up to
 * `end`, where merging surely makes it before anything else happens to its bytes;
 * otherwise `NO_TOKEN`. docs/tokenizer.md, "Whole characters", has the reason.
 */
export function wholeCharacter(start: usize, at: usize, end: usize): u32 {
  const size = characterSize(load<u8>(at))
  const behind = at + size
  if (behind > end) return NO_TOKEN
  const place = CHARACTER_TOKENS + (codePointAt(at) << 2)
  let token = load<u32>(place)
  if (token === 0) {
    token = mergeCharacter(at, size)
    store<u32>(place, token)
  }
  if (at > start && lowestPartial(at) < token) return NO_TOKEN
  if (behind < end && lowestPartial(behind) < token) return NO_TOKEN
  return token
}

function lowestPartial(boundary: usize): u32 {
  return load<u32>(LOWEST_PARTIALS + ((load<u16>(boundary - 1) as usize) << 2))
}

function mergeCharacter(at: usize, size: usize): u32 {
  const head = pairToken(at)
  if (size === 2) return head
  const tail = pairToken(at + 1)
  if (head < tail) return mergeOf(head, load<u8>(BYTE_TOKENS + load<u8>(at + 2)))
  return tail === NO_TOKEN ? NO_TOKEN : mergeOf(load<u8>(BYTE_TOKENS + load<u8>(at)), tail)
}

/** The token of the two bytes at `at`, or `NO_TOKEN`. */
export function pairToken(at: usize): u32 {
  return load<u32>(PAIR_TOKENS + ((((load<u8>(at) as u32) << 8) | load<u8>(at + 1)) << 2))
}
