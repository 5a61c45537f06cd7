import type { RowGroup, SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { writeColumn } from 'hyparquet-writer/src/column.js'
import type { PrefillRecord } from '../../batch/index.js'
import type { EncodedBatch, PrefillEncoder } from './encoder.js'
import { listField, PARQUET_MAGIC, type ParquetFields, prefillColumns, textField } from './parquet-layout.js'

/**
 * Encodes a batch as one row group, its offsets counted from its own beginning: the bytes do not depend on where in the file they come to lie, so that
 * threads can work side by side.
 *
 * @param column the name of the column with the prompts' tokens
 */
export function parquetEncoder(column: string): PrefillEncoder {
  let records: PrefillRecord[] = []
  return {
    add(record) {
      records.push(record)
    },
    finish() {
      const batch = encodeRowGroup(columnsOf(records, column), records.length)
      records = []
      return batch
    },
  }
}

/** The columns' bytes as one row group. Without rows there is none. */
export function encodeRowGroup(columns: readonly ColumnData[], rowCount: number): EncodedBatch {
  if (rowCount === 0) return { chunks: [new Uint8Array()] }
  const writer = new ByteWriter()
  const root = rootOf(columns.length)
  const chunks = columns.map(({ path, encoding, ...pageData }) => {
    const element = path.at(-1)!
    const columnName = path.map(({ name }) => name).join('.')
    return writeColumn({
      writer,
      column: { ...COLUMN_OPTIONS, ...encoding, columnName, element, schemaPath: [root, ...path] },
      pageData,
    }).chunk
  })
  const bytes = writer.getBytes()
  const rowGroup: RowGroup = {
    columns: chunks,
    num_rows: BigInt(rowCount),
    total_byte_size: BigInt(bytes.length),
    total_compressed_size: BigInt(bytes.length),
  }
  return { chunks: [bytes], rowGroup }
}

/** What follows the last row group. */
export function parquetFooter(fields: ParquetFields, rowGroups: readonly RowGroup[]): Uint8Array {
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({ writer: bytes, schema: [rootOf(fields.length), ...fields.flat()] })
  writer.row_groups = [...rowGroups]
  writer.num_rows = rowGroups.reduce((sum, { num_rows }) => sum + num_rows, 0n)
  void writer.finish()
  // It begins with what stands at the front of a file.
  return bytes.getBytes().slice(PARQUET_MAGIC.length)
}

function rootOf(fieldCount: number): SchemaElement {
  return { name: 'root', num_children: fieldCount }
}

export function textColumn(name: string, values: readonly string[]): ColumnData {
  return { ...FLAT, ...PLAIN, path: textField(name, 'REQUIRED'), values: [...values] }
}

/** @param lists none of them empty */
export function listColumn(name: string, lists: readonly (readonly number[])[]): ColumnData {
  return { ...listValues(lists), ...PLAIN, path: listField(name) }
}

const PLAIN = { encoding: { encoding: 'PLAIN' } } as const
const FLAT = { definitionLevels: [], repetitionLevels: [], maxDefinitionLevel: 0 }

const COLUMN_OPTIONS = {
  // Ids hardly shrink, by a tenth, and compressing them in JavaScript takes longer than making them.
  codec: 'UNCOMPRESSED',
  compressors: {},
  stats: false,
  pageSize: 1024 * 1024,
  columnIndex: false,
  offsetIndex: false,
} as const

type PageData = Parameters<typeof writeColumn>[0]['pageData']

export interface ColumnData extends PageData {
  readonly path: SchemaElement[]
  /** Without one, the writer looks whether a dictionary is worth it. */
  readonly encoding?: { readonly encoding: 'PLAIN' }
}

function columnsOf(records: readonly PrefillRecord[], column: string): ColumnData[] {
  const fields = prefillColumns(column)
  const toolNames = records.map(({ toolNames }) =>
    toolNames === undefined ? null : JSON.stringify(toolNames),
  )
  return [
    textColumn(
      'custom_id',
      records.map(({ customId }) => customId),
    ),
    listColumn(
      column,
      records.map(({ promptTokenIds }) => promptTokenIds),
    ),
    // The stop tokens are in here: an engine wants them as one of its sampling parameters.
    {
      ...FLAT,
      path: fields.samplingParams,
      values: records.map(({ samplingParams, stopTokenIds }) =>
        JSON.stringify({ ...samplingParams, stop_token_ids: stopTokenIds }),
      ),
    },
    {
      ...FLAT,
      ...PLAIN,
      path: fields.tokenCount,
      values: Int32Array.from(records, ({ promptTokenIds }) => promptTokenIds.length),
    },
    {
      ...FLAT,
      path: fields.toolNames,
      values: toolNames,
      definitionLevels: toolNames.map((names) => (names === null ? 0 : 1)),
      maxDefinitionLevel: 1,
    },
  ]
}

/**
 * All lists' numbers and their levels, as the format has lists: the first number of a list repeats nothing, the others repeat its list. By hand and in
 * typed arrays, because the writer's own way through lists of lists takes ten times as long and ten times as much memory. No list is empty.
 */
function listValues(lists: readonly (readonly number[])[]): PageData {
  const count = lists.reduce((sum, list) => sum + list.length, 0)
  const values = new Int32Array(count)
  const repetitionLevels = new Uint8Array(count).fill(1)
  let at = 0
  for (const list of lists) {
    values.set(list, at)
    repetitionLevels[at] = 0
    at += list.length
  }
  // The writer only reads them, by index and with slice().
  const levels = (array: Uint8Array): number[] => array as unknown as number[]
  return {
    values,
    definitionLevels: levels(new Uint8Array(count).fill(1)),
    repetitionLevels: levels(repetitionLevels),
    maxDefinitionLevel: 1,
  }
}
