/**
 * Bytes that arrive in pieces, read as UTF-8 as soon as characters are whole. An invalid sequence (a maximal subpart, as the Unicode
 * standard and WHATWG count them) is read as one U+FFFD; an unfinished one at the end waits. Never holds back more than was pushed since
 * the last definite character, and so at most three bytes once `next` gives ''.
 */
export class Utf8Buffer {
  #bytes: number[] = []
  /** Invalid sequences replaced so far. */
  invalidCount = 0

  /** The bytes that wait. */
  get bytes(): readonly number[] {
    return this.#bytes
  }

  get isEmpty(): boolean {
    return this.#bytes.length === 0
  }

  push(bytes: ArrayLike<number>): void {
    for (let index = 0; index < bytes.length; index++) this.#bytes.push(bytes[index])
  }

  /** The whole characters at the front and, where an invalid sequence follows them, one U+FFFD for it. '' when nothing is definite yet. */
  next(): string {
    const bytes = this.#bytes
    let text = ''
    let position = 0
    while (position < bytes.length) {
      const length = sequenceLength(bytes, position)
      if (length === UNFINISHED) break
      if (length < 0) {
        text += '\uFFFD'
        this.invalidCount++
        position -= length
        break
      }
      text += String.fromCodePoint(codePointAt(bytes, position, length))
      position += length
    }
    this.#bytes = bytes.slice(position)
    return text
  }

  /** Takes `bytes` and reads all that is definite. */
  read(bytes: ArrayLike<number>): string {
    this.push(bytes)
    let text = ''
    for (let more = this.next(); more !== ''; more = this.next()) text += more
    return text
  }

  /** Reads all that is left, an unfinished character as U+FFFD. */
  flush(): string {
    const text = this.read([])
    if (this.isEmpty) return text
    this.#bytes = []
    this.invalidCount++
    return text + '\uFFFD'
  }
}

const UNFINISHED = 0

/** Length of the character at `start`; minus the length of the invalid sequence there; or `UNFINISHED`. */
function sequenceLength(bytes: readonly number[], start: number): number {
  const lead = bytes[start]
  if (lead < 0x80) return 1
  if (lead < 0xc2 || lead > 0xf4) return -1
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  for (let offset = 1; offset < length; offset++) {
    if (start + offset === bytes.length) return UNFINISHED
    const byte = bytes[start + offset]
    // The second byte's range keeps out overlong forms, surrogates and what lies beyond U+10FFFF (Unicode standard, table 3-7).
    const low = offset > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
    const high = offset > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
    if (byte < low || byte > high) return -offset
  }
  return length
}

function codePointAt(bytes: readonly number[], start: number, length: number): number {
  const lead = bytes[start]
  if (length === 1) return lead
  let codePoint = lead & (0x7f >> length)
  for (let offset = 1; offset < length; offset++)
    codePoint = (codePoint << 6) | (bytes[start + offset] & 0x3f)
  return codePoint
}
