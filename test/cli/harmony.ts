import { Readable } from 'node:stream'
import { run } from '../../src/cli/run.js'

export interface Surroundings {
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array>
  /** Columns of the terminal that standard output is; a pipe without it. */
  readonly columns?: number
  readonly isStdinTerminal?: boolean
  readonly env?: Readonly<Record<string, string>>
}

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command in this process. */
export async function harmony(argv: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const { stdin = '', columns, isStdinTerminal = false, env = {} } = surroundings
  const stdout: Buffer[] = []
  const stderr: string[] = []
  const code = await run(argv, {
    stdin: Object.assign(Readable.from(isText(stdin) ? [Buffer.from(stdin)] : stdin), {
      isTTY: isStdinTerminal,
    }),
    stdout: {
      write: (data) => stdout.push(Buffer.from(data)),
      ...(columns === undefined ? {} : { isTTY: true, columns }),
    },
    stderr: { write: (data) => stderr.push(String(data)) },
    env,
  })
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: stderr.join('') }
}

function isText(stdin: string | Uint8Array | AsyncIterable<Uint8Array>): stdin is string | Uint8Array {
  return typeof stdin === 'string' || stdin instanceof Uint8Array
}
