import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonlEncoder } from '../../src/cli/batch/jsonl.js'
import { prefillRecordToJson, type PrefillRecord } from '../../src/batch/index.js'

const record: fc.Arbitrary<PrefillRecord> = fc.record(
  {
    customId: fc.string({ unit: 'grapheme' }),
    promptTokenIds: fc.array(fc.oneof(fc.nat(1000), fc.nat(201_088))),
    stopTokenIds: fc.constant([200002, 200012]),
    samplingParams: fc.dictionary(fc.string(), fc.jsonValue()),
  },
  { requiredKeys: ['customId', 'promptTokenIds', 'stopTokenIds'] },
)

test('JSON lines are what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.array(fc.array(record)), (batches) => {
      const encoder = jsonlEncoder()
      for (const records of batches) {
        for (const one of records) encoder.add(one)
        const expected = records.map((one) => `${JSON.stringify(prefillRecordToJson(one))}\n`).join('')
        expect(new TextDecoder().decode(encoder.finish().chunks[0])).toBe(expected)
      }
    }),
  )
})

test('every id is written as its digits', () => {
  const encoder = jsonlEncoder()
  const promptTokenIds = Array.from({ length: 201_089 }, (_, id) => id)
  encoder.add({ customId: '', promptTokenIds, stopTokenIds: [] })
  const line = new TextDecoder().decode(encoder.finish().chunks[0])
  expect((JSON.parse(line) as { prompt_token_ids: number[] }).prompt_token_ids).toEqual(promptTokenIds)
  expect(line).not.toMatch(/\b0\d/)
})
