/** How many bytes a text in base64, with its padding, stands for. */
export function base64Length(text: string): number {
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0)
}

/** Writes the bytes that a text in base64 stands for into `bytes`, and returns these. */
export function decodeBase64<Bytes extends Uint8Array>(text: string, bytes: Bytes): Bytes {
  // Node's own decoder where there is one: `atob` and its string of a megabyte cost 10 ms
  // more.
  const { Buffer } = globalThis as { Buffer?: NodeBuffer }
  if (Buffer !== undefined) {
    const into = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    // It copies the text first: in parts, so that the process does not grow by all of it.
    for (let start = 0; start < text.length; start += PART)
      into.write(text.slice(start, start + PART), (start / 4) * 3, 'base64')
    return bytes
  }
  const binary = atob(text)
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index)
  return bytes
}

/** What is used of Node's `Buffer`: the core has no types of Node. */
interface NodeBuffer {
  from(
    buffer: ArrayBufferLike,
    offset: number,
    length: number,
  ): { write(text: string, offset: number, encoding: 'base64'): number }
}

/** A multiple of 4 characters, whose bytes are whole. */
const PART = 1 << 15
