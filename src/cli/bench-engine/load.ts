import type { Engine } from '../../engines/index.js'
import { measureRequest, type MeasuredRequest } from './measured-request.js'
import type { Prompt } from './prompts.js'

export interface LoadOptions {
  readonly prompts: readonly Prompt[]
  /** When each request is due, in milliseconds from the start, ascending. */
  readonly dueTimes: readonly number[]
  /** How many requests run at a time; `Infinity` for no limit. */
  readonly maxConcurrency: number
  readonly stop: readonly number[]
  readonly onRequest: (request: MeasuredRequest) => void
}

export interface Load {
  /** In the order of the prompts. */
  readonly requests: readonly MeasuredRequest[]
  readonly startTime: number
  /** From the start to the end of the last request, in milliseconds. */
  readonly duration: number
}

/**
 * Sends the requests, each when it is due and a slot is free.
 *
 * With all of them due at once, the load is a closed loop: a request begins when another ends. With times of a
 * Poisson process and no limit it is an open loop, where a slow engine does not slow down the load.
 */
export async function runLoad(engine: Engine, options: LoadOptions): Promise<Load> {
  const { prompts, dueTimes, maxConcurrency, stop, onRequest } = options
  const startTime = performance.now()
  const requests: MeasuredRequest[] = []
  let next = 0

  const worker = async (): Promise<void> => {
    while (next < prompts.length) {
      const index = next++
      const dueTime = startTime + dueTimes[index]
      const early = dueTime - performance.now()
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
      const request = await measureRequest(engine, prompts[index], stop, dueTime)
      requests[index] = request
      onRequest(request)
    }
  }
  await Promise.all(Array.from({ length: Math.min(maxConcurrency, prompts.length) }, worker))
  return { requests, startTime, duration: performance.now() - startTime }
}
