import { Command } from 'commander'
import { loadHarmonyEncoding } from '../../encoding.js'
import { cutIntoParts } from '../../inspect/index.js'
import { blaming } from '../failure.js'
import type { CreateCommand } from '../command.js'
import { colorsFor } from '../terminal.js'
import { readTokenIds, TOKEN_IDS_ARGUMENT } from '../token-ids.js'
import { formatParts } from '../inspected-parts.js'

export const inspectCommand: CreateCommand = (terminal) =>
  new Command('inspect')
    .description(
      'Show token ids for the eye: a line for each special token, with its index and the text behind it.',
    )
    .argument('[file]', TOKEN_IDS_ARGUMENT)
    .option('--ids', 'show the ids too')
    .addHelpText('after', '\nExample:\n  $ harmony render conversation.json | harmony inspect --ids')
    .action(async (file: string | undefined, { ids = false }: { readonly ids?: boolean }) => {
      const { name, tokens } = await readTokenIds(file, terminal)
      const parts = blaming(name, () => cutIntoParts(loadHarmonyEncoding('HarmonyGptOss'), tokens))
      const { stdout } = terminal
      // A pipe gets each line whole, for `grep`.
      const width = stdout.isTTY ? (stdout.columns ?? 80) : Infinity
      for (const lines of formatParts(parts, { colors: colorsFor(terminal), width, ids })) stdout.write(lines)
    })
