import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createParser, HarmonyError, HarmonyParserStream, parseStream, parseTokens, type ParserEvent } from 'gpt-oss-harmony'
import { encoding, eventsOf, messages, tokenStreams } from './streams.js'

const roles = fc.constantFrom('assistant' as const, 'tool' as const, null)

describe('createParser', () => {
  test('gives the same events however the tokens are cut', () => {
    fc.assert(
      fc.property(tokenStreams, roles, (tokens, role) => {
        const whole = eventsOf([tokens], { role })
        expect(eventsOf(tokens, { role })).toEqual(whole)
        for (let cut = 1; cut < tokens.length; cut++) expect(eventsOf([tokens.slice(0, cut), tokens.slice(cut)], { role })).toEqual(whole)
      }),
      { numRuns: 300 },
    )
  })

  test('gives deltas that joined are the content', () => {
    fc.assert(
      fc.property(tokenStreams, (tokens) => {
        const joined: string[] = []
        for (const event of eventsOf([tokens])) {
          if (event.type === 'message-start') joined[event.messageIndex] = ''
          if (event.type === 'content-delta') {
            expect(event.delta).not.toBe('')
            joined[event.messageIndex] += event.delta
          }
          if (event.type === 'message-end') expect(joined[event.messageIndex]).toBe(event.message.content)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('covers every token with a message or a deviation', () => {
    fc.assert(
      fc.property(tokenStreams, roles, (tokens, role) => {
        const covered = new Set<number>()
        for (const event of eventsOf([tokens], { role })) {
          if (event.type !== 'message-end' && event.type !== 'deviation') continue
          const start = event.type === 'message-end' ? event.tokenStart : event.tokenIndex
          expect(start).toBeLessThanOrEqual(event.tokenEnd)
          for (let index = start; index < event.tokenEnd; index++) covered.add(index)
        }
        expect(covered.size).toBe(tokens.length)
      }),
      { numRuns: 3000 },
    )
  })

  test('loses no text', () => {
    fc.assert(
      fc.property(tokenStreams, roles, (tokens, role) => {
        const kept = eventsOf([tokens], { role }).map((event) => {
          if (event.type === 'message-end') return Object.values(event.message).join('')
          return event.type === 'deviation' ? event.evidence : ''
        })
        const counts = countCharacters(kept.join(''))
        const text = encoding.decode(tokens).replaceAll(/<\|[a-z_0-9]+\|>/g, '')
        for (const [character, count] of countCharacters(text)) {
          // `to=` and white space belong to the header's grammar; U+FFFD depends on what bytes stand together.
          if (!/[\sto=:\uFFFD]/u.test(character))
            expect([character, counts.get(character) ?? 0]).toEqual([character, expect.toSatisfy((kept) => kept >= count)])
        }
      }),
      { numRuns: 3000 },
    )
  })

  test.each(['recipient-first', 'channel-first'] as const)('reads rendered conversations back without a deviation, %s', (headerOrder) => {
    fc.assert(
      fc.property(fc.array(messages, { maxLength: 6 }), (conversation) => {
        const tokens = encoding.renderConversation({ messages: conversation }, { headerOrder, autoDropAnalysis: false })
        const read = parseTokens(encoding, tokens, { role: null })
        expect(read).toEqual({ messages: conversation.map(withWholeCharacters), deviations: [] })
      }),
      { numRuns: 1000 },
    )
  })

  test('throws nothing but HarmonyError on what is no token', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double(), fc.integer(), fc.integer({ min: 190_000, max: 202_000 }))), (numbers) => {
        try {
          parseTokens(encoding, numbers)
        } catch (error) {
          expect(error).toBeInstanceOf(HarmonyError)
          const { code, tokenIndex } = error as HarmonyError
          expect(code).toBe('invalid-token')
          const isToken = (number: number) => Number.isInteger(number) && number >= 0 && number <= 201_088
          expect(tokenIndex).toBe(numbers.findIndex((number) => !isToken(number)))
        }
      }),
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
    expect(parseTokens(encoding, tokens).deviations).toEqual([{ code: 'unterminated', tokenIndex: 4, tokenEnd: 4, evidence: '' }])
  })
})

test('an empty completion is no message and no deviation', () => {
  expect(parseTokens(encoding, [])).toEqual({ messages: [], deviations: [] })
})

test('streams and iterators give the events of the parser', async () => {
  await fc.assert(
    fc.asyncProperty(tokenStreams, async (tokens) => {
      const events = eventsOf([tokens])
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

function countCharacters(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return counts
}

/** The content as encoding reads it: lone surrogates are U+FFFD. */
function withWholeCharacters<T extends { content: unknown }>(message: T): T {
  return { ...message, content: new TextDecoder().decode(new TextEncoder().encode(String(message.content))) }
}
