import { describe, expect, test } from 'vitest'
import { loadHarmonyEncoding } from '../../src/index.js'
import { renderInDialect } from '../../src/dialects/index.js'

// What llama-server b11434 answers to the same requests at /apply-template.

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const promptOf = (request: object) =>
  encoding.decode(renderInDialect(encoding, request, { dialect: 'llama.cpp', date: '2026-11-27' }).tokens)

describe('llama.cpp', () => {
  test.each([
    ['9223372036854775807', '9223372036854775807'],
    ['9223372036854775808', '-9223372036854775808'],
    ['18446744073709551615', '-1'],
    ['18446744073709551616', '1.84467e+19'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['-9223372036854775809', '-9.22337e+18'],
    ['100000000000000000000', '1e+20'],
  ])('has 64 bits for a whole number in arguments: %s', (sent, printed) => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: `{"d": ${sent}}` } }
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: '1' },
    ]
    expect(promptOf({ messages })).toContain(`{"d": ${printed}}<|call|>`)
  })

  test.each([
    [true, 'True'],
    [null, ''],
    [0.5, '0.5'],
    [1234567.891, '1234567.891'],
    [[], '[]'],
    [
      { a: [true, null, "it's", 'a"b\n', 'é', 1.5, 100000000000, 0.1234567891] },
      `{'a': [True, None, "it's", 'a"b\n', 'é', 1.5, 100000000000, 0.123457]}`,
    ],
    ['x', 'x'],
  ])('adds any default to the text of an enumeration: %j', (byDefault, printed) => {
    const parameters = {
      type: 'object',
      properties: { b: { type: 'string', enum: ['q'], default: byDefault } },
    }
    const tools = [{ type: 'function', function: { name: 'f', parameters } }]
    expect(promptOf({ messages: [{ role: 'user', content: 'x' }], tools })).toContain(
      `b?: "q", // default: ${printed},\n}) => any`,
    )
  })

  test('joins the parts of an answer that it continues by an empty line', () => {
    const parts = ['a', 'b'].map((text) => ({ type: 'text', text }))
    const prompt = promptOf({
      messages: [
        { role: 'user', content: parts },
        { role: 'assistant', content: parts },
      ],
    })
    expect(prompt).toContain('<|start|>user<|message|>a\nb<|end|>')
    expect(prompt.endsWith('<|channel|>final<|message|>a\n\nb')).toBe(true)
  })
})
