import type { Message } from 'gpt-oss-harmony'
import { expect, test } from 'vitest'
import { openCallsOf } from '../../src/generate/open-calls.js'
import { growthOfSteps } from '../steps.js'

/** Calls in one turn, and results for all but the first in an order. */
function turn(count: number, order: (names: readonly string[]) => readonly string[]): Message[] {
  const names = Array.from({ length: count }, (_, index) => `functions.f${index}`)
  return [
    { role: 'user', content: 'Hi' },
    ...names.map((recipient): Message => ({
      role: 'assistant',
      channel: 'commentary',
      recipient,
      content: '{}',
    })),
    ...order(names.slice(1)).map((name): Message => ({ role: 'tool', name, content: 'ok' })),
  ]
}

test.each([
  ['as they were made', (names: readonly string[]) => names],
  ['the last first', (names: readonly string[]) => [...names].reverse()],
])('finds open calls in steps per call alone, answered %s', async (_, order) => {
  expect(openCallsOf(turn(100, order)).map(({ recipient }) => recipient)).toEqual(['functions.f0'])
  const find = (count: number) => {
    const messages = turn(count, order)
    return () => openCallsOf(messages)
  }
  expect(await growthOfSteps(find, 250, 2000)).toBeLessThan(8.1)
})
