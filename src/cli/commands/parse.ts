import { Command, Option } from 'commander'
import { loadHarmonyEncoding } from '../../encoding.js'
import { type Role, ROLES } from '../../message/index.js'
import { SPECIAL_TOKENS } from '../../tokenizer/index.js'
import { blaming } from '../failure.js'
import type { CreateCommand } from '../command.js'
import { readTokenIds, TOKEN_IDS_ARGUMENT } from '../token-ids.js'

interface Flags {
  readonly role?: Role
  readonly strict: boolean
}

export const parseCommand: CreateCommand = (terminal) =>
  new Command('parse')
    .description("Read sampled token ids as messages, by the official library's rules.")
    .argument('[file]', TOKEN_IDS_ARGUMENT)
    .addOption(
      new Option(
        '--role <role>',
        'whose header the prompt left open (default: assistant, unless the ids begin with <|start|>)',
      ).choices(ROLES),
    )
    .option('--strict', 'a stop token within a header is an error (default)')
    .option('--no-strict', 'the text of a header that a stop token ends is content')
    .addHelpText('after', '\nExample:\n  $ echo 200005 17196 200008 13225 200002 | harmony parse')
    .action(async (file: string | undefined, { role, strict }: Flags) => {
      const { name, tokens } = await readTokenIds(file, terminal)
      const openRole = role ?? (tokens[0] === SPECIAL_TOKENS.START ? null : 'assistant')
      const encoding = loadHarmonyEncoding('HarmonyGptOss')
      const messages = blaming(name, () =>
        encoding.parseMessagesFromCompletionTokens(tokens, openRole, { strict }),
      )
      terminal.stdout.write(`${JSON.stringify({ messages })}\n`)
    })
