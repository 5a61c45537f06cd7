import { asciiStarts } from './ascii-blocks'
import { LETTER_OR_MARK, LOWER, MARK, NEWLINE, NUMBER, OTHER, SPACE, UPPER, WIDE } from './character-classes'
import { characterSize, codePointAt } from './utf8'
import { BYTE_CLASSES, CLASSES, ENDS, MOST_PIECES } from './memory'

/**
 * Stands behind the text: no byte of UTF-8, of no class, so that every loop over a class
 * stops there.
 */
const SENTINEL: u32 = 0xff

/**
 * Splits on from `start`, up to `end` or as far as `ENDS` has room; gives the number of
 * pieces. The first of them starts at `start`, each other where the one before it ends.
 * The pattern is in docs/tokenizer.md, "Split".
 */
export function scan(start: usize, end: usize): i32 {
  let place = ENDS
  let at = start
  while (at < end && place < ENDS + 4 * (MOST_PIECES - 64)) {
    if (((load<u8>(at) | load<u8>(at + 1)) as u32) < WIDE) {
      let starts = asciiStarts(at)
      const isSure = (starts & 1) === 0
      const block = at
      starts &= ~(1 as u64)
      while (starts !== 0) {
        at = block + (ctz(starts) as usize)
        store<u32>(place, at as u32)
        place += 4
        starts &= starts - 1
      }
      if (isSure) continue
    }
    at = pieceEnd(at)
    store<u32>(place, at as u32)
    place += 4
  }
  return ((place - ENDS) >> 2) as i32
}

export function setSentinel(at: usize): void {
  store<u8>(at, SENTINEL as u8)
}

/** Where the piece ends that starts at `start`, of any characters. */
function pieceEnd(start: usize): usize {
  const first = classAt(start)
  if ((first & LETTER_OR_MARK) !== 0) return wordEnd(start)
  const secondAt = nextAt(start)
  if ((first & NUMBER) !== 0) return numberEnd(secondAt)
  const second = classAt(secondAt)
  if ((second & LETTER_OR_MARK) !== 0 && (first & NEWLINE) === 0) return wordEnd(secondAt)
  if ((first & OTHER) !== 0) return symbolsEnd(secondAt)
  if ((second & OTHER) !== 0 && load<u8>(start) === 0x20) return symbolsEnd(secondAt)
  return spaceEnd(start)
}

/**
 * A word from its first letter on; scanner.ts of the JavaScript explains how the two
 * classes of letters share it.
 */
function wordEnd(start: usize): usize {
  let at = start
  let behindLastInBoth: usize = 0
  let wanted: u32 = UPPER
  for (;;) {
    const kind = classAt(at)
    if ((kind & wanted) === 0) {
      if (wanted === LOWER) break
      if ((kind & LOWER) === 0) {
        if (behindLastInBoth !== 0) at = behindLastInBoth
        break
      }
      wanted = LOWER
    }
    at = nextAt(at)
    if ((kind & LOWER) !== 0) behindLastInBoth = at
  }
  return load<u8>(at) === 0x27 ? contractionEnd(at) : at
}

function numberEnd(second: usize): usize {
  if ((classAt(second) & NUMBER) === 0) return second
  const third = nextAt(second)
  return (classAt(third) & NUMBER) === 0 ? third : nextAt(third)
}

function symbolsEnd(start: usize): usize {
  let at = start
  while ((classAt(at) & (OTHER | MARK)) !== 0) at = nextAt(at)
  while (isLineEnd(load<u8>(at))) at++
  return at
}

/** What a piece of symbols takes in at its end: line breaks and slashes. */
function isLineEnd(byte: u32): bool {
  return byte === 0x0d || byte === 0x0a || byte === 0x2f
}

function spaceEnd(start: usize): usize {
  let at = start
  let last = start
  let behindLastNewline: usize = 0
  for (;;) {
    const kind = classAt(at)
    if ((kind & SPACE) === 0) break
    last = at
    at = nextAt(at)
    if ((kind & NEWLINE) !== 0) behindLastNewline = at
  }
  if (behindLastNewline !== 0) return behindLastNewline
  const isEndOfText = load<u8>(at) === SENTINEL
  return isEndOfText || last === start ? at : last
}

/**
 * `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll`, `'d` in either case, behind the apostrophe at
 * `at`; without regard to case, `ſ` is an `s` too.
 */
function contractionEnd(at: usize): usize {
  const first: u32 = load<u8>(at + 1) | 0x20
  const second: u32 = load<u8>(at + 2) | 0x20
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return at + 2
  if ((first === 0x72 || first === 0x76) && second === 0x65) return at + 3
  if (first === 0x6c && second === 0x6c) return at + 3
  return load<u16>(at + 1) === 0xbfc5 ? at + 3 : at
}

function classAt(at: usize): u32 {
  const kind: u32 = load<u8>(BYTE_CLASSES + load<u8>(at))
  return kind === WIDE ? load<u8>(CLASSES + codePointAt(at)) : kind
}

/** Where the character behind the one at `at` stands. */
function nextAt(at: usize): usize {
  return at + characterSize(load<u8>(at))
}
