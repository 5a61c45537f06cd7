import type { Load } from './load.js'
import type { MeasuredRequest } from './measured-request.js'
import { sum, summaryOf, type Summary } from './statistics.js'

/** The figures of `vllm bench serve`, by its definitions. Those in `Ms` are milliseconds, the rates are per second. */
export interface ServingMetrics {
  readonly completed: number
  readonly failed: number
  readonly durationSeconds: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly requestThroughput: number
  readonly outputThroughput: number
  readonly totalTokenThroughput: number
  /** The most tokens that arrived in one second of the run. */
  readonly peakOutputThroughput: number
  readonly peakConcurrency: number
  /** Time to first token: from sending a request to its first chunk with tokens. */
  readonly ttftMs: Summary
  /** Time per output token: from the first chunk to the last, divided by the tokens less one. */
  readonly tpotMs: Summary
  /** Inter-token latency: between one chunk and the next, over all requests. */
  readonly itlMs: Summary
  /** End-to-end latency: from sending a request to its last chunk with tokens. */
  readonly e2elMs: Summary
}

/** Failed requests count in `failed` and `durationSeconds` alone. */
export function servingMetrics({ requests, duration }: Load): ServingMetrics {
  const completed = requests.filter(({ error }) => error === undefined)
  const durationSeconds = duration / 1000
  const inputTokens = sum(completed.map(({ promptLength }) => promptLength))
  const outputTokens = sum(completed.map(({ outputLength }) => outputLength))
  const perSecond = (count: number) => (durationSeconds === 0 ? 0 : count / durationSeconds)
  const tpots = completed
    .filter(({ outputLength }) => outputLength > 1)
    .map((request) => (latencyOf(request) - firstTokenTimeOf(request)) / (request.outputLength - 1))
  return {
    completed: completed.length,
    failed: requests.length - completed.length,
    durationSeconds,
    inputTokens,
    outputTokens,
    requestThroughput: perSecond(completed.length),
    outputThroughput: perSecond(outputTokens),
    totalTokenThroughput: perSecond(inputTokens + outputTokens),
    peakOutputThroughput: peakOutputThroughput(completed),
    peakConcurrency: peakConcurrency(completed),
    ttftMs: summaryOf(completed.map(firstTokenTimeOf)),
    tpotMs: summaryOf(tpots),
    itlMs: summaryOf(completed.flatMap(chunkGapsOf)),
    e2elMs: summaryOf(completed.map(latencyOf)),
  }
}

/** From sending the request, in milliseconds; 0 if nothing arrived. */
export function firstTokenTimeOf({ startTime, arrivals }: MeasuredRequest): number {
  return (arrivals[0]?.time ?? startTime) - startTime
}

/** From sending the request to its last token, in milliseconds; 0 if nothing arrived. */
export function latencyOf({ startTime, arrivals }: MeasuredRequest): number {
  return (arrivals.at(-1)?.time ?? startTime) - startTime
}

/** Milliseconds between one chunk and the next. */
export function chunkGapsOf({ arrivals }: MeasuredRequest): number[] {
  return arrivals.slice(1).map(({ time }, index) => time - arrivals[index].time)
}

function peakOutputThroughput(requests: readonly MeasuredRequest[]): number {
  const start = Math.min(...requests.map(({ startTime }) => startTime))
  const tokensBySecond = new Map<number, number>()
  for (const { arrivals } of requests)
    for (const { time, tokens } of arrivals) {
      const second = Math.floor((time - start) / 1000)
      // A withheld stop token arrives without its id.
      tokensBySecond.set(second, (tokensBySecond.get(second) ?? 0) + Math.max(1, tokens.length))
    }
  return Math.max(0, ...tokensBySecond.values())
}

/** A request that begins in the moment when another ends does not overlap with it. */
function peakConcurrency(requests: readonly MeasuredRequest[]): number {
  const changes = requests.flatMap((request) => [
    { time: request.startTime, by: 1 },
    { time: request.startTime + latencyOf(request), by: -1 },
  ])
  changes.sort((a, b) => a.time - b.time || a.by - b.by)
  let running = 0
  let peak = 0
  for (const { by } of changes) peak = Math.max(peak, (running += by))
  return peak
}
