import type { HarmonyMetrics } from './harmony-metrics.js'
import type { ServingMetrics } from './serving-metrics.js'
import type { Summary } from './statistics.js'

/** How the load was made. */
export interface LoadSettings {
  readonly engine: string
  readonly model: string | undefined
  readonly promptCount: number
  /** Requests per second; `Infinity` for all at once. */
  readonly requestRate: number
  /** `Infinity` for no limit. */
  readonly maxConcurrency: number
  readonly seed: number
}

const WIDTH = 50

/** Returns the table that `vllm bench serve` prints, followed by Harmony's own figures. */
export function formatReport(
  { requestRate, maxConcurrency }: LoadSettings,
  serving: ServingMetrics,
  harmony: HarmonyMetrics,
): string {
  const lines = [
    title(' Serving Benchmark Result ', '='),
    row('Successful requests:', serving.completed),
    row('Failed requests:', serving.failed),
    ...(maxConcurrency === Infinity ? [] : [row('Maximum request concurrency:', maxConcurrency)]),
    ...(requestRate === Infinity ? [] : [row('Request rate configured (RPS):', requestRate.toFixed(2))]),
    row('Benchmark duration (s):', serving.durationSeconds.toFixed(2)),
    row('Total input tokens:', serving.inputTokens),
    row('Total generated tokens:', serving.outputTokens),
    row('Request throughput (req/s):', serving.requestThroughput.toFixed(2)),
    row('Output token throughput (tok/s):', serving.outputThroughput.toFixed(2)),
    row('Peak output token throughput (tok/s):', serving.peakOutputThroughput.toFixed(2)),
    row('Peak concurrent requests:', serving.peakConcurrency.toFixed(2)),
    row('Total token throughput (tok/s):', serving.totalTokenThroughput.toFixed(2)),
    ...section('Time to First Token', 'TTFT', serving.ttftMs),
    ...section('Time per Output Token (excl. 1st token)', 'TPOT', serving.tpotMs),
    ...section('Inter-token Latency', 'ITL', serving.itlMs),
    ...section('End-to-end Latency', 'E2EL', serving.e2elMs),
    ...section('Time to First Final Token', 'TTFFT', harmony.ttfftMs),
    title('Harmony', '-'),
    row('Requests with an answer:', harmony.firstFinalTimes.filter((time) => time !== null).length),
    row('Reasoning tokens:', harmony.usage.reasoning),
    row('Share of reasoning (%):', (harmony.reasoningShare * 100).toFixed(2)),
    row('Cached prompt tokens:', harmony.cachedTokens ?? 'not reported'),
    row('Requests with deviations:', harmony.requestsWithDeviations),
    ...Object.entries(harmony.deviations).map(([code, count]) => row(`  ${code}:`, count)),
    '='.repeat(WIDTH),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function section(heading: string, name: string, { mean, median, p99 }: Summary): string[] {
  return [
    title(heading, '-'),
    row(`Mean ${name} (ms):`, mean.toFixed(2)),
    row(`Median ${name} (ms):`, median.toFixed(2)),
    row(`P99 ${name} (ms):`, p99.toFixed(2)),
  ]
}

function title(text: string, fill: string): string {
  return text.padStart(Math.floor((WIDTH + text.length) / 2), fill).padEnd(WIDTH, fill)
}

function row(label: string, value: number | string): string {
  return `${label.padEnd(40)} ${value}`
}
