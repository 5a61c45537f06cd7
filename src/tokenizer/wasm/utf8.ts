/** How many bytes the character has that begins with a byte. */
export function characterSize(lead: u32): usize {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
}

/** The code point of the character of two to four bytes at `at`. */
export function codePointAt(at: usize): u32 {
  const lead: u32 = load<u8>(at)
  const second: u32 = load<u8>(at + 1) & 0x3f
  if (lead < 0xe0) return ((lead & 0x1f) << 6) | second
  const third: u32 = load<u8>(at + 2) & 0x3f
  if (lead < 0xf0) return ((lead & 0xf) << 12) | (second << 6) | third
  const fourth: u32 = load<u8>(at + 3) & 0x3f
  return ((lead & 0x7) << 18) | (second << 12) | (third << 6) | fourth
}
