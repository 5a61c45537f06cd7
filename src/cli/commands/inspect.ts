import { loadHarmonyEncoding } from '../../encoding.js'
import { readInput, readTokens, withName } from '../input.js'
import type { AddCommand } from '../run.js'
import { colorsFor } from '../terminal.js'
import { partsOf, printPart } from '../token-stream.js'

export const addInspect: AddCommand = (program, terminal) => {
  program
    .command('inspect')
    .description('Show a token stream for the eye: a line for each marker and the text behind it.')
    .argument('[file]', 'token ids, as a JSON list, as printed by `harmony render`, or separated by white space; - or nothing for standard input')
    .option('--ids', 'show the token ids too')
    .addHelpText('after', '\nExample:\n  $ harmony render conversation.json | harmony inspect --ids')
    .action(async (file: string | undefined, flags: { ids?: true }) => {
      const input = await readInput(file, terminal)
      const parts = withName(input.name, () => partsOf(loadHarmonyEncoding('HarmonyGptOss'), readTokens(input)))
      const { stdout } = terminal
      const width = stdout.isTTY ? (stdout.columns ?? 80) : undefined
      const options = { colors: colorsFor(terminal), width, ids: flags.ids ?? false }
      for (const part of parts) stdout.write(printPart(part, options))
    })
}
