import { type PrefillRecord, prefillRecordToJson } from '../../batch/index.js'
import type { PrefillEncoder } from './encoder.js'

/**
 * Records as lines of JSON, the same bytes as `JSON.stringify` gives for `prefillRecordToJson`. The ids, which are nearly all of them, are written
 * digit by digit: to strings and from there to UTF-8, they would take a fifth of a run's time.
 */
export function jsonlEncoder(): PrefillEncoder {
  const encoder = new TextEncoder()
  // Kept from batch to batch: what grows in steps leaves much behind for the garbage collector.
  let bytes = new Uint8Array(INITIAL_BYTES)
  let length = 0

  const reserve = (byteCount: number): void => {
    if (length + byteCount <= bytes.length) return
    const larger = new Uint8Array(Math.max(2 * bytes.length, length + byteCount))
    larger.set(bytes.subarray(0, length))
    bytes = larger
  }
  const writeText = (text: string): void => {
    reserve(3 * text.length)
    length += encoder.encodeInto(text, bytes.subarray(length)).written
  }
  return {
    add(record: PrefillRecord) {
      const { custom_id: customId, prompt_token_ids: tokens, ...rest } = prefillRecordToJson(record)
      writeText(`{"custom_id":${JSON.stringify(customId)},"prompt_token_ids":[`)
      reserve(MAX_ID_BYTES * tokens.length)
      length = writeIds(tokens, bytes, length)
      writeText(`],${JSON.stringify(rest).slice(1)}\n`)
    },
    finish() {
      const chunk = bytes.slice(0, length)
      length = 0
      return { chunks: [chunk] }
    },
  }
}

const INITIAL_BYTES = 1024 * 1024
/** Six digits and a comma. */
const MAX_ID_BYTES = 7
const ZERO = 0x30
const COMMA = 0x2c

/** `000` to `999`, one behind the other. */
const TRIPLES = Uint8Array.from(
  { length: 3000 },
  (_, index) => ZERO + (Math.trunc(Math.trunc(index / 3) / [100, 10, 1][index % 3]) % 10),
)

/** Writes ids of at most six digits, with commas between. @returns where they end */
function writeIds(ids: readonly number[], bytes: Uint8Array, start: number): number {
  let at = start
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]
    if (i > 0) bytes[at++] = COMMA
    const thousands = (id / 1000) | 0
    const ones = id - thousands * 1000
    const first = id < 1000 ? ones : thousands
    if (first >= 100) bytes[at++] = TRIPLES[first * 3]!
    if (first >= 10) bytes[at++] = TRIPLES[first * 3 + 1]!
    bytes[at++] = TRIPLES[first * 3 + 2]!
    if (id >= 1000) {
      bytes[at++] = TRIPLES[ones * 3]!
      bytes[at++] = TRIPLES[ones * 3 + 1]!
      bytes[at++] = TRIPLES[ones * 3 + 2]!
    }
  }
  return at
}
