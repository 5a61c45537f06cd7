import { open, readFile, rename, rm } from 'node:fs/promises'
import type { StatisticsState } from '../../batch/index.js'
import { BadInput } from '../failure.js'
import type { InputPosition } from './batches.js'
import { unwritable } from './partial-file.js'

/** How far a run has come, as of a moment at which all its files were safe on the disk. */
export interface JournalEntry {
  /** What the run was asked to do: an entry is of no use to a run that does something else. */
  readonly identity: RunIdentity
  readonly position: InputPosition
  /** Of the output's files and of the file of errors, in bytes. */
  readonly lengths: readonly number[]
  readonly outputState: unknown
  readonly statistics: StatisticsState
  /** All is written, and only the names are wanting. */
  readonly isFinished: boolean
}

export interface RunIdentity {
  readonly version: string
  readonly inputs: readonly {
    readonly name: string
    readonly size: number | undefined
    readonly modified: number | undefined
  }[]
  readonly settings: unknown
}

export class Journal {
  readonly path: string
  /** Where the next one is written. */
  readonly temporaryPath: string

  constructor(out: string) {
    this.path = `${out}.journal`
    this.temporaryPath = `${this.path}.new`
  }

  /** @throws BadInput for a file that is no journal */
  async read(): Promise<JournalEntry | undefined> {
    let text: string
    try {
      text = await readFile(this.path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw new BadInput(`${this.path}: ${(error as Error).message}`)
    }
    try {
      const entry = JSON.parse(text, reviveBigInt) as JournalEntry
      if (typeof entry.position.byteOffset === 'number' && Array.isArray(entry.lengths)) return entry
    } catch {
      // Reported below.
    }
    throw new BadInput(`${this.path}: not a journal, or a damaged one: remove it to begin anew`)
  }

  /** Whole or not at all: a new file takes the place of the old one. @throws BadInput */
  async write(entry: JournalEntry): Promise<void> {
    const temporary = this.temporaryPath
    try {
      const handle = await open(temporary, 'w')
      try {
        await handle.writeFile(JSON.stringify(entry, replaceBigInt))
        await handle.datasync()
      } finally {
        await handle.close()
      }
      await rename(temporary, this.path)
    } catch (error) {
      throw unwritable(temporary, error)
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true })
    await rm(this.temporaryPath, { force: true })
  }
}

function replaceBigInt(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { $bigint: String(value) } : value
}

function reviveBigInt(_: string, value: unknown): unknown {
  const digits = (value as { readonly $bigint?: unknown } | null)?.$bigint
  return typeof digits === 'string' ? BigInt(digits) : value
}
