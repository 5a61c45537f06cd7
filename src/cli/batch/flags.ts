import { availableParallelism } from 'node:os'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { WrongUsage } from '../failure.js'
import type { Job } from './job.js'

/** The flags that both batch commands have. */
export interface RunFlags {
  readonly output?: string
  readonly stdio?: true
  readonly jobs?: number
  readonly resume?: true
  readonly strict?: true
  readonly maxErrors?: number
  readonly stats?: string
  readonly plot?: string
  readonly batchBytes?: number
  readonly checkpointSeconds: number
}

export const BAD_LINES_HELP =
  '\nBad lines stop nothing: they are listed in OUTPUT.errors.jsonl, and the exit\ncode is 3.'

/** As fast as batches of 1 MiB, and two threads take 36 MB less. */
export const BATCH_BYTES = 256 * 1024

export function addRunFlags(command: Command): Command {
  return command
    .option('-o, --output <file>', 'what to write; - for standard output')
    .addOption(
      new Option(
        '--stdio',
        'a line in, a line out, at once: for rdd.pipe, GNU parallel and other hosts',
      ).conflicts([
        'output',
        'resume',
        'jobs',
        'maxErrors',
        'stats',
        'plot',
        'batchBytes',
        'checkpointSeconds',
      ]),
    )
    .option('-j, --jobs <n>', 'the most threads; never more than there are cores', wholeNumber(1))
    .option('--resume', 'go on with a run that was stopped or killed')
    .addOption(new Option('--strict', 'stop at the first bad line').conflicts('maxErrors'))
    .option(
      '--max-errors <n>',
      'stop when there are more bad lines than that; without it, all lines are read',
      wholeNumber(0),
    )
    .option('--stats <file>', 'write the counts as JSON')
    .option('--plot <file>', 'write a page (.html) that draws them')
    .option(
      '--batch-bytes <n>',
      'input that a thread is given at a time (default: 256 KiB; 2 MiB for Parquet)',
      wholeNumber(1),
    )
    .option('--checkpoint-seconds <s>', 'how much work a kill may cost', wholeNumber(0), 5)
}

/** What the flags say of a run over files. @throws WrongUsage */
export function runOf(
  inputs: readonly string[],
  flags: RunFlags,
  defaultBatchBytes: number,
): Omit<Job, 'task' | 'prefillFile'> {
  if (flags.output === undefined) throw new WrongUsage('wanted -o FILE, for the output to go to, or --stdio')
  if (inputs.length === 0) throw new WrongUsage('wanted a file to read, or - for standard input')
  return {
    inputs,
    out: flags.output,
    // More threads than cores are slower, and each takes some 40 MB.
    jobs: Math.min(flags.jobs ?? Infinity, availableParallelism()),
    batchBytes: flags.batchBytes ?? defaultBatchBytes,
    resume: flags.resume === true,
    maxErrors: flags.strict === true ? 0 : (flags.maxErrors ?? Infinity),
    checkpointSeconds: flags.checkpointSeconds,
    statsFile: flags.stats,
    plotFile: flags.plot,
  }
}

/** @throws WrongUsage for files that a filter has no use for */
export function refuseInputs(inputs: readonly string[]): void {
  if (inputs.length > 0) throw new WrongUsage(`--stdio reads standard input, found ${inputs.join(' ')}`)
}

export function wholeNumber(smallest: number, largest = Infinity): (text: string) => number {
  const range = largest === Infinity ? `${smallest} or more` : `${smallest} to ${largest}`
  return (text) => {
    const value = Number(text)
    if (!/^\d{1,15}$/.test(text) || value < smallest || value > largest)
      throw new InvalidArgumentError(`Wanted a whole number, ${range}.`)
    return value
  }
}
