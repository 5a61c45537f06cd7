import { type PrefillRecord, prefillRecordToJson } from '../../batch/index.js'
import type { PrefillEncoder } from './encoder.js'

/** Ids, the records' lengths (offsets are the writer's to add up), and the rest of each record as a line. */
export function npyEncoder(): PrefillEncoder {
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
      return {
        chunks: [new Uint8Array(ids.buffer), new Uint8Array(lengths.buffer), new TextEncoder().encode(text)],
      }
    },
  }
}

/** A multiple of 64, as the format asks for, and room for any shape. */
export const NPY_HEADER_BYTES = 128

/**
 * The header of a one-dimensional array, format version 1.0.
 *
 * Source: NumPy's documentation, numpy.lib.format.
 *
 * @param descr the type, as in `<u4`
 */
export function npyHeader(descr: string, length: number): Uint8Array {
  const header = new Uint8Array(NPY_HEADER_BYTES)
  const prefixBytes = MAGIC.length + 2 + 2
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${length},), }`.padEnd(
    NPY_HEADER_BYTES - prefixBytes - 1,
  )
  header.set([...MAGIC, 1, 0])
  new DataView(header.buffer).setUint16(MAGIC.length + 2, NPY_HEADER_BYTES - prefixBytes, true)
  header.set(new TextEncoder().encode(`${dictionary}\n`), prefixBytes)
  return header
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
