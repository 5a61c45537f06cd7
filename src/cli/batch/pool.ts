import { Worker } from 'node:worker_threads'
import { PACKAGE_FOLDER } from '../package-folder.js'
import { createRunBatch, type BatchResult, type BatchWork, type Task } from './task.js'

/** Runs batches, several at a time where there are threads for it. */
export interface Pool {
  /** How many batches to hand in before the first is waited for. */
  readonly depth: number
  run(work: BatchWork): Promise<BatchResult>
  /** Takes back the memory of a result that has been written. */
  release(result: BatchResult): void
  close(): Promise<void>
}

/** @param jobs with 1, batches run on the thread that hands them in */
export async function createPool(task: Task, jobs: number): Promise<Pool> {
  return jobs === 1 ? await createInlinePool(task) : createThreadPool(task, jobs)
}

async function createInlinePool(task: Task): Promise<Pool> {
  const runBatch = await createRunBatch(task)
  return {
    depth: 1,
    run: async (work) => runBatch(work),
    release() {},
    async close() {},
  }
}

/** What a thread answers with: a result, or an error that no line is to blame for. */
export type Answer = { readonly result: BatchResult } | { readonly error: unknown }

interface Waiting {
  resolve(result: BatchResult): void
  reject(error: unknown): void
}

function createThreadPool(task: Task, jobs: number): Pool {
  const threads = Array.from({ length: jobs }, () => createThread(task))
  // What threads have sent would wait for the garbage collector, of which this thread sees little.
  const spare: ArrayBuffer[] = []
  return {
    // Two for each thread: one at work, one at hand.
    depth: 2 * jobs,
    run(work) {
      const [freest] = threads.toSorted((a, b) => a.waiting.length - b.waiting.length)
      return freest.run({ ...work, bytes: copied(work.bytes, spare.pop()) })
    },
    release({ encoded }) {
      spare.push(encoded.chunks[0].buffer)
    },
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    },
  }
}

/** @param memory where to put the copy, if there is room */
function copied(bytes: Uint8Array, memory?: ArrayBuffer): Uint8Array<ArrayBuffer> {
  if (memory === undefined || memory.byteLength < bytes.length) return bytes.slice()
  const copy = new Uint8Array(memory, 0, bytes.length)
  copy.set(bytes)
  return copy
}

interface Thread {
  readonly worker: Worker
  /** Answers come in the order of the questions. */
  readonly waiting: Waiting[]
  /** Hands the batch's memory over. */
  run(work: BatchWork): Promise<BatchResult>
}

/** Less memory than by default, and no more time: what a line leaves behind is dead with the line. */
const YOUNG_GENERATION_MB = 4

function createThread(task: Task): Thread {
  const worker = new Worker(new URL('dist/cli/batch/worker.js', PACKAGE_FOLDER), {
    workerData: task,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  })
  const waiting: Waiting[] = []
  let failure: Error | undefined
  const fail = (error: Error): void => {
    failure = error
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  worker.on('message', (answer: Answer) => {
    const next = waiting.shift()
    if ('result' in answer) next?.resolve(answer.result)
    else next?.reject(answer.error)
  })
  worker.on('error', fail)
  worker.on('exit', (code) => fail(new Error(`a worker thread ended with code ${code}`)))
  return {
    worker,
    waiting,
    run: (work) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) return reject(failure)
        waiting.push({ resolve, reject })
        worker.postMessage(work, [work.bytes.buffer])
      }),
  }
}

/**
 * Runs `run` on each item, `depth` of them at a time, and gives the results in the order of the items. No item is asked for before there is room for
 * it.
 */
export async function* mapInOrder<Item, Result>(
  items: AsyncIterable<Item>,
  run: (item: Item) => Promise<Result>,
  depth: number,
): AsyncGenerator<Result, void, undefined> {
  const running: Promise<Result>[] = []
  for await (const item of items) {
    const result = run(item)
    // Awaited below, in its turn: until then a failure must not count as unhandled.
    result.catch(() => undefined)
    running.push(result)
    if (running.length >= depth) yield await running.shift()!
  }
  while (running.length > 0) yield await running.shift()!
}
