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

const call = turn[3]
const answer = turn[5]
const thought = turn[0]
const preamble = turn[2]

// The rules are those of docs/deviations.md; the stop tokens are <|return|>, <|call|>, <|end|>, <|endoftext|>.
test.each([
  ['a call makes the turn a call', [thought, call], 200012, 'call'],
  ['also if an answer follows it', [call, answer], 200002, 'call'],
  ['also if the call ends on <|end|>', [call], 200007, 'call'],
  ['<|call|> without a call makes none', [answer], 200012, 'return'],
  ['an answer returns', [thought, answer], 200002, 'return'],
  ['an answer that ends on <|end|> returns', [answer], 200007, 'return'],
  ['reasoning alone is unfinished', [thought], 200007, 'length'],
  ['reasoning alone on <|call|> is unfinished', [thought], 200012, 'length'],
  ['a preamble alone is unfinished', [thought, preamble], 200007, 'length'],
  ['reasoning that the model returns from is finished', [thought], 200002, 'return'],
  ['end of text finishes a turn', [thought], 199999, 'return'],
  ['without a stop token the tokens ran out', [answer], null, 'length'],
] as const)('%s', (_, messages, stopToken, action) => {
  expect(turnActionOf(messages, stopToken)).toBe(action)
})

test.each(['', ' ', '\n\t'])('reads blank arguments as {}: %j', (content) => {
  const [found] = toolCallsOf([{ role: 'assistant', recipient: 'functions.now', content }])
  expect(found).toMatchObject({ arguments: '{}', json: {} })
})

test('an empty message adds no line break', () => {
  expect(reasoningOf([thought, { role: 'assistant', channel: 'analysis', content: '' }])).toBe('One.')
})
