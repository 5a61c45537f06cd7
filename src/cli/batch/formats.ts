import type { PrefillEncoder } from './encoder.js'
import { jsonlEncoder } from './jsonl.js'
import { npyEncoder } from './npy.js'
import type { OutputFormat } from './output-format.js'
import { parquetEncoder } from './parquet.js'

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
