import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Utf8Buffer } from '../../src/parse/utf8.js'

// The oracle is the engine's TextDecoder. Bytes are drawn from where UTF-8 has its limits.
const byte = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(
    0x41,
    0x7f,
    0x80,
    0x8f,
    0x90,
    0x9f,
    0xa0,
    0xbf,
    0xc1,
    0xc2,
    0xdf,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
  ),
)
const chunks = fc.array(fc.array(byte, { maxLength: 5 }), { maxLength: 12 })

test('reads as TextDecoder does, whatever the chunks', () => {
  fc.assert(
    fc.property(chunks, (parts) => {
      const utf8 = new Utf8Buffer()
      const text = parts.map((part) => utf8.read(part)).join('') + utf8.flush()
      expect(text).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(parts.flat())))
      expect(utf8.isEmpty).toBe(true)
    }),
    { numRuns: 20_000 },
  )
})

test('gives characters as soon as they are whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const utf8 = new Utf8Buffer()
      for (const character of text) {
        const bytes = new TextEncoder().encode(character)
        for (const one of bytes.subarray(0, -1)) expect(utf8.read([one])).toBe('')
        expect(utf8.read(bytes.subarray(-1))).toBe(character)
      }
    }),
  )
})

test('counts invalid sequences', () => {
  const utf8 = new Utf8Buffer()
  expect(utf8.read([0xe2, 0x95, 0xff, 0x41, 0xc3])).toBe('\uFFFD\uFFFDA')
  expect(utf8.flush()).toBe('\uFFFD')
  expect(utf8.invalidCount).toBe(3)
})
