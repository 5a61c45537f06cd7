import { Command, CommanderError } from 'commander'
import { HarmonyError } from '../errors.js'
import { benchEngineCommand } from './commands/bench-engine.js'
import { chatCommand } from './commands/chat.js'
import { completionsCommand } from './commands/completions.js'
import { conformCommand } from './commands/conform.js'
import { decodeCommand } from './commands/decode.js'
import { dialectsCommand } from './commands/dialects.js'
import { encodeCommand } from './commands/encode.js'
import { evalCommand } from './commands/eval.js'
import { inspectCommand } from './commands/inspect.js'
import { parseCommand } from './commands/parse.js'
import { prefillCommand } from './commands/prefill.js'
import { renderCommand } from './commands/render.js'
import { trainingCommand } from './commands/training.js'
import { serveCommand } from './commands/serve.js'
import type { CreateCommand } from './command.js'
import { BadInput, Ended, EXIT, WrongUsage } from './failure.js'
import { packageVersion } from './package-folder.js'
import { visible, type Terminal } from './terminal.js'

const COMMANDS: readonly CreateCommand[] = [
  renderCommand,
  parseCommand,
  encodeCommand,
  decodeCommand,
  inspectCommand,
  conformCommand,
  prefillCommand,
  completionsCommand,
  dialectsCommand,
  trainingCommand,
  serveCommand,
  chatCommand,
  benchEngineCommand,
  evalCommand,
]

/**
 * The command `harmony`.
 *
 * @param argv the arguments alone, without program and script
 * @returns the exit code
 */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync(argv, { from: 'user' })
    return EXIT.OK
  } catch (error) {
    // Commander has written its message by now, or the help or version that it was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.OK : EXIT.WRONG_USAGE
    const isExpected = [BadInput, WrongUsage, Ended, HarmonyError].some((kind) => error instanceof kind)
    terminal.stderr.write(
      `harmony: ${visible(isExpected ? (error as Error).message : `unexpected error: ${String(error)}`)}\n`,
    )
    if (error instanceof Ended) return error.exitCode
    return error instanceof WrongUsage ? EXIT.WRONG_USAGE : EXIT.BAD_INPUT
  }
}

function createProgram(terminal: Terminal): Command {
  const program = new Command('harmony')
    .description("OpenAI's Harmony format: conversations to token ids, token ids to messages.")
    .version(packageVersion())
    .addHelpText('after', '\nExample:\n  $ harmony render conversation.json | harmony inspect')
  for (const create of COMMANDS) program.addCommand(create(terminal))
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap(({ commands }) => commands),
  ]) {
    command
      .exitOverride()
      .showHelpAfterError(`Try: ${fullNameOf(command)} --help`)
      .configureOutput({
        writeOut: (text) => terminal.stdout.write(text),
        writeErr: (text) => terminal.stderr.write(text.replace(/^error: /, 'harmony: ')),
        getOutHelpWidth: () => terminal.stdout.columns ?? 80,
        getErrHelpWidth: () => terminal.stderr.columns ?? 80,
      })
  }
  return program
}

/** `harmony eval run` */
function fullNameOf(command: Command): string {
  return command.parent === null ? command.name() : `${fullNameOf(command.parent)} ${command.name()}`
}
