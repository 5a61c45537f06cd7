import { HarmonyError } from '../errors.js'

/** The command's exit codes. */
export const EXIT = { OK: 0, BAD_INPUT: 1, WRONG_USAGE: 2, SOME_FAILED: 3, INTERRUPTED: 130 } as const

/** Bad input: one line on standard error, and exit code 1. */
export class BadInput extends Error {
  override readonly name = 'BadInput'
}

/** Wrong usage that the argument parser cannot see: one line on standard error, and exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage'
}

/** A command that went otherwise than well, in good order: one line on standard error, and an exit code of its own. */
export class Ended extends Error {
  override readonly name = 'Ended'
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}

/** What is wrong with a line, for a message that says already which line it is. */
export function withoutLine(reason: string): string {
  return reason.replace(/^line: /, '')
}

/** Runs what may find fault with an input, and puts the input's name before what it says. @throws BadInput */
export function blaming<T>(inputName: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof HarmonyError)
      throw new BadInput(`${inputName}: ${withPosition(error)}`, { cause: error })
    throw error
  }
}

/** `messages[2].role is 5, wanted …`, `token 7: …`: what is wrong begins with where it is, where that is known. */
function withPosition({
  message,
  path,
  tokenIndex,
}: Pick<HarmonyError, 'message' | 'path' | 'tokenIndex'>): string {
  const text = message.replace(/^conversation: /, '')
  const position = tokenIndex === undefined ? path : `token ${tokenIndex}`
  return position === undefined || text.startsWith(position) ? text : `${position}: ${text}`
}
