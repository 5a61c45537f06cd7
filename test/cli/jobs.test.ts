import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { runOf } from '../../src/cli/batch/flags.js'

test('a run has the threads that --jobs names, but no more than there are cores', () => {
  const jobsOf = (jobs: number | undefined) => {
    const flags = { output: 'out.jsonl', checkpointSeconds: 5, ...(jobs === undefined ? {} : { jobs }) }
    return runOf(['in.jsonl'], flags, 1).jobs
  }
  expect(jobsOf(1)).toBe(1)
  expect(jobsOf(availableParallelism())).toBe(availableParallelism())
  expect(jobsOf(availableParallelism() + 1)).toBe(availableParallelism())
  expect(jobsOf(undefined)).toBe(availableParallelism())
})
