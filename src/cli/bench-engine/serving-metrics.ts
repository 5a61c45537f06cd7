import type { Load } from './load.js'
import type { Arrival, MeasuredRequest } from './measured-request.js'
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
  /** The most requests that ran in one second of the run, together or one after the other. */
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
export function servingMetrics(load: Load): ServingMetrics {
  const { requests, duration } = load
  const completed = requests.filter(isCompleted)
  const durationSeconds = duration / 1000
  const inputTokens = sum(completed.map(({ promptLength }) => promptLength))
  const outputTokens = sum(completed.map(({ outputLength }) => outputLength))
  const perSecond = (count: number) => (durationSeconds === 0 ? 0 : count / durationSeconds)
  const { ttft, tpot, itl, e2el } = latencyValues(requests)
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
    ttftMs: summaryOf(ttft),
    tpotMs: summaryOf(tpot),
    itlMs: summaryOf(itl),
    e2elMs: summaryOf(e2el),
  }
}

/** The values in milliseconds that the metrics of the same names summarise, of completed requests alone. */
export function latencyValues(
  requests: readonly MeasuredRequest[],
): Readonly<Record<'ttft' | 'tpot' | 'itl' | 'e2el', readonly number[]>> {
  const completed = requests.filter(isCompleted)
  return {
    ttft: completed.map(firstTokenTimeOf),
    tpot: completed
      .filter(({ outputLength }) => outputLength > 1)
      .map((request) => (latencyOf(request) - firstTokenTimeOf(request)) / (request.outputLength - 1)),
    itl: completed.flatMap(chunkGapsOf),
    e2el: completed.map(latencyOf),
  }
}

/** Returns the tokens per second that arrived in each of so many equal parts of the run. */
export function tokensOverTime(load: Load, parts: number): number[] {
  const rates = Array.from({ length: parts }, () => 0)
  for (const { arrivals } of load.requests.filter(isCompleted))
    for (const arrival of arrivals)
      rates[partOf(load, arrival.time, parts)] += tokenCountOf(arrival) / (load.duration / parts / 1000)
  return rates
}

/** Returns the most requests that ran at a time in each of so many equal parts of the run. */
export function runningOverTime(load: Load, parts: number): number[] {
  const peaks = Array.from({ length: parts }, () => 0)
  let running = 0
  let part = 0
  for (const { time, by } of changesOf(load.requests.filter(isCompleted))) {
    const own = partOf(load, time, parts)
    while (part < own) peaks[++part] = running
    running += by
    peaks[part] = Math.max(peaks[part], running)
  }
  return peaks
}

function partOf({ startTime, duration }: Load, time: number, parts: number): number {
  return Math.min(parts - 1, Math.floor(((time - startTime) / duration) * parts))
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
  const start = firstStartOf(requests)
  const tokensBySecond = new Map<number, number>()
  for (const { arrivals } of requests)
    for (const arrival of arrivals) {
      const second = secondOf(arrival.time, start)
      tokensBySecond.set(second, (tokensBySecond.get(second) ?? 0) + tokenCountOf(arrival))
    }
  return Math.max(0, ...tokensBySecond.values())
}

/** A request that begins in the moment when another ends does not overlap with it. */
function changesOf(requests: readonly MeasuredRequest[]): { time: number; by: number }[] {
  return requests
    .flatMap((request) => [
      { time: request.startTime, by: 1 },
      { time: request.startTime + latencyOf(request), by: -1 },
    ])
    .sort((a, b) => a.time - b.time || a.by - b.by)
}

function peakConcurrency(requests: readonly MeasuredRequest[]): number {
  const start = firstStartOf(requests)
  const requestsBySecond = new Map<number, number>()
  for (const request of requests) {
    const end = secondOf(request.startTime + latencyOf(request), start)
    for (let second = secondOf(request.startTime, start); second <= end; second++)
      requestsBySecond.set(second, (requestsBySecond.get(second) ?? 0) + 1)
  }
  return Math.max(0, ...requestsBySecond.values())
}

function firstStartOf(requests: readonly MeasuredRequest[]): number {
  return requests.reduce((first, { startTime }) => Math.min(first, startTime), Infinity)
}

function secondOf(time: number, start: number): number {
  return Math.floor((time - start) / 1000)
}

function isCompleted({ error }: MeasuredRequest): boolean {
  return error === undefined
}

/** A withheld stop token arrives without its id. */
function tokenCountOf({ tokens }: Arrival): number {
  return Math.max(1, tokens.length)
}
