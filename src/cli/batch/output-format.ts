import { WrongUsage } from '../failure.js'
import { uncompressedName } from './compression.js'

export const OUTPUT_FORMATS = ['jsonl', 'parquet', 'npy'] as const
/** The columns of Parquet beside the one of the token ids, whose name is to be chosen. */
export const OTHER_COLUMNS = ['custom_id', 'sampling_params', 'num_prompt_tokens', 'tool_names'] as const

export type OutputFormat = (typeof OUTPUT_FORMATS)[number]

/** The format that a flag or the output's name says; JSON lines for none. @throws WrongUsage for a name that says nothing */
export function formatNamed({
  output = '',
  to,
}: {
  readonly output?: string
  readonly to?: OutputFormat
}): OutputFormat {
  const name = uncompressedName(output)
  const format =
    to ?? (output === '-' ? 'jsonl' : undefined) ?? FORMATS_BY_ENDING.get(/\.(\w+)$/.exec(name)?.[1])
  if (output !== '' && format === undefined)
    throw new WrongUsage(`${output}: ends in none of .jsonl, .parquet and .npy; --to says what to write`)
  if (name !== output && format !== 'jsonl')
    throw new WrongUsage(`${output}: JSON lines alone can be compressed, wanted .jsonl before that ending`)
  return format ?? 'jsonl'
}

const FORMATS_BY_ENDING: ReadonlyMap<string | undefined, OutputFormat> = new Map([
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['parquet', 'parquet'],
  ['npy', 'npy'],
])
