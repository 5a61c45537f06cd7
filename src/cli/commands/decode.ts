import { loadHarmonyEncoding } from '../../encoding.js'
import { readInput, readTokens, withName } from '../input.js'
import type { AddCommand } from '../run.js'

export const addDecode: AddCommand = (program, terminal) => {
  program
    .command('decode')
    .description('Decode token ids as text, special tokens spelled out.')
    .argument('[file]', 'token ids, as a JSON list or separated by white space; - or nothing for standard input')
    .option('--utf8', 'bytes that are no UTF-8 are an error instead of U+FFFD')
    .addHelpText('after', '\nExample:\n  $ echo "13225 2375" | harmony decode')
    .action(async (file: string | undefined, flags: { utf8?: true }) => {
      const input = await readInput(file, terminal)
      const encoding = loadHarmonyEncoding('HarmonyGptOss')
      const text = withName(input.name, () => {
        const tokens = readTokens(input)
        return flags.utf8 ? encoding.decodeUtf8(tokens) : encoding.decode(tokens)
      })
      terminal.stdout.write(`${text}\n`)
    })
}
