import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rememberingTokenizer } from '../../src/batch/repeated-texts.js'
import { encodeRuns } from '../../src/tokenizer/encode-runs.js'
import { o200kHarmony } from '../../src/tokenizer/o200k.js'
import type { Tokenizer } from '../../src/tokenizer/tokenizer.js'

/** Texts of 64 and of 128 characters share a slot. */
const texts = [64, 128].flatMap((length) => ['a ', 'b ', 'é ', '<|'].map((unit) => unit.repeat(length / 2)))

test('gives the tokens of each text, however the texts come', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...texts), fc.string({ maxLength: 200 })), { maxLength: 100 }),
      (sequence) => {
        const plain = o200kHarmony()
        const remembering = rememberingTokenizer(plain)
        for (const text of sequence) {
          const [tokens, expected] = [
            [1, 2],
            [1, 2],
          ]
          remembering.encodeInto(text, tokens)
          plain.encodeInto(text, expected)
          expect(tokens).toEqual(expected)

          const runs = [1, 2]
          encodeRuns(remembering, text, (ids, count) => runs.push(...Array.from(ids).slice(0, count)))
          expect(runs).toEqual(expected)
        }
      },
    ),
  )
})

test('encodes a text no more once it has come twice, whatever comes between', () => {
  const calls: string[] = []
  const plain = o200kHarmony()
  const counting: Tokenizer = {
    ...{ name: plain.name, tokenBytes: plain.tokenBytes.bind(plain), tokenText: plain.tokenText.bind(plain) },
    encodeInto(text, into) {
      calls.push(text)
      plain.encodeInto(text, into)
    },
  }
  const remembering = rememberingTokenizer(counting)
  const instructions = 'Answer in riddles. '.repeat(20)
  for (let line = 0; line < 50; line++) {
    remembering.encodeInto(instructions, [])
    if (line > 0) remembering.encodeInto(`${line} `.padEnd(instructions.length, 'of the same length '), [])
  }
  expect(calls.filter((text) => text === instructions)).toHaveLength(2)
})
