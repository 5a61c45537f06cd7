import { Command, Option } from 'commander'
import { loadHarmonyEncoding } from '../../encoding.js'
import { HarmonyError } from '../../errors.js'
import { blaming } from '../failure.js'
import { readInput } from '../input.js'
import type { CreateCommand } from '../command.js'

interface Flags {
  readonly special: keyof typeof SPECIAL
  readonly format: 'json' | 'ids'
}

const SPECIAL = {
  error: {},
  token: { allowedSpecial: 'all' },
  text: { disallowedSpecial: [] },
} as const

export const encodeCommand: CreateCommand = (terminal) =>
  new Command('encode')
    .description('Encode text as token ids, to its last byte: a line break at its end counts.')
    .argument('[file]', 'the text; - or nothing for standard input')
    .addOption(
      new Option('--special <as>', 'what the text of a special token is, such as <|start|>')
        .choices(Object.keys(SPECIAL))
        .default('error'),
    )
    .addOption(
      new Option('--format <format>', 'a JSON list, or bare ids').choices(['json', 'ids']).default('json'),
    )
    .addHelpText('after', "\nExample:\n  $ printf 'Hello<|end|>' | harmony encode --special token")
    .action(async (file: string | undefined, { special, format }: Flags) => {
      const { name, text } = await readInput(file, terminal)
      const encoding = loadHarmonyEncoding('HarmonyGptOss')
      const tokens = blaming(name, () => inFlags(() => encoding.encode(text, SPECIAL[special])))
      terminal.stdout.write(`${format === 'json' ? JSON.stringify(tokens) : tokens.join(' ')}\n`)
    })

/** Says of a special token what the command's flags do with it. */
function inFlags<T>(encode: () => T): T {
  try {
    return encode()
  } catch (error) {
    if (!(error instanceof HarmonyError) || error.code !== 'disallowed-special-token') throw error
    const found = error.message.split(';', 1)[0]
    throw new HarmonyError(
      error.code,
      `${found}: --special token encodes it as a token, --special text as ordinary text`,
      { cause: error },
    )
  }
}
