import { createHash } from 'node:crypto'
import { constants, createReadStream, type Stats } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import { MAX_LINE_BYTES } from '../../batch/index.js'
import { BadInput, WrongUsage } from '../failure.js'
import { checkIsLines, checkIsUtf8Text, FORM_HEAD_BYTES } from '../input-form.js'
import { COMPRESSION_HEAD_BYTES, compressionOf, decompressed, missingSupport } from './compression.js'

/** Where a batch ends: what is before it has been read. Bytes are those of the text, decompressed. */
export interface InputPosition {
  readonly inputIndex: number
  readonly byteOffset: number
  /** Lines of this input, and of the whole run, that are before it. */
  readonly lines: number
  readonly runLines: number
  /** Of an input that cannot be read from the middle, the SHA-256 of what is before it. */
  readonly digest?: string
}

export const INPUT_START: InputPosition = { inputIndex: 0, byteOffset: 0, lines: 0, runLines: 0 }

/** Whole lines of one input. Where inputs are cut depends on what they hold alone. */
export interface Batch {
  /** Only until the next batch is asked for, which is put into the same memory. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly inputIndex: number
  /** Lines before the batch, in its input and in the run. */
  readonly linesBefore: number
  readonly runLinesBefore: number
  /** The batch is one line, and too long to be kept: `bytes` is empty. */
  readonly isOversized: boolean
  readonly end: InputPosition
}

/** A file, a pipe with a name, or standard input as `-`. */
export interface BatchInput {
  readonly name: string
  /** Of files alone. */
  readonly size: number | undefined
  readonly modified: number | undefined
  /** Bytes taken from it so far, compressed ones where it is compressed. */
  bytesRead: number
}

/** @throws BadInput for what cannot be read; WrongUsage for standard input that is named twice */
export async function openInputs(names: readonly string[]): Promise<readonly BatchInput[]> {
  if (names.filter((name) => name === '-').length > 1)
    throw new WrongUsage('- is named twice, and standard input can be read once')
  const inputs: BatchInput[] = []
  for (const name of names) {
    // Without opening it: a pipe would lose its writer.
    const stats = name === '-' ? undefined : await blamed(name, () => statReadable(name))
    const file = stats?.isFile()
      ? { size: stats.size, modified: Math.trunc(stats.mtimeMs) }
      : { size: undefined, modified: undefined }
    inputs.push({ name, ...file, bytesRead: 0 })
  }
  return inputs
}

async function statReadable(name: string): Promise<Stats> {
  await access(name, constants.R_OK)
  const stats = await stat(name)
  if (stats.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
  return stats
}

export interface ReadBatchesOptions {
  readonly stdin: AsyncIterable<Uint8Array>
  /** A batch ends with the line in which it reaches this length. */
  readonly batchBytes: number
  /** Longer lines are passed over; {@link MAX_LINE_BYTES} by default. */
  readonly maxLineBytes?: number
  readonly start?: InputPosition
  /** Whether a later run may start at a batch's end, for which pipes need a digest of what they gave; true by default. */
  readonly isResumable?: boolean
  /** Whether an input that is not lines of JSON at all is an error of its own; true by default. */
  readonly checksForm?: boolean
}

/**
 * The inputs, one after the other, in batches of whole lines. Gzip and zstd are known by their first bytes.
 *
 * @throws BadInput for what cannot be read, or is not lines
 */
export async function* readBatches(
  inputs: readonly BatchInput[],
  {
    stdin,
    batchBytes,
    maxLineBytes = MAX_LINE_BYTES,
    start = INPUT_START,
    isResumable = true,
    checksForm = true,
  }: ReadBatchesOptions,
): AsyncGenerator<Batch, void, undefined> {
  let { runLines } = start
  for (let inputIndex = start.inputIndex; inputIndex < inputs.length; inputIndex++) {
    const input = inputs[inputIndex]
    const resumed = inputIndex === start.inputIndex && start.byteOffset > 0 ? start : undefined
    const text = await openText(input, stdin, resumed?.byteOffset ?? 0)
    const { isSeekable } = text
    const isFromStart = checksForm && !(isSeekable && resumed !== undefined)
    const chunks = isFromStart ? checkedChunks(nameOf(input), text.chunks) : text.chunks
    // Batches end where they ended before, so that what was read before is a number of whole batches.
    const digest = isSeekable || !isResumable ? undefined : createHash('sha256')
    let { byteOffset, lines } = isSeekable && resumed !== undefined ? resumed : INPUT_START
    for await (const { bytes, lineCount, byteLength, isOversized } of cut(chunks, batchBytes, maxLineBytes)) {
      if (isFromStart && byteOffset === 0) checkIsLines(nameOf(input), bytes)
      const [linesBefore, runLinesBefore] = [lines, runLines]
      byteOffset += byteLength
      lines += lineCount
      digest?.update(bytes)
      if (resumed !== undefined && !isSeekable && byteOffset <= resumed.byteOffset) {
        if (byteOffset === resumed.byteOffset && digest?.copy().digest('hex') !== resumed.digest)
          throw differentInput(input)
        continue
      }
      runLines += lineCount
      const end = {
        inputIndex,
        byteOffset,
        lines,
        runLines,
        ...(digest === undefined ? {} : { digest: digest.copy().digest('hex') }),
      }
      yield { bytes, inputIndex, linesBefore, runLinesBefore, isOversized, end }
    }
    if (resumed !== undefined && byteOffset < resumed.byteOffset) throw differentInput(input)
  }
}

function differentInput(input: BatchInput): BadInput {
  return new BadInput(
    `${nameOf(input)}: is not what the unfinished run has read: give the same input, or remove the journal to begin anew`,
  )
}

function nameOf({ name }: BatchInput): string {
  return name === '-' ? 'standard input' : name
}

interface OpenText {
  readonly chunks: AsyncGenerator<Uint8Array, void, undefined>
  /** Whether the text begins at the offset; from the input's beginning otherwise. */
  readonly isSeekable: boolean
}

/** An input's text, from an offset on where it can be read from there. */
async function openText(
  input: BatchInput,
  stdin: AsyncIterable<Uint8Array>,
  offset: number,
): Promise<OpenText> {
  const isFile = input.size !== undefined
  const isSeekable = isFile && compressionOf(await blamed(input.name, () => headOf(input.name))) === undefined
  if (isSeekable) input.bytesRead = offset
  const source =
    input.name === '-'
      ? stdin
      : isSeekable
        ? chunksFrom(input.name, offset)
        : createReadStream(input.name, { highWaterMark: READ_BYTES })
  const chunks = counted(source, input)
  return {
    chunks: blamedChunks(nameOf(input), isSeekable ? chunks : maybeDecompressed(chunks, nameOf(input))),
    isSeekable,
  }
}

/** A file's bytes from an offset on, each chunk in the memory of the one before it. */
async function* chunksFrom(path: string, offset: number): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await open(path)
  try {
    // A Buffer: it looks for bytes four times as fast.
    const chunk = Buffer.allocUnsafeSlow(READ_BYTES)
    for (let position = offset; ;) {
      const { bytesRead } = await handle.read(chunk, 0, READ_BYTES, position)
      if (bytesRead === 0) return
      yield chunk.subarray(0, bytesRead)
      position += bytesRead
    }
  } finally {
    await handle.close()
  }
}

const READ_BYTES = 512 * 1024

async function* blamedChunks(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* chunks
  } catch (error) {
    throw unreadable(name, error)
  }
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  input: BatchInput,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    input.bytesRead += chunk.length
    yield chunk
  }
}

/** Decompressed, if the first bytes say that it is compressed. */
async function* maybeDecompressed(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { head, all } = await peeked(chunks, COMPRESSION_HEAD_BYTES)
  const compression = compressionOf(head)
  if (compression === undefined) return yield* all
  const reason = missingSupport(compression)
  if (reason !== undefined) throw new BadInput(`${name}: ${reason}: decompress it first`)
  yield* decompressed(all, compression, READ_BYTES)
}

async function* checkedChunks(
  name: string,
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { head, all } = await peeked(chunks, FORM_HEAD_BYTES)
  checkIsUtf8Text(name, head)
  yield* all
}

/** The first bytes, at least `byteLength` of them if there are so many, and all of the chunks. */
async function peeked(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  byteLength: number,
): Promise<{ readonly head: Uint8Array; readonly all: AsyncGenerator<Uint8Array, void, undefined> }> {
  let head: Uint8Array = new Uint8Array()
  while (head.length < byteLength) {
    const { value, done } = await chunks.next()
    if (done) break
    head = Buffer.concat([head, value])
  }
  const all = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    if (head.length > 0) yield head
    yield* chunks
  }
  return { head, all: all() }
}

async function headOf(path: string): Promise<Uint8Array> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(
      new Uint8Array(COMPRESSION_HEAD_BYTES),
      0,
      COMPRESSION_HEAD_BYTES,
      0,
    )
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
async function* cut(
  chunks: AsyncIterable<Uint8Array>,
  batchBytes: number,
  maxLineBytes: number,
): AsyncGenerator<Cut> {
  /** What earlier chunks have of the batch in hand. */
  let held = new Uint8Array()
  let heldBytes = 0
  /** Whole lines of the batch, and the length of the line that is not whole yet. */
  let wholeBytes = 0
  let lineCount = 0
  let lineBytes = 0
  /** Of a line that is passed over. */
  let skippedBytes: number | undefined
  const hold = (bytes: Uint8Array): void => {
    const byteLength = heldBytes + bytes.length
    if (byteLength > held.length) {
      const larger = new Uint8Array(Math.max(2 * held.length, byteLength))
      larger.set(held.subarray(0, heldBytes))
      held = larger
    }
    held.set(bytes, heldBytes)
    heldBytes = byteLength
  }

  for await (const chunk of chunks) {
    /** Where the batch begins or goes on in the chunk. */
    let from = 0
    const beginAt = (position: number): void => {
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
        if (wholeBytes > 0) {
          hold(chunk.subarray(from, end))
          yield whole(held.subarray(0, wholeBytes), lineCount)
        }
        skippedBytes = takenBytes - wholeBytes
        beginAt(end)
      } else if (lineBreak !== -1) {
        wholeBytes = takenBytes
        lineCount++
        lineBytes = 0
        if (takenBytes >= batchBytes) {
          hold(chunk.subarray(from, end))
          yield whole(held.subarray(0, heldBytes), lineCount)
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
    if (from < chunk.length) hold(chunk.subarray(from))
  }
  if (skippedBytes !== undefined) yield oversized(skippedBytes)
  if (heldBytes > 0)
    yield whole(held.subarray(0, heldBytes), heldBytes > wholeBytes ? lineCount + 1 : lineCount)
}

const NEWLINE = 0x0a

function oversized(byteLength: number): Cut {
  return { bytes: new Uint8Array(), lineCount: 1, byteLength, isOversized: true }
}

function whole(bytes: Uint8Array<ArrayBuffer>, lineCount: number): Cut {
  return { bytes, lineCount, byteLength: bytes.length, isOversized: false }
}

async function blamed<T>(name: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw unreadable(name, error)
  }
}

function unreadable(name: string, error: unknown): BadInput {
  if (error instanceof BadInput) return error
  const { code, message } = error as NodeJS.ErrnoException
  return new BadInput(`${name}: ${REASONS[code ?? ''] ?? message}`)
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'is a folder, wanted a file',
  ENOENT: 'no such file',
  Z_DATA_ERROR: 'damaged gzip data',
  Z_BUF_ERROR: 'gzip data that ends too early',
  ZSTD_error_corruption_detected: 'damaged zstd data',
  ZSTD_error_prefix_unknown: 'damaged zstd data',
  ZSTD_error_checksum_wrong: 'damaged zstd data',
  ZSTD_error_srcSize_wrong: 'zstd data that ends too early',
}
