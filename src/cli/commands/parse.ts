import { InvalidArgumentError } from 'commander'
import { loadHarmonyEncoding } from '../../encoding.js'
import { ROLES, type Role } from '../../message/types.js'
import { readInput, readTokens, withName } from '../input.js'
import type { AddCommand } from '../run.js'

export const addParse: AddCommand = (program, terminal) => {
  program
    .command('parse')
    .description("Read a completion's token ids as messages, by the official library's rules.")
    .argument('[file]', 'token ids, as a JSON list or separated by white space; - or nothing for standard input')
    .option('--role <role>', 'whose header the prefill left open, or none if the tokens start with <|start|>', roleOrNone, 'assistant')
    .option('--strict', 'a stop token within a header is an error (default)', true)
    .option('--no-strict', 'take the text of a header that a stop token ends as content')
    .addHelpText('after', '\nExample:\n  $ echo "200005 17196 200008 13225 200002" | harmony parse')
    .action(async (file: string | undefined, flags: { role: Role | 'none'; strict: boolean }) => {
      const input = await readInput(file, terminal)
      const role = flags.role === 'none' ? null : flags.role
      const messages = withName(input.name, () =>
        loadHarmonyEncoding('HarmonyGptOss').parseMessagesFromCompletionTokens(readTokens(input), role, { strict: flags.strict }),
      )
      terminal.stdout.write(`${JSON.stringify({ messages })}\n`)
    })
}

function roleOrNone(value: string): Role | 'none' {
  const role = [...ROLES, 'none' as const].find((known) => known === value)
  if (role !== undefined) return role
  throw new InvalidArgumentError(`Allowed choices are ${ROLES.join(', ')}, none.`)
}
