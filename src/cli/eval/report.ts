import { padColumns } from '../columns.js'
import { PUBLISHED_SCORES, type PublishedName } from './published.js'
import { intervalOf, type PairedComparison, type Score } from './scores.js'

/** Returns the table of scores, a line an effort; with what is published beside it, if it is named. */
export function formatScores(scores: readonly Score[], published: PublishedName | undefined): string {
  const rows = scores.map((score) => {
    const [low, high] = intervalOf(score)
    return [
      score.effort,
      score.questions,
      score.answers,
      percent(score.mean),
      percent(score.standardError),
      score.samplingError === undefined ? '–' : percent(score.samplingError),
      `${percent(low)}–${percent(high)}`,
      ...(published === undefined ? [] : [PUBLISHED_SCORES[published][score.effort].toFixed(1)]),
    ]
  })
  const counts = scores.map((score) => [
    score.effort,
    score.unanswered,
    score.cut,
    score.withDeviations,
    Math.round(score.meanTokens),
  ])
  return (
    table(
      [
        'effort',
        'questions',
        'answers',
        'score %',
        '± se',
        '± sampling',
        '95 % interval',
        ...(published === undefined ? [] : ['published']),
      ],
      rows,
    ) +
    '\n' +
    table(['effort', 'no answer', 'cut off', 'deviations', 'tokens (mean)'], counts)
  )
}

/** Returns the table of a paired comparison. */
export function formatComparison(comparisons: readonly PairedComparison[]): string {
  return table(
    ['effort', 'questions', 'difference', '± se', 'p', ''],
    comparisons.map(({ effort, questions, difference, standardError, pValue }) => [
      effort,
      questions,
      `${difference > 0 ? '+' : ''}${percent(difference)}`,
      percent(standardError),
      pValue < 0.001 ? '<0.001' : pValue.toFixed(3),
      pValue >= 0.05 ? 'no difference shown' : difference < 0 ? 'worse' : 'better',
    ]),
  )
}

export function percent(share: number): string {
  return (share * 100).toFixed(1)
}

/** Names to the left, numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows.map((row) => row.map(String))]
  return padColumns(cells, (column) => column === 0 || head[column] === '')
    .map((row) => `${row.join('  ').trimEnd()}\n`)
    .join('')
}
