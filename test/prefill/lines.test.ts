import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linesOf } from '../../src/prefill/index.js'
import { collect } from './collect.js'

test('lines are the same however the bytes come', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\n', '\r', '\uFEFF'), maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(10)), async (text, cuts) => {
      const bytes = new TextEncoder().encode(text)
      const chunks: Uint8Array[] = []
      let at = 0
      for (const length of cuts) {
        chunks.push(bytes.subarray(at, at + length))
        at = Math.min(bytes.length, at + length)
      }
      chunks.push(bytes.subarray(at))
      const expected = text.replace(/^\uFEFF/, '').split('\n')
      if (expected.at(-1) === '') expected.pop()
      expect(await collect(linesOf(chunks))).toEqual(expected)
    }),
  )
})

test('bytes that are no UTF-8 are an error', async () => {
  await expect(collect(linesOf([new Uint8Array([0x61, 0xff])]))).rejects.toMatchObject({ code: 'invalid-utf8' })
  await expect(collect(linesOf([new Uint8Array([0x61, 0xf0])]))).rejects.toMatchObject({ code: 'invalid-utf8' })
})

test('a line without an end is an error before it fills the memory', async () => {
  const chunk = new Uint8Array(1024 * 1024).fill(0x61)
  let read = 0
  const endless = (function* () {
    for (;;) {
      read++
      yield chunk
    }
  })()
  await expect(collect(linesOf(endless))).rejects.toMatchObject({ code: 'line-too-long' })
  expect(read).toBe(65)
})
