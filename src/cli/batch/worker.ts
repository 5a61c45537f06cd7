import { parentPort, workerData } from 'node:worker_threads'
import type { Answer } from './pool.js'
import { createRunBatch, type BatchWork, type Task } from './task.js'

// The thread's half of a pool: a batch in, its result out.

const runBatch = createRunBatch(workerData as Task)

parentPort!.on('message', (work: BatchWork) => {
  let answer: Answer
  try {
    answer = { result: runBatch(work) }
  } catch (error) {
    answer = { error }
  }
  parentPort!.postMessage(
    answer,
    'result' in answer ? answer.result.encoded.chunks.map(({ buffer }) => buffer) : [],
  )
})
