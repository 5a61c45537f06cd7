import { Command, Option } from 'commander'
import { type Dialect, DIALECTS, renderInDialect } from '../../dialects/index.js'
import { loadHarmonyEncoding } from '../../encoding.js'
import { readSampled } from '../../inspect/index.js'
import { wholeNumber } from '../batch/flags.js'
import type { CreateCommand } from '../command.js'
import { blaming, WrongUsage } from '../failure.js'
import { type Input, readDocument, readJson } from '../input.js'
import { type Compared, formatComparison } from '../inspect/format-comparison.js'
import { formatInspected } from '../inspect/format-parts.js'
import { inspectPage } from '../inspect/inspect-page.js'
import { inspectedOf } from '../inspect/inspected.js'
import { colorsFor, type Terminal } from '../terminal.js'
import { writeReport } from '../write-report.js'

interface Flags {
  readonly ids?: true
  readonly line?: number
  readonly html?: string
  readonly compare?: string
  readonly dialect?: Dialect
  readonly date?: string
}

export const inspectCommand: CreateCommand = (terminal) =>
  new Command('inspect')
    .description(
      'Show what an engine sampled, or a prompt: messages, costs, and what broke the format and how it was repaired.',
    )
    .argument(
      '[file]',
      "token ids, text with markers, an engine's answer (JSON), its whole stream, or JSON lines; - or nothing for standard input",
    )
    .option('--ids', 'show the ids too')
    .option('--line <n>', 'the line to read of JSON lines; the first by default', wholeNumber(1))
    .addOption(
      new Option('--html <file>', 'write a page of its own instead of lines').conflicts(['ids', 'compare']),
    )
    .addOption(
      new Option(
        '--compare <other>',
        'show where another input begins to differ, and what a prefix cache keeps',
      ).conflicts('ids'),
    )
    .addOption(
      new Option(
        '--dialect <stack>',
        'the input is a Chat body, rendered as this stack does; --compare names another stack then',
      ).choices(DIALECTS),
    )
    .option('--date <date>', 'with --dialect: the current date, as 2025-06-28')
    .addHelpText('after', '\nExample:\n  $ harmony render conversation.json | harmony inspect --ids')
    .action(async (file: string | undefined, flags: Flags) => {
      const encoding = loadHarmonyEncoding('HarmonyGptOss')
      const { stdout } = terminal
      if (flags.date !== undefined && flags.dialect === undefined)
        throw new WrongUsage('--date: wanted --dialect with it')
      if (flags.compare !== undefined) {
        const [first, second] = await comparedOf(file, flags.compare, flags, terminal)
        stdout.write(blaming(second.name, () => formatComparison(encoding, first, second)))
        return
      }
      const { name, text } = await readDocument(file, "token ids, text or an engine's answer", terminal)
      const inspected = blaming(name, () =>
        flags.dialect === undefined
          ? inspectedOf(encoding, readSampled(encoding, text, flags))
          : inspectedOf(encoding, {
              source: 'token ids',
              isStream: false,
              answers: [{ tokens: renderedIn(flags.dialect, { name, text }, flags).tokens, isExact: true }],
            }),
      )
      if (flags.html !== undefined) {
        await writeReport(flags.html, inspectPage(encoding, name, inspected))
        return
      }
      // A pipe gets each line whole, for `grep`.
      const width = stdout.isTTY ? (stdout.columns ?? 80) : Infinity
      const options = { colors: colorsFor(terminal), width, ids: flags.ids ?? false }
      for (const one of inspected)
        for (const lines of formatInspected(encoding, one, options)) stdout.write(lines)
    })

/** The two inputs of a comparison: a Chat body in two dialects, or two files. @throws WrongUsage, BadInput */
async function comparedOf(
  file: string | undefined,
  other: string,
  flags: Flags,
  terminal: Terminal,
): Promise<readonly [Compared, Compared]> {
  if (flags.dialect !== undefined) {
    const second = DIALECTS.find((dialect) => dialect === other)
    if (second === undefined)
      throw new WrongUsage(
        `--compare: found ${other}, wanted a stack beside --dialect: ${DIALECTS.join(', ')}`,
      )
    const body = await readDocument(file, 'a Chat body', terminal)
    return [renderedIn(flags.dialect, body, flags), renderedIn(second, body, flags)]
  }
  const encoding = loadHarmonyEncoding('HarmonyGptOss')
  const read = async (from: string | undefined): Promise<Compared> => {
    const { name, text } = await readDocument(from, 'token ids', terminal)
    return { name, tokens: blaming(name, () => readSampled(encoding, text, flags)).answers[0].tokens }
  }
  return [await read(file), await read(other)]
}

/** A Chat body, or the one on `--line`, as a stack renders it. @throws WrongUsage, BadInput */
function renderedIn(dialect: Dialect, { name, text }: Input, { line, date }: Flags): Compared {
  if (date === undefined)
    throw new WrongUsage('--dialect: wanted --date with it, since every stack prints the date')
  const body = { name, text: line === undefined ? text : (text.split('\n')[line - 1] ?? '') }
  const json = readJson(body)
  const { tokens, lost } = blaming(name, () =>
    renderInDialect(loadHarmonyEncoding('HarmonyGptOss'), json, { dialect, date }),
  )
  return { name: dialect, tokens, lost }
}
