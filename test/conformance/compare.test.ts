import { compareResult, conformanceVectors, type ConformanceVector } from 'gpt-oss-harmony/conformance'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const input = { text: '', tokens: [], role: 'assistant' } as const
const official = (
  expected: Extract<ConformanceVector, { group: 'official' }>['expected'],
): ConformanceVector => ({
  id: 'official/x',
  group: 'official',
  input,
  expected,
  source: 'derived from the grammar',
})
const recovery = (...deviations: string[]): ConformanceVector => ({
  id: 'recovery/x',
  group: 'recovery',
  input,
  expected: { messages: [], deviations },
  source: 'derived from the grammar',
})
const streaming: ConformanceVector = {
  id: 'streaming/x',
  group: 'streaming',
  input,
  expected: { states: [{ messages: 0 }, { role: 'assistant', channel: 'final', delta: 'a', messages: 0 }] },
  source: 'derived from the grammar',
}
const rendering: ConformanceVector = {
  id: 'rendering/x',
  group: 'rendering',
  input: { conversation: { messages: [] }, mode: 'conversation' },
  expected: { text: '<|end|>', tokens: [1, 2, 3] },
  source: 'derived from the grammar',
}
const final = { role: 'assistant', content: 'ab', channel: 'final' } as const

describe('passes', () => {
  test.each<[string, ConformanceVector, unknown]>([
    ['the same messages', official({ messages: [final] }), { messages: [final] }],
    [
      'null for what is missing',
      official({ messages: [final] }),
      { messages: [{ ...final, recipient: null, name: undefined }] },
    ],
    [
      'other keys',
      official({ messages: [final] }),
      { id: 'x', messages: [{ ...final, more: 1 }], error: null },
    ],
    [
      'content in text parts',
      official({ messages: [final] }),
      {
        messages: [
          {
            ...final,
            content: [
              { type: 'text', text: 'a' },
              { type: 'text', text: 'b' },
            ],
          },
        ],
      },
    ],
    ['an error in other words', official({ error: 'Unknown role: x' }), { error: 'no such role' }],
    ['codes', recovery('extra-stop'), { messages: [], deviations: ['extra-stop'] }],
    [
      'deviations with a code',
      recovery('extra-stop'),
      { messages: [], deviations: [{ code: 'extra-stop', tokenIndex: 3 }] },
    ],
    ['no deviations reported', recovery('extra-stop'), { messages: [] }],
    [
      'an empty delta for none',
      streaming,
      {
        states: [
          { delta: '', messages: 0 },
          { role: 'assistant', channel: 'final', delta: 'a', messages: 0 },
        ],
      },
    ],
    ['the same tokens', rendering, { tokens: [1, 2, 3] }],
  ])('%s', (_, vector, answer) => {
    expect(compareResult(vector, answer)).toStrictEqual({ outcome: 'passed', differences: [] })
  })
})

describe('says what differs', () => {
  test.each<[ConformanceVector, unknown, string[]]>([
    [
      official({ messages: [final] }),
      { messages: [{ ...final, channel: 'analysis' }] },
      ['messages[0].channel: found "analysis", wanted "final"'],
    ],
    [
      official({ messages: [final] }),
      { messages: [{ ...final, name: 'x' }] },
      ['messages[0].name: found "x", wanted null'],
    ],
    [
      official({ messages: [final] }),
      { messages: [{ ...final, content: 'a' }] },
      ['messages[0].content: found "a", wanted "ab"'],
    ],
    [
      official({ messages: [final] }),
      { messages: [{ ...final, content: [{ type: 'image' }] }] },
      ['messages[0].content: found [{"type":"image"}], wanted "ab"'],
    ],
    [official({ messages: [final] }), { messages: [] }, ['messages: found 0, wanted 1']],
    [official({ messages: [] }), { messages: [final] }, ['messages: found 1, wanted 0']],
    [official({ messages: [final] }), { messages: [7] }, ['messages[0]: found 7, wanted an object']],
    [official({ messages: [] }), {}, ['messages: found none, wanted a list']],
    [official({ messages: [] }), { error: 'x' }, ['error: found "x", wanted messages']],
    [official({ error: 'x' }), { messages: [] }, ['error: found none, wanted one, as in "x"']],
    [recovery('extra-stop'), { messages: [], deviations: [] }, ['deviations: found none, wanted extra-stop']],
    [recovery('a', 'b'), { messages: [], deviations: ['b', 'a'] }, ['deviations: found b, a, wanted a, b']],
    [recovery(), { messages: [], deviations: ['a'] }, ['deviations: found a, wanted none']],
    [recovery(), { messages: [], deviations: 'a' }, ['deviations: found "a", wanted a list']],
    [
      streaming,
      { states: [{ messages: 0 }, { role: 'assistant', channel: 'final', messages: 0 }] },
      ['states[1].delta: found "", wanted "a"'],
    ],
    [
      streaming,
      { states: [{ messages: 1 }] },
      ['states[0].messages: found 1, wanted 0', 'states: found 1, wanted 2'],
    ],
    [rendering, { tokens: [1, 9, 3] }, ['tokens[1]: found 9, wanted 2']],
    [rendering, { tokens: [1, 2] }, ['tokens[2]: found none, wanted 3']],
    [rendering, { tokens: [1, 2, 3, 4] }, ['tokens: found 4, wanted 3']],
    [rendering, { error: 'x' }, ['error: found "x", wanted tokens']],
    [rendering, 'x', ['answer: found "x", wanted an object']],
    [rendering, null, ['answer: found null, wanted an object']],
  ])('%#', (vector, answer, differences) => {
    expect(compareResult(vector, answer)).toStrictEqual({ outcome: 'failed', differences })
  })
})

test('takes unsupported as neither', () => {
  expect(compareResult(rendering, { unsupported: true })).toStrictEqual({
    outcome: 'unsupported',
    differences: [],
  })
})

test('passes what each vector expects', () => {
  for (const vector of conformanceVectors)
    expect(compareResult(vector, vector.expected).outcome, vector.id).toBe('passed')
})

test('throws on no answer, and passes none that is not even alike', () => {
  const vectors = [official({ messages: [final] }), recovery('extra-stop'), streaming, rendering]
  const answers = fc.oneof(
    fc.jsonValue(),
    fc.record({
      messages: fc.jsonValue(),
      states: fc.jsonValue(),
      tokens: fc.jsonValue(),
      deviations: fc.jsonValue(),
    }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...vectors), answers, (vector, answer) => {
      const { outcome, differences } = compareResult(vector, answer)
      expect(differences.length > 0).toBe(outcome === 'failed')
    }),
  )
})
