import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Statistics } from '../../src/batch/statistics.js'

const lengths = fc.array(fc.oneof(fc.nat(40), fc.nat(200_000)), { minLength: 1, maxLength: 100 })

function statisticsOf(tokens: readonly number[]): Statistics {
  const statistics = new Statistics()
  tokens.forEach((count, index) => {
    statistics.add(count)
    statistics.addLongest({ custom_id: `c${index}`, line: index + 1, tokens: count })
  })
  return statistics
}

test('each length is in the one bar that covers it; no bar is wider than an eighth of its beginning', () => {
  fc.assert(
    fc.property(lengths, (tokens) => {
      const { histogram, records, tokens: total } = statisticsOf(tokens).summary()
      for (const { from, to, count } of histogram) {
        expect(tokens.filter((length) => length >= from && length < to)).toHaveLength(count)
        expect(to - from).toBeLessThanOrEqual(Math.max(1, from / 8))
      }
      expect(histogram.reduce((sum, { count }) => sum + count, 0)).toBe(tokens.length)
      expect({ records, total }).toEqual({ records: tokens.length, total: tokens.reduce((a, b) => a + b, 0) })
    }),
  )
})

test('percentiles are those of the sorted lengths, at most an eighth too high', () => {
  fc.assert(
    fc.property(lengths, (tokens) => {
      const sorted = tokens.toSorted((a, b) => a - b)
      const { percentiles } = statisticsOf(tokens).summary()
      for (const [name, share] of [
        ['p50', 0.5],
        ['p90', 0.9],
        ['p99', 0.99],
      ] as const) {
        const exact = sorted[Math.ceil(share * sorted.length) - 1]
        expect(percentiles[name]).toBeGreaterThanOrEqual(exact)
        expect(percentiles[name]).toBeLessThanOrEqual(exact * 1.125)
      }
    }),
  )
})

test('the first of the longest is named', () => {
  expect(statisticsOf([3, 7, 7]).summary().longest).toEqual({ custom_id: 'c1', line: 2, tokens: 7 })
})

test('goes on from its state as if it had never stopped', () => {
  fc.assert(
    fc.property(lengths, lengths, (before, after) => {
      const resumed = new Statistics(
        JSON.parse(JSON.stringify(statisticsOf(before).state)) as Statistics['state'],
      )
      for (const tokens of after) resumed.add(tokens)
      resumed.addFailure('invalid-json')
      resumed.tally('finish_reason stop', 2)
      const unbroken = statisticsOf(before)
      for (const tokens of after) unbroken.add(tokens)
      unbroken.addFailure('invalid-json')
      unbroken.tally('finish_reason stop', 2)
      expect(resumed.summary()).toEqual(unbroken.summary())
    }),
  )
})

test('nothing counted is no longest, and zeros', () => {
  expect(new Statistics().summary()).toMatchObject({
    records: 0,
    tokens: 0,
    mean_tokens: 0,
    longest: null,
    percentiles: { p50: 0 },
    histogram: [],
  })
})
