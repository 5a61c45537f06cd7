import { open } from 'node:fs/promises'
import type { AsyncBuffer } from 'hyparquet'
import type { UncheckedObject } from '../../openai/index.js'
import { isBlank } from '../../batch/index.js'
import { BadInput } from '../failure.js'
import { openInputs, readBatches } from './batches.js'
import { outputPaths } from './outputs.js'
import { linesOfBatch } from './task.js'

/** A row of a prefill file, with where it stands, for messages. */
export interface PrefillRow {
  readonly place: string
  readonly row: UncheckedObject
}

type Rows = AsyncGenerator<PrefillRow, void, undefined>

/** The rows of what `harmony prefill` has written, in any of its formats, which the name's ending tells. @throws BadInput */
export function readPrefillRows(path: string): Rows {
  if (path.endsWith('.parquet')) return parquetRows(path)
  return path.endsWith('.npy') ? npyRows(path) : jsonRows(path, JSON_BATCH_BYTES)
}

const JSON_BATCH_BYTES = 1024 * 1024

async function* jsonRows(path: string, batchBytes: number): Rows {
  const stdin = (async function* () {})()
  for await (const batch of readBatches(await openInputs([path]), {
    stdin,
    batchBytes,
    isResumable: false,
  })) {
    let lineNumber = batch.linesBefore
    for (const line of linesOfBatch(batch)) {
      const place = `${path}: line ${++lineNumber}`
      if (typeof line === 'string' && isBlank(line)) continue
      yield { place, row: objectIn(line, place) }
    }
  }
}

function objectIn(line: unknown, place: string): UncheckedObject {
  try {
    const row: unknown = JSON.parse(line as string)
    if (typeof row === 'object' && row !== null) return row as UncheckedObject
  } catch {
    // Said below.
  }
  throw new BadInput(`${place}: not a line that harmony prefill writes`)
}

/** A row group at a time. */
async function* parquetRows(path: string): Rows {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import('hyparquet')
  let file: AsyncBuffer
  let groups: readonly number[]
  try {
    file = await asyncBufferFromFile(path)
    const metadata = await parquetMetadataAsync(file)
    groups = metadata.row_groups.map(({ num_rows: count }) => Number(count))
  } catch (error) {
    throw new BadInput(`${path}: cannot be read as Parquet: ${reasonOf(error)}`)
  }
  let rowStart = 0
  for (const count of groups) {
    const rowEnd = rowStart + count
    const rows = await parquetReadObjects({ file, rowStart, rowEnd }).catch((error: unknown) => {
      throw new BadInput(`${path}: rows ${rowStart + 1} to ${rowEnd} cannot be read: ${reasonOf(error)}`)
    })
    for (const row of rows) yield { place: `${path}: row ${++rowStart}`, row }
  }
}

/** Arrays of ids are read beside their rows, in which all else stands. */
async function* npyRows(path: string): Rows {
  const [, rowsPath] = outputPaths(path, 'npy')
  const handle = await open(path).catch((error: unknown) => {
    throw new BadInput(`${path}: ${(error as Error).message}`)
  })
  try {
    const header = await handle.read(Buffer.alloc(NPY_PREFIX_BYTES), 0, NPY_PREFIX_BYTES, 0)
    let position = NPY_PREFIX_BYTES + header.buffer.readUInt16LE(NPY_PREFIX_BYTES - 2)
    for await (const { place, row } of jsonRows(rowsPath, NPY_BATCH_BYTES)) {
      const count = row['num_prompt_tokens']
      if (typeof count !== 'number') throw new BadInput(`${place}: not a line that harmony prefill writes`)
      const { buffer, bytesRead } = await handle.read(new Uint32Array(count), 0, 4 * count, position)
      if (bytesRead < 4 * count) throw new BadInput(`${path}: ends before the ids of ${place}`)
      position += bytesRead
      yield { place, row: { ...row, prompt_token_ids: [...buffer] } }
    }
  } finally {
    await handle.close()
  }
}

/** Magic, version, and the length of what follows. */
const NPY_PREFIX_BYTES = 10
const NPY_BATCH_BYTES = 64 * 1024

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
