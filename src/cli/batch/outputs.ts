import type { RowGroup } from 'hyparquet'
import { compress, type Compression } from './compression.js'
import type { EncodedBatch } from './encoder.js'
import type { OutputFormat } from './output-format.js'
import { NPY_HEADER_BYTES, npyHeader } from './npy.js'
import { moved, PARQUET_MAGIC, type ParquetFields } from './parquet-layout.js'

/** The names of an output's files; the one that the user named comes last, as it is the last to appear. */
export function outputPaths(out: string, format: OutputFormat): readonly string[] {
  if (format !== 'npy') return [out]
  const stem = out.replace(/\.npy$/, '')
  return [`${stem}.offsets.npy`, `${stem}.rows.jsonl`, out]
}

/** A file that output is appended to. */
export interface OutputFile {
  readonly length: number
  append(bytes: Uint8Array): Promise<void>
}

/** One whose beginning is written last. */
interface PatchableFile extends OutputFile {
  patch(position: number, bytes: Uint8Array): Promise<void>
}

/** Puts batches one behind the other. What it has to remember between them is plain data, for a journal. */
export interface Output {
  begin(): Promise<void>
  append(batch: EncodedBatch): Promise<void>
  /** Makes the files whole. */
  finish(): Promise<void>
  readonly state: unknown
}

/** @param state what a run before this one left; `undefined` to begin anew */
export function createOutput(
  format: OutputFormat,
  fields: ParquetFields,
  compression: Compression | undefined,
  files: readonly OutputFile[],
  state: unknown,
): Output {
  switch (format) {
    case 'jsonl':
      return jsonlOutput(files, compression)
    case 'npy':
      return npyOutput(files as readonly PatchableFile[], state as NpyState | undefined)
    case 'parquet':
      return parquetOutput(fields, files, state as RowGroup[] | undefined)
  }
}

function jsonlOutput([file]: readonly OutputFile[], compression: Compression | undefined): Output {
  return {
    async begin() {},
    append: ({ chunks }) => file.append(chunks[0]),
    async finish() {
      // A compressed file has a frame even around nothing.
      if (compression !== undefined && file.length === 0)
        await file.append(compress(new Uint8Array(), compression))
    },
    state: null,
  }
}

interface NpyState {
  readonly tokens: number
  readonly records: number
}

function npyOutput(
  [offsetsFile, rowsFile, idsFile]: readonly PatchableFile[],
  restored: NpyState | undefined,
): Output {
  let { tokens, records } = restored ?? { tokens: 0, records: 0 }
  return {
    async begin() {
      // Room for the headers, whose length does not depend on the shape that they are to name.
      await idsFile.append(new Uint8Array(NPY_HEADER_BYTES))
      await offsetsFile.append(new Uint8Array(NPY_HEADER_BYTES))
      await offsetsFile.append(new Uint8Array(new BigInt64Array(1).buffer))
    },
    async append({ chunks: [ids, lengthBytes, rows] }) {
      const lengths = new Uint32Array(lengthBytes.buffer)
      const offsets = new BigInt64Array(lengths.length)
      lengths.forEach((length, index) => {
        tokens += length
        offsets[index] = BigInt(tokens)
      })
      records += lengths.length
      await idsFile.append(ids)
      await offsetsFile.append(new Uint8Array(offsets.buffer))
      await rowsFile.append(rows)
    },
    async finish() {
      await idsFile.patch(0, npyHeader('<u4', tokens))
      await offsetsFile.patch(0, npyHeader('<i8', records + 1))
    },
    get state() {
      return { tokens, records } satisfies NpyState
    },
  }
}

function parquetOutput(
  fields: ParquetFields,
  [file]: readonly OutputFile[],
  restored: readonly RowGroup[] | undefined,
): Output {
  const rowGroups: RowGroup[] = [...(restored ?? [])]
  return {
    begin: () => file.append(PARQUET_MAGIC),
    async append({ chunks, rowGroup }) {
      if (rowGroup !== undefined) rowGroups.push(moved(rowGroup, file.length))
      await file.append(chunks[0])
    },
    async finish() {
      const { parquetFooter } = await import('./parquet.js')
      await file.append(parquetFooter(fields, rowGroups))
    },
    state: rowGroups,
  }
}
