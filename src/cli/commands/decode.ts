import { Command } from 'commander'
import { loadHarmonyEncoding } from '../../encoding.js'
import { blaming } from '../failure.js'
import type { CreateCommand } from '../command.js'
import { readTokenIds, TOKEN_IDS_ARGUMENT } from '../token-ids.js'

export const decodeCommand: CreateCommand = (terminal) =>
  new Command('decode')
    .description('Decode token ids as text, special tokens spelled out, byte for byte.')
    .argument('[file]', TOKEN_IDS_ARGUMENT)
    .addHelpText('after', '\nExample:\n  $ echo 13225 2375 | harmony decode')
    .action(async (file: string | undefined) => {
      const { name, tokens } = await readTokenIds(file, terminal)
      const { stdout } = terminal
      stdout.write(blaming(name, () => loadHarmonyEncoding('HarmonyGptOss').decodeBytes(tokens)))
      // Elsewhere the text's own end is what counts: `encode` of it gives the same tokens again.
      if (stdout.isTTY) stdout.write('\n')
    })
