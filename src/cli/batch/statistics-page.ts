import type { HistogramBar } from '../../batch/index.js'
import { formatCount } from './progress.js'
import type { RunSummary } from './run-summary.js'

/** A page of its own, without a script and without anything to load: the lengths as a histogram, and the run's figures. */
export function statisticsPage(summary: RunSummary, out: string): string {
  const { lines, records, failed, tokens, mean_tokens: mean, percentiles, longest, histogram } = summary
  const figures: readonly (readonly [string, string])[] = [
    ['Lines', formatCount(lines)],
    ['Records', formatCount(records)],
    ['Failed', formatCount(failed)],
    ...Object.entries(summary.failed_by_code).map(
      ([code, count]) => [`· ${code}`, formatCount(count)] as const,
    ),
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
    ...Object.entries(summary.tallies).map(([name, count]) => [name, formatCount(count)] as const),
  ]
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(out)}: tokens</title>
<style>
  :root { color-scheme: light dark }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.5rem; overflow-wrap: anywhere }
  td { padding: .1rem 1.5rem .1rem 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
  figure { position: relative; height: 18rem; margin: 1.5rem 1.5rem 4rem 5.5rem; font-size: 13px }
  svg { position: absolute; width: 100%; height: 100% }
  rect { fill: #4a7fb5 }
  rect:hover { fill: #e08a3c }
  .level { position: absolute; width: 100%; border-top: 1px solid #8886 }
  .level span { position: absolute; right: 100%; padding-right: .5rem; transform: translateY(-50%) }
  .tick { position: absolute; top: 100%; padding-top: .3rem; transform: translateX(-50%) }
  figcaption { position: absolute; top: 100%; width: 100%; padding-top: 1.8rem; text-align: center }
  @media (max-width: 45rem) { .minor { display: none } }
</style>
<h1>${escaped(out)}</h1>
<p>Records by their number of tokens, on a logarithmic scale: eight bars to each doubling.</p>
${histogramFigure(histogram)}
<table>
${figures.map(([name, value]) => `<tr><td>${escaped(name)}</td><td>${escaped(value)}</td></tr>`).join('\n')}
</table>
</html>
`
}

/**
 * The bars are stretched to the figure, and the labels are not: they stay readable on a narrow screen. The horizontal axis is logarithmic, as the
 * bars are.
 */
function histogramFigure(bars: readonly HistogramBar[]): string {
  if (bars.length === 0) return '<p>No records.</p>'
  const highest = Math.max(...bars.map(({ count }) => count))
  const first = axisPosition(bars[0].from)
  const last = axisPosition(bars.at(-1)!.to)
  /** In percent of the width, and of the height from the top. */
  const x = (tokens: number): number => ((axisPosition(tokens) - first) / (last - first)) * 100
  const y = (count: number): number => 100 * (1 - count / highest)

  const rectangles = bars.map(({ from, to, count }) => {
    const title = `${formatCount(from)} to ${formatCount(to - 1)} tokens: ${formatCount(count)}`
    // A gap of a tenth between bars.
    const width = (x(to) - x(from)) * 0.9
    return `<rect x="${fixed(x(from))}" y="${fixed(y(count))}" width="${fixed(width)}" height="${fixed(100 - y(count))}"><title>${title}</title></rect>`
  })
  const positions = tickPositions(bars)
  const ticks = positions.map((tokens, i) => {
    // Six labels still fit on a narrow screen.
    const minor = positions.length > 6 && i % 2 === 1 ? ' minor' : ''
    return `<span class="tick${minor}" style="left: ${fixed(x(tokens))}%">${shortCount(tokens)}</span>`
  })
  const levels = [...new Set([highest, Math.ceil(highest / 2)])].map(
    (count) => `<div class="level" style="top: ${fixed(y(count))}%"><span>${formatCount(count)}</span></div>`,
  )
  return `<figure role="img" aria-label="Histogram of tokens per record">
${levels.join('\n')}
<svg viewBox="0 0 100 100" preserveAspectRatio="none">
${rectangles.join('\n')}
</svg>
${ticks.join('\n')}
<figcaption>tokens</figcaption>
</figure>`
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

function fixed(number: number): string {
  return number.toFixed(2)
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
