import { loadHarmonyEncoding, type HarmonyEncoding } from '../../encoding.js'
import {
  type AnswerOptions,
  completionReader,
  completionRecordToJson,
  decodeLine,
  isBlank,
  type Line,
  type LineFailure,
  type LineReader,
  lineTooLong,
  type PrefillInfo,
  type PrefillOptions,
  packedRows,
  prefillReader,
  type TrainingFileOptions,
  trainingReader,
  type TrainingRecord,
  trainingRow,
} from '../../batch/index.js'
import { parseJson } from '../../json/index.js'
import { compress, type Compression } from './compression.js'
import type { EncodedBatch } from './encoder.js'
import { createEncoder } from './formats.js'
import type { OutputFormat } from './output-format.js'

/** What a run does with its lines; plain data, for other threads to be told. */
export type Task =
  | {
      readonly command: 'prefill'
      readonly options: Omit<PrefillOptions, 'tools'>
      /** The tools as JSON: their numbers are only there as they were written. */
      readonly tools: string | undefined
      readonly format: OutputFormat
      readonly column: string
      readonly compression: Compression | undefined
    }
  | {
      readonly command: 'training'
      readonly options: TrainingFileOptions
      readonly format: OutputFormat
      /** How many tokens a row may have into which conversations are packed. */
      readonly pack: number | undefined
      readonly compression: Compression | undefined
    }
  | {
      readonly command: 'completions'
      readonly isJoined: boolean
      readonly options: AnswerOptions
      readonly compression: Compression | undefined
    }

/** One batch's work, as a thread is given it. */
export interface BatchWork {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly isOversized: boolean
  /** Lines of the run before it. */
  readonly linesBefore: number
  /** What the prefill file says on the batch's lines, where one is joined. */
  readonly prefills?: ReadonlyMap<string, PrefillInfo>
}

/** What becomes of a batch: bytes for the output's files, and what the summary wants to know. */
export interface BatchResult {
  readonly encoded: EncodedBatch
  /** Token count of each record: of the prompt, or of the answer. */
  readonly tokenCounts: readonly number[]
  readonly longest: LongestRecord | undefined
  readonly failures: readonly Failure[]
  /** How often what happened: ends of answers, deviations. */
  readonly tallies: Readonly<Record<string, number>>
}

export interface LongestRecord {
  readonly customId: string
  readonly lineNumber: number
  readonly tokens: number
}

/** A {@link LineFailure} as plain data. */
export interface Failure {
  readonly lineNumber: number
  readonly customId: string | undefined
  readonly code: string
  readonly path: string | undefined
  readonly reason: string
}

export type RunBatch = (work: BatchWork) => BatchResult

export async function createRunBatch(task: Task): Promise<RunBatch> {
  const encoding = loadHarmonyEncoding('HarmonyGptOss')
  const { compression } = task
  const run = await runOf(encoding, task)
  if (compression === undefined) return run
  return (work) => {
    const result = run(work)
    return { ...result, encoded: compressed(result.encoded, compression) }
  }
}

async function runOf(encoding: HarmonyEncoding, task: Task): Promise<RunBatch> {
  switch (task.command) {
    case 'prefill':
      return runPrefill(encoding, task)
    case 'training':
      return runTraining(encoding, task)
    case 'completions':
      return runCompletions(encoding, task)
  }
}

/** Batch by batch, so that a file that is cut between batches is whole. A batch without records adds nothing. */
function compressed({ chunks, ...rest }: EncodedBatch, compression: Compression): EncodedBatch {
  return {
    ...rest,
    chunks: chunks.map((chunk) => (chunk.length === 0 ? chunk : compress(chunk, compression))),
  }
}

async function runPrefill(
  encoding: HarmonyEncoding,
  { options, tools, format, column }: Task & { readonly command: 'prefill' },
): Promise<RunBatch> {
  const read = prefillReader(encoding, {
    ...options,
    tools: tools === undefined ? undefined : (parseJson(tools) as readonly unknown[]),
  })
  const encoder = await createEncoder(format, column)
  return (work) => {
    const result = new ResultBuilder()
    for (const { record, lineNumber } of result.recordsOf(work, read)) {
      encoder.add(record)
      for (const { reason } of record.lost ?? []) result.tally(`lost ${reason}`)
      result.count(record.customId, lineNumber, record.promptTokenIds.length)
    }
    return result.finish(encoder.finish())
  }
}

async function runTraining(
  encoding: HarmonyEncoding,
  { options, format, pack }: Task & { readonly command: 'training' },
): Promise<RunBatch> {
  const { encodeTrainingRows } = await import('./training-rows.js')
  const read = trainingReader(encoding, options)
  return (work) => {
    const result = new ResultBuilder()
    const records: TrainingRecord[] = []
    for (const { record, lineNumber } of result.recordsOf(work, read)) {
      records.push(record)
      for (const { reason } of record.lost ?? []) result.tally(`lost ${reason}`)
      result.count(record.customId, lineNumber, record.inputIds.length)
    }
    const rows = pack === undefined ? records.map(trainingRow) : packedRows(records, pack)
    return result.finish(encodeTrainingRows(rows, format, pack !== undefined))
  }
}

function runCompletions(
  encoding: HarmonyEncoding,
  { isJoined, options }: Task & { readonly command: 'completions' },
): RunBatch {
  let prefills: ReadonlyMap<string, PrefillInfo> | undefined
  const read = completionReader(
    encoding,
    isJoined ? { ...options, prefillOf: (customId) => prefills?.get(customId) } : options,
  )
  return (work) => {
    ;({ prefills } = work)
    let text = ''
    const result = new ResultBuilder()
    for (const { record, lineNumber } of result.recordsOf(work, read)) {
      for (const line of completionRecordToJson(record)) {
        text += `${JSON.stringify(line)}\n`
        result.count(record.customId, lineNumber, line.num_completion_tokens)
        result.tally(`finish_reason ${line.finish_reason}`)
        for (const [code, count] of Object.entries(line.deviations)) result.tally(`deviation ${code}`, count)
      }
    }
    return result.finish({ chunks: [new TextEncoder().encode(text)] })
  }
}

/** Gathers a batch's result. */
class ResultBuilder {
  readonly #tokenCounts: number[] = []
  readonly #failures: Failure[] = []
  readonly #tallies: Record<string, number> = {}
  #longest: LongestRecord | undefined;

  /** The records of a batch's lines; failures are kept. */
  *recordsOf<Record>(
    work: BatchWork,
    read: LineReader<Record>,
  ): Generator<{ readonly record: Record; readonly lineNumber: number }> {
    let lineNumber = work.linesBefore
    for (const line of linesOfBatch(work)) {
      lineNumber++
      if (typeof line !== 'string') this.#fail({ lineNumber, error: line })
      else if (!isBlank(line)) {
        const outcome = read(line, lineNumber)
        if ('record' in outcome) yield outcome
        else this.#fail(outcome)
      }
    }
  }

  count(customId: string, lineNumber: number, tokens: number): void {
    this.#tokenCounts.push(tokens)
    if (this.#longest === undefined || tokens > this.#longest.tokens)
      this.#longest = { customId, lineNumber, tokens }
  }

  tally(name: string, count = 1): void {
    this.#tallies[name] = (this.#tallies[name] ?? 0) + count
  }

  finish(encoded: EncodedBatch): BatchResult {
    return {
      encoded,
      tokenCounts: this.#tokenCounts,
      longest: this.#longest,
      failures: this.#failures,
      tallies: this.#tallies,
    }
  }

  #fail({ lineNumber, customId, error }: LineFailure): void {
    this.#failures.push({ lineNumber, customId, code: error.code, path: error.path, reason: error.message })
  }
}

/** A batch's lines. */
export function* linesOfBatch({
  bytes,
  isOversized,
}: Pick<BatchWork, 'bytes' | 'isOversized'>): Generator<Line, void, undefined> {
  if (isOversized) {
    yield lineTooLong()
    return
  }
  // It looks for bytes four times as fast.
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let start = 0; start < bytes.length;) {
    const lineBreak = buffer.indexOf(0x0a, start)
    const end = lineBreak === -1 ? bytes.length : lineBreak
    // One by one: a line without a character beyond U+00FF takes half the memory, and half the time in all that follows.
    yield decodeLine(bytes.subarray(start, end))
    start = end + 1
  }
}
