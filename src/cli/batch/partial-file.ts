import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { BadInput } from '../failure.js'

/** A file that has its name only when it is whole: until then it grows as `NAME.partial`. */
export class PartialFile {
  readonly path: string
  readonly partialPath: string
  readonly #handle: FileHandle
  #length: number

  private constructor(path: string, handle: FileHandle, length: number) {
    this.path = path
    this.partialPath = partialPathOf(path)
    this.#handle = handle
    this.#length = length
  }

  /** Begins a file, or goes on with one behind its first `length` bytes. @throws BadInput */
  static async open(path: string, length: number | undefined): Promise<PartialFile> {
    const partialPath = partialPathOf(path)
    try {
      const handle = await open(partialPath, length === undefined ? 'w' : 'r+')
      if (length !== undefined) {
        const { size } = await handle.stat()
        if (size < length)
          throw new BadInput(
            `${partialPath}: found ${size} bytes, wanted the ${length} that the journal counts`,
          )
        await handle.truncate(length)
      }
      return new PartialFile(path, handle, length ?? 0)
    } catch (error) {
      throw error instanceof BadInput ? error : unwritable(partialPath, error)
    }
  }

  get length(): number {
    return this.#length
  }

  /** @throws BadInput, as on a full disk */
  async append(bytes: Uint8Array): Promise<void> {
    await this.#write(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Writes over bytes that are there. @throws BadInput */
  async patch(position: number, bytes: Uint8Array): Promise<void> {
    await this.#write(bytes, position)
  }

  /** Makes sure that what was written outlives the machine. @throws BadInput */
  async sync(): Promise<void> {
    await this.#blamed(() => this.#handle.datasync())
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  async #write(bytes: Uint8Array, position: number): Promise<void> {
    await this.#blamed(async () => {
      for (let written = 0; written < bytes.length;) {
        const { bytesWritten } = await this.#handle.write(
          bytes,
          written,
          bytes.length - written,
          position + written,
        )
        written += bytesWritten
      }
    })
  }

  async #blamed(run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch (error) {
      throw unwritable(this.partialPath, error)
    }
  }
}

export function partialPathOf(path: string): string {
  return `${path}.partial`
}

/** Gives a whole file its name; one that has it already is left alone. */
export async function publish(path: string): Promise<void> {
  try {
    await rename(partialPathOf(path), path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unwritable(path, error)
  }
}

/** Removes a file, partial or whole, where there is one. */
export async function discard(path: string): Promise<void> {
  await rm(partialPathOf(path), { force: true })
  await rm(path, { force: true })
}

/** An output that cannot be written: another time it can be, perhaps. */
export class UnwritableFile extends BadInput {}

export function unwritable(path: string, error: unknown): UnwritableFile {
  const { code, message } = error as NodeJS.ErrnoException
  return new UnwritableFile(`${path}: cannot be written: ${REASONS[code ?? ''] ?? message}`)
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file grew beyond what is allowed',
  EISDIR: 'is a folder, wanted a file',
  ENOENT: 'no such folder',
  ENOSPC: 'the disk is full',
}
