import {
  compareResult,
  type Comparison,
  CONFORMANCE_GROUPS,
  type ConformanceGroup,
  type ConformanceVector,
} from '../conformance/index.js'
import { padColumns } from './columns.js'
import type { Answers } from './conform-program.js'
import { visible, type Colors } from './terminal.js'

/** How a program did. */
export interface ConformReport {
  readonly command: string
  readonly groups: readonly GroupScore[]
  readonly results: readonly (Comparison & { readonly id: string })[]
  readonly stray_lines: readonly string[]
}

interface GroupScore extends Readonly<Record<Comparison['outcome'], number>> {
  readonly group: ConformanceGroup
}

// A vector that fails in every token would hide the others.
const MOST_DIFFERENCES = 5
const MOST_STRAY_LINES = 10

export function createReport(
  command: string,
  vectors: readonly ConformanceVector[],
  { answers, silences, strayLines }: Answers,
): ConformReport {
  const results = vectors.map((vector): ConformReport['results'][number] => {
    const silence = silences.get(vector.id)
    if (silence !== undefined) return { id: vector.id, outcome: 'failed', differences: [silence] }
    return { id: vector.id, ...compareResult(vector, answers.get(vector.id)) }
  })
  const groups = CONFORMANCE_GROUPS.flatMap((group) => {
    const outcomes = results
      .filter((_, index) => vectors[index].group === group)
      .map(({ outcome }) => outcome)
    if (outcomes.length === 0) return []
    const count = (wanted: Comparison['outcome']) => outcomes.filter((outcome) => outcome === wanted).length
    return [{ group, passed: count('passed'), failed: count('failed'), unsupported: count('unsupported') }]
  })
  return { command, groups, results, stray_lines: strayLines }
}

/** Why the program does not conform; nothing if all that it supports is as expected, and it supports something. */
export function faultOf({ results, stray_lines }: ConformReport): string | undefined {
  const count = (wanted: Comparison['outcome']) => results.filter(({ outcome }) => outcome === wanted).length
  if (count('failed') > 0) return `${count('failed')} of ${results.length} vectors failed`
  if (stray_lines.length > 0) return `lines that answer no vector: ${stray_lines.length}`
  return count('passed') === 0 ? 'the program supports none of the vectors' : undefined
}

/** For a terminal: the failures, then the table, which is then the last to be seen. */
export function formatReport(report: ConformReport, colors: Colors): string {
  const failures = failuresOf(report).map(({ id, lines }) => [
    colors.bold(id),
    ...lines.map((line) => `  ${visible(line)}`),
    '',
  ])
  const strays = strayLinesOf(report).map(visible)
  const rows = rowsOf(report)
  const table = padColumns(rows, (column) => column === 0).map((cells, index) => {
    const hasFailed = index > 0 && rows[index][2] !== '0'
    if (hasFailed) cells[2] = colors.red(cells[2])
    return cells.join('  ')
  })
  return [...failures.flat(), ...(strays.length === 0 ? [] : [...strays, '']), ...table]
    .map((line) => `${line}\n`)
    .join('')
}

export function formatMarkdown(report: ConformReport): string {
  const [heads, ...rows] = rowsOf(report)
  const table = [heads, heads.map((_, column) => (column === 0 ? '---' : '--:')), ...rows].map(
    (row) => `| ${row.join(' | ')} |`,
  )
  const failures = failuresOf(report).flatMap(({ id, lines }) => [
    `- \`${id}\``,
    ...lines.map((line) => `  - ${code(line)}`),
  ])
  const strays = strayLinesOf(report).map(code)
  return [
    '# Conformance',
    '',
    `Program: ${code(report.command)}`,
    '',
    ...table,
    ...(failures.length === 0 ? [] : ['', '## Failures', '', ...failures]),
    ...(strays.length === 0
      ? []
      : ['', '## Lines that answer no vector', '', ...strays.map((line) => `- ${line}`)]),
    '',
  ].join('\n')
}

function rowsOf({ groups }: ConformReport): string[][] {
  const columns = ['passed', 'failed', 'unsupported'] as const
  const scores = groups.map((score) => [score.group, ...columns.map((column) => String(score[column]))])
  const totals = columns.map((column) => String(groups.reduce((sum, score) => sum + score[column], 0)))
  return [['group', ...columns], ...scores, ...(groups.length > 1 ? [['total', ...totals]] : [])]
}

function failuresOf({ results }: ConformReport): { id: string; lines: readonly string[] }[] {
  return results
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ id, differences }) => ({ id, lines: shortened(differences, MOST_DIFFERENCES, 'differences') }))
}

function strayLinesOf({ stray_lines }: ConformReport): string[] {
  const lines = stray_lines.map(
    (line) => `answers no vector: ${line.length > 120 ? `${line.slice(0, 119)}…` : line}`,
  )
  return shortened(lines, MOST_STRAY_LINES, 'lines')
}

function shortened(lines: readonly string[], most: number, noun: string): string[] {
  return lines.length <= most
    ? [...lines]
    : [...lines.slice(0, most), `… and ${lines.length - most} more ${noun}`]
}

/** As inline code, whatever backticks it holds. */
function code(text: string): string {
  const fence = '`'.repeat(Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length)) + 1)
  const padding = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
  return `${fence}${padding}${visible(text)}${padding}${fence}`
}
