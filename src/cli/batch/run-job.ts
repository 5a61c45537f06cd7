import type { Terminal } from '../terminal.js'
import { runToFiles } from './file-run.js'
import type { Job } from './job.js'
import { runToStandardOutput } from './standard-output-run.js'

/** Runs a job to its end. @throws BadInput, WrongUsage, Ended */
export function runJob(job: Job, terminal: Terminal): Promise<void> {
  return job.out === '-' ? runToStandardOutput(job, terminal) : runToFiles(job, terminal)
}
