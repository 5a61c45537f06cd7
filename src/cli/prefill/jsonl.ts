import { prefillRecordToJson, type PrefillRecord } from '../../prefill/prefill.js'
import type { PrefillEncoder } from './formats.js'

/**
 * Records as lines of JSON, the same bytes as `JSON.stringify` gives for `prefillRecordToJson`. The ids, which are nearly all of them, are written
 * digit by digit: to strings and from there to UTF-8, they would take a fifth of a run's time.
 */
export function jsonlEncoder(): PrefillEncoder {
  const encoder = new TextEncoder()
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
    finish: () => ({ chunks: [bytes.slice(0, length)] }),
  }
}

const INITIAL_BYTES = 1024 * 1024
/** Six digits and a comma. */
const MAX_ID_BYTES = 7
const ZERO = 0x30
const COMMA = 0x2c

/** Writes ids of at most six digits, with commas between. @returns where they end */
function writeIds(ids: readonly number[], bytes: Uint8Array, start: number): number {
  let at = start
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]
    if (i > 0) bytes[at++] = COMMA
    let power = id < 10 ? 1 : id < 100 ? 10 : id < 1000 ? 100 : id < 10_000 ? 1000 : id < 100_000 ? 10_000 : 100_000
    for (let rest = id; power >= 1; power = (power / 10) | 0) {
      const digit = (rest / power) | 0
      bytes[at++] = ZERO + digit
      rest -= digit * power
    }
  }
  return at
}
