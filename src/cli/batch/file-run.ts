import { rm } from 'node:fs/promises'
import { Statistics } from '../../batch/index.js'
import { BadInput, Ended, EXIT, WrongUsage } from '../failure.js'
import { packageVersion } from '../package-folder.js'
import type { Terminal } from '../terminal.js'
import { INPUT_START, openInputs, type BatchInput, type InputPosition } from './batches.js'
import { formatOf, parquetFieldsOf, type Job } from './job.js'
import { Journal, type JournalEntry, type RunIdentity } from './journal.js'
import { createOutput, outputPaths } from './outputs.js'
import { discard, PartialFile, partialPathOf, publish, UnwritableFile } from './partial-file.js'
import { checkPaths, targetOf } from './paths.js'
import { processBatches, type PlacedFailure, type RunEnd, type RunTarget } from './process-batches.js'
import { formatCount } from './progress.js'
import { writeReports } from './reports.js'
import { lockOutputs, lockPathOf } from './run-lock.js'
import { formatSummary } from './run-summary.js'

/**
 * Runs a job that writes files to its end: the output has its name, or a journal tells how far it has come.
 *
 * @throws BadInput, WrongUsage; Ended where lines failed, and where a signal stopped the run
 */
export async function runToFiles(wanted: Job, terminal: Terminal): Promise<void> {
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
  const { position, rates } =
    entry?.isFinished === true
      ? { position: entry.position, rates: '' }
      : await processInto({ job, inputs, paths, journal, identity, entry, statistics, terminal })

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

interface FileRun {
  readonly job: Job
  readonly inputs: readonly BatchInput[]
  /** The output's files, and that of the errors. */
  readonly paths: readonly string[]
  readonly journal: Journal
  readonly identity: RunIdentity
  readonly entry: JournalEntry | undefined
  readonly statistics: Statistics
  readonly terminal: Terminal
}

async function processInto(run: FileRun): Promise<RunEnd> {
  const { job, inputs, paths, journal, entry, statistics, terminal } = run
  const files = await openFiles(paths, entry?.lengths)
  try {
    const target = fileTarget(run, files)
    if (entry === undefined) {
      await target.output.begin()
      await target.checkpoint(INPUT_START, false)
    }
    const start = entry?.position ?? INPUT_START
    return await processBatches({ job, inputs, start, statistics, target, terminal })
  } catch (error) {
    if (error instanceof UnwritableFile)
      throw new BadInput(
        `${error.message}; what was done is kept, and the same command with --resume goes on`,
        {
          cause: error,
        },
      )
    if (await isNothingDone(error, journal)) await discardAll(paths, journal)
    throw error
  } finally {
    await Promise.all(files.map((file) => file.close()))
  }
}

function fileTarget(
  { job, journal, identity, entry, statistics }: FileRun,
  files: readonly PartialFile[],
): RunTarget {
  const output = createOutput(
    formatOf(job.task),
    parquetFieldsOf(job.task),
    job.task.compression,
    files,
    entry?.outputState,
  )
  const list = partialPathOf(errorsPathOf(job.out))
  return {
    output,
    isOnTerminal: false,
    reportFailures: (failures) => files.at(-1)!.append(jsonLines(failures)),
    async checkpoint(position: InputPosition, isFinished: boolean) {
      for (const file of files) await file.sync()
      const lengths = files.map((file) => file.length)
      const [outputState, state] = [output.state, statistics.state]
      await journal.write({ identity, position, lengths, outputState, statistics: state, isFinished })
    },
    remedy: {
      interrupted: ': the same command with --resume goes on',
      tooManyErrors: `; ${list} has the bad lines so far, and --resume goes on`,
    },
  }
}

/** Whether a run failed on its first lines, so that there is nothing to go on with once the input is mended. */
async function isNothingDone(error: unknown, journal: Journal): Promise<boolean> {
  if (!(error instanceof BadInput)) return false
  return (await journal.read())?.position.runLines === 0
}

async function discardAll(paths: readonly string[], journal: Journal): Promise<void> {
  for (const path of paths) await rm(partialPathOf(path), { force: true })
  await journal.remove()
}

function jsonLines(failures: readonly PlacedFailure[]): Uint8Array {
  return new TextEncoder().encode(failures.map((failure) => `${JSON.stringify(failure)}\n`).join(''))
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

function errorsPathOf(out: string): string {
  return `${out}.errors.jsonl`
}
