/**
 * Splits 64 bytes of ASCII at once: a class of characters is a bitmap of the block, bit 0 its first byte, and where pieces start follows from shifting them.
 * `class << 1` marks the bytes behind those of a class, `class >> 1` those before them.
 *
 *   text        return fooBar(x1,  2)
 *   letters     111111.111111.1.......
 *   blanks      ......1..........11...     first and last of a run start a piece
 *   letters
 *    start      1........             behind nothing that takes them along
 *   …
 *
 * Gives the bits at which pieces surely start, without bit 0, where one starts anyway. Bit 0 says instead that what follows the last of them is not for this
 * function: a byte outside ASCII, the end of the text, a contraction, a blank before a line break, a `/` behind one, a piece longer than the block.
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

  // A space goes with the signs behind it, a single sign or a blank with the letters behind it.
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
  // How many bytes the rules above hold for. White space at the end of the block may go on behind it.
  const known = hard !== 0 ? ctz(hard) : white >>> 63 !== 0 ? 64 : 0
  if (known !== 0) {
    // Which piece white space belongs to depends on all of its run and on what follows.
    let last = known - 1
    if (((white >>> last) & 1) !== 0) last = 64 - clz(~white & (~(0 as u64) >>> (64 - known)))
    starts &= ((2 as u64) << last) - 1
  } else if (hard !== 0) return 1
  else starts &= ~(0 as u64) >>> 1
  starts &= ~(1 as u64)
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
