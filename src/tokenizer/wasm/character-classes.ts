import { BYTE_CLASSES, CLASSES, PACKED } from './memory'

// What a character is to the split pattern, as bits; ../character-classes.ts has the same.
export const UPPER: u32 = 1
export const LOWER: u32 = 2
export const MARK: u32 = 4
export const NUMBER: u32 = 8
export const SPACE: u32 = 16
export const NEWLINE: u32 = 32
export const OTHER: u32 = 64
export const LETTER_OR_MARK: u32 = UPPER | LOWER
/** Of a byte: one of a longer character. */
export const WIDE: u32 = 128

/**
 * Fills the tables of classes from the runs of code points at `PACKED`, each a letter and
 * the run's length in base 36. The JavaScript does the same, but a loop of this length
 * there makes the engine compile it, which takes longer and 4 MB.
 */
export function loadClasses(length: usize): void {
  let place = CLASSES
  for (let at = PACKED; at < PACKED + length;) {
    const kind = classOf(load<u8>(at++))
    let count: usize = 0
    for (let digit = load<u8>(at); isDigit(digit); digit = load<u8>(++at))
      count = 36 * count + (digit < 0x61 ? digit - 0x30 : digit - 0x61 + 10)
    memory.fill(place, kind as u8, count)
    place += count
  }
  memory.copy(BYTE_CLASSES, CLASSES, 0x80)
  // Not of the last byte: the sentinel, which is behind the text, has no class.
  memory.fill(BYTE_CLASSES + 0x80, WIDE as u8, 0x7f)
}

/** `0` to `9` and `a` to `z`: the runs' letters are capitals. */
function isDigit(charCode: u32): bool {
  return charCode >= 0x61 || (charCode >= 0x30 && charCode <= 0x39)
}

function classOf(letter: u32): u32 {
  switch (letter) {
    case 0x55: // U
      return UPPER
    case 0x4c: // L
      return LOWER
    case 0x42: // B
      return UPPER | LOWER
    case 0x4d: // M
      return UPPER | LOWER | MARK
    case 0x4e: // N
      return NUMBER
    case 0x53: // S
      return SPACE
    case 0x52: // R
      return SPACE | NEWLINE
    default: // O
      return OTHER
  }
}
