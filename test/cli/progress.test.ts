import { expect, test } from 'vitest'
import { createProgress, fitting } from '../../src/cli/batch/progress.js'

test.each([40, 60, 80, 200])('the bar of a long run fits into %i columns', async (columns) => {
  let written = ''
  const stderr = { isTTY: true, columns, write: (text: string | Uint8Array) => (written += String(text)) }
  const none = { lines: 0, tokens: 0, failed: 0, bytesRead: 0 }
  const progress = createProgress(asStream(stderr), 1e14, none)
  // Long enough for the bar to be drawn, which is four times a second.
  for (let i = 1; i < 4; i++) {
    progress.update({ lines: 123_456_789, tokens: 98_765_432_100, failed: 1_234_567, bytesRead: 1e9 * i })
    await new Promise((resolve) => setTimeout(resolve, 260))
  }
  progress.stop()
  const drawn = written.split(ESCAPES).filter((text) => text.includes('%'))
  expect(drawn.length).toBeGreaterThan(0)
  for (const text of drawn) expect(text.trim().length).toBeLessThanOrEqual(columns)
  if (columns >= 80) expect(drawn.at(-1)).toMatch(/\] +\d+ % +\d+ h \d+ min left, 123,456,789 lines/)
})

test('what is important goes first, and what does not fit is left out whole', () => {
  expect(fitting(['one', undefined, 'a long part', 'two'], 9)).toBe('one, two')
  expect(fitting([undefined], 9)).toBe('')
})

const ESCAPES = /\u001b\[[\d;?]*[A-Za-z]|\r|\n/

/** What cli-progress asks of a terminal. */
function asStream<T extends object>(stderr: T): T {
  return Object.assign(stderr, {
    cursorTo() {},
    clearLine() {},
    moveCursor() {},
    on() {},
    removeListener() {},
  })
}
