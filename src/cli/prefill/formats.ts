import { prefillRecordToJson, type PrefillRecord } from '../../prefill/prefill.js'
import type { OutputFormat } from './output-format.js'
import type { RowGroup } from 'hyparquet'
import { jsonlEncoder } from './jsonl.js'
import { parquetEncoder } from './parquet.js'

/** A batch's records, ready to be appended: a chunk for each of the output's files. */
export interface EncodedBatch {
  readonly chunks: readonly Uint8Array<ArrayBuffer>[]
  readonly rowGroup?: RowGroup
}

/** Gathers the records of one batch after the other. */
export interface PrefillEncoder {
  add(record: PrefillRecord): void
  /** The batch so far; the next one begins. */
  finish(): EncodedBatch
}

/** @param column the name of the column with the prompt's tokens, for Parquet */
export function createEncoder(format: OutputFormat, column: string): PrefillEncoder {
  switch (format) {
    case 'jsonl':
      return jsonlEncoder()
    case 'npy':
      return npyEncoder()
    case 'parquet':
      return parquetEncoder(column)
  }
}

/** Ids, the records' lengths (offsets are the writer's to add up), and the rest of each record as a line. */
function npyEncoder(): PrefillEncoder {
  let records: PrefillRecord[] = []
  return {
    add(record) {
      records.push(record)
    },
    finish() {
      const ids = new Uint32Array(records.reduce((sum, { promptTokenIds }) => sum + promptTokenIds.length, 0))
      const lengths = new Uint32Array(records.length)
      let text = ''
      let at = 0
      records.forEach((record, index) => {
        const { prompt_token_ids: tokens, ...rest } = prefillRecordToJson(record)
        ids.set(tokens, at)
        at += tokens.length
        lengths[index] = tokens.length
        text += `${JSON.stringify(rest)}\n`
      })
      records = []
      return { chunks: [new Uint8Array(ids.buffer), new Uint8Array(lengths.buffer), new TextEncoder().encode(text)] }
    },
  }
}
