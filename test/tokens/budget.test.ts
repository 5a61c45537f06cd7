import { stepsOf } from '../steps.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assertFitsContext, fitsContext, TokenBudgetError } from '../../src/tokens/context.js'
import { countTokens } from '../../src/tokens/count-tokens.js'
import { dropOldestTurns, keptOfOldestTurns } from '../../src/tokens/drop-oldest-turns.js'
import { loadHarmonyEncoding } from '../../src/encoding.js'
import { browserTool } from '../../src/message/builtin-tools.js'
import type { Conversation, DeveloperContent, Message, SystemContent } from '../../src/message/types.js'
import type { DropAnalysis } from '../../src/render/conversation.js'
import { createTranscript } from '../../src/transcript/transcript.js'
import { conversations } from '../message/arbitraries.js'
import { agentSteps, damagedSteps } from '../transcript/agent-loops.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const policies = fc.constantFrom<DropAnalysis[]>('none', 'completed-turns', 'before-first-final')

const user: Message = { role: 'user', content: 'Hi' }
const reasoning: Message = { role: 'assistant', channel: 'analysis', content: 'Hm.' }
const preamble: Message = { role: 'assistant', channel: 'commentary', content: 'I will look.' }
const call: Message = { role: 'assistant', channel: 'commentary', recipient: 'functions.f', content: '{}' }
const builtinCall: Message = {
  role: 'assistant',
  channel: 'analysis',
  recipient: 'browser.search',
  content: '{}',
}
const result: Message = { role: 'tool', name: 'functions.f', channel: 'commentary', content: '1' }
const final: Message = { role: 'assistant', channel: 'final', content: 'Hello' }

function sum(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((a, b) => a + b, 0)
}

describe('countTokens', () => {
  test('each split adds up to the length of the rendering', () => {
    fc.assert(
      fc.property(conversations, policies, (conversation, dropAnalysis) => {
        const count = countTokens(encoding, conversation, { dropAnalysis, nextRole: 'assistant' })
        expect(count.total).toBe(
          encoding.renderConversationForCompletion(conversation, 'assistant', { dropAnalysis }).length,
        )
        for (const split of [count.byPart, count.byRole, count.byChannel])
          expect(sum(split)).toBe(count.total)
        expect(sum(Object.fromEntries(count.byMessage.entries())) + count.byPart.opening).toBe(count.total)
        expect(countTokens(encoding, conversation, { dropAnalysis }).total).toBe(
          count.total - count.byPart.opening,
        )
      }),
    )
  })

  test('splits by part', () => {
    const messages = [user, reasoning, preamble, call, builtinCall, result, final]
    const lengthOf = (...some: Message[]) =>
      some.reduce((length, message) => length + encoding.render(message).length, 0)
    expect(countTokens(encoding, { messages }, { dropAnalysis: 'none' })).toMatchObject({
      byPart: {
        system: 0,
        tools: 0,
        instructions: 0,
        user: lengthOf(user),
        reasoning: lengthOf(reasoning),
        preambles: lengthOf(preamble),
        calls: lengthOf(call, builtinCall),
        toolResults: lengthOf(result),
        final: lengthOf(final),
        opening: 0,
      },
      byRole: {
        user: lengthOf(user),
        assistant: lengthOf(reasoning, preamble, call, builtinCall, final),
        tool: lengthOf(result),
      },
      byChannel: {
        '': lengthOf(user),
        analysis: lengthOf(reasoning, builtinCall),
        commentary: lengthOf(preamble, call, result),
        final: lengthOf(final),
      },
    })
  })

  test('a message that is dropped costs nothing', () => {
    const count = countTokens(encoding, { messages: [user, reasoning, final] })
    expect(count.byMessage[1]).toBe(0)
    expect(count.byPart.reasoning).toBe(0)
  })

  // The section's own tokens: it begins behind a blank line, which goes with what stands before, and nothing merges across `#`.
  test.each<[string, SystemContent | DeveloperContent]>([
    [
      'behind instructions',
      { type: 'developer_content', instructions: 'Be brief.', tools: { browser: browserTool() } },
    ],
    ['alone', { type: 'developer_content', tools: { browser: browserTool() } }],
    [
      'between two sections',
      {
        type: 'system_content',
        reasoning_effort: 'High',
        tools: { browser: browserTool() },
        channel_config: { valid_channels: ['final'], channel_required: true },
      },
    ],
  ])('counts tools %s', (_, content) => {
    const role = content.type === 'system_content' ? 'system' : 'developer'
    const message: Message = { role, content: [{ type: 'text', text: 'ü\n' }, content, content] }
    const alone = encoding.renderWithSpans({
      messages: [{ role, content: [{ type: content.type, tools: content.tools }] }],
    })
    const { content: section } = alone.spans[0]
    const { byPart } = countTokens(encoding, { messages: [message] })
    // Where a section follows, the first line break of the blank line may join the section's last token.
    expect(byPart.tools / 2).toBe(section.end - section.start)
    expect(byPart.tools + byPart.system + byPart.instructions).toBe(encoding.render(message).length)
  })

  test('of a transcript counts the tokens that were sampled', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(agentSteps, damagedSteps), { maxLength: 6 }), (steps) => {
        const transcript = createTranscript(encoding, { messages: [user] })
        for (const { sampled, stopped, results } of steps) {
          transcript.prefill()
          transcript.commit(sampled, { stopped })
          transcript.append(...results)
        }
        const count = transcript.countTokens('assistant')
        expect(count.total).toBe(transcript.prefill('assistant').tokens.length)
        for (const split of [count.byPart, count.byRole, count.byChannel])
          expect(sum(split)).toBe(count.total)
      }),
    )
  })
})

describe('fitsContext', () => {
  test.each([
    [131072, undefined, true],
    [131073, undefined, false],
    [100, { limit: 110, reserve: 10 }, true],
    [100, { limit: 110, reserve: 11 }, false],
  ])('%d tokens, %o', (count, budget, fits) => {
    expect(fitsContext(count, budget)).toBe(fits)
  })

  test.each([{ limit: -1 }, { limit: 1.5 }, { reserve: NaN }])('refuses %o', (budget) => {
    expect(() => fitsContext(1, budget)).toThrow(RangeError)
  })

  test('names what is too long', () => {
    const long: Message = { role: 'tool', name: 'functions.f', content: 'word '.repeat(200) }
    const count = countTokens(encoding, { messages: [user, call, long] })
    expect(() => assertFitsContext(count, { limit: 100, reserve: 10 })).toThrow(TokenBudgetError)
    expect(() => assertFitsContext(count, { limit: 100, reserve: 10 })).toThrow(
      expect.objectContaining({
        code: 'token-budget-exceeded',
        path: 'messages[2]',
        message: expect.stringContaining(`toolResults ${encoding.render(long).length}`) as string,
        limit: 100,
        reserve: 10,
        count,
      }),
    )
    expect(() => assertFitsContext(count, { limit: count.total })).not.toThrow()
  })
})

describe('dropOldestTurns', () => {
  const developer: Message = { role: 'developer', content: 'Be brief.' }

  function dropped(
    messages: readonly Message[],
    limit: number,
    dropAnalysis: DropAnalysis = 'none',
  ): readonly number[] {
    return dropOldestTurns(encoding, { messages }, { limit, dropAnalysis }).droppedMessageIndexes
  }

  function lengthOf(messages: readonly Message[]): number {
    return encoding.renderConversation({ messages }, { dropAnalysis: 'none' }).length
  }

  test('keeps everything that fits', () => {
    const messages = [developer, user, final, user]
    expect(dropped(messages, lengthOf(messages))).toEqual([])
  })

  test('drops whole turns, oldest first, and no more than it takes', () => {
    const messages = [developer, user, final, user, user, final, developer, user, final]
    expect(dropped(messages, lengthOf(messages) - 1)).toEqual([1, 2])
    expect(dropped(messages, lengthOf([developer, user, user, final, developer, user, final]))).toEqual([
      1, 2,
    ])
    expect(dropped(messages, lengthOf([developer, developer, user, final]))).toEqual([1, 2, 3, 4, 5])
  })

  test('keeps a call with its result, across turns too', () => {
    const messages = [user, call, user, result, final, user, final]
    expect(dropped(messages, lengthOf(messages) - 1)).toEqual([0, 1, 2, 3, 4])
    const ofOtherName = [user, call, { ...result, name: 'functions.g' }, user, result, user, final]
    expect(dropped(ofOtherName, lengthOf(ofOtherName) - 1)).toEqual([0, 1, 2, 3, 4])
    const givenUp = [user, call, user, call, result, final, user]
    expect(dropped(givenUp, lengthOf(givenUp) - 1)).toEqual([0, 1])
  })

  test('counts reasoning that a policy drops anyway as nothing', () => {
    const messages = [user, reasoning, final, user, reasoning, final, user]
    const limit = lengthOf([user, final, user, final, user])
    expect(dropped(messages, limit, 'completed-turns')).toEqual([])
    expect(dropped(messages, limit, 'none')).toEqual([0, 1, 2])
  })

  test('says what is too long when the last turn alone does not fit', () => {
    const messages = [developer, user, final, user]
    expect(() => dropped(messages, lengthOf([developer, user]) - 1)).toThrow(TokenBudgetError)
  })

  describe('of 20,000 turns', () => {
    const turns = Array.from({ length: 20_000 }, () => [user, reasoning, call, result, final]).flat()

    test.each<[number, DropAnalysis]>([
      [100, 'none'],
      [100, 'before-first-final'],
      [5_000, 'completed-turns'],
    ])(
      'takes as many steps a turn however many there are: up to %d tokens, %s',
      async (limit, dropAnalysis) => {
        const steps: number[] = []
        for (const count of [500, 2_000]) {
          const messages = turns.slice(0, 5 * count)
          const drop = () => dropOldestTurns(encoding, { messages }, { limit, dropAnalysis })
          const { conversation, droppedMessageIndexes } = drop()
          expect(conversation.messages.length).toBe(messages.length - droppedMessageIndexes.length)
          expect(droppedMessageIndexes.length % 5).toBe(0)
          steps.push(await stepsOf(drop))
        }
        // Bisection asks a few times more about four times as many messages.
        expect(steps[1] / steps[0]).toBeLessThan(6)
      },
    )

    test('asks whether they fit as often as bisection does', () => {
      for (const last of [0, 5, 5 * 777, 5 * 19_999]) {
        let asked = 0
        const kept = keptOfOldestTurns(turns, (indexes) => {
          asked++
          return indexes[0] >= last
        })
        expect(kept[0]).toBe(last)
        expect(asked).toBeLessThanOrEqual(15)
      }
    })
  })

  test('drops the fewest turns with which it fits', () => {
    const message = fc.constantFrom(user, user, final, reasoning, preamble)
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 20 }),
        policies,
        fc.integer({ min: 1, max: 100 }),
        (messages, dropAnalysis, limit) => {
          // Without calls and standing messages, a turn starts with each user's message that no other is before.
          const starts = [...messages.keys()].filter(
            (i) => i === 0 || (messages[i].role === 'user' && messages[i - 1].role !== 'user'),
          )
          const fitting = starts.find(
            (i) =>
              encoding.renderConversation({ messages: messages.slice(i) }, { dropAnalysis }).length <= limit,
          )
          if (fitting === undefined && messages.length > 0)
            expect(() => dropped(messages, limit, dropAnalysis)).toThrow(TokenBudgetError)
          else expect(dropped(messages, limit, dropAnalysis)).toEqual([...Array(fitting ?? 0).keys()])
        },
      ),
    )
  })

  test('fits, and never splits a call from its result', () => {
    const tools = fc.constantFrom('functions.f', 'functions.g')
    const message = fc.oneof(
      fc.constantFrom(user, user, final, reasoning, developer),
      tools.map((recipient): Message => ({ ...call, recipient })),
      tools.map((name): Message => ({ ...result, name })),
    )
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 20 }),
        policies,
        fc.integer({ min: 1, max: 200 }),
        (list, dropAnalysis, limit) => {
          const messages = list.map((each, i) => ({ ...each, content: `${i}` }))
          let shortened: Conversation
          let gone: Set<number>
          try {
            const answer = dropOldestTurns(encoding, { messages }, { limit, dropAnalysis })
            shortened = answer.conversation
            gone = new Set(answer.droppedMessageIndexes)
          } catch (error) {
            if (error instanceof TokenBudgetError) return
            throw error
          }
          expect(encoding.renderConversation(shortened, { dropAnalysis }).length).toBeLessThanOrEqual(limit)
          expect(shortened.messages).toEqual(messages.filter((_, i) => !gone.has(i)))
          messages.forEach(({ role, name }, i) => {
            if (role !== 'tool') return
            const calls = messages.slice(0, i).filter(({ recipient }) => recipient === name)
            const results = messages
              .slice(0, i)
              .filter((earlier) => earlier.role === 'tool' && earlier.name === name)
            // One call and one result: nothing else than a pair.
            const [only] = calls
            if (calls.length !== 1 || results.length > 0) return
            expect(gone.has(i)).toBe(gone.has(messages.indexOf(only)))
          })
        },
      ),
    )
  })

  test('shortens a transcript without touching what was sampled', () => {
    const transcript = createTranscript(encoding, { messages: [developer, user] })
    const sampled = encoding.encode('<|channel|>commentary to=functions.f <|message|> {}<|call|>', {
      allowedSpecial: 'all',
    })
    transcript.prefill()
    transcript.commit(
      encoding.encode('<|channel|>final<|message|>Hello<|return|>', { allowedSpecial: 'all' }),
    )
    transcript.append(user)
    const { length } = transcript.prefill().tokens
    transcript.commit(sampled)
    transcript.append(result)
    expect(transcript.dropOldestTurns({ limit: 10000 })).toEqual([])
    expect(() => transcript.dropOldestTurns({ limit: 20 })).toThrow(TokenBudgetError)
    expect(transcript.toConversation().messages.length).toBe(6)

    expect(transcript.dropOldestTurns({ limit: length + sampled.length }).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
    ])
    expect(transcript.renderWithSpans().tokens).toEqual([
      ...encoding.renderConversationForCompletion({ messages: [developer, user] }, 'assistant'),
      ...sampled,
      ...encoding.render(result),
    ])
    // `<|start|>assistant<|channel|>` begins the answer that is gone as well as the call.
    expect(transcript.prefill().cachedPrefixLength).toBe(
      encoding.renderConversation({ messages: [developer, user] }).length + 3,
    )
  })
})
