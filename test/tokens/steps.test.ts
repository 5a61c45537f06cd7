import { loadHarmonyEncoding, type Message } from 'gpt-oss-harmony'
import { countTokens, dropOldestTurns } from 'gpt-oss-harmony/tokens'
import { beforeAll, expect, test } from 'vitest'
import { keptOfOldestTurns } from '../../src/tokens/drop-oldest-turns.js'
import { LONG, longChat, SHORT } from '../long-chat.js'
import { growthOfSteps, stepsOf } from '../steps.js'

const user: Message = { role: 'user', content: 'Go on.' }

function call(name: string): Message {
  return { role: 'assistant', channel: 'commentary', recipient: name, content: '{}' }
}

function result(name: string): Message {
  return { role: 'tool', name, channel: 'commentary', content: 'ok' }
}

function list(length: number, messageAt: (index: number) => Message): Message[] {
  return Array.from({ length }, (_, i) => messageAt(i))
}

/** Conversations in which a result has many calls to choose from. */
const conversations: Record<string, (count: number) => Message[]> = {
  'calls that are never answered': (count) => [
    ...list(count, () => call('functions.f')),
    ...list(count, () => result('functions.g')),
  ],
  'first calls answered first': (count) => [
    ...list(count, (i) => call(`functions.f${i}`)),
    ...list(count, (i) => result(`functions.f${i}`)),
  ],
  'results many turns late': (count) => [
    ...list(count, (i) => call(`functions.f${i}`)),
    ...list(2 * count, (i) => (i % 2 === 0 ? user : { role: 'assistant', channel: 'final', content: 'ok' })),
    ...list(count, (i) => result(`functions.f${i}`)),
  ],
}

const shorten = (messages: readonly Message[]) => keptOfOldestTurns(messages, () => false)

beforeAll(() => void shorten([user, call('f'), result('f')]))

test.each(Object.entries(conversations))('shortening takes steps per message alone: %s', async (_, make) => {
  const steps: number[] = []
  for (const count of [250, 1000]) {
    const messages = [user, ...make(count), user]
    steps.push(await stepsOf(() => shorten(messages)))
  }
  const [short, long] = steps as [number, number]
  expect(short).toBeGreaterThan(250)
  // Bisection asks a few times more about four times as many messages.
  expect(long / short).toBeLessThan(5)
})

const encoding = loadHarmonyEncoding('HarmonyGptOss')

test.each(['none', 'completed-turns', 'past-turns', 'before-first-final'] as const)(
  'counting takes steps per turn alone, %s',
  async (dropAnalysis) => {
    const count = (turns: number) => {
      const messages = longChat(turns)
      return () => countTokens(encoding, { messages }, { nextRole: 'assistant', dropAnalysis })
    }
    expect(await growthOfSteps(count, SHORT, LONG)).toBeLessThan(8.1)
  },
)

test('dropOldestTurns takes steps per turn, and a few times more for bisection', async () => {
  const shorten = (turns: number) => {
    const messages = longChat(turns)
    const limit = countTokens(encoding, { messages }).total >> 1
    return () => dropOldestTurns(encoding, { messages }, { limit })
  }
  // 8 × the turns, each looked at log₂ 10,000 / log₂ 1,250 = 1.3 × as often at most.
  expect(await growthOfSteps(shorten, SHORT, LONG)).toBeLessThan(10.4)
})
