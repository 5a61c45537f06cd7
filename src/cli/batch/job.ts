import { rm } from 'node:fs/promises'
import { loadHarmonyEncoding } from '../../encoding.js'
import { Statistics } from '../../batch/index.js'
import { BadInput, Ended, EXIT, withoutLine, WrongUsage } from '../failure.js'
import { packageVersion } from '../package-folder.js'
import type { Terminal } from '../terminal.js'
import {
  INPUT_START,
  openInputs,
  readBatches,
  type Batch,
  type BatchInput,
  type InputPosition,
} from './batches.js'
import type { OutputFormat } from './output-format.js'
import { Interrupted, listenForInterrupt } from './interrupt.js'
import { PrefillFile } from './join.js'
import { Journal, type JournalEntry, type RunIdentity } from './journal.js'
import { createOutput, outputPaths } from './outputs.js'
import { discard, PartialFile, partialPathOf, publish, UnwritableFile } from './partial-file.js'
import { checkPaths, targetOf } from './paths.js'
import { createPool, mapInOrder } from './pool.js'
import { createProgress, formatCount, formatRates, type ProgressValues } from './progress.js'
import { writeReports } from './reports.js'
import { lockOutputs, lockPathOf } from './run-lock.js'
import { formatSummary } from './run-summary.js'
import type { BatchResult, BatchWork, Failure, Task } from './task.js'

/** A run over files: what to do, and how. */
export interface Job {
  readonly task: Task
  readonly inputs: readonly string[]
  readonly out: string
  readonly jobs: number
  readonly batchBytes: number
  /** Go on with the run that the journal beside the output tells of. */
  readonly resume: boolean
  /** How many bad lines to put up with. */
  readonly maxErrors: number
  readonly checkpointSeconds: number
  readonly statsFile: string | undefined
  readonly plotFile: string | undefined
  /** For answers: the file with their prefills. */
  readonly prefillFile: string | undefined
}

/**
 * Runs a job to its end: the output has its name, or a journal tells how far it has come.
 *
 * @throws BadInput, WrongUsage; Ended where lines failed, and where a signal stopped the run
 */
export async function runJob(wanted: Job, terminal: Terminal): Promise<void> {
  const job = { ...wanted, out: await targetOf(wanted.out) }
  const inputs = await openInputs(job.inputs)
  const paths = [...outputPaths(job.out, formatOf(job.task)), errorsPathOf(job.out)]
  const journal = new Journal(job.out)
  await checkPathsOf(job, paths, journal)
  const lock = await lockOutputs(outputPaths(job.out, formatOf(job.task)))
  try {
    await runLocked(job, inputs, paths, journal, terminal)
  } finally {
    await lock.release()
  }
}

async function runLocked(
  job: Job,
  inputs: readonly BatchInput[],
  paths: readonly string[],
  journal: Journal,
  terminal: Terminal,
): Promise<void> {
  const identity = await identityOf(job, inputs)
  const entry = await entryToResume(job, journal, identity, terminal)
  const statistics = new Statistics(entry?.statistics)

  let position = entry?.position ?? INPUT_START
  let rates = ''
  if (entry?.isFinished !== true) {
    const files = await openFiles(paths, entry?.lengths)
    try {
      ;({ position, rates } = await processBatches({
        job,
        journal,
        inputs,
        identity,
        entry,
        statistics,
        files,
        terminal,
      }))
    } catch (error) {
      if (await isNothingDone(error, journal)) await discardAll(paths, journal)
      throw error
    } finally {
      await Promise.all(files.map((file) => file.close()))
    }
  }

  await (statistics.failed === 0 ? discard(errorsPathOf(job.out)) : publish(errorsPathOf(job.out)))
  for (const path of paths.slice(0, -1)) await publish(path)
  const summary = { lines: position.runLines, ...statistics.summary() }
  await writeReports(summary, job)
  await journal.remove()
  terminal.stderr.write(formatSummary(summary, job.out, rates))
  if (summary.failed > 0) {
    throw new Ended(
      `bad lines: ${formatCount(summary.failed)}, listed in ${errorsPathOf(job.out)}`,
      EXIT.SOME_FAILED,
    )
  }
}

/** Whether a run failed on its first lines, so that there is nothing to go on with once the input is mended. */
async function isNothingDone(error: unknown, journal: Journal): Promise<boolean> {
  if (!(error instanceof BadInput) || error.cause instanceof UnwritableFile) return false
  return (await journal.read())?.position.runLines === 0
}

async function discardAll(paths: readonly string[], journal: Journal): Promise<void> {
  for (const path of paths) await rm(partialPathOf(path), { force: true })
  await journal.remove()
}

interface Run {
  readonly job: Job
  readonly journal: Journal
  readonly inputs: readonly BatchInput[]
  readonly identity: RunIdentity
  readonly entry: JournalEntry | undefined
  readonly statistics: Statistics
  /** The output's, and that of the errors. */
  readonly files: readonly PartialFile[]
  readonly terminal: Terminal
}

/** Reads, runs and writes all that is left to do. */
async function processBatches(
  run: Run,
): Promise<{ readonly position: InputPosition; readonly rates: string }> {
  const { job, journal, inputs, identity, entry, statistics, files, terminal } = run
  const output = createOutput(
    formatOf(job.task),
    columnOf(job.task),
    job.task.compression,
    files,
    entry?.outputState,
  )
  const start = entry?.position ?? INPUT_START
  let position = start

  let lastCheckpoint = performance.now()
  const checkpoint = async (isFinished = false): Promise<void> => {
    for (const file of files) await file.sync()
    const lengths = files.map((file) => file.length)
    await journal.write({
      identity,
      position,
      lengths,
      outputState: output.state,
      statistics: statistics.state,
      isFinished,
    })
    lastCheckpoint = performance.now()
  }
  if (entry === undefined) {
    await output.begin()
    await checkpoint()
  }

  const valuesNow = (): ProgressValues => ({
    lines: position.runLines,
    tokens: statistics.tokens,
    failed: statistics.failed,
    bytesRead: inputs.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
  })
  const progress = createProgress(terminal.stderr, totalBytesOf(inputs), valuesNow())
  const [startTime, startTokens] = [performance.now(), statistics.tokens]
  const interrupt = listenForInterrupt()
  const pool = createPool(job.task, job.jobs)
  try {
    const batches = readBatches(inputs, { stdin: terminal.stdin, batchBytes: job.batchBytes, start })
    const runBatch = async ({ batch, work }: WorkItem): Promise<WorkDone> => ({
      batch,
      result: await pool.run(work),
    })
    const results = mapInOrder(withWork(batches, job.prefillFile), runBatch, pool.depth)
    for (;;) {
      const next = await interrupt.orElse(results.next())
      if (next instanceof Interrupted) {
        await checkpoint()
        throw new Ended(
          `stopped after ${formatCount(position.runLines)} lines: the same command with --resume goes on`,
          next.exitCode,
        )
      }
      if (next.done) break

      const { batch, result } = next.value
      const failures = result.failures.map((failure) => placed(failure, batch, inputs))
      if (statistics.failed + failures.length > job.maxErrors) {
        await checkpoint()
        // Behind what the journal counts: to be read now, and written anew by who goes on.
        await files.at(-1)!.append(jsonLines(failures))
        throw tooManyErrors(failures[job.maxErrors - statistics.failed], job)
      }
      await output.append(result.encoded)
      await files.at(-1)!.append(jsonLines(failures))
      count(result, statistics)
      position = batch.end
      progress.update(valuesNow())
      if (performance.now() - lastCheckpoint >= job.checkpointSeconds * 1000) await checkpoint()
    }
    await output.finish()
    await checkpoint(true)
  } catch (error) {
    throw error instanceof UnwritableFile
      ? new BadInput(`${error.message}; what was done is kept, and the same command with --resume goes on`, {
          cause: error,
        })
      : error
  } finally {
    progress.stop()
    interrupt.dispose()
    await pool.close()
  }
  const seconds = (performance.now() - startTime) / 1000
  return {
    position,
    rates: formatRates(position.runLines - start.runLines, statistics.tokens - startTokens, seconds),
  }
}

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
  for await (const batch of batches) {
    const { bytes, isOversized, runLinesBefore: linesBefore } = batch
    const work = { bytes, isOversized, linesBefore }
    yield { batch, work: prefills === undefined ? work : { ...work, prefills: await prefills.findAll(work) } }
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
interface PlacedFailure {
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

function jsonLines(failures: readonly PlacedFailure[]): Uint8Array {
  return new TextEncoder().encode(failures.map((failure) => `${JSON.stringify(failure)}\n`).join(''))
}

/** Says that a run has had enough of bad lines. */
function tooManyErrors({ file, line, reason }: PlacedFailure, { maxErrors, out }: Job): Ended {
  const limit =
    maxErrors === 0 ? '' : `, one more than the ${formatCount(maxErrors)} that --max-errors allows`
  const list = partialPathOf(errorsPathOf(out))
  const message = `${file}: line ${line}: ${withoutLine(reason)}${limit}; ${list} has the bad lines so far, and --resume goes on`
  return new Ended(message, EXIT.SOME_FAILED)
}

async function openFiles(
  paths: readonly string[],
  lengths: readonly number[] | undefined,
): Promise<PartialFile[]> {
  const files: PartialFile[] = []
  for (const [index, path] of paths.entries()) files.push(await PartialFile.open(path, lengths?.[index]))
  return files
}

/** What there is to go on with. @throws WrongUsage */
async function entryToResume(
  job: Job,
  journal: Journal,
  identity: RunIdentity,
  terminal: Terminal,
): Promise<JournalEntry | undefined> {
  const entry = await journal.read()
  if (!job.resume) {
    if (entry === undefined) return undefined
    throw new WrongUsage(
      `${journal.path} is of a run that is not finished: --resume goes on with it; remove the file to begin anew`,
    )
  }
  if (entry === undefined) {
    terminal.stderr.write(`harmony: ${job.out}: no unfinished run to go on with; begins anew\n`)
    return undefined
  }
  const changed = (Object.keys(identity) as (keyof RunIdentity)[]).filter(
    (key) => JSON.stringify(identity[key]) !== JSON.stringify(entry.identity[key]),
  )
  if (changed.length === 0) return entry
  throw new WrongUsage(
    `${journal.path} is of a run that differs in ${changed.join(', ')}: give the same command, or remove the file to begin anew`,
  )
}

async function identityOf(
  { task, batchBytes, prefillFile }: Job,
  inputs: readonly BatchInput[],
): Promise<RunIdentity> {
  const prefill = prefillFile === undefined ? [] : await openInputs([prefillFile])
  return {
    version: packageVersion(),
    inputs: inputs.map(({ name, size, modified }) => ({ name, size, modified })),
    // As JSON gives them back: without what is undefined.
    settings: JSON.parse(JSON.stringify({ task, batchBytes, prefill })) as unknown,
  }
}

async function checkPathsOf(
  { task, inputs, out, prefillFile, statsFile, plotFile }: Job,
  paths: readonly string[],
  journal: Journal,
): Promise<void> {
  const read = [...inputs, prefillFile].flatMap((path) => (path === undefined || path === '-' ? [] : [path]))
  const whole = [...paths, statsFile, plotFile].flatMap((path) => path ?? [])
  const locks = outputPaths(out, formatOf(task)).map(lockPathOf)
  const own = [...whole.map(partialPathOf), journal.path, journal.temporaryPath, ...locks]
  await checkPaths(read, [...whole, ...own])
}

function totalBytesOf(inputs: readonly BatchInput[]): number | undefined {
  return inputs.reduce<number | undefined>(
    (sum, { size }) => (sum === undefined || size === undefined ? undefined : sum + size),
    0,
  )
}

function formatOf(task: Task): OutputFormat {
  return task.command === 'prefill' ? task.format : 'jsonl'
}

function columnOf(task: Task): string {
  return task.command === 'prefill' ? task.column : ''
}

function errorsPathOf(out: string): string {
  return `${out}.errors.jsonl`
}
