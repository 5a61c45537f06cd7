import type { UncheckedObject } from '../chat/invalid-request.js'
import { HarmonyError, quote } from '../errors.js'

/** Longer lines are bad lines: a file without line breaks must not fill the memory. A prompt of 131,072 tokens has about half a megabyte. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024

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

/**
 * The lines of a UTF-8 text that comes in chunks, without their line breaks. A byte order mark at the front is left out.
 *
 * @throws HarmonyError `line-too-long`, `invalid-utf8`
 *
 * @example
 * ```ts
 * import { linesOf } from 'gpt-oss-harmony/prefill'
 *
 * const bytes = new TextEncoder().encode('one\ntwo\n')
 * const lines: string[] = []
 * for await (const line of linesOf([bytes.subarray(0, 5), bytes.subarray(5)])) lines.push(line)
 * console.log(lines) // ['one', 'two']
 * ```
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let begun: string[] = []
  let begunLength = 0
  for await (const chunk of chunks) {
    const pieces = decoded(decoder, chunk).split('\n')
    const last = pieces.pop()!
    for (const piece of pieces) {
      // Joined once: a line that comes in many chunks would cost the square of their number.
      begun.push(piece)
      yield begun.join('')
      begun = []
      begunLength = 0
    }
    begun.push(last)
    begunLength += last.length
    if (begunLength > MAX_LINE_BYTES) throw lineTooLong()
  }
  begun.push(decoded(decoder))
  const rest = begun.join('')
  if (rest !== '') yield rest
}

/** Makes a record of one line's text. Blank lines are for the caller to pass over. */
export type LineReader<Record> = (text: string, lineNumber: number) => LineOutcome<Record>

/** The outcomes of all lines, one after the other. */
export async function* outcomes<Record>(
  lines: AsyncIterable<string> | Iterable<string>,
  read: LineReader<Record>,
): AsyncGenerator<LineOutcome<Record>, void, undefined> {
  let lineNumber = 0
  for await (const line of lines) {
    lineNumber++
    if (!isBlank(line)) yield read(line, lineNumber)
  }
}

export function isBlank(line: string): boolean {
  return line.trim() === ''
}

/** Reads a line's JSON and what `toRecord` makes of it; a HarmonyError on the way is the line's failure. */
export function outcomeOf<Record>(text: string, lineNumber: number, toRecord: (line: UncheckedObject) => Record): LineOutcome<Record> {
  let customId: string | undefined
  try {
    const line = parseLine(text)
    customId = customIdOf(line)
    return { lineNumber, record: toRecord(line) }
  } catch (error) {
    if (!isHarmonyError(error)) throw error
    return { lineNumber, ...(customId === undefined ? {} : { customId }), error }
  }
}

// `instanceof` alone would leave its type parameter `any`.
function isHarmonyError(error: unknown): error is HarmonyError {
  return error instanceof HarmonyError
}

/** @throws HarmonyError `invalid-json`, `invalid-line` */
function parseLine(text: string): UncheckedObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new HarmonyError('invalid-json', `line: not JSON: ${reason}`, { evidence: quote(text), cause })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as UncheckedObject
  throw invalidLine(value, 'a JSON object')
}

/** A line's own name for itself. A number is taken as its digits. @throws HarmonyError `invalid-line` */
export function customIdOf(line: UncheckedObject): string | undefined {
  const id = line['custom_id']
  if (id == null) return undefined
  if (typeof id === 'string') return id
  if (typeof id === 'number') return String(id)
  throw invalidLine(id, 'custom_id to be a string')
}

export function invalidLine(found: unknown, wanted: string): HarmonyError<'invalid-line'> {
  const evidence = quote(found)
  return new HarmonyError('invalid-line', `line: found ${evidence}, wanted ${wanted}`, { evidence })
}

export function lineTooLong(): HarmonyError<'line-too-long'> {
  return new HarmonyError('line-too-long', `line: longer than ${MAX_LINE_BYTES / 1024 / 1024} MiB`)
}

function decoded(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch (cause) {
    throw new HarmonyError('invalid-utf8', 'line: not UTF-8 text', { cause })
  }
}
