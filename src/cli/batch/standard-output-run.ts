import { Statistics } from '../../batch/index.js'
import { Ended, EXIT, WrongUsage, withoutLine } from '../failure.js'
import { visible, type Output as Stream, type Terminal } from '../terminal.js'
import { INPUT_START, openInputs } from './batches.js'
import { formatOf, parquetFieldsOf, type Job } from './job.js'
import { createOutput, type OutputFile } from './outputs.js'
import { processBatches, type RunTarget } from './process-batches.js'
import { formatCount } from './progress.js'
import { writeReports } from './reports.js'
import { formatSummary } from './run-summary.js'

/**
 * Runs a job whose records go to standard output. Bad lines are reported on standard error; a run that stops
 * cannot be resumed.
 *
 * @throws BadInput, WrongUsage; Ended where lines failed, and where a signal stopped the run
 */
export async function runToStandardOutput(job: Job, terminal: Terminal): Promise<void> {
  if (job.resume) throw new WrongUsage('--resume goes on with a file, and -o - is standard output')
  if (formatOf(job.task) === 'npy') throw new WrongUsage('npy is written as three files: wanted -o FILE.npy')
  const inputs = await openInputs(job.inputs)
  const statistics = new Statistics()
  const target = standardTarget(job, terminal)
  await target.output.begin()
  const run = { job, inputs, start: INPUT_START, statistics, target, terminal }
  const { position, rates } = await processBatches(run)
  const summary = { lines: position.runLines, ...statistics.summary() }
  await writeReports(summary, job)
  terminal.stderr.write(formatSummary(summary, 'standard output', rates))
  if (summary.failed > 0) throw new Ended(`bad lines: ${formatCount(summary.failed)}`, EXIT.SOME_FAILED)
}

function standardTarget({ task }: Job, { stdout, stderr }: Terminal): RunTarget {
  return {
    output: createOutput(
      formatOf(task),
      parquetFieldsOf(task),
      task.compression,
      [streamFile(stdout)],
      undefined,
    ),
    isOnTerminal: stdout.isTTY === true,
    async reportFailures(failures) {
      for (const { file, line, reason } of failures)
        stderr.write(`${visible(`harmony: ${file}: line ${line}: ${withoutLine(reason)}`)}\n`)
    },
    async checkpoint() {},
    remedy: { interrupted: '', tooManyErrors: '' },
  }
}

/** Standard output as a file that only grows. */
function streamFile(stdout: Stream): OutputFile {
  let length = 0
  return {
    get length() {
      return length
    },
    async append(bytes) {
      length += bytes.length
      // A copy, as the stream may still hold it when the next batch takes the memory. Waits until the reader has room for more.
      if (stdout.write(bytes.slice()) === false)
        await new Promise<void>((resolve) => stdout.once?.('drain', resolve))
    },
  }
}
