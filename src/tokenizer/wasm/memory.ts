// Where everything lies in the kernel's memory, in bytes. Tables first, whose sizes are
// fixed; then the text, its tokens and the merger's scratch space, whose sizes follow
// from the text's capacity. Memory that was never written to takes no room in the
// process.

/** Byte → its class, u8; `WIDE` for a byte of a longer character or the sentinel. */
export const BYTE_CLASSES: usize = 0x400
/** Byte → its token, u8. */
export const BYTE_TOKENS: usize = 0x500
/** Where the pieces end that the scanner found, u32 addresses. */
export const ENDS: usize = 0x1000
export const MOST_PIECES: i32 = 2048

/** Two bytes (`first << 8 | second`) → their token or `NO_TOKEN`, u32. */
export const PAIR_TOKENS: usize = 0x1_0000
/**
 * The bytes on either side of a boundary of characters → the lowest token across it that
 * cuts a character, or `NO_TOKEN`, u32.
 */
export const LOWEST_PARTIALS: usize = PAIR_TOKENS + 4 * 0x1_0000
/**
 * Character below U+10000 → the token that its bytes alone merge into, `NO_TOKEN` or, not
 * asked for yet, 0; u32.
 */
export const CHARACTER_TOKENS: usize = LOWEST_PARTIALS + 4 * 0x1_0000
/** A bit for the hash of each merge. */
export const FILTER_BITS: u32 = 21
export const FILTER: usize = CHARACTER_TOKENS + 4 * 0x1_0000
/** The merges, u64. */
export const MERGES_BITS: u32 = 18
export const MERGES: usize = FILTER + (1 << (FILTER_BITS - 3))
/** Code point → its class, u8. */
export const CLASSES: usize = MERGES + (8 << MERGES_BITS)

/** The piece cache's tables of sets of two entries, for pieces of up to 8, 16, 32 and 64 bytes. */
export const SHORT_SET_BITS: u32 = 15
export const SHORT_PIECES: usize = CLASSES + 0x11_0000
/** Before any piece is kept, the packed vocabulary is here. */
export const PACKED: usize = SHORT_PIECES + ((2 * 16) << SHORT_SET_BITS)
export const MIDDLE_SET_BITS: u32 = 14
export const MIDDLE_PIECES: usize = PACKED
export const LONG_SET_BITS: u32 = 14
export const LONG_PIECES: usize = MIDDLE_PIECES + ((2 * 64) << MIDDLE_SET_BITS)
export const LONGEST_SET_BITS: u32 = 11
export const LONGEST_PIECES: usize = LONG_PIECES + ((2 * 96) << LONG_SET_BITS)

/** The text as UTF-8, then the sentinel. */
export const TEXT: usize = LONGEST_PIECES + ((2 * 128) << LONGEST_SET_BITS)
/**
 * How far beyond the text the scanner and the cache read, and beyond a list the merger
 * and the cache write; what is there does not matter.
 */
const OVERRUN: usize = 2048

/** The tokens of the text, u32. */
export let TOKENS: usize = 0
/**
 * The merger's lists, u32: of the tokens found, the address of each one's first byte;
 * then of the piece at hand, for which merger.ts has the words.
 */
export let STARTS: usize = 0
export let PARTS: usize = 0
export let PLACES: usize = 0
export let RANKS: usize = 0
export let NEXT: usize = 0
export let PREVIOUS: usize = 0

/** Lays out the memory for a text of `capacity` bytes; gives the size that it has to have. */
export function reserve(capacity: usize): usize {
  const list: usize = (4 * capacity + OVERRUN + 15) & ~(15 as usize)
  TOKENS = (TEXT + capacity + OVERRUN + 15) & ~(15 as usize)
  STARTS = TOKENS + list
  PARTS = STARTS + list
  PLACES = PARTS + list
  RANKS = PLACES + list
  NEXT = RANKS + list
  PREVIOUS = NEXT + list
  return PREVIOUS + list
}
