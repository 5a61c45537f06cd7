import { Command, Option } from 'commander'
import {
  type LineKind,
  TRAINING_LOSSES,
  TRAINING_TEXTS,
  trainingReader,
  trainingRow,
} from '../../batch/index.js'
import { loadHarmonyEncoding } from '../../encoding.js'
import { DROP_RULES, type DropAnalysis } from '../../render/index.js'
import {
  addRunFlags,
  BAD_LINES_HELP,
  refuseInputs,
  runOf,
  type RunFlags,
  wholeNumber,
} from '../batch/flags.js'
import { outputCompression } from '../batch/compression.js'
import { addLineFlags } from '../batch/line-flags.js'
import { formatNamed, type OutputFormat } from '../batch/output-format.js'
import type { CreateCommand } from '../command.js'
import { WrongUsage } from '../failure.js'

interface Flags extends RunFlags {
  readonly from?: LineKind
  readonly to?: OutputFormat
  readonly dialect: (typeof TRAINING_TEXTS)[number]
  readonly loss: (typeof TRAINING_LOSSES)[number]
  readonly date?: string
  readonly dropAnalysis?: DropAnalysis
  readonly maxTokens?: number
  readonly pack?: number
}

/** A batch is a row group, and conversations are packed within one. */
const BATCH_BYTES = 4 * 1024 * 1024

export const trainingCommand: CreateCommand = (terminal) => {
  const command = addLineFlags(
    new Command('training')
      .description(
        'Turn files of conversations into files to fine-tune on: input_ids, labels and attention_mask.',
      )
      .argument(
        '[inputs...]',
        'JSON lines, also as .gz: Harmony conversations, Chat bodies, rows of Hugging Face data sets; - for standard input',
      ),
  )
    .addOption(
      new Option('--dialect <name>', 'whose training text: the official one, or a template')
        .choices(TRAINING_TEXTS)
        .default('harmony'),
    )
    .addOption(new Option('--loss <policy>', 'what is learned').choices(TRAINING_LOSSES).default('assistant'))
    .option('--date <date>', 'the current date in system messages, as 2025-06-28')
    .addOption(
      new Option(
        '--drop-analysis <rule>',
        'old reasoning to leave out (default: before-first-final)',
      ).choices(DROP_RULES),
    )
    .option('--max-tokens <n>', 'longer conversations are bad lines', wholeNumber(1))
    .addOption(
      new Option('--pack <n>', 'pack conversations into rows of at most n tokens, cutting none')
        .argParser(wholeNumber(1))
        .conflicts(['stdio', 'maxTokens']),
    )
  return addRunFlags(command)
    .addHelpText(
      'after',
      `${BAD_LINES_HELP}\n\nExample:\n  $ harmony training chats.jsonl -o train.parquet --pack 8192`,
    )
    .action(async (inputs: readonly string[], flags: Flags) => {
      const { from, dialect, loss, date, dropAnalysis, pack, maxTokens = pack } = flags
      if (dialect !== 'harmony' && date === undefined)
        throw new WrongUsage(
          `--dialect ${dialect}: wanted --date with it, since the template prints the date`,
        )
      if (dialect !== 'harmony' && dropAnalysis !== undefined)
        throw new WrongUsage(`--drop-analysis: ${dialect} has a rule of its own`)
      const options = { from, dialect, loss, date, dropAnalysis, maxTokens }
      if (flags.stdio) {
        refuseInputs(inputs)
        const { runFilter } = await import('../batch/filter.js')
        const reader = trainingReader(loadHarmonyEncoding('HarmonyGptOss'), options)
        return runFilter(reader, trainingRow, terminal, flags.strict === true)
      }
      const run = runOf(inputs, flags, BATCH_BYTES)
      const task = {
        command: 'training',
        options,
        format: formatNamed(flags),
        pack,
        compression: outputCompression(run.out),
      } as const
      const { runJob } = await import('../batch/run-job.js')
      return runJob({ ...run, task, prefillFile: undefined }, terminal)
    })
}
