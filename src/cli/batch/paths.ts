import { lstat, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { WrongUsage } from '../failure.js'
import { unwritable } from './partial-file.js'

/**
 * Makes sure that a run can write all that it will write, and writes over nothing that it reads or has written: before the work, not behind it.
 *
 * @throws WrongUsage where two names lead to one file, or one leads to what is no regular file; BadInput where a folder is missing
 */
export async function checkPaths(read: readonly string[], written: readonly string[]): Promise<void> {
  const uses = new Map<string, string>()
  for (const path of read) uses.set(await realPathOf(path), 'read')
  for (const path of written) {
    const real = await realPathOf(path)
    const use = uses.get(real)
    if (use !== undefined) throw new WrongUsage(`${path}: is to be ${use} and to be written`)
    uses.set(real, 'written')
    const stats = await stat(real).catch(() => undefined)
    if (stats?.isFile() === false)
      throw new WrongUsage(
        `${path}: is no regular file, and only such a one can be replaced when all is done`,
      )
  }
}

/** What is to be written under a name: where it is a link, what that leads to, so that the link stays. */
export async function targetOf(path: string): Promise<string> {
  const stats = await lstat(path).catch(() => undefined)
  return stats?.isSymbolicLink() ? realPathOf(path) : path
}

/** What a name leads to, whether or not there is a file yet: the place itself, behind all symbolic links. @throws BadInput */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unwritable(path, error)
  }
  try {
    return join(await realpath(dirname(path)), basename(path))
  } catch (error) {
    throw unwritable(path, error)
  }
}
