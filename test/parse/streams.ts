import * as fc from 'fast-check'
import {
  type ContentDeltaEvent,
  createParser,
  loadHarmonyEncoding,
  type Message,
  type ParserEvent,
  type ReadingOptions,
} from 'gpt-oss-harmony'

export const encoding = loadHarmonyEncoding('HarmonyGptOss')

const SPECIALS = [199998, 199999, 200000, 200002, 200003, 200005, 200006, 200007, 200008, 200012, 201088]
const pieces = fc.constantFrom(
  ...[
    'assistant',
    'user',
    'functions.f',
    ' to=functions.f',
    ' to = x',
    'analysis',
    'commentary',
    'final',
    ' json',
    ' ',
    '\n',
    '?',
    'text',
    '{"a": 1}',
    '中文',
    '😀',
  ],
  ...[
    '<|channel|>',
    '<|message|>',
    '<|start|>',
    '<|end|>',
    '<|return|>',
    '<|call|>',
    '<|constrain|>',
    '<|endoftext|>',
  ],
  ...[
    '<|start|>assistant<|channel|>final<|message|>',
    '<|channel|>analysis<|message|>',
    '<|end|><|start|>assistant',
  ],
)

/** What a model might write, whole and broken: headers, markers and text in any order, tokens within characters, any token at all. */
export const tokenStreams: fc.Arbitrary<number[]> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: pieces.map((text) => encoding.encode(text, { allowedSpecial: 'all' })) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((token) => [token]) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 199997 }).map((token) => [token]) },
      { weight: 1, arbitrary: fc.constantFrom(...SPECIALS).map((token) => [token]) },
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.flat())

const name = fc.constantFrom('alice', 'functions.get_weather', 'browser.search', 'Größe')
const content = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '<|call|>', '{"a": "<|end|>"}', 'é😀'),
)

/** Messages that the grammar can say: those whose header reads back as it was. */
export const messages: fc.Arbitrary<Message> = fc.oneof(
  fc.record(
    {
      role: fc.constant('assistant' as const),
      content,
      channel: fc.constantFrom('analysis', 'commentary', 'final'),
      recipient: fc.constantFrom('functions.get_weather', 'browser.search', 'python', 'user'),
      content_type: fc.constantFrom('json', '<|constrain|>json', 'code', '<|constrain|>'),
    },
    { requiredKeys: ['role', 'content', 'channel'] },
  ),
  fc.record(
    { role: fc.constantFrom('user' as const, 'system' as const, 'developer' as const), content, name },
    { requiredKeys: ['role', 'content'] },
  ),
  fc.record(
    {
      role: fc.constant('tool' as const),
      name: fc.constantFrom('functions.get_weather', 'browser.search'),
      content,
      recipient: fc.constant('assistant'),
      channel: fc.constant('commentary'),
    },
    { requiredKeys: ['role', 'name', 'content'] },
  ),
)

/** All events of tokens that come in chunks. */
export function eventsOf(
  chunks: Iterable<number | readonly number[]>,
  options: ReadingOptions = {},
): ParserEvent[] {
  const events: ParserEvent[] = []
  const parser = createParser(encoding, { ...options, onEvent: (event) => events.push(event) })
  for (const chunk of chunks) parser.push(chunk)
  parser.end()
  return events
}

/**
 * Events as they do not depend on how the input was cut: each message's deltas as one, right before its end. Where a
 * delta stands beside deviations, and how many there are, is the cut's.
 */
export function withJoinedDeltas(events: readonly ParserEvent[]): ParserEvent[] {
  const joined = new Map<number, ContentDeltaEvent>()
  return events.flatMap((event): ParserEvent[] => {
    if (event.type === 'content-delta') {
      const { messageIndex, delta, tokens } = event
      const before = joined.get(messageIndex)
      joined.set(messageIndex, {
        ...event,
        delta: (before?.delta ?? '') + delta,
        tokens: { start: before?.tokens.start ?? tokens.start, end: tokens.end },
      })
      return []
    }
    const delta = event.type === 'message-end' ? joined.get(event.messageIndex) : undefined
    return delta === undefined ? [event] : [delta, event]
  })
}
