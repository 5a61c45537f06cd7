/**
 * Splits `text` into lines like Rust's `str::lines`: a line ends with `\n` or `\r\n`, any
 * other `\r` belongs to its line, and there is no empty line after the last line break.
 */
export function rustLines(text: string): string[] {
  const lines = text.split('\n')
  const last = lines.pop()!
  for (let i = 0; i < lines.length; i++) if (lines[i].endsWith('\r')) lines[i] = lines[i].slice(0, -1)
  if (last !== '') lines.push(last)
  return lines
}

/**
 * Compares two strings by their UTF-8 bytes, that is, by code points, not by UTF-16
 * units.
 */
export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const difference = utf8Rank(left.charCodeAt(at)) - utf8Rank(right.charCodeAt(at))
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/**
 * A surrogate is part of a code point above U+FFFF, so it sorts after U+E000 to U+FFFF.
 */
function utf8Rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
