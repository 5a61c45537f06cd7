import picocolors from 'picocolors'

/** Everything of the process that a command touches, so that tests can bring their own. */
export interface Terminal {
  readonly stdin: AsyncIterable<Uint8Array>
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  /** The terminal's width. */
  readonly columns?: number | undefined
}

export type Colors = ReturnType<typeof picocolors.createColors>

/** Colours for standard output: where it is a terminal, unless `NO_COLOR` says no or `FORCE_COLOR` says yes. */
export function colorsFor({ stdout, env }: Terminal): Colors {
  const isForced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '' && env['FORCE_COLOR'] !== '0'
  const isRefused = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== ''
  return picocolors.createColors(!isRefused && (isForced || stdout.isTTY === true))
}
