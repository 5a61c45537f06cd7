import { expect, test } from 'vitest'
import { ERROR_CODES, HarmonyError, loadHarmonyEncoding } from 'gpt-oss-harmony'

// `npm run types` compiles this file: an `@ts-expect-error` over a line that compiles fails it.

test('the code of a caught error is a closed union', () => {
  try {
    loadHarmonyEncoding('HarmonyGptOss').encode('<|end|>')
    expect.unreachable()
  } catch (error) {
    if (!(error instanceof HarmonyError)) throw error
    // @ts-expect-error a code is a string of the union, never a number
    const n: number = error.code
    // @ts-expect-error no code of the union has this name
    const isUnknown = error.code === 'no-such-code'
    const known: readonly string[] = ERROR_CODES
    expect(known).toContain(n)
    expect(isUnknown).toBe(false)
  }
})
