import { formatCount } from '../batch/progress.js'
import { roundNumbers } from '../plot/axis.js'
import { bar, figure, mark } from '../plot/figure.js'
import { page, table } from '../plot/page.js'
import type { HarmonyMetrics } from './harmony-metrics.js'
import type { Load } from './load.js'
import type { LoadSettings } from './report.js'
import { latencyValues, runningOverTime, type ServingMetrics, tokensOverTime } from './serving-metrics.js'
import type { Summary } from './statistics.js'

const BAR_COUNT = 40

/** Returns a page with the distributions of the latencies, and the run over time. */
export function benchPage(
  { engine, model }: LoadSettings,
  load: Load,
  serving: ServingMetrics,
  harmony: HarmonyMetrics,
): string {
  const { ttft, tpot, itl, e2el } = latencyValues(load.requests)
  const finals = harmony.firstFinalTimes.filter((time) => time !== null)
  const metrics: readonly Metric[] = [
    { name: 'TTFT', values: ttft, summary: serving.ttftMs },
    { name: 'TPOT', values: tpot, summary: serving.tpotMs },
    { name: 'ITL', values: itl, summary: serving.itlMs },
    { name: 'E2EL', values: e2el, summary: serving.e2elMs },
    { name: 'TTFFT', values: finals, summary: harmony.ttfftMs },
  ]
  const heading = `${engine}${model === undefined ? '' : `: ${model}`}`
  return page(`${heading}: load`, heading, [
    table([
      ['Completed, failed', `${formatCount(serving.completed)}, ${formatCount(serving.failed)}`],
      ['Duration', `${serving.durationSeconds.toFixed(2)} s`],
      ['Requests per second', serving.requestThroughput.toFixed(2)],
      ['Sampled tokens per second', serving.outputThroughput.toFixed(2)],
      ['Requests with deviations', formatCount(harmony.requestsWithDeviations)],
    ]),
    '<p>Latencies in milliseconds. Lines mark the median and P99.</p>',
    '<div class="grid">',
    ...metrics.map(distributionFigure),
    '</div>',
    table([
      ['ms', 'mean', 'median', 'P99'],
      ...metrics.map(({ name, summary: { mean, median, p99 } }) => [
        name,
        ...[mean, median, p99].map((value) => value.toFixed(2)),
      ]),
    ]),
    '<p>Completed requests, over the time of the run.</p>',
    timeFigure('sampled tokens per second', tokensOverTime(load, BAR_COUNT), load),
    timeFigure('requests running', runningOverTime(load, BAR_COUNT), load),
  ])
}

interface Metric {
  readonly name: string
  readonly values: readonly number[]
  readonly summary: Summary
}

/** A few values far beyond P99 would press all others into one bar: they are counted in the caption instead. */
function distributionFigure({ name, values, summary: { median, p99 } }: Metric): string {
  if (values.length === 0) return `<p>${name}: no values.</p>`
  const sorted = Float64Array.from(values).sort()
  const [from] = sorted
  const last = sorted.at(-1)!
  const highest = last > 1.5 * p99 ? p99 : last
  // Equal values have a range, too.
  const to = highest > from ? highest : from + 1
  const beyond = sorted.filter((value) => value > to).length
  const width = (to - from) / BAR_COUNT
  const counts = Array.from({ length: BAR_COUNT }, () => 0)
  for (const value of sorted)
    if (value <= to) counts[Math.min(BAR_COUNT - 1, Math.floor((value - from) / width))]++
  const x = (value: number) => ((value - from) / (to - from)) * 100
  const most = Math.max(...counts)
  return figure({
    label: `Histogram of ${name}`,
    caption:
      `${name} (ms)` + (beyond === 0 ? '' : `; ${formatCount(beyond)} beyond, up to ${last.toFixed(0)}`),
    shapes: [
      ...counts.flatMap((count, index) => {
        const start = from + index * width
        const title = `${start.toFixed(2)} to ${(start + width).toFixed(2)} ms: ${formatCount(count)}`
        return count === 0 ? [] : bar(x(start), x(start + width), 100 * (1 - count / most), title)
      }),
      mark(x(median), `median: ${median.toFixed(2)} ms`),
      mark(x(p99), `P99: ${p99.toFixed(2)} ms`),
    ],
    levels: [{ y: 0, text: formatCount(most) }],
    ticks: roundNumbers(from, to, 4).map((value) => ({ x: x(value), text: formatCount(value) })),
  })
}

/** A bar for each part of the run. */
function timeFigure(caption: string, values: readonly number[], { duration }: Load): string {
  const most = Math.max(...values)
  if (most === 0) return `<p>${caption}: none.</p>`
  const seconds = duration / 1000
  const part = (index: number) => ((index / BAR_COUNT) * seconds).toFixed(2)
  return figure({
    label: `${caption}, over time`,
    caption,
    shapes: values.flatMap((value, index) => {
      const title = `${part(index)} to ${part(index + 1)} s: ${formatCount(Math.round(value))}`
      const [from, to] = [index, index + 1].map((edge) => (edge / BAR_COUNT) * 100)
      return value === 0 ? [] : bar(from, to, 100 * (1 - value / most), title)
    }),
    levels: roundNumbers(0, most, 4).map((value) => ({
      y: 100 * (1 - value / most),
      text: formatCount(value),
    })),
    ticks: roundNumbers(0, seconds, 8).map((value, index) => ({
      x: (value / seconds) * 100,
      text: `${formatCount(value)} s`,
      isMinor: index % 2 === 1,
    })),
  })
}
