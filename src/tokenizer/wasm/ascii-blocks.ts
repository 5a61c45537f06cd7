/**
 * Finds where pieces start in the 64 bytes from `at`, where one starts. Each class of
 * characters becomes a bitmap whose bit 0 is the first byte, drawn on the left here, so
 * that `class << 1` marks the bytes after those of the class:
 *
 *                     return fooBar(x1);⏎    after two spaces
 *   letters         ..111111.111111.1....
 *   blanks          11......1............
 *   signs           ...............1..11.
 *   newlines        ....................1
 *
 *   blankStarts     11......1............    the first and the last blank of a row
 *   letterStarts    ............1........    `B`; the others go with what is before them
 *   signStarts      ...............1..1..    the first sign of a row
 *   newlineStarts   .....................    a line break goes with signs before it
 *   group           .................1...    every third digit of a row
 *
 *   starts          11......1...1..1.11..    ␣ · ␣return · ␣foo · Bar · (x · 1 · );⏎
 *
 * Returns the bits at which pieces certainly start, except bit 0. Bit 0 is set if the
 * scanner has to find the end of the last of these pieces itself: because the rules do not
 * hold there (a byte outside ASCII, the end of the text, a contraction, a blank before a
 * line break, a `/` after one), or because the piece is as long as the block.
 */
export function asciiStarts(at: usize): u64 {
  const a = v128.load(at)
  const b = v128.load(at, 16)
  const c = v128.load(at, 32)
  const d = v128.load(at, 48)
  const lower = inRange(a, b, c, d, 0x61, 26)
  const upper = inRange(a, b, c, d, 0x41, 26)
  const digits = inRange(a, b, c, d, 0x30, 10)
  const space = equal(a, b, c, d, 0x20)
  const white = inRange(a, b, c, d, 0x09, 5) | space
  const newlines = equal(a, b, c, d, 0x0a) | equal(a, b, c, d, 0x0d)
  const apostrophes = equal(a, b, c, d, 0x27)
  const slashes = equal(a, b, c, d, 0x2f)
  const wide = bits(a, b, c, d)

  const letters = lower | upper
  const blanks = white & ~newlines
  const signs = ~(letters | digits | white | wide)

  // A space goes with the signs after it; a blank or a single sign goes with the letters
  // after it.
  const signStarts = signs & ~(signs << 1) & ~(space << 1)
  const letterStarts = (letters & ~((letters | blanks | signStarts) << 1)) | (upper & (lower << 1))
  // Line breaks go with the signs before them.
  const newlineStarts = newlines & ~((newlines | signs) << 1)
  // All blanks of a run but the last are a piece.
  const blankStarts = blanks & ~((blanks << 1) & (blanks >> 1))
  let starts = signStarts | letterStarts | newlineStarts | blankStarts
  // Every third digit.
  const fourthDigits = digits & (digits << 1) & (digits << 2)
  for (let group = digits & ~(digits << 1); group !== 0; group = (group << 3) & fourthDigits) starts |= group

  const hard =
    wide |
    (apostrophes & (letters << 1) & ((letters | wide) >> 1)) |
    (newlines & (blanks << 1)) |
    (slashes & (newlines << 1))
  if ((hard & 1) !== 0) return 1
  // How many bytes the rules hold for. What white space belongs to depends on all of its
  // row and on what follows, so that a row at their end is left out but for its first
  // byte. Of any other byte at the end of the block, too, only what follows says whether
  // it starts a piece.
  const known = hard !== 0 ? ctz(hard) : 64
  let last = known - 1
  if (((white >>> last) & 1) !== 0) last = 64 - clz(~white & (~(0 as u64) >>> (64 - known)))
  else if (known === 64) last = 62
  starts &= (((2 as u64) << last) - 1) & ~(1 as u64)
  return hard !== 0 || starts === 0 ? starts | 1 : starts
}

/** The bytes from `first` on, `count` values. */
function inRange(a: v128, b: v128, c: v128, d: v128, first: u8, count: u8): u64 {
  const from = i8x16.splat(first)
  const size = i8x16.splat(count)
  return bits(
    i8x16.lt_u(i8x16.sub(a, from), size),
    i8x16.lt_u(i8x16.sub(b, from), size),
    i8x16.lt_u(i8x16.sub(c, from), size),
    i8x16.lt_u(i8x16.sub(d, from), size),
  )
}

function equal(a: v128, b: v128, c: v128, d: v128, byte: u8): u64 {
  const wanted = i8x16.splat(byte)
  return bits(i8x16.eq(a, wanted), i8x16.eq(b, wanted), i8x16.eq(c, wanted), i8x16.eq(d, wanted))
}

/** The highest bit of each byte. */
function bits(a: v128, b: v128, c: v128, d: v128): u64 {
  return (
    (i8x16.bitmask(a) as u64) |
    ((i8x16.bitmask(b) as u64) << 16) |
    ((i8x16.bitmask(c) as u64) << 32) |
    ((i8x16.bitmask(d) as u64) << 48)
  )
}
