import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTextParser, type ParserEvent, type TextParserOptions } from 'gpt-oss-harmony'
import { encoding, eventsOf, tokenStreams } from './streams.js'

function eventsOfText(
  chunks: readonly string[],
  options: Omit<TextParserOptions, 'onEvent'> = {},
): ParserEvent[] {
  const events: ParserEvent[] = []
  const parser = createTextParser({ ...options, onEvent: (event) => events.push(event) })
  for (const chunk of chunks) parser.push(chunk)
  parser.end()
  return events
}

/** What does not depend on what counts as a token: messages, and the codes of deviations. */
function gist(events: readonly ParserEvent[]): unknown {
  return {
    messages: events.flatMap((event) =>
      event.type === 'message-end'
        ? [{ message: event.message, stopToken: event.stopToken, incomplete: event.incomplete }]
        : [],
    ),
    codes: events.flatMap((event) => (event.type === 'deviation' ? [event.code] : [])).sort(),
  }
}

function withoutDeltas(events: readonly ParserEvent[]): ParserEvent[] {
  return events.filter((event) => event.type !== 'content-delta')
}

function cutAt(text: string, cuts: readonly number[]): string[] {
  const places = [
    0,
    ...[...cuts].map((cut) => cut % (text.length + 1)).sort((one, other) => one - other),
    text.length,
  ]
  return places.slice(1).map((end, index) => text.slice(places[index], end))
}

describe('createTextParser', () => {
  test('reads spelled markers as the parser of tokens reads the markers', () => {
    fc.assert(
      fc.property(tokenStreams, (tokens) => {
        const text = encoding.decode(tokens)
        // Broken characters are gone from the text, and text may run together into a marker.
        fc.pre(
          !text.includes('\uFFFD') &&
            encoding.encode(text, { allowedSpecial: 'all' }).filter((token) => token >= 199998).length ===
              tokens.filter((token) => token >= 199998).length,
        )
        expect(gist(eventsOfText([text]))).toEqual(gist(eventsOf([tokens])))
      }),
      { numRuns: 1000 },
    )
  })

  test.each([{}, { strippedMarkers: true }])(
    'gives the same events however the text is cut, %o',
    (options) => {
      const texts = fc.oneof(
        tokenStreams.map((tokens) => encoding.decode(tokens)),
        fc
          .array(
            fc.constantFrom(
              'assistant',
              'analysis',
              'final',
              'commentary',
              ' to=functions.f',
              ' to=',
              'n'.repeat(200),
              ' json',
              '{}',
              'x',
              '<|',
              '<|end',
              '|>',
              '😀',
              ' ',
            ),
          )
          .map((parts) => parts.join('')),
      )
      fc.assert(
        fc.property(texts, fc.array(fc.nat()), (text, cuts) => {
          expect(withoutDeltas(eventsOfText(cutAt(text, cuts), options))).toEqual(
            withoutDeltas(eventsOfText([text], options)),
          )
        }),
        { numRuns: 2000 },
      )
    },
  )

  test('holds back no more than the beginning of a marker', () => {
    const deltas: string[] = []
    const parser = createTextParser({
      onEvent: (event) => event.type === 'content-delta' && deltas.push(event.delta),
    })
    parser.push('<|channel|>final<|message|>a <')
    expect(deltas).toEqual(['a '])
    parser.push(' b <|en')
    expect(deltas).toEqual(['a ', '< b '])
    parser.push('emy')
    expect(deltas).toEqual(['a ', '< b ', '<|enemy'])
  })

  test.each([
    [
      'analysisThe user greets.assistantfinalHello!',
      [
        { role: 'assistant', content: 'The user greets.', channel: 'analysis' },
        { role: 'assistant', content: 'Hello!', channel: 'final' },
      ],
    ],
    [
      'analysisLook up.assistantcommentary to=functions.f json{"a":1}',
      [
        { role: 'assistant', content: 'Look up.', channel: 'analysis' },
        {
          role: 'assistant',
          recipient: 'functions.f',
          content: '{"a":1}',
          channel: 'commentary',
          content_type: 'json',
        },
      ],
    ],
    [
      'analysisUse it.assistant to=functions.get_weathercommentary json{"city":"Rome"}',
      [
        { role: 'assistant', content: 'Use it.', channel: 'analysis' },
        {
          role: 'assistant',
          recipient: 'functions.get_weather',
          content: '{"city":"Rome"}',
          channel: 'commentary',
          content_type: 'json',
        },
      ],
    ],
    [
      ' to=functions.final_answercommentary{}',
      [{ role: 'assistant', recipient: 'functions.final_answer', content: '{}', channel: 'commentary' }],
    ],
    [
      'finalAsk the assistant to=day, assistant to=',
      [{ role: 'assistant', content: 'Ask the assistant to=day, assistant to=', channel: 'final' }],
    ],
    ['Plain.', [{ role: 'assistant', content: 'Plain.' }]],
  ])('puts stripped markers back on request: %s', (text, messages) => {
    const events = eventsOfText([text], { strippedMarkers: true })
    expect(events.flatMap((event) => (event.type === 'message-end' ? [event.message] : []))).toEqual(messages)
  })

  test('does not guess unasked', () => {
    const [end] = eventsOfText(['analysisx.assistantfinaly']).filter((event) => event.type === 'message-end')
    expect(end?.message).toEqual({ role: 'assistant', content: 'analysisx.assistantfinaly' })
  })

  test('takes strings alone', () => {
    expect(() => createTextParser({ onEvent: () => undefined }).push(5 as never)).toThrow(TypeError)
  })
})
