import type { RowGroup, SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { writeColumn } from 'hyparquet-writer/src/column.js'
import type { PrefillRecord } from '../../batch/index.js'
import type { PrefillEncoder } from './encoder.js'

/** At the front of a Parquet file, and at its end. */
export const PARQUET_MAGIC = new TextEncoder().encode('PAR1')

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
      if (records.length === 0) return { chunks: [new Uint8Array()] }
      const writer = new ByteWriter()
      const columns = columnsOf(records, column).map(({ path, encoding, ...pageData }) => {
        const element = path.at(-1)!
        const columnName = path.map(({ name }) => name).join('.')
        return writeColumn({
          writer,
          column: { ...COLUMN_OPTIONS, ...encoding, columnName, element, schemaPath: [ROOT, ...path] },
          pageData,
        }).chunk
      })
      const bytes = writer.getBytes()
      const rowGroup: RowGroup = {
        columns,
        num_rows: BigInt(records.length),
        total_byte_size: BigInt(bytes.length),
        total_compressed_size: BigInt(bytes.length),
      }
      records = []
      return { chunks: [bytes.slice()], rowGroup }
    },
  }
}

/** What follows the last row group. */
export function parquetFooter(column: string, rowGroups: readonly RowGroup[]): Uint8Array {
  const bytes = new ByteWriter()
  const elements = Object.values(fieldsOf(column)).flat()
  const writer = new ParquetWriter({ writer: bytes, schema: [ROOT, ...elements] })
  writer.row_groups = [...rowGroups]
  writer.num_rows = rowGroups.reduce((sum, { num_rows }) => sum + num_rows, 0n)
  void writer.finish()
  // It begins with what stands at the front of a file.
  return bytes.getBytes().slice(PARQUET_MAGIC.length)
}

/** A row group's entry with its offsets `byteCount` further on. */
export function moved(rowGroup: RowGroup, byteCount: number): RowGroup {
  const by = BigInt(byteCount)
  return {
    ...rowGroup,
    columns: rowGroup.columns.map((chunk) => {
      const { meta_data: meta } = chunk
      if (meta === undefined)
        throw new Error('a column chunk without its meta data: has hyparquet-writer changed?')
      return {
        ...chunk,
        file_offset: chunk.file_offset + by,
        meta_data: {
          ...meta,
          data_page_offset: meta.data_page_offset + by,
          ...(meta.dictionary_page_offset === undefined
            ? {}
            : { dictionary_page_offset: meta.dictionary_page_offset + by }),
        },
      }
    }),
  }
}

const ROOT: SchemaElement = { name: 'root', num_children: 5 }

/** Each field's elements, from the field down to what holds its values. */
function fieldsOf(column: string) {
  const text = (name: string, repetition: 'REQUIRED' | 'OPTIONAL'): SchemaElement => ({
    name,
    type: 'BYTE_ARRAY',
    converted_type: 'UTF8',
    repetition_type: repetition,
  })
  return {
    customId: [text('custom_id', 'REQUIRED')],
    tokens: [
      { name: column, repetition_type: 'REQUIRED', converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'INT32', repetition_type: 'REQUIRED' },
    ],
    samplingParams: [text('sampling_params', 'REQUIRED')],
    tokenCount: [{ name: 'num_prompt_tokens', type: 'INT32', repetition_type: 'REQUIRED' }],
    toolNames: [text('tool_names', 'OPTIONAL')],
  } satisfies Record<string, SchemaElement[]>
}

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

interface ColumnData extends PageData {
  readonly path: SchemaElement[]
  /** Without one, the writer looks whether a dictionary is worth it. */
  readonly encoding?: { readonly encoding: 'PLAIN' }
}

function columnsOf(records: readonly PrefillRecord[], column: string): ColumnData[] {
  const fields = fieldsOf(column)
  const plain = { encoding: { encoding: 'PLAIN' } } as const
  const flat = { definitionLevels: [], repetitionLevels: [], maxDefinitionLevel: 0 }
  const toolNames = records.map(({ toolNames }) =>
    toolNames === undefined ? null : JSON.stringify(toolNames),
  )
  return [
    { ...flat, ...plain, path: fields.customId, values: records.map(({ customId }) => customId) },
    { ...tokenValues(records), ...plain, path: fields.tokens },
    // The stop tokens are in here: an engine wants them as one of its sampling parameters.
    {
      ...flat,
      path: fields.samplingParams,
      values: records.map(({ samplingParams, stopTokenIds }) =>
        JSON.stringify({ ...samplingParams, stop_token_ids: stopTokenIds }),
      ),
    },
    {
      ...flat,
      ...plain,
      path: fields.tokenCount,
      values: Int32Array.from(records, ({ promptTokenIds }) => promptTokenIds.length),
    },
    {
      ...flat,
      path: fields.toolNames,
      values: toolNames,
      definitionLevels: toolNames.map((names) => (names === null ? 0 : 1)),
      maxDefinitionLevel: 1,
    },
  ]
}

/**
 * All prompts' tokens and their levels, as the format has lists: the first token of a prompt repeats nothing, the others repeat its list. By hand and in
 * typed arrays, because the writer's own way through lists of lists takes ten times as long and ten times as much memory. No prompt is empty.
 */
function tokenValues(records: readonly PrefillRecord[]): PageData {
  const count = records.reduce((sum, { promptTokenIds }) => sum + promptTokenIds.length, 0)
  const values = new Int32Array(count)
  const repetitionLevels = new Uint8Array(count).fill(1)
  let at = 0
  for (const { promptTokenIds } of records) {
    values.set(promptTokenIds, at)
    repetitionLevels[at] = 0
    at += promptTokenIds.length
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
