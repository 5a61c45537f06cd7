import { rename, writeFile } from 'node:fs/promises'
import { partialPathOf, unwritable } from './partial-file.js'
import type { RunSummary } from './run-summary.js'
import { statisticsPage } from './statistics-page.js'

interface ReportFiles {
  readonly out: string
  readonly statsFile: string | undefined
  readonly plotFile: string | undefined
}

/** @throws BadInput */
export async function writeReports(
  summary: RunSummary,
  { out, statsFile, plotFile }: ReportFiles,
): Promise<void> {
  if (statsFile !== undefined) await writeWhole(statsFile, `${JSON.stringify(summary, undefined, 2)}\n`)
  if (plotFile !== undefined) await writeWhole(plotFile, statisticsPage(summary, out))
}

async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await writeFile(partialPathOf(path), text)
    await rename(partialPathOf(path), path)
  } catch (error) {
    throw unwritable(path, error)
  }
}
