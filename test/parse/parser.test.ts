import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createParser,
  HarmonyError,
  HarmonyParserStream,
  parseStream,
  parseTokens,
  type ParserEvent,
  type ParserState,
} from 'gpt-oss-harmony'
import { breachOf } from './invariants.js'
import { encoding, eventsOf, messages, tokenStreams, withJoinedDeltas } from './streams.js'

const roles = fc.constantFrom('assistant' as const, 'tool' as const, null)

describe('createParser', () => {
  test('gives the same events however the tokens are cut', () => {
    fc.assert(
      fc.property(tokenStreams, roles, (tokens, role) => {
        const read = (chunks: Iterable<number | readonly number[]>) =>
          withJoinedDeltas(eventsOf(chunks, { role }))
        const whole = read([tokens])
        expect(read(tokens)).toEqual(whole)
        for (let cut = 1; cut < tokens.length; cut++)
          expect(read([tokens.slice(0, cut), tokens.slice(cut)])).toEqual(whole)
      }),
      { numRuns: 300 },
    )
  })

  test('covers every token, joins its deltas to the content, and loses no text', () => {
    fc.assert(
      fc.property(tokenStreams, roles, (tokens, role) => {
        expect(breachOf(tokens, role)).toBeUndefined()
      }),
      { numRuns: 5_000 },
    )
  })

  test.each(['recipient-first', 'channel-first'] as const)(
    'reads rendered conversations back without a deviation, %s',
    (headerOrder) => {
      fc.assert(
        fc.property(fc.array(messages, { maxLength: 6 }), (conversation) => {
          const tokens = encoding.renderConversation(
            { messages: conversation },
            { headerOrder, autoDropAnalysis: false },
          )
          const read = parseTokens(encoding, tokens, { role: null })
          expect(read.messages).toEqual(conversation.map(withWholeCharacters))
          expect(read.deviations).toEqual([])
        }),
        { numRuns: 1000 },
      )
    },
  )

  test('throws nothing but HarmonyError on what is no token', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double(), fc.integer(), fc.integer({ min: 190_000, max: 202_000 }))),
        (numbers) => {
          try {
            parseTokens(encoding, numbers)
          } catch (error) {
            expect(error).toBeInstanceOf(HarmonyError)
            const { code, tokenIndex } = error as HarmonyError
            expect(code).toBe('invalid-token')
            const isToken = (number: number) => Number.isInteger(number) && number >= 0 && number <= 201_088
            expect(tokenIndex).toBe(numbers.findIndex((number) => !isToken(number)))
          }
        },
      ),
    )
  })

  test('shows the open message', () => {
    const parser = createParser(encoding, { onEvent: () => undefined })
    parser.push(encoding.encode('<|channel|>final<|message|>Hel', { allowedSpecial: 'all' }))
    expect(parser.header).toEqual({ role: 'assistant', channel: 'final' })
    expect(parser.content).toBe('Hel')
    parser.push(200002)
    expect(parser.header).toBeUndefined()
  })

  test('takes a message as complete when the engine kept the stop token to itself', () => {
    const tokens = encoding.encode('<|channel|>final<|message|>Hi', { allowedSpecial: 'all' })
    expect(parseTokens(encoding, tokens, { stopped: true }).deviations).toEqual([])
    expect(parseTokens(encoding, tokens).deviations).toEqual([
      { code: 'unterminated', messageIndex: 0, tokens: { start: 4, end: 4 }, evidence: '' },
    ])
  })
})

test('an empty completion is no message and no deviation', () => {
  expect(parseTokens(encoding, [])).toMatchObject({ messages: [], extents: [], deviations: [] })
})

test('streams and iterators give the events of the parser', async () => {
  await fc.assert(
    fc.asyncProperty(tokenStreams, async (tokens) => {
      const events = eventsOf(tokens)
      const iterated: ParserEvent[] = []
      for await (const event of parseStream(encoding, tokens)) iterated.push(event)
      expect(iterated).toEqual(events)
      const stream = new HarmonyParserStream(encoding)
      const streamed: ParserEvent[] = []
      const reading = (async () => {
        for await (const event of stream.readable) streamed.push(event)
      })()
      const writer = stream.writable.getWriter()
      for (const token of tokens) await writer.write(token)
      await writer.close()
      await reading
      expect(streamed).toEqual(events)
    }),
    { numRuns: 50 },
  )
})

/** The content as encoding reads it: lone surrogates are U+FFFD. */
function withWholeCharacters<T extends { content: unknown }>(message: T): T {
  return { ...message, content: new TextDecoder().decode(new TextEncoder().encode(String(message.content))) }
}

describe('an unfinished header', () => {
  // By hand, after the rule of docs/deviations.md: a channel's name ends where no lower-case letter goes on.
  test.each([
    ['finally done', undefined, 'finally done'],
    ['finalize it', undefined, 'finalize it'],
    ['analysisis', undefined, 'analysisis'],
    ['finalThe end', 'final', 'The end'],
    ['final{"a":1}', 'final', '{"a":1}'],
    ['final__HANDOFF__', 'final', '__HANDOFF__'],
    ['final好', 'final', '好'],
  ])('cuts no word in two: %s', (text, channel, content) => {
    const tokens = encoding.encode(`<|channel|>${text}<|return|>`, { allowedSpecial: 'all' })
    const [message] = parseTokens(encoding, tokens).messages
    expect(message?.channel).toBe(channel)
    expect(message?.content).toBe(content)
  })
})

test.each([
  '<|channel|>analysis',
  '<|channel|>final <|constrain|>json',
  '<|channel|>commentary to=functions.get_weather <|constrain|>json',
  '<|channel|>commentary to=functions.get_weather json',
  '<|channel|>analysis to=python code',
  ' to=functions.get_weather<|channel|>commentary json',
])('a header gives no text, wherever the end cuts it: %s', (header) => {
  const characters = header.match(/<\|\w+\|>|./g)!
  for (let length = 1; length <= characters.length; length++) {
    const tokens = encoding.encode(characters.slice(0, length).join(''), { allowedSpecial: 'all' })
    const { messages, turn } = parseTokens(encoding, tokens)
    expect([messages, turn.action], `cut after ${length}`).toEqual([[], 'length'])
  }
})

describe('misuse', () => {
  const onEvent = () => undefined
  test.each([
    ['options in the place of the encoding', () => createParser({ onEvent } as never, undefined as never)],
    ['no onEvent', () => createParser(encoding, {} as never)],
    ['tools as one string', () => createParser(encoding, { tools: 'functions.shell', onEvent })],
    ['tools as one string, at once', () => parseTokens(encoding, [], { tools: 'functions.shell' })],
    ['an unknown policy', () => parseTokens(encoding, [], { onDeviation: 'throw' as never })],
    [
      'a push after the end',
      () => {
        const parser = createParser(encoding, { onEvent })
        parser.end()
        parser.push(1)
      },
    ],
    [
      'a second end',
      () => {
        const parser = createParser(encoding, { onEvent })
        parser.end()
        parser.end()
      },
    ],
  ])('is a TypeError: %s', (_, misuse) => {
    expect(misuse).toThrow(TypeError)
  })
})

describe('events', () => {
  const special = (text: string) => encoding.encode(text, { allowedSpecial: 'all' })
  const OPENED_CALL = special('<|channel|>commentary to=functions.add <|constrain|>json<|message|>')

  test('there is one delta for each message and push, and their tokens follow each other', () => {
    fc.assert(
      fc.property(tokenStreams, fc.integer({ min: 1, max: 7 }), (tokens, size) => {
        const events: ParserEvent[] = []
        const parser = createParser(encoding, { onEvent: (event) => events.push(event) })
        const ends = new Map<number, number>()
        for (let start = 0; start < tokens.length; start += size) {
          events.length = 0
          parser.push(tokens.slice(start, start + size))
          const deltas = events.filter((event) => event.type === 'content-delta')
          expect(new Set(deltas.map((event) => event.messageIndex)).size).toBe(deltas.length)
          for (const { messageIndex, tokens: range } of deltas) {
            expect(range.start).toBeGreaterThanOrEqual(ends.get(messageIndex) ?? 0)
            expect(range.end).toBeGreaterThan(range.start)
            ends.set(messageIndex, range.end)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  test('the tokens that a delta names decode to it', () => {
    const tokens = special('<|channel|>final<|message|>Zürich 東京 😀 done<|return|>')
    for (const event of eventsOf(tokens)) {
      if (event.type === 'content-delta')
        expect(encoding.decode(tokens.slice(event.tokens.start, event.tokens.end))).toBe(event.delta)
    }
  })

  test('a parser goes on from the state of another, at whatever token', () => {
    fc.assert(
      fc.property(tokenStreams, roles, (tokens, role) => {
        for (let cut = 0; cut <= tokens.length; cut++) {
          const events: ParserEvent[] = []
          const onEvent = (event: ParserEvent) => events.push(event)
          const first = createParser(encoding, { role, onEvent })
          first.push(tokens.slice(0, cut))
          const state = JSON.parse(JSON.stringify(first)) as ParserState
          const second = createParser(encoding, { role, state, onEvent })
          second.push(tokens.slice(cut))
          second.end()
          expect(withJoinedDeltas(events)).toEqual(withJoinedDeltas(eventsOf(tokens, { role })))
        }
      }),
      { numRuns: 200 },
    )
  })

  test('a prefill is read and not counted', () => {
    const sampled = special('{"a": 1}<|call|>')
    const { messages, extents, deviations, turn } = parseTokens(encoding, sampled, { prefill: OPENED_CALL })
    expect(messages).toEqual([
      {
        role: 'assistant',
        recipient: 'functions.add',
        content: '{"a": 1}',
        channel: 'commentary',
        content_type: '<|constrain|>json',
      },
    ])
    expect(extents[0]).toEqual({
      kind: 'tool-call',
      toolName: 'add',
      stopToken: 200012,
      tokens: { start: 0, end: sampled.length },
      incomplete: false,
    })
    expect(deviations).toEqual([])
    expect(turn).toEqual({
      action: 'call',
      stopToken: 200012,
      usage: { total: sampled.length, reasoning: 0, calls: sampled.length, preamble: 0, final: 0 },
    })
  })

  test('text that a prefill begins is content of no sampled token', () => {
    const events: ParserEvent[] = []
    const parser = createParser(encoding, {
      prefill: special('<|channel|>final<|message|>The answer'),
      onEvent: (event) => events.push(event),
    })
    parser.push(special(' is 4.<|return|>'))
    parser.end()
    expect(
      events.flatMap((event) => (event.type === 'content-delta' ? [[event.delta, event.tokens]] : [])),
    ).toEqual([
      ['The answer', { start: 0, end: 0 }],
      [' is 4.', { start: 0, end: 4 }],
    ])
  })

  test.each([
    ['<|channel|>final The capital of Peru is Lima, and', 'final'],
    ['<|channel|>commentary to=functions.f {"city": "Lima", "unit": "celsius"', 'tool-call'],
    ['I am sorry, but I cannot help you with what you ask for in this message', 'final'],
  ])('a body without its marker streams: %s', (text, kind) => {
    const events: ParserEvent[] = []
    const parser = createParser(encoding, { onEvent: (event) => events.push(event) })
    parser.push(special(text))
    expect(events.map((event) => event.type)).toEqual(['deviation', 'message-start', 'content-delta'])
    expect(events[1]).toMatchObject({ kind })
    events.length = 0
    parser.push(special(' and'))
    expect(events).toMatchObject([{ type: 'content-delta', delta: ' and' }])
  })

  test.each([
    ['<|channel|>analysis<|message|>a<|end|>', 'length'],
    ['<|channel|>analysis<|message|>a<|return|>', 'return'],
    ['<|channel|>final<|message|>a<|call|>', 'return'],
    ['<|channel|>final<|message|>a', 'length'],
    [
      '<|channel|>commentary to=functions.f<|message|>{}<|call|><|start|>assistant<|channel|>final<|message|>a<|return|>',
      'call',
    ],
    ['<|channel|>commentary to=functions.get', 'length'],
    ['<|channel|>final<|message|>a<|end|><|start|>assistant', 'length'],
  ])('a turn ends by its messages: %s', (text, action) => {
    expect(parseTokens(encoding, special(text)).turn.action).toBe(action)
  })

  test('usage counts every token once', () => {
    const tokens = special(
      '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>4<|return|>',
    )
    const { reasoning, final, total } = parseTokens(encoding, tokens).turn.usage
    expect([reasoning, final, total]).toEqual([6, 7, 13])
  })
})
