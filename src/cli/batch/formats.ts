import type { PrefillEncoder } from './encoder.js'
import { jsonlEncoder } from './jsonl.js'
import { npyEncoder } from './npy.js'
import type { OutputFormat } from './output-format.js'

/** @param column the name of the column with the prompt's tokens, for Parquet */
export async function createEncoder(format: OutputFormat, column: string): Promise<PrefillEncoder> {
  switch (format) {
    case 'jsonl':
      return jsonlEncoder()
    case 'npy':
      return npyEncoder()
    case 'parquet':
      return (await import('./parquet.js')).parquetEncoder(column)
  }
}
