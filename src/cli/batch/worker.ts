import { parentPort, workerData } from 'node:worker_threads'
import type { Answer } from './pool.js'
import { createRunBatch, type BatchWork, type Task } from './task.js'

// The thread's half of a pool: a batch in, its result out.

const runBatch = await createRunBatch(workerData as Task)

parentPort!.on('message', (work: BatchWork) => {
  try {
    const { encoded, ...result } = runBatch(work)
    const chunks = encoded.chunks.map(handedOver)
    const answer = { result: { ...result, encoded: { ...encoded, chunks } } } satisfies Answer
    parentPort!.postMessage(
      answer,
      chunks.map(({ buffer }) => buffer),
    )
  } catch (error) {
    parentPort!.postMessage({ error } satisfies Answer)
  }
})

/** In memory of its own, without any that the next batch needs or that nothing is in. */
function handedOver(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return chunk.length === chunk.buffer.byteLength ? chunk : chunk.slice()
}
