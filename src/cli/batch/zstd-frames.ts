/**
 * Cuts zstd data after each frame, and makes sure that the last one is whole: Node's decompressor ignores what
 * follows a frame within one chunk, and before Node 24 takes a frame that was cut short for a whole one.
 *
 *   28 b5 2f fd  24 79  01 00 00 …  0f 5e 2c 4d
 *   magic        header  blocks      checksum
 *
 * @throws an error with a zstd code, as `node:zlib` does, for data that is no frame or not all of one
 *
 * Source: RFC 8878, section 3.1.
 */
export async function* cutAtFrames(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let frame: Frame | undefined
  for await (const chunk of chunks) {
    let start = 0
    for (let at = 0; at < chunk.length;) {
      frame ??= new Frame()
      at = frame.read(chunk, at)
      if (!frame.isWhole) continue
      yield chunk.subarray(start, at)
      start = at
      frame = undefined
    }
    if (start < chunk.length) yield chunk.subarray(start)
  }
  if (frame !== undefined) throw zstdError('ZSTD_error_srcSize_wrong', 'zstd data that ends too early')
}

/** Follows one frame's bytes to its end. */
class Frame {
  readonly #steps = frameSteps()
  #step: Step = { read: 4 }
  #field: number[] = []
  #skipped = 0
  isWhole = false

  constructor() {
    this.#steps.next()
  }

  /** Reads on from an index of a chunk. @returns the index after the frame, or the chunk's length */
  read(chunk: Uint8Array, start: number): number {
    let at = start
    while (at < chunk.length && !this.isWhole) {
      if ('read' in this.#step) {
        this.#field.push(chunk[at++])
        if (this.#field.length === this.#step.read) this.#advance()
      } else {
        const taken = Math.min(this.#step.skip - this.#skipped, chunk.length - at)
        at += taken
        this.#skipped += taken
        if (this.#skipped === this.#step.skip) this.#advance()
      }
    }
    return at
  }

  /** Goes to the next step that takes bytes. */
  #advance(): void {
    do {
      const { value, done } = this.#steps.next(this.#field)
      this.#field = []
      this.#skipped = 0
      if (done === true) this.isWhole = true
      else this.#step = value
    } while (!this.isWhole && 'skip' in this.#step && this.#step.skip === 0)
  }
}

/** What the next bytes are for: to be looked at, or to be passed over. */
type Step = { readonly read: number } | { readonly skip: number }

const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const
const RLE_BLOCK = 1
const RESERVED_BLOCK = 3

function* frameSteps(): Generator<Step, void, readonly number[]> {
  const magic = littleEndian(yield { read: 4 })
  if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) {
    yield { skip: littleEndian(yield { read: 4 }) }
    return
  }
  if (magic !== 0xfd2fb528) throw zstdError('ZSTD_error_prefix_unknown', 'damaged zstd data')

  const descriptor = littleEndian(yield { read: 1 })
  const isSingleSegment = (descriptor & 0x20) !== 0
  const contentSize = CONTENT_SIZE_BYTES[descriptor >> 6]
  const windowBytes = isSingleSegment ? (contentSize === 0 ? 1 : 0) : 1
  yield { skip: windowBytes + DICTIONARY_ID_BYTES[descriptor & 3] + contentSize }

  for (let isLast = false; !isLast;) {
    const block = littleEndian(yield { read: 3 })
    isLast = (block & 1) === 1
    const type = (block >> 1) & 3
    if (type === RESERVED_BLOCK) throw zstdError('ZSTD_error_corruption_detected', 'damaged zstd data')
    yield { skip: type === RLE_BLOCK ? 1 : block >> 3 }
  }
  const hasChecksum = (descriptor & 4) !== 0
  if (hasChecksum) yield { skip: 4 }
}

function littleEndian(bytes: readonly number[]): number {
  return bytes.reduce((value, byte, i) => value + byte * 2 ** (8 * i), 0)
}

function zstdError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
