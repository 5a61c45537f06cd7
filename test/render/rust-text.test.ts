import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareUtf8, rustLines } from '../../src/render/rust-text.js'

// By the definition of Rust's str::lines.
test.each([
  ['', []],
  ['a', ['a']],
  ['\n', ['']],
  ['a\n', ['a']],
  ['a\n\n', ['a', '']],
  ['a\r\nb\r\n', ['a', 'b']],
  ['a\rb', ['a\rb']],
  ['a\r', ['a\r']],
  ['a\r\r\nb', ['a\r', 'b']],
  ['\r\n\r', ['', '\r']],
  ['a\u2028b\u0085c', ['a\u2028b\u0085c']],
])('the lines of %j', (text, lines) => {
  expect(rustLines(text)).toEqual(lines)
})

test('strings are ordered as their UTF-8 bytes are', () => {
  const character = fc.oneof(
    fc.constantFrom('a', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
    fc.string({ unit: 'binary', maxLength: 1 }),
  )
  const string = fc.array(character, { maxLength: 3 }).map((characters) => characters.join(''))
  fc.assert(
    fc.property(string, string, (left, right) => {
      expect(Math.sign(compareUtf8(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)))
    }),
    { numRuns: 2000 },
  )
})
