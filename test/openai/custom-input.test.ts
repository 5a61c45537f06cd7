import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createInputReader } from '../../src/openai/index.js'

function read(pieces: readonly string[]): string {
  const reader = createInputReader()
  return pieces.map((piece) => reader.push(piece)).join('') + reader.end(pieces.join(''))
}

describe("a custom tool's input", () => {
  test('is the string under "input", unescaped, wherever the JSON is cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.boolean(),
        fc.array(fc.nat()),
        (input, ascii, places) => {
          const json = JSON.stringify({ input }, null, 1)
          const text = ascii
            ? json.replace(
                /[\u0080-\uffff]/g,
                (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
              )
            : json
          const cuts = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b)
          expect(read([0, ...cuts].map((from, i) => text.slice(from, cuts[i] ?? text.length)))).toBe(input)
        },
      ),
    )
  })

  test.each([
    ['what came of it, if the tokens ran out', '{"input": "ls \\"x', 'ls "x'],
    ['with line breaks that should have been escaped', '{"input": "a\nb"}', 'a\nb'],
    ['without what follows it', '{"input": "a", "timeout": 5}', 'a'],
    ['under a later key', '{"timeout": 5, "input": "a"}', 'a'],
    ['all of the arguments, if they have another shape', 'ls -l', 'ls -l'],
    ['all of the arguments, if the input is no string', '{"input": 5}', '{"input": 5}'],
    ['as written, if an escape is none', '{"input": "a\\q"}', 'a\\q'],
    ['empty', '{"input": ""}', ''],
  ])('is %s', (_, text, input) => {
    expect(read([text])).toBe(input)
    expect(read([...text])).toBe(input)
  })

  test('streams as it is sampled', () => {
    const reader = createInputReader()
    const deltas = ['{"in', 'put": "l', 's \\', 'n\\u00', 'e9"', '}'].map((piece) => reader.push(piece))
    expect(deltas).toEqual(['', 'l', 's ', '\n', 'é', ''])
  })
})
