import { rename, writeFile } from 'node:fs/promises'
import type { StatisticsSummary } from '../../prefill/statistics.js'
import { unwritable } from './partial-file.js'
import { formatCount } from './progress.js'
import { statisticsPage } from './statistics-page.js'

export interface RunSummary extends StatisticsSummary {
  /** Of all inputs, blank ones too. */
  readonly lines: number
}

interface ReportFiles {
  readonly out: string
  readonly statsFile: string | undefined
  readonly plotFile: string | undefined
}

/** @throws BadInput */
export async function writeReports(summary: RunSummary, { out, statsFile, plotFile }: ReportFiles): Promise<void> {
  if (statsFile !== undefined) await writeWhole(statsFile, `${JSON.stringify(summary, undefined, 2)}\n`)
  if (plotFile !== undefined) await writeWhole(plotFile, statisticsPage(summary, out))
}

async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await writeFile(`${path}.partial`, text)
    await rename(`${path}.partial`, path)
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** What a run has done, in a few lines for standard error. */
export function formatSummary(summary: RunSummary, { out }: ReportFiles, rates: string): string {
  const { lines, records, failed, tokens, longest, percentiles } = summary
  const overLimit = summary.failed_by_code['token-budget-exceeded'] ?? 0
  const rows: (readonly [string, string] | undefined)[] = [
    ['lines', formatCount(lines)],
    ['written', `${formatCount(records)} to ${out}`],
    ['failed', `${formatCount(failed)}${overLimit === 0 ? '' : `, ${formatCount(overLimit)} of them over the limit`}`],
    [
      'tokens',
      `${formatCount(tokens)}; half of the records have at most ${formatCount(percentiles.p50)}, 99 % at most ${formatCount(percentiles.p99)}`,
    ],
    longest === null ? undefined : ['longest', `${formatCount(longest.tokens)} (${longest.custom_id}, line ${formatCount(longest.line)})`],
    ...Object.entries(summary.tallies).map(([name, count]) => [name, formatCount(count)] as const),
    rates === '' ? undefined : ['rate', rates],
  ]
  return rows
    .filter((row) => row !== undefined)
    .map(([name, text]) => `${name.padEnd(9)} ${text}\n`)
    .join('')
}
