import { readFile } from 'node:fs/promises'
import { type HarmonyEncoding } from '../../encoding.js'
import { Transcript } from '../../transcript/index.js'
import { PartialFile, publish } from '../batch/partial-file.js'
import { BadInput, blaming } from '../failure.js'

/**
 * Reads a transcript that was saved; `undefined` if there is none.
 *
 * @throws BadInput for a file that is no transcript
 */
export async function readTranscript(
  encoding: HarmonyEncoding,
  path: string,
): Promise<Transcript | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new BadInput(`${path}: cannot be read: ${message}`, { cause: error })
  }
  return blaming(path, () => Transcript.fromJSON(encoding, text))
}

/** Saves a transcript with all of its tokens. Whenever the process ends, the file is the old or the new one. @throws BadInput */
export async function saveTranscript(transcript: Transcript, path: string): Promise<void> {
  const file = await PartialFile.open(path, undefined)
  try {
    await file.append(Buffer.from(`${JSON.stringify(transcript)}\n`))
    await file.sync()
  } finally {
    await file.close()
  }
  await publish(path)
}
