import type { UncheckedObject } from '../openai/index.js'
import { HarmonyError, quote } from '../errors.js'
import { parseJson } from '../json/index.js'

/**
 * Longer lines are bad lines: a file without line breaks must not fill the memory. It is as much as 131,072 tokens can hold, of which none has more than
 * 128 bytes; a prompt of so many tokens mostly has half a megabyte.
 */
export const MAX_LINE_BYTES = 16 * 1024 * 1024

/** What became of a line: a record, or the reason why there is none. */
export type LineOutcome<Record> = LineSuccess<Record> | LineFailure

export interface LineSuccess<Record> {
  /** Counts the lines of the input from 1, blank ones too. */
  readonly lineNumber: number
  readonly record: Record
}

export interface LineFailure {
  readonly lineNumber: number
  /** Where the line could be read far enough to know it. */
  readonly customId?: string
  readonly error: HarmonyError
}

/** A line's text, without its line break; in place of one that cannot be read, the reason. */
export type Line = string | HarmonyError

/** A web stream of bytes. Safari's cannot be iterated, nor can those of TypeScript's DOM types. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
    cancel(): Promise<void>
    releaseLock(): void
  }
}

/**
 * The lines of a UTF-8 text that comes in chunks. A byte order mark at the front of a line is left out.
 *
 * @example
 * ```ts
 * import { linesOf } from 'gpt-oss-harmony/prefill'
 *
 * const bytes = new TextEncoder().encode('one\ntwo\n')
 * const lines: unknown[] = []
 * for await (const line of linesOf([bytes.subarray(0, 5), bytes.subarray(5)])) lines.push(line)
 * console.log(lines) // ['one', 'two']
 * ```
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | ByteStream,
): AsyncGenerator<Line, void, undefined> {
  /** What there is of the line; of one that is too long, only its length. One buffer for all, as chunks may be a byte each. */
  let bytes = new Uint8Array(INITIAL_LINE_BYTES)
  let length = 0
  const hold = (piece: Uint8Array): void => {
    const end = length + piece.length
    if (end <= MAX_LINE_BYTES) {
      if (end > bytes.length) {
        const larger = new Uint8Array(Math.max(end, 2 * bytes.length))
        larger.set(bytes)
        bytes = larger
      }
      bytes.set(piece, length)
    }
    length = end
  }
  const take = (): Line => {
    const line = length > MAX_LINE_BYTES ? lineTooLong() : decodeLine(bytes.subarray(0, length))
    length = 0
    return line
  }

  for await (const chunk of isIterable(chunks) ? chunks : read(chunks)) {
    if (!(chunk instanceof Uint8Array))
      throw new TypeError(`chunk: found ${quote(chunk)}, wanted a Uint8Array`)
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      hold(chunk.subarray(start, end))
      yield take()
      start = end + 1
    }
    if (start < chunk.length) hold(chunk.subarray(start))
  }
  if (length > 0) yield take()
}

function isIterable<T extends object>(chunks: T | ByteStream): chunks is Exclude<T, ByteStream> {
  return Symbol.asyncIterator in chunks || Symbol.iterator in chunks
}

async function* read(stream: ByteStream): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      if (value !== undefined) yield value
    }
  } finally {
    // Nothing more is wanted, wherever the reading ended.
    await reader.cancel()
    reader.releaseLock()
  }
}

const NEWLINE = 0x0a
const INITIAL_LINE_BYTES = 64 * 1024

/** @param bytes a line without its line feed */
export function decodeLine(bytes: Uint8Array): Line {
  try {
    // A carriage return that is the rest of a line break is no part of the line.
    return UTF8.decode(bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes)
  } catch (cause) {
    return new HarmonyError('invalid-utf8', 'line: not UTF-8 text', { cause })
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })
const CARRIAGE_RETURN = 0x0d

/** Makes a record of one line's text. Blank lines are for the caller to pass over. */
export type LineReader<Record> = (text: string, lineNumber: number) => LineOutcome<Record>

/** The outcomes of all lines, one after the other. */
export async function* outcomes<Record>(
  lines: AsyncIterable<Line> | Iterable<Line>,
  read: LineReader<Record>,
): AsyncGenerator<LineOutcome<Record>, void, undefined> {
  // A string is iterable, too: each of its characters would be a line.
  if (typeof lines === 'string')
    throw new TypeError(`lines: found ${quote(lines)}, wanted a list or stream of lines`)
  let lineNumber = 0
  for await (const line of lines) {
    lineNumber++
    if (typeof line !== 'string') yield { lineNumber, error: line }
    else if (!isBlank(line)) yield read(line, lineNumber)
  }
}

export function isBlank(line: string): boolean {
  return line.trim() === ''
}

export interface LineJsonOptions {
  /** Whether `NaN`, `Infinity` and `-Infinity` are read, as `null`: Python's `json.dumps` writes them. */
  readonly allowsPythonNumbers?: boolean | undefined
}

/** Reads a line's JSON and what `toRecord` makes of it; a HarmonyError on the way is the line's failure. */
export function outcomeOf<Record>(
  text: string,
  lineNumber: number,
  toRecord: (line: UncheckedObject) => Record,
  options: LineJsonOptions = {},
): LineOutcome<Record> {
  let customId: string | undefined
  try {
    const line = parseLine(text, options)
    customId = customIdOf(line)
    return { lineNumber, record: toRecord(line) }
  } catch (error) {
    return { lineNumber, ...(customId === undefined ? {} : { customId }), error: faultOf(error) }
  }
}

/** What is wrong with the line, where it is the line that is at fault. */
function faultOf(error: unknown): HarmonyError {
  if (isHarmonyError(error)) return error
  // The stack, for JSON that is nested ten thousands of levels deep, or the longest string that there can be.
  if (error instanceof RangeError)
    return new HarmonyError('invalid-line', `line: too much of it: ${error.message}`, { cause: error })
  throw error
}

// `instanceof` alone would leave its type parameter `any`.
function isHarmonyError(error: unknown): error is HarmonyError {
  return error instanceof HarmonyError
}

/** @throws HarmonyError `invalid-json`, `invalid-line` */
function parseLine(text: string, { allowsPythonNumbers = false }: LineJsonOptions): UncheckedObject {
  let value: unknown
  try {
    value = parseJson(text)
  } catch (cause) {
    value = allowsPythonNumbers ? withoutPythonNumbers(text) : undefined
    if (value === undefined) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new HarmonyError('invalid-json', `line: not JSON: ${reason}`, { evidence: quote(text), cause })
    }
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as UncheckedObject
  throw invalidLine(value, 'a JSON object')
}

/** The JSON with `null` for each number that JSON does not have; `undefined` for what is no JSON even then. */
function withoutPythonNumbers(text: string): unknown {
  const rewritten = text.replace(STRINGS_AND_PYTHON_NUMBERS, (found) =>
    found.startsWith('"') ? found : 'null',
  )
  if (rewritten === text) return undefined
  try {
    return JSON.parse(rewritten)
  } catch {
    return undefined
  }
}

/** Strings are passed over whole: they may hold the words. */
const STRINGS_AND_PYTHON_NUMBERS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b/g

/** A line's own name for itself. A whole number is taken as its digits. @throws HarmonyError `invalid-line` */
export function customIdOf(line: UncheckedObject): string | undefined {
  const id = line['custom_id']
  if (id == null) return undefined
  // Not every writer can write half of a surrogate pair, and it would be another id then; nor can JavaScript read a number beyond 2⁵³.
  if (typeof id === 'string' && !/\p{Surrogate}/u.test(id)) return id
  if (Number.isSafeInteger(id)) return String(id)
  throw invalidLine(id, 'custom_id to be a text of whole characters')
}

export function invalidLine(found: unknown, wanted: string): HarmonyError {
  const evidence = quote(found)
  return new HarmonyError('invalid-line', `line: found ${evidence}, wanted ${wanted}`, { evidence })
}

export function lineTooLong(): HarmonyError {
  return new HarmonyError('line-too-long', `line: longer than ${MAX_LINE_BYTES / 1024 / 1024} MiB`)
}
