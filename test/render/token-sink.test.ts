import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadHarmonyEncoding } from '../../src/encoding.js'
import { TokenCollector, TokenCounter, type TokenSink } from '../../src/render/token-sink.js'
import type { Tokenizer } from '../../src/tokenizer/tokenizer.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const { tokenizer } = encoding

/** What another tokenizer has to offer: no counting, no runs. */
const least: Tokenizer = {
  name: 'least',
  encodeInto: (text, into) => tokenizer.encodeInto(text, into),
  tokenBytes: (token) => tokenizer.tokenBytes(token),
  tokenText: (token) => tokenizer.tokenText(token),
}

/** Markers and texts, some longer than a segment of the encoder and than the collector's first memory. */
const pieces = fc.array(
  fc.oneof(
    fc.integer({ min: 199998, max: 201088 }),
    fc.string(),
    fc.tuple(fc.string({ minLength: 1, maxLength: 20 }), fc.nat(3000)).map(([text, n]) => text.repeat(n)),
  ),
  { maxLength: 20 },
)

function addTo(sink: TokenSink, added: readonly (string | number)[]): void {
  for (const piece of added) {
    if (typeof piece === 'number') sink.addToken(piece)
    else sink.addText(piece)
  }
}

describe.each([
  ['the tokenizer of this package', tokenizer],
  ['a tokenizer with the least of methods', least],
])('with %s', (_, used) => {
  test('a collector gives the tokens of all pieces in order, and a counter their number', () => {
    fc.assert(
      fc.property(pieces, (added) => {
        const expected = added.flatMap((piece) =>
          typeof piece === 'number' ? [piece] : encoding.encode(piece, { disallowedSpecial: [] }),
        )
        const collector = new TokenCollector(used)
        const counter = new TokenCounter(used)
        addTo(collector, added)
        addTo(counter, added)
        expect([collector.length, counter.length]).toEqual([expected.length, expected.length])
        expect(collector.finish()).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })
})

test('two collectors at a time do not share memory', () => {
  const [first, second] = [new TokenCollector(tokenizer), new TokenCollector(tokenizer)]
  first.addText('Hello')
  second.addText(' world')
  const tokens = first.finish()
  const third = new TokenCollector(tokenizer)
  third.addToken(200006)
  second.addText('Hello')
  // 13225 is `Hello` and 2375 ` world` in the official vocabulary.
  expect([tokens, second.finish(), third.finish()]).toEqual([[13225], [2375, 13225], [200006]])
})
