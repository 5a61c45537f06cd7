import type { StatisticsSummary } from '../../batch/index.js'
import { visible } from '../terminal.js'
import { formatCount } from './progress.js'

export interface RunSummary extends StatisticsSummary {
  /** Of all inputs, blank ones too. */
  readonly lines: number
}

/** What a run has done, in a few lines for standard error. */
export function formatSummary(summary: RunSummary, out: string, rates: string): string {
  const { lines, records, failed, tokens, longest, percentiles } = summary
  const overLimit = summary.failed_by_code['token-budget-exceeded'] ?? 0
  const rows: (readonly [string, string] | undefined)[] = [
    ['lines', formatCount(lines)],
    ['written', `${formatCount(records)} to ${out}`],
    [
      'failed',
      `${formatCount(failed)}${overLimit === 0 ? '' : `, ${formatCount(overLimit)} of them over the limit`}`,
    ],
    [
      'tokens',
      `${formatCount(tokens)}; half of the records have at most ${formatCount(percentiles.p50)}, 99 % at most ${formatCount(percentiles.p99)}`,
    ],
    longest === null
      ? undefined
      : [
          'longest',
          `${formatCount(longest.tokens)} (${longest.custom_id}, line ${formatCount(longest.line)})`,
        ],
    ...Object.entries(summary.tallies).map(([name, count]) => [name, formatCount(count)] as const),
    rates === '' ? undefined : ['rate', rates],
  ]
  return rows
    .filter((row) => row !== undefined)
    .map(([name, text]) => `${visible(`${name.padEnd(9)} ${text}`)}\n`)
    .join('')
}
