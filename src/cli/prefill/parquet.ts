import { ByteWriter, ParquetWriter, type ColumnSource } from 'hyparquet-writer'
import type { RowGroup, SchemaElement } from 'hyparquet'
import type { PrefillRecord } from '../../prefill/prefill.js'
import type { PrefillEncoder } from './formats.js'

/** A row group's entry in the footer, its offsets counted from the row group's own beginning. */
export type EncodedRowGroup = RowGroup

/** At the front of a Parquet file, and at its end. */
export const PARQUET_MAGIC = new TextEncoder().encode('PAR1')

/**
 * Encodes a batch as one row group. The bytes do not depend on where in the file they come to lie, so that threads can work side by side.
 *
 * @param column the name of the column with the prompt's tokens
 */
export function parquetEncoder(column: string): PrefillEncoder {
  const records: PrefillRecord[] = []
  return {
    add(record) {
      records.push(record)
    },
    finish() {
      if (records.length === 0) return { chunks: [new Uint8Array()] }
      const bytes = new ByteWriter()
      const writer = new ParquetWriter({ writer: bytes, schema: schemaOf(column), codec: 'UNCOMPRESSED', statistics: false })
      void writer.write({ columnData: columnsOf(records, column), rowGroupSize: records.length })
      const [rowGroup] = writer.row_groups
      return {
        chunks: [bytes.getBytes().slice(PARQUET_MAGIC.length)],
        rowGroup: moved(rowGroup, -PARQUET_MAGIC.length),
      }
    },
  }
}

/** What follows the last row group. */
export function parquetFooter(column: string, rowGroups: readonly RowGroup[]): Uint8Array {
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({ writer: bytes, schema: schemaOf(column), statistics: false })
  writer.row_groups = [...rowGroups]
  writer.num_rows = rowGroups.reduce((sum, { num_rows }) => sum + num_rows, 0n)
  void writer.finish()
  return bytes.getBytes().slice(PARQUET_MAGIC.length)
}

/** A row group's entry with its offsets `byteCount` further on. */
export function moved(rowGroup: RowGroup, byteCount: number): RowGroup {
  const by = BigInt(byteCount)
  return {
    ...rowGroup,
    columns: rowGroup.columns.map((chunk) => {
      const { meta_data: meta } = chunk
      if (meta === undefined) throw new Error('a column chunk without its meta data: has hyparquet-writer changed?')
      return {
        ...chunk,
        file_offset: chunk.file_offset + by,
        meta_data: {
          ...meta,
          data_page_offset: meta.data_page_offset + by,
          ...(meta.dictionary_page_offset === undefined ? {} : { dictionary_page_offset: meta.dictionary_page_offset + by }),
        },
      }
    }),
  }
}

function schemaOf(column: string): SchemaElement[] {
  return [
    { name: 'root', num_children: 5 },
    { name: 'custom_id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    { name: column, repetition_type: 'REQUIRED', converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'INT32', repetition_type: 'REQUIRED' },
    { name: 'sampling_params', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    { name: 'num_prompt_tokens', type: 'INT32', repetition_type: 'REQUIRED' },
    { name: 'tool_names', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  ]
}

function columnsOf(records: readonly PrefillRecord[], column: string): ColumnSource[] {
  // Page indexes would have to be moved too, and help nobody to read a batch from its beginning to its end.
  const common = { offsetIndex: false } as const
  return [
    { ...common, name: 'custom_id', data: records.map(({ customId }) => customId), encoding: 'PLAIN' },
    { ...common, name: column, data: records.map(({ promptTokenIds }) => promptTokenIds), encoding: 'PLAIN' },
    // The stop tokens are in here: an engine wants them as one of its sampling parameters.
    {
      ...common,
      name: 'sampling_params',
      data: records.map(({ samplingParams, stopTokenIds }) => JSON.stringify({ ...samplingParams, stop_token_ids: stopTokenIds })),
    },
    { ...common, name: 'num_prompt_tokens', data: records.map(({ promptTokenIds }) => promptTokenIds.length), encoding: 'PLAIN' },
    { ...common, name: 'tool_names', data: records.map(({ toolNames }) => (toolNames === undefined ? null : JSON.stringify(toolNames))) },
  ]
}
