import { plural } from '../batch/progress.js'
import { bar, figure, mark } from '../plot/figure.js'
import { page, table } from '../plot/page.js'
import { PUBLISHED_SCORES, type PublishedName } from './published.js'
import { percent } from './report.js'
import { intervalOf, type Score } from './scores.js'

/** Returns a page with each effort's score, its interval and the published figure, and how the samples spread. */
export function evalPage(
  scores: readonly Score[],
  published: PublishedName | undefined,
  file: string,
): string {
  return page(`${file}: scores`, file, [
    `<p>Scores in percent, with 95 % intervals for other questions of this kind${published === undefined ? '' : `, beside ${published}`}.</p>`,
    scoreFigure(scores, published),
    '<p>Questions by their share of right samples: those in the middle are answered now right, now wrong.</p>',
    '<div class="grid">',
    ...scores.map(spreadFigure),
    '</div>',
    table([
      ['effort', 'score %', '95 % interval', ...(published === undefined ? [] : [published])],
      ...scores.map((score) => [
        score.effort,
        percent(score.mean),
        intervalOf(score).map(percent).join('–'),
        ...(published === undefined ? [] : [PUBLISHED_SCORES[published][score.effort].toFixed(1)]),
      ]),
    ]),
  ])
}

/** A bar an effort, with a line over its interval, and beside it the bar of the published figure. */
function scoreFigure(scores: readonly Score[], published: PublishedName | undefined): string {
  const width = 100 / scores.length
  return figure({
    label: 'Scores by effort',
    caption: published === undefined ? 'effort' : 'effort; pale: published',
    shapes: scores.flatMap((score, index) => {
      const { effort, mean } = score
      const start = index * width
      const end = start + width * (published === undefined ? 0.8 : 0.4)
      const [low, high] = intervalOf(score)
      const figures = [
        bar(start, end, 100 * (1 - mean), `${effort}: ${percent(mean)}`),
        mark(
          (start + end) / 2,
          `${effort}: ${percent(low)} to ${percent(high)}`,
          100 * (1 - high),
          100 * (1 - low),
        ),
      ]
      if (published === undefined) return figures
      const known = PUBLISHED_SCORES[published][effort]
      const title = `${effort}, published: ${known.toFixed(1)}`
      return [...figures, bar(end, start + width * 0.8, 100 - known, title, 'pale')]
    }),
    levels: [0, 25, 50, 75, 100].map((value) => ({ y: 100 - value, text: String(value) })),
    ticks: scores.map(({ effort }, index) => ({ x: (index + 0.4) * width, text: effort })),
  })
}

const PARTS = 10

function spreadFigure({ effort, byQuestion }: Score): string {
  const counts = Array.from({ length: PARTS }, () => 0)
  for (const share of byQuestion.values()) counts[Math.min(PARTS - 1, Math.floor(share * PARTS))]++
  const most = Math.max(...counts)
  const part = 100 / PARTS
  return figure({
    label: `Questions by their share of right samples, ${effort}`,
    caption: `${effort}: right samples (%)`,
    shapes: counts.flatMap((count, index) => {
      const [from, to] = [index * part, (index + 1) * part]
      const title = `${from} to ${to} %: ${plural(count, 'question')}`
      return count === 0 ? [] : bar(from, to, 100 * (1 - count / most), title)
    }),
    levels: [{ y: 0, text: String(most) }],
    ticks: [0, 50, 100].map((value) => ({ x: value, text: String(value) })),
  })
}
