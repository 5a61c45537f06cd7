import type { HistogramBar } from '../../batch/index.js'
import { bar, figure } from '../plot/figure.js'
import { page, table } from '../plot/page.js'
import { formatCount } from './progress.js'
import type { RunSummary } from './run-summary.js'

/** A page with the lengths as a histogram, and the run's figures. */
export function statisticsPage(summary: RunSummary, out: string): string {
  const { lines, records, failed, tokens, mean_tokens: mean, percentiles, longest, histogram } = summary
  return page(`${out}: tokens`, out, [
    '<p>Records by their number of tokens, on a logarithmic scale: eight bars to each doubling.</p>',
    histogramFigure(histogram),
    table([
      ['Lines', formatCount(lines)],
      ['Records', formatCount(records)],
      ['Failed', formatCount(failed)],
      ...Object.entries(summary.failed_by_code).map(([code, count]) => [`· ${code}`, formatCount(count)]),
      ['Tokens', formatCount(tokens)],
      ['Mean', formatCount(mean)],
      ['Half have at most', formatCount(percentiles.p50)],
      ['90 % have at most', formatCount(percentiles.p90)],
      ['99 % have at most', formatCount(percentiles.p99)],
      [
        'Longest',
        longest === null
          ? '–'
          : `${formatCount(longest.tokens)} (${longest.custom_id}, line ${formatCount(longest.line)})`,
      ],
      ...Object.entries(summary.tallies).map(([name, count]) => [name, formatCount(count)]),
    ]),
  ])
}

/** The horizontal axis is logarithmic, as the bars are. */
function histogramFigure(bars: readonly HistogramBar[]): string {
  if (bars.length === 0) return '<p>No records.</p>'
  const highest = Math.max(...bars.map(({ count }) => count))
  const first = axisPosition(bars[0].from)
  const last = axisPosition(bars.at(-1)!.to)
  const x = (tokens: number): number => ((axisPosition(tokens) - first) / (last - first)) * 100
  const y = (count: number): number => 100 * (1 - count / highest)
  const positions = tickPositions(bars)
  return figure({
    label: 'Histogram of tokens per record',
    caption: 'tokens',
    shapes: bars.map(({ from, to, count }) =>
      bar(
        x(from),
        x(to),
        y(count),
        `${formatCount(from)} to ${formatCount(to - 1)} tokens: ${formatCount(count)}`,
      ),
    ),
    levels: [...new Set([highest, Math.ceil(highest / 2)])].map((count) => ({
      y: y(count),
      text: formatCount(count),
    })),
    ticks: positions.map((tokens, index) => ({
      x: x(tokens),
      text: shortCount(tokens),
      // Six labels still fit on a narrow screen.
      isMinor: positions.length > 6 && index % 2 === 1,
    })),
  })
}

/** A record without tokens has its place on the axis, a doubling before those with one. */
function axisPosition(tokens: number): number {
  return Math.log2(Math.max(0.5, tokens))
}

/** Powers of two; the ends of the axis if it is too short to hold two of them. */
function tickPositions(bars: readonly HistogramBar[]): readonly number[] {
  const { from } = bars[0]
  const { to } = bars.at(-1)!
  const powers = Array.from({ length: 64 }, (_, exponent) => 2 ** exponent).filter(
    (power) => power >= from && power <= to,
  )
  return powers.length < 2 ? [from, to] : powers
}

/** `512`, `1K` for 1,024, `128K` for 131,072. */
function shortCount(tokens: number): string {
  if (tokens % 1024 !== 0) return formatCount(tokens)
  return tokens % 1024 ** 2 === 0 ? `${tokens / 1024 ** 2}M` : `${tokens / 1024}K`
}
