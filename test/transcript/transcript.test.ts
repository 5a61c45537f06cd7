import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadHarmonyEncoding } from '../../src/encoding.js'
import { HarmonyError } from '../../src/errors.js'
import type { Message } from '../../src/message/types.js'
import type { DropAnalysis } from '../../src/render/conversation.js'
import { parseTokens } from '../../src/parse/parser.js'
import { SPECIAL_TOKENS } from '../../src/tokenizer/special-tokens.js'
import { createTranscript, Transcript } from '../../src/transcript/transcript.js'
import { damaged } from '../message/arbitraries.js'
import { agentSteps, damagedSteps, type AgentStep } from './agent-loops.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

const system: Message = {
  role: 'system',
  content: [
    { type: 'system_content', channel_config: { valid_channels: ['final'], channel_required: true } },
  ],
}
const developer: Message = {
  role: 'developer',
  content: [
    {
      type: 'developer_content',
      tools: { functions: { name: 'functions', tools: [{ name: 'f', description: 'F.' }] } },
    },
  ],
}
const user: Message = { role: 'user', content: 'What is the weather?' }
const result: Message = {
  role: 'tool',
  name: 'functions.f',
  recipient: 'assistant',
  channel: 'commentary',
  content: '1',
}

/** `<|start|>` and `assistant`. */
const OPENING_LENGTH = 2

const ANALYSIS = '<|channel|>analysis<|message|>Let me look.<|end|>'
const CALL = '<|channel|>commentary to=functions.f <|constrain|>json<|message|>{ "a":1 }<|call|>'
const FINAL = '<|channel|>final<|message|>Sunny.<|return|>'

function tokensOf(text: string): number[] {
  return encoding.encode(text, { allowedSpecial: 'all' })
}

describe('prefill', () => {
  test('renders what was appended as the encoding does', () => {
    const messages = [system, developer, user, result]
    const transcript = createTranscript(encoding, { messages })
    expect(transcript.prefill('assistant')).toEqual({
      tokens: encoding.renderConversationForCompletion({ messages }, 'assistant'),
      cachedPrefixLength: 0,
    })
  })

  test('renders in one go what was appended in several', () => {
    const transcript = createTranscript(encoding)
    for (const message of [system, developer, user]) transcript.append(message)
    const conversation = { messages: [system, developer, user] }
    expect(transcript.prefill('assistant').tokens).toEqual(
      encoding.renderConversationForCompletion(conversation, 'assistant'),
    )
  })

  test('leaves a system message as it was sent, when function tools come later', () => {
    const transcript = createTranscript(encoding, { messages: [system, user] })
    const { tokens } = transcript.prefill('assistant')
    transcript.append(developer)
    // The next message begins like the one that was open: with <|start|>.
    expect(transcript.prefill('assistant').cachedPrefixLength).toBe(tokens.length - 1)
  })

  test('begins with the prefill before and the sampled tokens', () => {
    const transcript = createTranscript(encoding, { messages: [user] })
    const first = transcript.prefill('assistant').tokens
    const sampled = tokensOf(ANALYSIS + '<|start|>assistant' + CALL)
    transcript.commit(sampled)
    transcript.append(result)
    const second = transcript.prefill('assistant')
    expect(second).toEqual({
      tokens: [...first, ...sampled, ...encoding.render(result), ...tokensOf('<|start|>assistant')],
      cachedPrefixLength: first.length + sampled.length,
    })
    // Rendering it anew puts the recipient before the channel, right behind the analysis and `<|start|>assistant`.
    const rendered = encoding.renderConversationForCompletion(transcript.toConversation(), 'assistant')
    expect(rendered).not.toEqual(second.tokens)
  })

  test('ends an answer with <|end|>', () => {
    const transcript = createTranscript(encoding, { messages: [user] })
    const { tokens } = transcript.prefill('assistant')
    transcript.commit(tokensOf(FINAL))
    transcript.append(user)
    const next = transcript.prefill('assistant')
    expect(encoding.decode(next.tokens)).toContain('Sunny.<|end|><|start|>user')
    expect(next.cachedPrefixLength).toBe(tokens.length + tokensOf(FINAL).length - 1)
  })

  test('repeated, is cached whole', () => {
    const transcript = createTranscript(encoding, { messages: [user] })
    const { tokens } = transcript.prefill('assistant')
    expect(transcript.prefill('assistant')).toEqual({ tokens, cachedPrefixLength: tokens.length })
  })

  test('gives tokens that the caller may change', () => {
    const transcript = createTranscript(encoding, { messages: [user] })
    const { tokens } = transcript.prefill('assistant')
    const copy = [...tokens]
    tokens.length = 0
    expect(transcript.prefill('assistant')).toEqual({ tokens: copy, cachedPrefixLength: copy.length })
  })
})

describe('commit', () => {
  test.each([
    ['<|call|>', '<|channel|>commentary to=functions.f<|message|>{}', SPECIAL_TOKENS.CALL],
    ['<|return|>', '<|channel|>final<|message|>Hi', SPECIAL_TOKENS.END],
  ])('supplies a %s that the engine kept', (_, text, terminator) => {
    const transcript = createTranscript(encoding, { messages: [user] })
    const { tokens } = transcript.prefill('assistant')
    expect(transcript.commit(tokensOf(text), { stopped: true }).deviations).toEqual([])
    expect(transcript.renderWithSpans().tokens).toEqual([...tokens, ...tokensOf(text), terminator])
  })

  test('closes a turn that ran out of tokens', () => {
    const transcript = createTranscript(encoding, { messages: [user] })
    const { tokens } = transcript.prefill('assistant')
    const text = '<|channel|>final<|message|>It is'
    expect(transcript.commit(tokensOf(text)).deviations.map(({ code }) => code)).toEqual(['unterminated'])
    expect(transcript.renderWithSpans().tokens).toEqual([...tokens, ...tokensOf(text), SPECIAL_TOKENS.END])
  })

  test.each(['', '<|return|>', '<|channel|>'])('of %j, which says nothing, leaves nothing', (text) => {
    const transcript = createTranscript(encoding, { messages: [user] })
    transcript.prefill('assistant')
    expect(transcript.commit(tokensOf(text)).messages).toEqual([])
    expect(transcript.toConversation()).toEqual({ messages: [user] })
    expect(transcript.renderWithSpans().tokens).toEqual(encoding.render(user))
  })

  test('keeps a damaged turn as it was sampled', () => {
    const transcript = createTranscript(encoding, { messages: [user] })
    const { tokens } = transcript.prefill('assistant')
    const sampled = tokensOf('<|channel|>analysis<|message|>Hm.<|channel|>final<|message|>Hi<|return|>')
    const { messages, deviations } = transcript.commit(sampled)
    expect(messages.map(({ channel, content }) => [channel, content])).toEqual([
      ['analysis', 'Hm.'],
      ['final', 'Hi'],
    ])
    expect(deviations.map(({ code }) => code)).toEqual(['implicit-end'])
    expect(transcript.renderWithSpans().tokens).toEqual([
      ...tokens,
      ...sampled.slice(0, -1),
      SPECIAL_TOKENS.END,
    ])
  })

  test.each([
    // Turn, and how many of its messages keep their ids.
    ['implicit end', '<|channel|>analysis<|message|>Hm.<|channel|>final<|message|>Hi<|return|>', 0],
    ['extra stop', '<|channel|>final<|message|>Hi<|end|><|return|>', 0],
    ['unfinished header', '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final Hi', 1],
    ['second message', '<|channel|>analysis<|message|>Hm.<|end|><|channel|>final<|message|>Hi<|return|>', 1],
    [
      'no damage',
      '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hi<|return|>',
      2,
    ],
  ])('renders repaired messages where asked to: %s', (_, text, wholeMessages) => {
    const transcript = createTranscript(encoding, { messages: [user] })
    transcript.prefill('assistant')
    transcript.commit(tokensOf(text), { keep: 'repaired' })
    const { tokens, spans } = transcript.renderWithSpans()
    expect(tokens).toEqual(encoding.renderConversation(transcript.toConversation(), { dropAnalysis: 'none' }))
    expect(spans.filter(({ sampled }) => sampled).length).toBe(wholeMessages)
  })

  test('keeps a repaired message of a tool that has no name, which no renderer takes', () => {
    const transcript = createTranscript(encoding, { messages: [user] })
    const { tokens } = transcript.prefill('tool')
    const sampled = tokensOf('<|channel|>commentary 5')
    transcript.commit(sampled, { keep: 'repaired' })
    expect(transcript.renderWithSpans().tokens).toEqual([...tokens, ...sampled, SPECIAL_TOKENS.END])
  })

  test('keeps it where the reasoning beside it is dropped, too', () => {
    const transcript = createTranscript(encoding, { dropAnalysis: 'completed-turns' })
    const { tokens } = transcript.prefill('tool')
    transcript.commit(
      tokensOf('<|channel|>commentary<|message|>A<|channel|>analysis<|message|>B<|start|>assistant' + FINAL),
    )
    expect(transcript.renderWithSpans().tokens).toEqual([
      ...tokens,
      ...tokensOf(
        '<|channel|>commentary<|message|>A<|start|>assistant' + FINAL.replace('<|return|>', '<|end|>'),
      ),
    ])
  })

  test('without a prefill is refused', () => {
    const transcript = createTranscript(encoding, { messages: [user] })
    expect(() => transcript.commit([])).toThrow(TypeError)
    transcript.prefill('assistant')
    transcript.append(user)
    expect(() => transcript.commit(tokensOf(FINAL))).toThrow(TypeError)
    transcript.prefill('assistant')
    transcript.commit(tokensOf(FINAL))
    expect(() => transcript.commit(tokensOf(FINAL))).toThrow(TypeError)
  })

  test('that fails leaves everything as it was', () => {
    const transcript = createTranscript(encoding, { messages: [user] })
    transcript.prefill('assistant')
    const before = transcript.toJSON()
    expect(() => transcript.commit([...tokensOf(FINAL), -1])).toThrow(HarmonyError)
    expect(() => transcript.commit(tokensOf('<|channel|>final'), { onDeviation: 'error' })).toThrow(
      HarmonyError,
    )
    expect(() => transcript.append(user, { role: 'tool', content: 'no name' })).toThrow(
      expect.objectContaining({ code: 'missing-tool-name', path: 'messages[2].name' }),
    )
    expect(transcript.toJSON()).toEqual(before)
  })
})

describe('old reasoning', () => {
  function afterOneTurn(dropAnalysis: DropAnalysis) {
    const transcript = createTranscript(encoding, { messages: [user], dropAnalysis })
    transcript.prefill('assistant')
    transcript.commit(tokensOf(ANALYSIS + '<|start|>assistant' + CALL))
    transcript.append(result)
    const { tokens } = transcript.prefill('assistant')
    const sampled = tokensOf(ANALYSIS + '<|start|>assistant' + FINAL)
    transcript.commit(sampled)
    transcript.append(user)
    return { transcript, seen: [...tokens, ...sampled] }
  }

  test('stays by default', () => {
    const { transcript, seen } = afterOneTurn('none')
    expect(transcript.prefill('assistant').cachedPrefixLength).toBe(seen.length - 1)
  })

  test('of a completed turn is dropped where asked for, and only what follows changes', () => {
    const { transcript, seen } = afterOneTurn('completed-turns')
    const { tokens, cachedPrefixLength } = transcript.prefill('assistant')
    // The user's message, and `<|start|>assistant<|channel|>` which begins the analysis as well as the call behind it.
    expect(cachedPrefixLength).toBe(encoding.render(user).length + 3)
    expect(tokens.slice(0, cachedPrefixLength)).toEqual(seen.slice(0, cachedPrefixLength))
    expect(encoding.decode(tokens)).toBe(
      [
        encoding.decode(encoding.render(user)),
        '<|start|>assistant',
        CALL,
        encoding.decode(encoding.render(result)),
        '<|start|>assistant',
        FINAL.replace('<|return|>', '<|end|>'),
        encoding.decode(encoding.render(user)),
        '<|start|>assistant',
      ].join(''),
    )
    expect(transcript.toConversation().messages.length).toBe(7)
  })

  test('leaves whole messages where a model left out the markers', () => {
    const transcript = createTranscript(encoding, { messages: [user], dropAnalysis: 'completed-turns' })
    transcript.prefill('assistant')
    transcript.commit(
      tokensOf(
        '<|channel|>commentary<|message|>A<|channel|>analysis<|message|>B<|channel|>final<|message|>C<|return|>',
      ),
    )
    expect(encoding.decode(transcript.renderWithSpans().tokens)).toBe(
      encoding.decode(encoding.render(user)) +
        '<|start|>assistant<|channel|>commentary<|message|>A<|end|><|start|>assistant<|channel|>final<|message|>C<|end|>',
    )
  })
})

describe('JSON', () => {
  test('survives a restart between prefill and commit', () => {
    const transcript = createTranscript(encoding, {
      messages: [system, developer, user],
      dropAnalysis: 'completed-turns',
    })
    transcript.prefill('assistant')
    const restored = Transcript.fromJSON(encoding, JSON.stringify(transcript))
    for (const each of [transcript, restored]) {
      each.commit(tokensOf(ANALYSIS + '<|start|>assistant' + FINAL))
      each.append(user)
    }
    expect(restored.toJSON()).toEqual(transcript.toJSON())
    expect(restored.prefill('assistant')).toEqual(transcript.prefill('assistant'))
  })

  test.each<[unknown, string, string | undefined]>([
    ['{', 'invalid-json', undefined],
    [[], 'invalid-conversation', ''],
    [{ version: 2 }, 'invalid-conversation', 'version'],
    [
      { pieces: [{ message: user, tokens: [1.5], sampled: true }] },
      'invalid-conversation',
      'pieces[0].tokens[0]',
    ],
    [
      { pieces: [{ message: { role: 'x' }, tokens: [], sampled: true }] },
      'unknown-role',
      'pieces[0].message.role',
    ],
    [{ sentCount: 1 }, 'invalid-conversation', 'sentCount'],
    [{ openRole: 'model' }, 'unknown-role', 'openRole'],
    [{ seen: null }, 'invalid-conversation', 'seen'],
    [{ seen: { shared: 1, rest: [] } }, 'invalid-conversation', 'seen.shared'],
    [{ seen: { shared: 1e15, rest: [] } }, 'invalid-conversation', 'seen.shared'],
    [{ headerOrder: 'none' }, 'invalid-conversation', 'headerOrder'],
    [{ dropAnalysis: 'all' }, 'invalid-conversation', 'dropAnalysis'],
  ])('that is damaged is refused, case %#', (damage, code, path) => {
    const whole = createTranscript(encoding).toJSON()
    const json = typeof damage === 'object' && !Array.isArray(damage) ? { ...whole, ...damage } : damage
    expect(() => Transcript.fromJSON(encoding, json)).toThrow(
      expect.objectContaining({ code, ...(path !== undefined && { path }) }),
    )
  })

  test('that is damaged anywhere gives nothing but a HarmonyError', () => {
    const transcript = createTranscript(encoding, { messages: [system, developer, user] })
    transcript.prefill('assistant')
    transcript.commit(tokensOf(ANALYSIS + '<|start|>assistant' + CALL))
    const json = fc.constant(JSON.parse(JSON.stringify(transcript)) as unknown)
    fc.assert(
      fc.property(damaged(json), (value) => {
        try {
          const restored = Transcript.fromJSON(encoding, value)
          restored.append(user)
          restored.prefill('assistant')
          restored.countTokens()
        } catch (error) {
          if (!(error instanceof HarmonyError)) throw error
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('random agent loops', () => {
  test('each prefill begins with the one before it and what was sampled', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(agentSteps, damagedSteps), { maxLength: 8 }), (steps) =>
        checkPrefixes(steps),
      ),
    )
  })

  test('whole turns: each prefill reads as the same conversation', () => {
    fc.assert(
      fc.property(fc.array(agentSteps, { maxLength: 8 }), (steps) => {
        const transcript = createTranscript(encoding, { messages: [user] })
        for (const step of steps) {
          transcript.prefill('assistant')
          expect(transcript.commit(step.sampled, { stopped: step.stopped }).deviations).toEqual([])
          transcript.append(...step.results)
        }
        const { tokens } = transcript.renderWithSpans()
        const { messages } = transcript.toConversation()
        expect(encoding.parseMessagesFromCompletionTokens(tokens)).toEqual(messages)
      }),
    )
  })

  test('repaired: the history reads as its messages, without a repair', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(agentSteps, damagedSteps), { maxLength: 8 }), (steps) => {
        const transcript = createTranscript(encoding, { messages: [user] })
        for (const { sampled, stopped, results } of steps) {
          transcript.prefill('assistant')
          transcript.commit(sampled, { stopped, keep: 'repaired' })
          transcript.append(...results)
        }
        // A tool's message without a name cannot be rendered, and stays as it is.
        fc.pre(
          transcript.toConversation().messages.every(({ role, name }) => role !== 'tool' || name != null),
        )
        const { messages, deviations } = parseTokens(encoding, transcript.renderWithSpans().tokens, {
          role: null,
        })
        // A channel that is none of the three is told, and not repaired.
        expect(deviations.filter(({ code }) => code !== 'unknown-channel')).toEqual([])
        expect(messages).toEqual(transcript.toConversation().messages)
      }),
      { numRuns: 300 },
    )
  })

  test('dropping reasoning changes the turn that an answer closed, and the prefix that stays is told', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(agentSteps, damagedSteps), { maxLength: 8 }), (steps) => {
        const transcript = createTranscript(encoding, { messages: [user], dropAnalysis: 'completed-turns' })
        let seen: readonly number[] = []
        /** The length of the history when the open turn had no reasoning yet. */
        let turnStart = 0
        for (const { sampled, stopped, results } of steps) {
          const { tokens, cachedPrefixLength } = transcript.prefill('assistant')
          const firstChange = tokens.findIndex((token, at) => token !== seen[at])
          expect(cachedPrefixLength).toBe(firstChange === -1 ? tokens.length : firstChange)
          expect(cachedPrefixLength).toBeGreaterThanOrEqual(turnStart)
          const { messages } = transcript.toConversation()
          const sinceAnswer = messages.slice(
            messages.findLastIndex(({ role, channel }) => role === 'assistant' && channel === 'final') + 1,
          )
          if (sinceAnswer.every(({ channel }) => channel !== 'analysis'))
            turnStart = tokens.length - OPENING_LENGTH
          transcript.commit(sampled, { stopped })
          transcript.append(...results)
          seen = [...tokens, ...sampled]
        }
      }),
    )
  })

  test('spans cover the tokens exactly, whatever was sampled and dropped', () => {
    const policies = fc.constantFrom<DropAnalysis[]>('none', 'completed-turns', 'before-first-final')
    fc.assert(
      fc.property(
        fc.array(fc.oneof(agentSteps, damagedSteps), { maxLength: 8 }),
        policies,
        (steps, dropAnalysis) => {
          const transcript = createTranscript(encoding, { messages: [user], dropAnalysis })
          for (const step of steps) {
            transcript.prefill('assistant')
            transcript.commit(step.sampled, { stopped: step.stopped })
            transcript.append(...step.results)
          }
          const { tokens, spans } = transcript.renderWithSpans()
          let end = 0
          for (const span of spans) {
            for (const range of [span.start, span.header, span.content, span.terminator]) {
              expect(range.start).toBe(end)
              expect(range.end).toBeGreaterThanOrEqual(range.start)
              end = range.end
            }
          }
          expect(end).toBe(tokens.length)
        },
      ),
    )
  })

  test('a restart at any point changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(agentSteps, damagedSteps), { maxLength: 6 }), (steps) => {
        const transcript = createTranscript(encoding, { messages: [user], dropAnalysis: 'completed-turns' })
        let restarted = transcript
        const restart = () => (restarted = Transcript.fromJSON(encoding, JSON.stringify(restarted)))
        for (const step of steps) {
          expect(restart().prefill('assistant')).toEqual(transcript.prefill('assistant'))
          const options = { stopped: step.stopped }
          expect(restart().commit(step.sampled, options)).toEqual(transcript.commit(step.sampled, options))
          restart().append(...step.results)
          transcript.append(...step.results)
        }
      }),
    )
  })
})

function checkPrefixes(steps: readonly AgentStep[]): void {
  const transcript = createTranscript(encoding, { messages: [user] })
  for (const { sampled, stopped, results } of steps) {
    const before = transcript.prefill('assistant')
    const { messages } = transcript.commit(sampled, { stopped })
    transcript.append(...results)
    const { tokens, cachedPrefixLength } = transcript.prefill('assistant')
    if (messages.length === 0) continue
    const expected = [...before.tokens, ...sampled]
    const isReturn = expected.at(-1) === SPECIAL_TOKENS.RETURN
    expect(cachedPrefixLength).toBeGreaterThanOrEqual(expected.length - (isReturn ? 1 : 0))
    if (isReturn) expected[expected.length - 1] = SPECIAL_TOKENS.END
    expect(tokens.slice(0, expected.length)).toEqual(expected)
  }
}

describe('an opening', () => {
  const opening = encoding.encode('<|channel|>commentary to=functions.f <|constrain|>json<|message|>', {
    allowedSpecial: 'all',
  })
  const sampled = encoding.encode('{"a":1}<|call|>', { allowedSpecial: 'all' })

  test('ends the prefill, and is part of the message that is committed', () => {
    const transcript = createTranscript(encoding, { messages: [{ role: 'user', content: 'Hi' }] })
    const { tokens } = transcript.prefill('assistant', { opening })
    expect(tokens.slice(-opening.length)).toEqual(opening)
    const { messages } = transcript.commit(sampled)
    expect(messages).toMatchObject([{ recipient: 'functions.f', content: '{"a":1}' }])
    const next = transcript.prefill()
    expect(next.tokens.slice(0, -2)).toEqual([...tokens, ...sampled])
    expect(next.cachedPrefixLength).toBe(tokens.length + sampled.length)
  })

  test('survives between prefill and commit', () => {
    const transcript = createTranscript(encoding, { messages: [{ role: 'user', content: 'Hi' }] })
    transcript.prefill('assistant', { opening })
    const restored = Transcript.fromJSON(encoding, JSON.stringify(transcript))
    for (const one of [transcript, restored]) one.commit(sampled)
    expect(restored.toJSON()).toEqual(transcript.toJSON())
  })

  test('may be the beginning of a message to go on with', () => {
    const transcript = createTranscript(encoding, { messages: [{ role: 'user', content: 'Hi' }] })
    const begun = encoding.encode('<|channel|>final<|message|>Hello', { allowedSpecial: 'all' })
    transcript.prefill('assistant', { opening: begun })
    const { messages } = transcript.commit(encoding.encode(', you!<|return|>', { allowedSpecial: 'all' }))
    expect(messages[0].content).toBe('Hello, you!')
  })
})

test('begins with more messages than a call can have arguments', () => {
  const messages = Array.from({ length: 200_000 }, (): Message => ({ role: 'user', content: 'Hi' }))
  expect(createTranscript(encoding, { messages }).toConversation().messages).toHaveLength(200_000)
})
