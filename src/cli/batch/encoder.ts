import type { RowGroup } from 'hyparquet'
import type { PrefillRecord } from '../../batch/index.js'

/** A batch's records, ready to be appended. */
export interface EncodedBatch {
  /** One for each of the output's files. The next batch may be put into the same memory. */
  readonly chunks: readonly Uint8Array<ArrayBuffer>[]
  readonly rowGroup?: RowGroup
}

/** Gathers the records of one batch after the other. */
export interface PrefillEncoder {
  add(record: PrefillRecord): void
  /** The batch so far; the next one begins. */
  finish(): EncodedBatch
}
