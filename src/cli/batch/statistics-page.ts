import type { HistogramBar } from '../../batch/index.js'
import { formatCount } from './progress.js'
import type { RunSummary } from './run-summary.js'

const WIDTH = 960
const HEIGHT = 320
const MARGIN = { left: 70, bottom: 40, top: 10 }

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
  body { font: 15px/1.5 system-ui, sans-serif; max-width: ${WIDTH}px; margin: 2rem auto; padding: 0 1rem }
  svg { width: 100%; height: auto }
  rect { fill: #4a7fb5 }
  rect:hover { fill: #e08a3c }
  text { font-size: 12px; fill: currentColor }
  line { stroke: currentColor; opacity: .2 }
  td { padding: .1rem 1.5rem .1rem 0; font-variant-numeric: tabular-nums }
</style>
<h1>${escaped(out)}</h1>
<p>Records by their number of tokens, on a logarithmic scale: eight bars to each doubling.</p>
${histogramSvg(histogram)}
<table>
${figures.map(([name, value]) => `<tr><td>${escaped(name)}</td><td>${escaped(value)}</td></tr>`).join('\n')}
</table>
</html>
`
}

/** The horizontal axis is logarithmic, as the bars are. */
function histogramSvg(bars: readonly HistogramBar[]): string {
  if (bars.length === 0) return '<p>No records.</p>'
  const highest = Math.max(...bars.map(({ count }) => count))
  const first = Math.log2(Math.max(1, bars[0].from))
  const last = Math.log2(bars.at(-1)!.to)
  const plotHeight = HEIGHT - MARGIN.top - MARGIN.bottom
  const x = (tokens: number): number =>
    MARGIN.left +
    ((Math.log2(Math.max(1, tokens)) - first) / Math.max(last - first, 1e-9)) * (WIDTH - MARGIN.left)
  const y = (count: number): number => MARGIN.top + plotHeight * (1 - count / highest)

  const rectangles = bars.map(({ from, to, count }) => {
    const title = `${formatCount(from)} to ${formatCount(to - 1)} tokens: ${formatCount(count)}`
    const width = Math.max(1, x(to) - x(from) - 1)
    return `<rect x="${fixed(x(from))}" y="${fixed(y(count))}" width="${fixed(width)}" height="${fixed(plotHeight + MARGIN.top - y(count))}"><title>${title}</title></rect>`
  })
  const powers = Array.from(
    { length: Math.floor(last) - Math.ceil(first) + 1 },
    (_, index) => 2 ** (Math.ceil(first) + index),
  )
  const ticks = powers.map(
    (tokens) =>
      `<text x="${fixed(x(tokens))}" y="${HEIGHT - 20}" text-anchor="middle">${formatCount(tokens)}</text>`,
  )
  const levels = [...new Set([highest, Math.round(highest / 2)])].map(
    (count) =>
      `<line x1="${MARGIN.left}" x2="${WIDTH}" y1="${fixed(y(count))}" y2="${fixed(y(count))}"/>` +
      `<text x="${MARGIN.left - 8}" y="${fixed(y(count) + 4)}" text-anchor="end">${formatCount(count)}</text>`,
  )
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Histogram of tokens per record">
${[...levels, ...rectangles, ...ticks].join('\n')}
<text x="${(WIDTH + MARGIN.left) / 2}" y="${HEIGHT - 2}" text-anchor="middle">tokens</text>
</svg>`
}

function fixed(number: number): string {
  return number.toFixed(1)
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
