import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readClosedHeader } from '../../src/parse/closed-header.js'
import { readUsualHeader } from '../../src/parse/usual-header.js'
import { encoding } from './streams.js'

const { tokenizer } = encoding
const markers = ['<|channel|>', '<|constrain|>', '<|start|>']
const words = ['assistant', 'user', 'analysis', 'commentary', 'final', 'json', 'code', 'python', 'functions.']
const recipients = [
  'to=functions.f',
  'to=functions.',
  'to=functions.fjson',
  'to=assistant',
  'to=f.g',
  'to=final',
  'to=',
]
const others = [' ', '  ', 'to', '=', '.', '-', '|', '<', '\n', '中', '<|', '|>']

const pieces = fc
  .record({ text: fc.constantFrom(...markers, ...words, ...recipients, ...others), isPlain: fc.boolean() })
  .map(({ text, isPlain }) =>
    encoding.encode(text, isPlain ? { disallowedSpecial: [] } : { allowedSpecial: 'all' }),
  )

/** Headers as learned, so that nearly usual ones occur, too. */
const learned = fc
  .tuple(
    fc.constantFrom('', 'assistant', 'assistant to=f.g', 'user'),
    fc.constantFrom('analysis', 'commentary', 'final', 'other'),
    fc.constantFrom('', ' to=functions.f', ' to=functions.fjson', ' to=python', ' to=assistant'),
    fc.constantFrom('', ' <|constrain|>json', '<|constrain|>json', ' json', ' code', ' <|constrain|>f', ' '),
  )
  .map(([lead, channel, recipient, type]) =>
    encoding.encode(`${lead}<|channel|>${channel}${recipient}${type}`, { allowedSpecial: 'all' }),
  )

const header = fc.oneof(
  learned.map((tokens) => [tokens]),
  fc
    .tuple(learned, fc.array(pieces, { maxLength: 3 }), fc.boolean())
    .map(([tokens, more, isBefore]) => (isBefore ? [...more, tokens] : [tokens, ...more])),
  fc.array(pieces, { maxLength: 8 }),
)
const roles = fc.constantFrom(undefined, 'assistant', 'user', 'tool')
const tools = fc.constantFrom(
  undefined,
  new Set<string>(),
  new Set(['f', 'python']),
  new Set(['json', 'final', 'g']),
)

test('a usual header is read as by the reader of all headers, without a repair', () => {
  let usualCount = 0
  fc.assert(
    fc.property(header, roles, tools, (parts, presetRole, known) => {
      const context = { tokenizer, tokenIndex: 0, presetRole, tools: known }
      const tokens = parts.flat()
      const usual = readUsualHeader(tokens, context)
      if (usual === undefined) return
      usualCount++
      expect(readClosedHeader(tokens, context)).toEqual({ header: usual, deviations: [] })
    }),
    { numRuns: 20_000 },
  )
  expect(usualCount).toBeGreaterThan(100)
})

test.each([
  ['assistant', '<|channel|>analysis'],
  ['assistant', '<|channel|>final'],
  ['assistant', '<|channel|>final <|constrain|>json'],
  ['assistant', '<|channel|>commentary to=functions.get_weather <|constrain|>json'],
  ['assistant', '<|channel|>analysis to=browser.search code'],
  [undefined, 'assistant to=functions.get_weather<|channel|>commentary <|constrain|>json'],
] as const)('what gpt-oss learned is usual: %s %s', (presetRole, text) => {
  const tokens = encoding.encode(text, { allowedSpecial: 'all' })
  expect(readUsualHeader(tokens, { tokenizer, tokenIndex: 0, presetRole, tools: undefined })).toBeDefined()
})
