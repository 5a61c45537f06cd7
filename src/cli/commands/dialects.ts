import { Command, Option } from 'commander'
import { isBlank, readLine } from '../../batch/index.js'
import { compareDialects, type Dialect, DIALECT_TRAITS, DIALECTS } from '../../dialects/index.js'
import { loadHarmonyEncoding } from '../../encoding.js'
import { HarmonyError } from '../../errors.js'
import { checkedObject } from '../../openai/index.js'
import { plural } from '../batch/progress.js'
import { padColumns } from '../columns.js'
import type { CreateCommand } from '../command.js'
import { BadInput } from '../failure.js'
import { readDocument, readJson } from '../input.js'

interface Flags {
  readonly served: Dialect
  readonly date: string
  readonly format: 'text' | 'json'
}

/** How a dialect's prompts compare with those of the stack that serves. */
interface Tally {
  readonly dialect: Dialect
  equal: number
  different: number
  refused: number
  /** In messages of which role prompts begin to differ, how often. */
  readonly differs_in: Record<string, number>
  /** What the dialect leaves out, how often. */
  readonly lost: Record<string, number>
}

export const dialectsCommand: CreateCommand = (terminal) =>
  new Command('dialects')
    .description(
      'Compare the prompts that other stacks make of Chat bodies with those of the stack that serves.',
    )
    .argument(
      '[file]',
      'JSON lines: Chat Completions bodies or OpenAI batch lines; - or nothing for standard input',
    )
    .addOption(new Option('--served <stack>', 'the stack that serves').choices(DIALECTS).default('vllm'))
    .option('--date <date>', 'the current date in all prompts', '2025-06-28')
    .addOption(new Option('--format <format>', 'a table, or JSON').choices(['text', 'json']).default('text'))
    .addHelpText('after', '\nExample:\n  $ harmony dialects requests.jsonl --served llama.cpp')
    .action(async (file: string | undefined, { served, date, format }: Flags) => {
      const { name, text } = await readDocument(file, 'Chat Completions bodies', terminal)
      const encoding = loadHarmonyEncoding('HarmonyGptOss')
      const tallies = DIALECTS.filter((dialect) => dialect !== served).map(tallyOf)
      let requests = 0
      let refused = 0
      for (const [index, line] of text.split('\n').entries()) {
        if (isBlank(line)) continue
        requests++
        try {
          const { body } = readLine(checkedObject(readJson({ name: 'line', text: line }), ''))
          const comparisons = compareDialects(encoding, body, { served, date })
          comparisons.forEach((comparison, at) => count(tallies[at], comparison))
        } catch (error) {
          if (error instanceof HarmonyError && error.code === 'refused-by-stack') refused++
          else if (error instanceof HarmonyError || error instanceof BadInput)
            throw new BadInput(`${name}: line ${index + 1}: ${error.message}`)
          else throw error
        }
      }
      const summary = { served, date, requests, refused, dialects: tallies }
      terminal.stdout.write(format === 'json' ? `${JSON.stringify(summary)}\n` : tableOf(summary))
    })

function tallyOf(dialect: Dialect): Tally {
  return { dialect, equal: 0, different: 0, refused: 0, differs_in: {}, lost: {} }
}

function count(tally: Tally, comparison: ReturnType<typeof compareDialects>[number]): void {
  tally[comparison.outcome]++
  if (comparison.outcome === 'refused') return
  for (const { reason } of comparison.lost) tally.lost[reason] = (tally.lost[reason] ?? 0) + 1
  if (comparison.outcome === 'different')
    tally.differs_in[comparison.role] = (tally.differs_in[comparison.role] ?? 0) + 1
}

function tableOf({
  served,
  requests,
  refused,
  dialects,
}: {
  readonly served: Dialect
  readonly requests: number
  readonly refused: number
  readonly dialects: readonly Tally[]
}): string {
  const rows = [
    ['', 'equal', 'different', 'refused', 'first differs in', 'leaves out'],
    ...dialects.map(({ dialect, equal, different, refused: refusals, differs_in: roles, lost }) => [
      dialect,
      String(equal),
      String(different),
      String(refusals),
      listOf(roles),
      listOf(lost),
    ]),
  ]
  const table = padColumns(rows, () => true).map((row) => row.join('  ').trimEnd())
  const head = `${plural(requests, 'request')}, served by ${DIALECT_TRAITS[served].stack}`
  return `${[refused === 0 ? head : `${head}, which refuses ${refused}`, ...table].join('\n')}\n`
}

/** `assistant 3, tool 1`, most frequent first. */
function listOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, times]) => `${name} ${times}`)
    .join(', ')
}
