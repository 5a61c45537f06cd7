import { Option } from 'commander'
import { loadHarmonyEncoding } from '../../encoding.js'
import { readInput, withName } from '../input.js'
import type { AddCommand } from '../run.js'

export const addEncode: AddCommand = (program, terminal) => {
  program
    .command('encode')
    .description('Encode text as token ids.')
    .argument('[file]', 'the text; - or nothing for standard input')
    .addOption(
      new Option('--special <what>', 'what to make of the text of special tokens, as <|start|>')
        .choices(['error', 'token', 'text'])
        .default('error'),
    )
    .addHelpText('after', '\nExample:\n  $ printf "Hello <|end|>" | harmony encode --special token')
    .action(async (file: string | undefined, flags: { special: 'error' | 'token' | 'text' }) => {
      const input = await readInput(file, terminal)
      const options = {
        error: {},
        token: { allowedSpecial: 'all' },
        text: { disallowedSpecial: [] },
      } as const
      const tokens = withName(input.name, () => loadHarmonyEncoding('HarmonyGptOss').encode(input.text, options[flags.special]))
      terminal.stdout.write(`${JSON.stringify(tokens)}\n`)
    })
}
