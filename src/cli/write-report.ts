import { writeFile } from 'node:fs/promises'
import { BadInput } from './failure.js'

/** Writes what a command reports beside its output. @throws BadInput naming the file */
export async function writeReport(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    throw new BadInput(`${file}: cannot be written: ${(error as Error).message}`)
  }
}
