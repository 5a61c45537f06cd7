import { createHash } from 'node:crypto'
import { constants, createReadStream, type Stats } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { MAX_LINE_BYTES } from '../../batch/index.js'
import { BadInput, WrongUsage } from '../failure.js'

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
}

/**
 * The inputs, one after the other, in batches of whole lines. `.gz` is known by its first bytes.
 *
 * @throws BadInput for what cannot be read
 */
export async function* readBatches(
  inputs: readonly BatchInput[],
  {
    stdin,
    batchBytes,
    maxLineBytes = MAX_LINE_BYTES,
    start = INPUT_START,
    isResumable = true,
  }: ReadBatchesOptions,
): AsyncGenerator<Batch, void, undefined> {
  let { runLines } = start
  for (let inputIndex = start.inputIndex; inputIndex < inputs.length; inputIndex++) {
    const input = inputs[inputIndex]
    const resumed = inputIndex === start.inputIndex && start.byteOffset > 0 ? start : undefined
    const { chunks, isSeekable } = await openText(input, stdin, resumed?.byteOffset ?? 0)
    // Batches end where they ended before, so that what was read before is a number of whole batches.
    const digest = isSeekable || !isResumable ? undefined : createHash('sha256')
    let { byteOffset, lines } = isSeekable && resumed !== undefined ? resumed : INPUT_START
    for await (const { bytes, lineCount, byteLength, isOversized } of cut(chunks, batchBytes, maxLineBytes)) {
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
  readonly chunks: AsyncIterable<Uint8Array>
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
  const isSeekable = isFile && !isGzip(await blamed(input.name, () => headOf(input.name)))
  if (isSeekable) input.bytesRead = offset
  const source =
    input.name === '-'
      ? stdin
      : createReadStream(input.name, { highWaterMark: READ_BYTES, ...(isSeekable ? { start: offset } : {}) })
  const chunks = counted(source, input)
  return { chunks: blamedChunks(nameOf(input), isSeekable ? chunks : maybeInflated(chunks)), isSeekable }
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

/** Unpacked, where the first two bytes say that it is packed. */
async function* maybeInflated(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let head: Uint8Array = new Uint8Array()
  while (head.length < 2) {
    const { value, done } = await chunks.next()
    if (done) break
    head = Buffer.concat([head, value])
  }
  const all = (async function* () {
    yield head
    yield* chunks
  })()
  yield* isGzip(head) ? inflated(all) : all
}

function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

async function* inflated(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = createGunzip({ chunkSize: READ_BYTES })
  // Its error comes out of the loop below; and what follows the last member, as the zeros that tar and tapes add, ends it before its source does.
  pipeline(Readable.from(chunks), gunzip).catch(() => undefined)
  yield* gunzip as AsyncIterable<Uint8Array>
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
async function* cut(
  chunks: AsyncIterable<Uint8Array>,
  batchBytes: number,
  maxLineBytes: number,
): AsyncGenerator<Cut> {
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
        if (wholeBytes > 0)
          yield whole(join([...held, chunk.subarray(from, end)], takenBytes).slice(0, wholeBytes), lineCount)
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
