import { Command, CommanderError } from 'commander'
import { HarmonyError } from '../errors.js'
import type { CreateCommand } from './command.js'
import { BadInput, Ended, EXIT, WrongUsage } from './failure.js'
import { packageVersion } from './package-folder.js'
import { visible, type Terminal } from './terminal.js'

/** By name. A run loads one of them: all together take 0.1 s. */
const COMMANDS: Readonly<Record<string, () => Promise<CreateCommand>>> = {
  render: async () => (await import('./commands/render.js')).renderCommand,
  parse: async () => (await import('./commands/parse.js')).parseCommand,
  encode: async () => (await import('./commands/encode.js')).encodeCommand,
  decode: async () => (await import('./commands/decode.js')).decodeCommand,
  inspect: async () => (await import('./commands/inspect.js')).inspectCommand,
  conform: async () => (await import('./commands/conform.js')).conformCommand,
  prefill: async () => (await import('./commands/prefill.js')).prefillCommand,
  completions: async () => (await import('./commands/completions.js')).completionsCommand,
  dialects: async () => (await import('./commands/dialects.js')).dialectsCommand,
  training: async () => (await import('./commands/training.js')).trainingCommand,
  serve: async () => (await import('./commands/serve.js')).serveCommand,
  chat: async () => (await import('./commands/chat.js')).chatCommand,
  'bench-engine': async () => (await import('./commands/bench-engine.js')).benchEngineCommand,
  eval: async () => (await import('./commands/eval.js')).evalCommand,
}

/**
 * The command `harmony`.
 *
 * @param argv the arguments alone, without program and script
 * @returns the exit code
 */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const program = await createProgram(terminal, argv[0])
    await program.parseAsync(argv, { from: 'user' })
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

/** @param wanted the name of the command to be run; with any other text, the program has all commands, to list them */
async function createProgram(terminal: Terminal, wanted = ''): Promise<Command> {
  const program = new Command('harmony')
    .description("OpenAI's Harmony format: conversations to token ids, token ids to messages.")
    .version(packageVersion())
    .addHelpText('after', '\nExample:\n  $ harmony render conversation.json | harmony inspect')
  for (const [name, load] of Object.entries(COMMANDS)) {
    if (name === wanted || !Object.hasOwn(COMMANDS, wanted)) program.addCommand((await load())(terminal))
  }
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
