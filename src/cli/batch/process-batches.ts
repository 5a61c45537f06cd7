import { loadHarmonyEncoding } from '../../encoding.js'
import type { Statistics } from '../../batch/index.js'
import { Ended, EXIT, withoutLine } from '../failure.js'
import type { Terminal } from '../terminal.js'
import { readBatches, type Batch, type BatchInput, type InputPosition } from './batches.js'
import { Interrupted, listenForInterrupt } from './interrupt.js'
import type { Job } from './job.js'
import { PrefillFile } from './join.js'
import type { Output } from './outputs.js'
import { createPool, mapInOrder } from './pool.js'
import { createProgress, formatCount, formatRates, type Progress, type ProgressValues } from './progress.js'
import type { BatchResult, BatchWork, Failure } from './task.js'

/** Where a run's records and failures go. */
export interface RunTarget {
  readonly output: Output
  /** Whether the records appear on the terminal, where a progress bar would run into them. */
  readonly isOnTerminal: boolean
  reportFailures(failures: readonly PlacedFailure[]): Promise<void>
  /** Keeps what there is until now, for a later run to go on with. */
  checkpoint(position: InputPosition, isFinished: boolean): Promise<void>
  /** What can be done about a run that stops early, as the end of a sentence; empty if nothing. */
  readonly remedy: { readonly interrupted: string; readonly tooManyErrors: string }
}

/** What a run works on. */
export interface Run {
  readonly job: Job
  readonly inputs: readonly BatchInput[]
  readonly start: InputPosition
  readonly statistics: Statistics
  readonly target: RunTarget
  readonly terminal: Terminal
}

export interface RunEnd {
  readonly position: InputPosition
  readonly rates: string
}

/**
 * Reads, runs and writes all that is left to do.
 *
 * @throws BadInput; Ended after a signal, and for more bad lines than the job puts up with
 */
export async function processBatches({
  job,
  inputs,
  start,
  statistics,
  target,
  terminal,
}: Run): Promise<RunEnd> {
  const { output } = target
  let position = start

  let lastCheckpoint = performance.now()
  const checkpoint = async (isFinished = false): Promise<void> => {
    await target.checkpoint(position, isFinished)
    lastCheckpoint = performance.now()
  }

  const valuesNow = (): ProgressValues => ({
    lines: position.runLines,
    tokens: statistics.tokens,
    failed: statistics.failed,
    bytesRead: inputs.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
  })
  const progress = target.isOnTerminal
    ? NO_PROGRESS
    : createProgress(terminal.stderr, totalBytesOf(inputs), valuesNow())
  const [startTime, startTokens] = [performance.now(), statistics.tokens]
  const interrupt = listenForInterrupt()
  const pool = await createPool(job.task, job.jobs)
  const batches = readBatches(inputs, { stdin: terminal.stdin, batchBytes: job.batchBytes, start })
  const runBatch = async ({ batch, work }: WorkItem): Promise<WorkDone> => ({
    batch,
    result: await pool.run(work),
  })
  const results = mapInOrder(withWork(batches, job.prefillFile), runBatch, pool.depth)
  try {
    for (;;) {
      const next = await interrupt.orElse(results.next())
      if (next instanceof Interrupted) {
        await checkpoint()
        throw new Ended(
          `stopped after ${formatCount(position.runLines)} lines${target.remedy.interrupted}`,
          next.exitCode,
        )
      }
      if (next.done) break

      const { batch, result } = next.value
      const failures = result.failures.map((failure) => placed(failure, batch, inputs))
      if (statistics.failed + failures.length > job.maxErrors) {
        await checkpoint()
        // Behind what the journal counts: to be read now, and written anew by who goes on.
        await target.reportFailures(failures)
        throw tooManyErrors(failures[job.maxErrors - statistics.failed], job.maxErrors, target)
      }
      await output.append(result.encoded)
      await target.reportFailures(failures)
      pool.release(result)
      count(result, statistics)
      position = batch.end
      progress.update(valuesNow())
      if (performance.now() - lastCheckpoint >= job.checkpointSeconds * 1000) await checkpoint()
    }
    await output.finish()
    await checkpoint(true)
  } finally {
    progress.stop()
    interrupt.dispose()
    await pool.close()
    // Closes the inputs. Not waited for, as standard input may never give what was asked of it last.
    void results.return()
  }
  const seconds = (performance.now() - startTime) / 1000
  return {
    position,
    rates: formatRates(position.runLines - start.runLines, statistics.tokens - startTokens, seconds),
  }
}

const NO_PROGRESS: Progress = { update() {}, stop() {} }

interface WorkItem {
  readonly batch: Batch
  readonly work: BatchWork
}

interface WorkDone {
  readonly batch: Batch
  readonly result: BatchResult
}

async function* withWork(
  batches: AsyncIterable<Batch>,
  prefillFile: string | undefined,
): AsyncGenerator<WorkItem, void, undefined> {
  const prefills =
    prefillFile === undefined ? undefined : new PrefillFile(prefillFile, loadHarmonyEncoding('HarmonyGptOss'))
  try {
    for await (const batch of batches) {
      const { bytes, isOversized, runLinesBefore: linesBefore } = batch
      const work = { bytes, isOversized, linesBefore }
      yield {
        batch,
        work: prefills === undefined ? work : { ...work, prefills: await prefills.findAll(work) },
      }
    }
  } finally {
    await prefills?.close()
  }
}

function count({ tokenCounts, longest, failures, tallies }: BatchResult, statistics: Statistics): void {
  for (const tokens of tokenCounts) statistics.add(tokens)
  if (longest !== undefined)
    statistics.addLongest({ custom_id: longest.customId, line: longest.lineNumber, tokens: longest.tokens })
  for (const { code } of failures) statistics.addFailure(code)
  for (const [name, times] of Object.entries(tallies)) statistics.tally(name, times)
}

/** A line of OUT.errors.jsonl. */
export interface PlacedFailure {
  readonly file: string
  /** Counts the lines of the file from 1. */
  readonly line: number
  readonly custom_id: string | null
  readonly code: string
  readonly path?: string
  readonly reason: string
}

function placed(
  { lineNumber, customId, code, path, reason }: Failure,
  batch: Batch,
  inputs: readonly BatchInput[],
): PlacedFailure {
  return {
    file: inputs[batch.inputIndex].name,
    line: lineNumber - batch.runLinesBefore + batch.linesBefore,
    custom_id: customId ?? null,
    code,
    ...(path === undefined ? {} : { path }),
    reason,
  }
}

/** Says that a run has had enough of bad lines. */
function tooManyErrors(
  { file, line, reason }: PlacedFailure,
  maxErrors: number,
  { remedy }: RunTarget,
): Ended {
  const limit =
    maxErrors === 0 ? '' : `, one more than the ${formatCount(maxErrors)} that --max-errors allows`
  return new Ended(
    `${file}: line ${line}: ${withoutLine(reason)}${limit}${remedy.tooManyErrors}`,
    EXIT.SOME_FAILED,
  )
}

function totalBytesOf(inputs: readonly BatchInput[]): number | undefined {
  return inputs.reduce<number | undefined>(
    (sum, { size }) => (sum === undefined || size === undefined ? undefined : sum + size),
    0,
  )
}
