import type { TrainingRow } from '../../batch/index.js'
import type { EncodedBatch } from './encoder.js'
import type { OutputFormat } from './output-format.js'
import { encodeRowGroup, listColumn, textColumn } from './parquet.js'
import { trainingLists } from './parquet-layout.js'

export function encodeTrainingRows(
  rows: readonly TrainingRow[],
  format: OutputFormat,
  isPacked: boolean,
): EncodedBatch {
  switch (format) {
    case 'jsonl':
      return { chunks: [encodeText(rows.map((row) => `${JSON.stringify(row)}\n`))] }
    case 'parquet':
      return encodeRowGroup(
        [
          textColumn(
            'custom_id',
            rows.map((row) => row.custom_id),
          ),
          ...trainingLists(isPacked).map((name) =>
            listColumn(
              name,
              rows.map((row) => row[name] ?? []),
            ),
          ),
        ],
        rows.length,
      )
    case 'npy':
      return npyRows(rows)
  }
}

/** The ids as an array; in the rows beside it, which of them are learned and where conversations start. */
function npyRows(rows: readonly TrainingRow[]): EncodedBatch {
  const ids = Uint32Array.from(rows.flatMap((row) => row.input_ids))
  const lengths = Uint32Array.from(rows, (row) => row.input_ids.length)
  const lines = rows.map(({ custom_id, input_ids: tokens, labels, position_ids: positions }) => {
    const learned = rangesWhere(labels, (label) => label !== -100)
    const starts = positions?.flatMap((position, index) => (position === 0 ? [index] : []))
    return `${JSON.stringify({ custom_id, num_tokens: tokens.length, learned, starts })}\n`
  })
  return { chunks: [new Uint8Array(ids.buffer), new Uint8Array(lengths.buffer), encodeText(lines)] }
}

function rangesWhere(values: readonly number[], holds: (value: number) => boolean): [number, number][] {
  const ranges: [number, number][] = []
  values.forEach((value, index) => {
    if (!holds(value)) return
    const last = ranges.at(-1)
    if (last?.[1] === index) last[1] = index + 1
    else ranges.push([index, index + 1])
  })
  return ranges
}

function encodeText(lines: readonly string[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(lines.join(''))
}
