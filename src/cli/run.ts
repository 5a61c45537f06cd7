import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { HarmonyError } from '../errors.js'
import { addDecode } from './commands/decode.js'
import { addEncode } from './commands/encode.js'
import { addInspect } from './commands/inspect.js'
import { addParse } from './commands/parse.js'
import { addRender } from './commands/render.js'
import { InputError } from './input.js'
import type { Terminal } from './terminal.js'

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

/** What a command adds itself to the program with. */
export type AddCommand = (program: Command, terminal: Terminal) => void

const COMMANDS: readonly AddCommand[] = [addRender, addParse, addEncode, addDecode, addInspect]

/**
 * The command `harmony`.
 *
 * @param argv the arguments alone, without program and script
 * @returns the exit code: 0, 1 for bad input, 2 for wrong usage
 */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command('harmony')
    .description("OpenAI's Harmony format: conversations to token ids, token ids to messages.")
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text.replace(/^error: /, 'harmony: ')),
      getOutHelpWidth: () => terminal.stdout.columns ?? 80,
      getErrHelpWidth: () => terminal.stderr.columns ?? 80,
    })
    .showHelpAfterError('Try `harmony --help`, or `harmony COMMAND --help`.')
  for (const add of COMMANDS) add(program, terminal)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof InputError || error instanceof HarmonyError) {
      terminal.stderr.write(`harmony: ${error.message.replaceAll('\n', ' ')}\n`)
      return 1
    }
    throw error
  }
}
