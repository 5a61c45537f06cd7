import { Command, InvalidArgumentError, Option } from 'commander'
import { ASSISTANT_MARKUP, type AssistantMarkup, readTools, REASONING_EFFORTS } from '../../openai/index.js'
import { type Dialect, DIALECTS } from '../../dialects/index.js'
import { loadHarmonyEncoding } from '../../encoding.js'
import { DROP_RULES, type DropAnalysis, HEADER_ORDERS, type HeaderOrder } from '../../render/index.js'
import {
  BUILTIN_TOOL_NAMES,
  type BuiltinToolName,
  type LineKind,
  OVER_LONG,
  type OverLong,
  type PrefillOptions,
  prefillReader,
  prefillRecordToJson,
} from '../../batch/index.js'
import { blaming, WrongUsage } from '../failure.js'
import { readDocument, readJson } from '../input.js'
import {
  addRunFlags,
  BAD_LINES_HELP,
  BATCH_BYTES,
  refuseInputs,
  runOf,
  wholeNumber,
  type RunFlags,
} from '../batch/flags.js'
import { outputCompression } from '../batch/compression.js'
import { addLineFlags } from '../batch/line-flags.js'
import { formatNamed, OTHER_COLUMNS, type OutputFormat } from '../batch/output-format.js'
import type { CreateCommand } from '../command.js'
import type { Terminal } from '../terminal.js'

interface Flags extends RunFlags {
  readonly from?: LineKind
  readonly to?: OutputFormat
  readonly column?: string
  readonly reasoningEffort?: string
  readonly date?: string
  readonly dialect?: Dialect
  readonly identity?: string
  readonly knowledgeCutoff?: string
  readonly tools?: string
  readonly builtinTools?: readonly BuiltinToolName[]
  readonly dropAnalysis?: DropAnalysis
  readonly headerOrder?: HeaderOrder
  readonly callContentType?: string
  readonly assistantMarkup?: AssistantMarkup
  readonly prepareSchemas?: true
  readonly maxPromptTokens?: number
  readonly reserve?: number
  readonly overLong?: OverLong
}

/** A batch is a row group, and a footer with many of them is slow to read. */
const PARQUET_BATCH_BYTES = 2 * 1024 * 1024

export const prefillCommand: CreateCommand = (terminal) => {
  const command = addLineFlags(
    new Command('prefill')
      .description(
        'Turn files of conversations into token ids for offline engines: JSON lines, Parquet or NumPy arrays.',
      )
      .argument(
        '[inputs...]',
        'JSON lines, also as .gz: conversations, Chat Completions bodies, OpenAI batch lines; - for standard input',
      ),
  )
    .addOption(
      new Option(
        '--column <name>',
        'the Parquet column of the token ids, as tokenized_prompt for Ray (default: prompt_token_ids)',
      ).conflicts('stdio'),
    )
    .addOption(
      new Option('--reasoning-effort <effort>', 'how much the model thinks').choices(REASONING_EFFORTS),
    )
    .option('--date <date>', 'the current date, as 2025-06-28')
    .addOption(
      new Option(
        '--dialect <stack>',
        "render Chat bodies as that stack does: its rules, then, not this command's",
      )
        .choices(DIALECTS)
        .conflicts([
          'identity',
          'knowledgeCutoff',
          'dropAnalysis',
          'headerOrder',
          'callContentType',
          'assistantMarkup',
          'prepareSchemas',
        ]),
    )
    .option('--identity <text>', 'who the model is')
    .option('--knowledge-cutoff <date>', 'as 2024-06')
    .option('--tools <file>', 'function tools, as JSON: the list of a Chat Completions body')
    .option('--builtin-tools <names>', `built-in tools: ${BUILTIN_TOOL_NAMES.join(',')}`, builtinToolNames)
    .addOption(
      new Option(
        '--drop-analysis <rule>',
        "old reasoning to leave out; by default each kind of line's own rule",
      ).choices(DROP_RULES),
    )
    .addOption(new Option('--header-order <order>', 'where the recipient stands').choices(HEADER_ORDERS))
    .option(
      '--call-content-type <type>',
      "the content type of Chat bodies' calls (default: <|constrain|>json)",
    )
    .addOption(
      new Option(
        '--assistant-markup <policy>',
        "what becomes of Harmony's markers in assistants' texts of Chat bodies (default: error)",
      ).choices(ASSISTANT_MARKUP),
    )
    .option(
      '--prepare-schemas',
      "rewrite the schemas of Chat bodies' tools, so that less of them becomes any",
    )
    .option(
      '--max-prompt-tokens <n>',
      'the most tokens of a prompt and what is reserved for its answer (default: 131072)',
      wholeNumber(0),
    )
    .option(
      '--reserve <n>',
      "tokens to reserve for the answer (default: the line's max_tokens)",
      wholeNumber(0),
    )
    .addOption(
      new Option('--over-long <what>', 'what to do with longer ones (default: error)').choices(OVER_LONG),
    )
  return addRunFlags(command)
    .addHelpText(
      'after',
      `${BAD_LINES_HELP}\nWhat flags say of all lines, a line may say of its own: reasoning_effort, tools\nand others.\n\nExample:\n  $ harmony prefill requests.jsonl.gz -o prompts.parquet --stats stats.json`,
    )
    .action(async (inputs: readonly string[], flags: Flags) => {
      const options = optionsOf(flags)
      const tools = flags.tools === undefined ? undefined : await readToolsFile(flags.tools, terminal)
      if (flags.stdio) {
        refuseInputs(inputs)
        const { runFilter } = await import('../batch/filter.js')
        const reader = prefillReader(loadHarmonyEncoding('HarmonyGptOss'), { ...options, tools: tools?.list })
        return runFilter(reader, prefillRecordToJson, terminal, flags.strict === true)
      }
      const format = formatOf(flags)
      const run = runOf(inputs, flags, format === 'parquet' ? PARQUET_BATCH_BYTES : BATCH_BYTES)
      const task = {
        command: 'prefill',
        options,
        tools: tools?.text,
        format,
        column: flags.column ?? 'prompt_token_ids',
        compression: outputCompression(run.out),
      } as const
      const { runJob } = await import('../batch/run-job.js')
      return runJob({ ...run, task, prefillFile: undefined }, terminal)
    })
}

function optionsOf(flags: Flags): Omit<PrefillOptions, 'tools'> {
  if (flags.dialect !== undefined && flags.overLong === 'drop-oldest-turns')
    throw new WrongUsage('--over-long drop-oldest-turns: a dialect has no turns to drop')
  return {
    from: flags.from,
    reasoningEffort: flags.reasoningEffort,
    conversationStartDate: flags.date,
    dialect: flags.dialect,
    modelIdentity: flags.identity,
    knowledgeCutoff: flags.knowledgeCutoff,
    builtinTools: flags.builtinTools,
    dropAnalysis: flags.dropAnalysis,
    headerOrder: flags.headerOrder,
    contentType: flags.callContentType,
    assistantMarkup: flags.assistantMarkup,
    prepareSchemas: flags.prepareSchemas,
    maxPromptTokens: flags.maxPromptTokens,
    reserve: flags.reserve,
    overLong: flags.overLong,
  }
}

/** @throws BadInput for a file that holds none */
async function readToolsFile(
  path: string,
  terminal: Terminal,
): Promise<{ readonly text: string; readonly list: readonly unknown[] }> {
  const input = await readDocument(path, 'a list of tools', terminal)
  const list = readJson(input)
  blaming(path, () => readTools(list))
  return { text: input.text, list: list as readonly unknown[] }
}

/** @throws WrongUsage */
function formatOf(flags: Flags): OutputFormat {
  const format = formatNamed(flags)
  const { column } = flags
  if (column !== undefined && format !== 'parquet') throw new WrongUsage('--column is for Parquet')
  if (column === '' || OTHER_COLUMNS.some((other) => other === column)) {
    throw new WrongUsage(
      `--column: wanted a name that no other column has, which are ${OTHER_COLUMNS.join(', ')}`,
    )
  }
  return format
}

function builtinToolNames(text: string): readonly BuiltinToolName[] {
  return text.split(',').map((name) => {
    const known = BUILTIN_TOOL_NAMES.find((candidate) => candidate === name)
    if (known === undefined)
      throw new InvalidArgumentError(
        `Wanted ${BUILTIN_TOOL_NAMES.join(' or ')}, or both with a comma between.`,
      )
    return known
  })
}
