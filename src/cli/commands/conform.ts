import { Command, InvalidArgumentError, Option } from 'commander'
import { CONFORMANCE_GROUPS, type ConformanceGroup } from '../../conformance/index.js'
import { runVectors } from '../conform-program.js'
import { createReport, faultOf, formatMarkdown, formatReport, type ConformReport } from '../conform-report.js'
import { BadInput, WrongUsage } from '../failure.js'
import type { CreateCommand } from '../command.js'
import { colorsFor } from '../terminal.js'
import { writeReport } from '../write-report.js'

interface Flags {
  readonly command: string
  readonly group?: readonly ConformanceGroup[]
  readonly id?: string
  readonly timeout: number
  readonly report?: string
}

export const conformCommand: CreateCommand = (terminal) =>
  new Command('conform')
    .description('Measure a Harmony implementation: give it the conformance vectors and compare its answers.')
    .requiredOption(
      '--command <command>',
      'the program: reads a JSON line a vector, writes a JSON line an answer',
    )
    .addOption(new Option('--group <group...>', 'these groups only').choices(CONFORMANCE_GROUPS))
    .option('--id <text>', 'only the vectors that have this in their id')
    .option('--timeout <seconds>', 'how long the program may be silent', seconds, 30)
    .option('--report <file>', 'write the result here too: .json or .md')
    .addHelpText(
      'after',
      "\nExample:\n  $ harmony conform --group recovery --command 'node driver.js' --report r.md",
    )
    .action(async (flags: Flags) => {
      const write = flags.report === undefined ? undefined : reportWriter(flags.report)
      // Half a megabyte that the other commands need not load.
      const { conformanceVectors } = await import('../../conformance/vectors.js')
      const vectors = conformanceVectors.filter(
        ({ id, group }) =>
          (flags.group?.includes(group) ?? true) && (flags.id === undefined || id.includes(flags.id)),
      )
      if (vectors.length === 0) throw new WrongUsage('no vector has this group and id')
      const report = createReport(
        flags.command,
        vectors,
        await runVectors(flags.command, vectors, flags.timeout * 1000),
      )
      terminal.stdout.write(formatReport(report, colorsFor(terminal)))
      await write?.(report)
      const fault = faultOf(report)
      if (fault !== undefined) throw new BadInput(fault)
    })

/** @throws WrongUsage for a file that does not say what to write */
function reportWriter(file: string): (report: ConformReport) => Promise<void> {
  const format = file.endsWith('.json') ? formatJson : file.endsWith('.md') ? formatMarkdown : undefined
  if (format === undefined) throw new WrongUsage(`--report: ${file} ends neither in .json nor in .md`)
  return (report) => writeReport(file, format(report))
}

function formatJson(report: ConformReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`
}

function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 86_400)) throw new InvalidArgumentError('Wanted a number of seconds.')
  return value
}
