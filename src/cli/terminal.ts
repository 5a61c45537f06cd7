import picocolors from 'picocolors'

/** Everything of the process that a command touches, so that tests can bring their own. */
export interface Terminal {
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean }
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface Output {
  /** As a stream's: `false` asks to wait for `drain`. */
  write(data: string | Uint8Array): unknown
  once?(event: 'drain', listener: () => void): unknown
  readonly isTTY?: boolean
  /** The terminal's width. */
  readonly columns?: number
}

export type Colors = ReturnType<typeof picocolors.createColors>

/** Colours for standard output: where it is a terminal, or `FORCE_COLOR` asks for them, and never where `NO_COLOR` is set. */
export function colorsFor({ stdout, env }: Terminal): Colors {
  const isForced = isSet(env['FORCE_COLOR']) && env['FORCE_COLOR'] !== '0'
  const isWelcome = stdout.isTTY === true && env['TERM'] !== 'dumb'
  return picocolors.createColors(!isSet(env['NO_COLOR']) && (isForced || isWelcome))
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

/** Control characters as escapes, tabs as spaces: a terminal must not obey what a model or a file's name says. */
export function visible(text: string): string {
  return text.replace(/\t/g, '    ').replace(/\p{Cc}|[\u2028-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
