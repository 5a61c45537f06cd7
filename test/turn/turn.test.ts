import { expect, test } from 'vitest'
import {
  finalTextOf,
  preamblesOf,
  reasoningOf,
  toolCallsOf,
  turnActionOf,
  type ParsedMessage,
} from 'gpt-oss-harmony'

const turn: ParsedMessage[] = [
  { role: 'assistant', channel: 'analysis', content: 'One.' },
  { role: 'assistant', channel: 'analysis', content: 'Two.' },
  { role: 'assistant', channel: 'commentary', content: 'I look that up.' },
  { role: 'assistant', channel: 'commentary', recipient: 'functions.get', content: '{"city": "Rome"}' },
  { role: 'assistant', channel: 'analysis', recipient: 'python', content: 'print(1)' },
  { role: 'assistant', channel: 'final', content: 'Sunny.' },
]

test('reads a turn', () => {
  expect(reasoningOf(turn)).toBe('One.\nTwo.')
  expect(preamblesOf(turn)).toEqual(['I look that up.'])
  expect(finalTextOf(turn)).toBe('Sunny.')
  expect(toolCallsOf(turn)).toEqual([
    {
      recipient: 'functions.get',
      name: 'get',
      arguments: '{"city": "Rome"}',
      json: { city: 'Rome' },
      channel: 'commentary',
    },
    {
      recipient: 'python',
      name: 'python',
      arguments: 'print(1)',
      error: expect.any(SyntaxError) as Error,
      channel: 'analysis',
    },
  ])
})

test('takes a message without channel as the answer', () => {
  expect(finalTextOf([{ role: 'assistant', content: 'Hello' }])).toBe('Hello')
})

test.each([
  [200002, 'return', 'final'],
  [200012, 'call', 'commentary'],
  [null, 'length', 'final'],
  [200007, 'return', 'final'],
] as const)('says how a turn ended: %s', (stopToken, action, channel) => {
  expect(turnActionOf([{ role: 'assistant', channel, content: '' }], stopToken)).toBe(action)
})
