import { afterEach, expect, test, vi } from 'vitest'
import { StrippedMarkers } from '../../src/parse/stripped-markers.js'

afterEach(() => vi.restoreAllMocks())

/** What a text may begin as and never become: each grows for as long as a model likes. */
const UNENDING = [
  ['final', 'word'],
  ['commentary to=', 'name'],
  [' to=', 'name'],
  [' to=', 'commentary'],
  ['commentary to=name', 'json'],
  ['', 'assistant'],
  ['the ', 'assistant says '],
] as const

test.each(UNENDING)('after %j, a character of %j costs the same wherever it stands', (head, part) => {
  const short = stepsOf(head + part.repeat(500))
  const long = stepsOf(head + part.repeat(4 * 500))
  // Nothing depends on the clock: the same text takes the same steps.
  expect(long).toBeLessThan(4.1 * short)
})

test.each(UNENDING)('of %j and then %j it holds back at most a header', (head, part) => {
  let [given, longestHeld] = [0, 0]
  const stripped = new StrippedMarkers({ text: (text) => (given += text.length), marker: () => undefined })
  const text = head + part.repeat(500)
  for (let i = 0; i < text.length; i++) {
    stripped.push(text[i])
    longestHeld = Math.max(longestHeld, i + 1 - given)
  }
  // Role, channel, the longest name and a content type.
  expect(longestHeld).toBeLessThanOrEqual('assistantcommentary to= json'.length + 256 + 1)
})

/** Characters that are looked at when a text comes one character at a time. */
function stepsOf(text: string): number {
  let steps = 0
  const original = Reflect.get(RegExp.prototype, 'exec') as (this: RegExp, text: string) => unknown
  // `test` goes through `exec` too.
  vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, subject: string) {
    steps += subject.length
    return original.call(this, subject) as RegExpExecArray | null
  })
  const stripped = new StrippedMarkers({ text: (given) => (steps += given.length), marker: () => steps++ })
  for (const character of text) stripped.push(character)
  stripped.end()
  vi.restoreAllMocks()
  return steps
}
