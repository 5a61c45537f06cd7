import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wrap } from '../../src/cli/wrap.js'

describe('wrap', () => {
  test.each<[string, string, number, string[]]>([
    ['what fits stays whole', 'one two', 7, ['one two']],
    ['cuts behind spaces', 'one two three', 8, ['one two ', 'three']],
    ['lets spaces stand out at a cut', 'one two   three', 7, ['one two   ', 'three']],
    ['cuts a long word where it must', 'abcdefgh', 3, ['abc', 'def', 'gh']],
    ['begins a long word on a line of its own', 'a bcdefg', 3, ['a ', 'bcd', 'efg']],
    ['counts wide characters as two', '東京東京', 5, ['東京', '東京']],
    ['does not count what combines', 'e\u0301e\u0301e\u0301', 2, ['e\u0301e\u0301', 'e\u0301']],
    ['puts a character that is wider than a line on one of its own', '東a', 1, ['東', 'a']],
    ['keeps empty text', '', 5, ['']],
  ])('%s', (_, text, columns, lines) => {
    expect(wrap(text, columns)).toEqual(lines)
  })

  test('loses nothing, and makes no line too long', () => {
    const character = fc.constantFrom('a', 'b', ' ', '東', '\u0301', '☔', '😀')
    fc.assert(
      fc.property(fc.array(character), fc.integer({ min: 2, max: 12 }), (characters, columns) => {
        const lines = wrap(characters.join(''), columns)
        expect(lines.join('')).toBe(characters.join(''))
        for (const line of lines) {
          const widths = [...line.trimEnd()].map((one) =>
            one === '\u0301' ? 0 : one === 'a' || one === 'b' || one === ' ' ? 1 : 2,
          )
          expect(widths.reduce<number>((sum, width) => sum + width, 0)).toBeLessThanOrEqual(columns)
        }
      }),
    )
  })

  test('takes a line of a megabyte in no time', () => {
    const start = performance.now()
    expect(wrap('x'.repeat(1_000_000), 57)).toHaveLength(17544)
    // The quadratic way takes minutes.
    expect(performance.now() - start).toBeLessThan(2000)
  })
})
