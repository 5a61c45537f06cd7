import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { MAX_LINE_BYTES } from '../../prefill/lines.js'
import { BadInput } from '../failure.js'

/** Where a batch ends: what is before it has been read. Bytes are those of the text, decompressed. */
export interface InputPosition {
  readonly inputIndex: number
  readonly byteOffset: number
  /** Lines of this input, and of the whole run, that are before it. */
  readonly lines: number
  readonly runLines: number
}

export const INPUT_START: InputPosition = { inputIndex: 0, byteOffset: 0, lines: 0, runLines: 0 }

/** Whole lines of one input. Where inputs are cut depends on what they hold alone. */
export interface Batch {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly inputIndex: number
  /** Lines before the batch, in its input and in the run. */
  readonly linesBefore: number
  readonly runLinesBefore: number
  /** The batch is one line, and too long to be kept: `bytes` is empty. */
  readonly isOversized: boolean
  readonly end: InputPosition
}

/** A file, or standard input as `-`. */
export interface BatchInput {
  readonly name: string
  readonly size: number | undefined
  readonly modified: number | undefined
  /** Bytes taken from it so far, compressed ones where it is compressed. */
  bytesRead: number
}

/** @throws BadInput for what is no readable file */
export async function openInputs(names: readonly string[]): Promise<readonly BatchInput[]> {
  const inputs: BatchInput[] = []
  for (const name of names) {
    if (name === '-') {
      inputs.push({ name, size: undefined, modified: undefined, bytesRead: 0 })
      continue
    }
    const { size, mtimeMs } = await blamed(name, async () => {
      const handle = await open(name)
      await handle.close()
      return stat(name)
    })
    inputs.push({ name, size, modified: Math.trunc(mtimeMs), bytesRead: 0 })
  }
  return inputs
}

export interface ReadBatchesOptions {
  readonly stdin: AsyncIterable<Uint8Array>
  /** A batch ends with the line in which it reaches this length. */
  readonly batchBytes: number
  /** Longer lines are passed over; {@link MAX_LINE_BYTES} by default. */
  readonly maxLineBytes?: number
  readonly start?: InputPosition
}

/**
 * The inputs, one after the other, in batches of whole lines. `.gz` is known by its first bytes.
 *
 * @throws BadInput for what cannot be read
 */
export async function* readBatches(
  inputs: readonly BatchInput[],
  { stdin, batchBytes, maxLineBytes = MAX_LINE_BYTES, start = INPUT_START }: ReadBatchesOptions,
): AsyncGenerator<Batch, void, undefined> {
  let { runLines } = start
  for (let inputIndex = start.inputIndex; inputIndex < inputs.length; inputIndex++) {
    const input = inputs[inputIndex]
    const isResumed = inputIndex === start.inputIndex
    let byteOffset = isResumed ? start.byteOffset : 0
    let lines = isResumed ? start.lines : 0
    for await (const { bytes, lineCount, byteLength, isOversized } of cut(textBytes(input, stdin, byteOffset), batchBytes, maxLineBytes)) {
      const [linesBefore, runLinesBefore] = [lines, runLines]
      byteOffset += byteLength
      lines += lineCount
      runLines += lineCount
      yield { bytes, inputIndex, linesBefore, runLinesBefore, isOversized, end: { inputIndex, byteOffset, lines, runLines } }
    }
  }
}

/** An input's text from an offset on. */
async function* textBytes(input: BatchInput, stdin: AsyncIterable<Uint8Array>, offset: number): AsyncGenerator<Uint8Array> {
  const name = input.name === '-' ? 'standard input' : input.name
  try {
    if (input.name === '-') {
      const chunks = counted(stdin, input)
      const first = await chunks.next()
      if (first.done) return
      yield* skipping(maybeInflated(first.value, chunks), offset, name)
      return
    }
    const head = await headOf(input.name)
    if (isGzip(head)) {
      yield* skipping(inflated(counted(createReadStream(input.name, { highWaterMark: READ_BYTES }), input)), offset, name)
    } else {
      input.bytesRead = offset
      yield* counted(createReadStream(input.name, { start: offset, highWaterMark: READ_BYTES }), input)
    }
  } catch (error) {
    throw error instanceof BadInput ? error : unreadable(name, error)
  }
}

const READ_BYTES = 512 * 1024

async function* counted(chunks: AsyncIterable<Uint8Array>, input: BatchInput): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    input.bytesRead += chunk.length
    yield chunk
  }
}

function maybeInflated(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const chunks = (async function* () {
    yield first
    yield* rest
  })()
  return isGzip(first) ? inflated(chunks) : chunks
}

function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

async function* inflated(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: READ_BYTES })
  const fed = pipeline(Readable.from(chunks), gunzip)
  // Its error comes out of the loop below; here it must not be left without a listener.
  fed.catch(() => undefined)
  yield* gunzip as AsyncIterable<Uint8Array>
  await fed
}

/** Without the bytes that an earlier run has read. */
async function* skipping(chunks: AsyncIterable<Uint8Array>, byteCount: number, name: string): AsyncGenerator<Uint8Array> {
  let left = byteCount
  for await (const chunk of chunks) {
    if (left < chunk.length) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
  if (left > 0) throw new BadInput(`${name}: ends before the place at which the unfinished run stopped; it is not the same input`)
}

async function headOf(path: string): Promise<Uint8Array> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(2), 0, 2, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

interface Cut {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly lineCount: number
  /** Of the input, line breaks and oversized lines included. */
  readonly byteLength: number
  readonly isOversized: boolean
}

/** Cuts a text behind the line in which a batch reaches `batchBytes`, and around lines that are too long to be kept. */
async function* cut(chunks: AsyncIterable<Uint8Array>, batchBytes: number, maxLineBytes: number): AsyncGenerator<Cut> {
  /** The batch in hand: what earlier chunks have of it, whole lines of it, and the length of the line that is not whole yet. */
  let held: Uint8Array[] = []
  let heldBytes = 0
  let wholeBytes = 0
  let lineCount = 0
  let lineBytes = 0
  /** Of a line that is passed over. */
  let skippedBytes: number | undefined

  for await (const chunk of chunks) {
    /** Where the batch begins or goes on in the chunk. */
    let from = 0
    const beginAt = (position: number): void => {
      held = []
      heldBytes = wholeBytes = lineCount = lineBytes = 0
      from = position
    }
    for (let at = 0; at < chunk.length;) {
      const lineBreak = chunk.indexOf(NEWLINE, at)
      const end = lineBreak === -1 ? chunk.length : lineBreak + 1
      lineBytes += (lineBreak === -1 ? end : lineBreak) - at
      const takenBytes = heldBytes + end - from
      if (skippedBytes !== undefined) {
        skippedBytes += end - at
        from = end
      } else if (lineBytes > maxLineBytes) {
        if (wholeBytes > 0) yield whole(join([...held, chunk.subarray(from, end)], takenBytes).slice(0, wholeBytes), lineCount)
        skippedBytes = takenBytes - wholeBytes
        beginAt(end)
      } else if (lineBreak !== -1) {
        wholeBytes = takenBytes
        lineCount++
        lineBytes = 0
        if (takenBytes >= batchBytes) {
          yield whole(join([...held, chunk.subarray(from, end)], takenBytes), lineCount)
          beginAt(end)
        }
      }
      if (skippedBytes !== undefined && lineBreak !== -1) {
        yield oversized(skippedBytes)
        skippedBytes = undefined
        lineBytes = 0
      }
      at = end
    }
    if (from < chunk.length) {
      held.push(chunk.subarray(from))
      heldBytes += chunk.length - from
    }
  }
  if (skippedBytes !== undefined) yield oversized(skippedBytes)
  if (heldBytes > 0) yield whole(join(held, heldBytes), heldBytes > wholeBytes ? lineCount + 1 : lineCount)
}

const NEWLINE = 0x0a

function oversized(byteLength: number): Cut {
  return { bytes: new Uint8Array(), lineCount: 1, byteLength, isOversized: true }
}

function whole(bytes: Uint8Array<ArrayBuffer>, lineCount: number): Cut {
  return { bytes, lineCount, byteLength: bytes.length, isOversized: false }
}

/** In a buffer of its own, which can be handed to another thread. */
function join(chunks: readonly Uint8Array[], byteLength: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteLength)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

async function blamed<T>(name: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw unreadable(name, error)
  }
}

function unreadable(name: string, error: unknown): BadInput {
  const { code, message } = error as NodeJS.ErrnoException
  return new BadInput(`${name}: ${REASONS[code ?? ''] ?? message}`)
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'is a folder, wanted a file',
  ENOENT: 'no such file',
  Z_DATA_ERROR: 'damaged gzip data',
  Z_BUF_ERROR: 'gzip data that ends too early',
}
