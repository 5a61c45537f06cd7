import { Command, Option } from 'commander'
import { loadHarmonyEncoding } from '../../encoding.js'
import {
  type AnswerOptions,
  completionReader,
  type CompletionRecord,
  completionRecordToJson,
} from '../../batch/index.js'
import { WrongUsage } from '../failure.js'
import { outputCompression, uncompressedName } from '../batch/compression.js'
import {
  addRunFlags,
  BAD_LINES_HELP,
  BATCH_BYTES,
  refuseInputs,
  runOf,
  type RunFlags,
} from '../batch/flags.js'
import type { CreateCommand } from '../command.js'

interface Flags extends RunFlags {
  readonly prefill?: string
  readonly text?: true
  readonly strippedMarkers?: true
  readonly keepStopString?: true
}

export const completionsCommand: CreateCommand = (terminal) => {
  const command = new Command('completions')
    .description(
      "Turn an offline engine's outputs (JSON lines with sampled token ids) into messages, reasoning, answers and calls.",
    )
    .argument(
      '[inputs...]',
      'JSON lines, also as .gz: token_ids, output_ids, tokens or generated_tokens; - for standard input',
    )
    .addOption(
      new Option(
        '--prefill <file>',
        'the prefill file that the answers belong to, joined by custom_id',
      ).conflicts('stdio'),
    )
    .option('--text', 'read the text of answers without token ids, special tokens spelled out in it')
    .option('--stripped-markers', 'the same, for an engine that leaves special tokens out: guesswork')
    .option('--keep-stop-string', 'keep a stop string that the engine stopped on in the answer')
  return addRunFlags(command)
    .addHelpText(
      'after',
      `${BAD_LINES_HELP}\n\nExample:\n  $ harmony completions outputs.jsonl -o answers.jsonl --prefill prompts.jsonl`,
    )
    .action(async (inputs: readonly string[], flags: Flags) => {
      const options = optionsOf(flags)
      if (flags.stdio) {
        refuseInputs(inputs)
        const { runFilter } = await import('../batch/filter.js')
        return runFilter(
          completionReader(loadHarmonyEncoding('HarmonyGptOss'), options),
          oneLineOf,
          terminal,
          flags.strict === true,
        )
      }
      if (/\.(parquet|npy)$/.test(uncompressedName(flags.output ?? '')))
        throw new WrongUsage(`${flags.output}: answers are written as JSON lines, wanted .jsonl`)
      const { runJob } = await import('../batch/run-job.js')
      const run = runOf(inputs, flags, BATCH_BYTES)
      const task = {
        command: 'completions',
        isJoined: flags.prefill !== undefined,
        options,
        compression: outputCompression(run.out),
      } as const
      return runJob({ ...run, task, prefillFile: flags.prefill }, terminal)
    })
}

function optionsOf({ text, strippedMarkers, keepStopString }: Flags): AnswerOptions {
  return {
    ...(text && { text: 'markers' }),
    ...(strippedMarkers && { text: 'stripped' }),
    ...(keepStopString && { keepStopString }),
  }
}

/** A filter has one line for a line: several answers become a list. */
function oneLineOf(record: CompletionRecord): unknown {
  const lines = completionRecordToJson(record)
  return lines.length === 1 ? lines[0] : lines
}
