import { expect, test } from 'vitest'
import { Statistics } from '../../src/batch/index.js'
import { statisticsPage } from '../../src/cli/batch/statistics-page.js'

function pageOf(tokenCounts: readonly number[]): string {
  const statistics = new Statistics()
  for (const tokens of tokenCounts) statistics.add(tokens)
  return statisticsPage({ lines: tokenCounts.length, ...statistics.summary() }, 'out.jsonl')
}

/** The ticks of a page: their texts, and where they stand in percent. */
function ticksOf(page: string): readonly (readonly [text: string, left: number])[] {
  return [...page.matchAll(/class="tick[^"]*" style="left: ([\d.]+)%">([^<]+)</g)].map(([, left, text]) => [
    text,
    Number(left),
  ])
}

test.each([[[57]], [[57, 57]], [[57, 58]], [[0]], [[1]], [[131_072]]])(
  'the axis of a few records has at least two labels, none beyond its ends: %j',
  (counts) => {
    const ticks = ticksOf(pageOf(counts))
    expect(ticks.length).toBeGreaterThanOrEqual(2)
    for (const [, left] of ticks) {
      expect(left).toBeGreaterThanOrEqual(0)
      expect(left).toBeLessThanOrEqual(100)
    }
    expect(new Set(ticks.map(([text]) => text)).size).toBe(ticks.length)
  },
)

test('a narrow screen shows every other label of many, and all of a few', () => {
  const few = pageOf([70, 75, 120])
  expect(ticksOf(few).length).toBeLessThanOrEqual(6)
  expect(few).not.toContain('tick minor')

  const page = pageOf(Array.from({ length: 18 }, (_, exponent) => 2 ** exponent))
  const ticks = ticksOf(page)
  expect(ticks.map(([text]) => text)).toContain('128K')
  for (const [text] of ticks) expect(text.length).toBeLessThanOrEqual(4)
  expect(page.match(/tick minor/g)!.length).toBeGreaterThanOrEqual(Math.floor(ticks.length / 2))
  expect(page).toMatch(/@media \(max-width: \d+rem\) \{ \.minor \{ display: none \} \}/)
})
