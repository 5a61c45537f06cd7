import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createParser,
  HarmonyError,
  HarmonyParserStream,
  parseStream,
  parseTokens,
  type ParserEvent,
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
