const encoder = new TextEncoder()

/**
 * Writes `text` into `bytes` as UTF-8, lone surrogates as U+FFFD; gives its length in
 * bytes. `bytes` has room for three bytes a character.
 */
export function writeUtf8(text: string, bytes: Uint8Array): number {
  let length = 0
  // Below this length, the call into the engine's encoder costs more than a loop.
  if (text.length < SHORT_TEXT) {
    while (length < text.length) {
      const charCode = text.charCodeAt(length)
      if (charCode >= 0x80) break
      bytes[length++] = charCode
    }
  }
  return length < text.length ? encoder.encodeInto(text, bytes).written : length
}

const SHORT_TEXT = 16
