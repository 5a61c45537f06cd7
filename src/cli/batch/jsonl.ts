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
  let view = new DataView(bytes.buffer)
  let length = 0

  const reserve = (byteCount: number): void => {
    if (length + byteCount <= bytes.length) return
    const larger = new Uint8Array(Math.max(2 * bytes.length, length + byteCount))
    larger.set(bytes.subarray(0, length))
    bytes = larger
    view = new DataView(bytes.buffer)
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
      length = writeIds(tokens, view, length)
      writeText(`],${JSON.stringify(rest).slice(1)}\n`)
    },
    finish() {
      const chunk = bytes.subarray(0, length)
      length = 0
      return { chunks: [chunk] }
    },
  }
}

const INITIAL_BYTES = 1024 * 1024
/** Six digits and a comma. */
const MAX_ID_BYTES = 7

const NUMBERS = Array.from({ length: 1000 }, (_, number) => `${number}`)
/** An id's digits before its last three. */
const { words: THOUSANDS, lengths: THOUSANDS_LENGTHS } = wordsOf(['', ...NUMBERS.slice(1)])
/** The last three and a comma, for ids below 1000 and then for the others. */
const { words: ONES, lengths: ONES_LENGTHS } = wordsOf([
  ...NUMBERS.map((digits) => `${digits},`),
  ...NUMBERS.map((digits) => `${digits.padStart(3, '0')},`),
])

/** Texts of at most four bytes, as words to be written whole. */
function wordsOf(texts: readonly string[]): { readonly words: Uint32Array; readonly lengths: Uint8Array } {
  const bytes = new TextEncoder().encode(texts.map((text) => text.padEnd(4)).join(''))
  return { words: new Uint32Array(bytes.buffer), lengths: Uint8Array.from(texts, ({ length }) => length) }
}

/**
 * Writes ids of at most six digits, with commas between. The loop has no branch, because
 * a processor cannot foresee which ids are below 1000.
 *
 * @returns where they end
 */
function writeIds(ids: readonly number[], view: DataView, start: number): number {
  let at = start
  for (let i = 0; i < ids.length; i++) {
    const thousands = (ids[i] / 1000) | 0
    const ones = ids[i] - 1000 * thousands + (1000 & (-thousands >> 31))
    view.setUint32(at, THOUSANDS[thousands], true)
    at += THOUSANDS_LENGTHS[thousands]
    view.setUint32(at, ONES[ones], true)
    at += ONES_LENGTHS[ones]
  }
  return ids.length === 0 ? start : at - 1
}
