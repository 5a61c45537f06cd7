import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HarmonyError } from '../../src/errors.js'
import type { Conversation, Message } from '../../src/message/types.js'
import { loadHarmonyEncoding } from '../../src/encoding.js'
import type { DropAnalysis, RenderConversationOptions } from '../../src/render/conversation.js'
import { SPECIAL_TOKENS } from '../../src/tokenizer/special-tokens.js'
import { conversations, damaged } from '../message/arbitraries.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

interface OfficialCase {
  readonly name: string
  readonly conversation: Conversation
  readonly tokens: number[]
  readonly tokensWithoutDropping?: number[]
  readonly training?: number[]
}

const official = JSON.parse(readFileSync(new URL('official-renderings.json', import.meta.url), 'utf8')) as {
  cases: OfficialCase[]
}

describe('official renderings', () => {
  test.each(official.cases)(
    '$name',
    ({ conversation, tokens, tokensWithoutDropping = tokens, training = tokens }) => {
      expect(render(conversation)).toEqual(tokens)
      expect(render(conversation, { autoDropAnalysis: false })).toEqual(tokensWithoutDropping)
      expect(encoding.renderConversationForTraining(conversation)).toEqual(training)
    },
  )
})

describe('old reasoning', () => {
  const user: Message = { role: 'user', content: 'u' }
  const reasoning: Message = { role: 'assistant', channel: 'analysis', content: 'r' }
  const call: Message = { role: 'assistant', channel: 'commentary', recipient: 'functions.f', content: '{}' }
  const result: Message = { role: 'tool', name: 'functions.f', channel: 'commentary', content: '1' }
  const final: Message = { role: 'assistant', channel: 'final', content: 'f' }
  const finalOfUser: Message = { role: 'user', channel: 'final', content: 'f' }

  // By the rules as the type DropAnalysis states them.
  test.each<[rule: DropAnalysis, messages: Message[], kept: number[]]>([
    ['before-first-final', [reasoning, final, reasoning, final], [1, 2, 3]],
    ['before-first-final', [reasoning, final, user, reasoning, call], [0, 1, 2, 3, 4]],
    ['completed-turns', [reasoning, final, reasoning, final], [1, 3]],
    ['completed-turns', [reasoning, final, user, reasoning, call, result], [1, 2, 3, 4, 5]],
    ['completed-turns', [reasoning, call, result, reasoning, final, user], [1, 2, 4, 5]],
    ['completed-turns', [reasoning, call, result, reasoning], [0, 1, 2, 3]],
    ['completed-turns', [reasoning, finalOfUser], [0, 1]],
    ['none', [reasoning, final, reasoning, final], [0, 1, 2, 3]],
  ])('%s, case %#', (dropAnalysis, messages, kept) => {
    const { spans } = encoding.renderWithSpans({ messages }, { dropAnalysis })
    expect(spans.map((span) => span.messageIndex)).toEqual(kept)
  })

  test('autoDropAnalysis: false keeps it, whatever dropAnalysis says', () => {
    const conversation = { messages: [reasoning, final] }
    const all = render(conversation, { dropAnalysis: 'none' })
    expect(render(conversation, { autoDropAnalysis: false, dropAnalysis: 'completed-turns' })).toEqual(all)
    expect(render(conversation, { autoDropAnalysis: true, dropAnalysis: 'none' })).toEqual(all)
    expect(render(conversation, { autoDropAnalysis: true, dropAnalysis: 'completed-turns' })).not.toEqual(all)
  })
})

test('for completion, the next message is opened', () => {
  const conversation: Conversation = { messages: [{ role: 'user', content: 'Hi' }] }
  const tokens = encoding.renderConversationForCompletion(conversation, 'assistant')
  // 173781 is `assistant` in the official vocabulary.
  expect(tokens).toEqual([...render(conversation), SPECIAL_TOKENS.START, 173781])
})

test('for training, a conversation without messages has no end', () => {
  expect(encoding.renderConversationForTraining({ messages: [] })).toEqual([])
})

describe('spans', () => {
  test('cover the output without a gap or an overlap', () => {
    fc.assert(
      fc.property(
        conversations,
        fc.constantFrom<DropAnalysis>('before-first-final', 'completed-turns', 'none'),
        (conversation, dropAnalysis) => {
          const { tokens, spans } = encoding.renderWithSpans(conversation, { dropAnalysis })
          expect(tokens).toEqual(render(conversation, { dropAnalysis }))

          let at = 0
          for (const span of spans) {
            for (const range of [span.start, span.header, span.content, span.terminator]) {
              expect(range.start).toBe(at)
              expect(range.end).toBeGreaterThanOrEqual(at)
              at = range.end
            }
            expect(tokens.slice(span.start.start, span.start.end)).toEqual([SPECIAL_TOKENS.START])
            expect(tokens[span.header.end - 1]).toBe(SPECIAL_TOKENS.MESSAGE)
            expect(tokens.slice(span.content.start, span.content.end).every((token) => token < 199998)).toBe(
              true,
            )
            expect([SPECIAL_TOKENS.END, SPECIAL_TOKENS.CALL]).toContain(tokens[span.terminator.start])
            expect(span.role).toBe(conversation.messages[span.messageIndex].role)
          }
          expect(at).toBe(tokens.length)
        },
      ),
    )
  })

  test('say who speaks to whom, and where', () => {
    const call: Message = { role: 'assistant', channel: 'commentary', recipient: 'functions.f', content: [] }
    const result: Message = { role: 'tool', name: 'functions.f', content: '' }
    const { spans } = encoding.renderWithSpans({ messages: [call, result] })
    expect(spans).toMatchObject([
      { messageIndex: 0, role: 'assistant', channel: 'commentary', recipient: 'functions.f' },
      { messageIndex: 1, role: 'tool', name: 'functions.f' },
    ])
    expect(spans[1]).not.toHaveProperty('channel')
  })
})

describe('on bad input', () => {
  test('only HarmonyErrors come, and the next rendering is not affected', () => {
    const user: Conversation = { messages: [{ role: 'user', content: 'Hi' }] }
    const expected = render(user)
    fc.assert(
      fc.property(fc.oneof(damaged(conversations), fc.anything()), (value) => {
        try {
          render(value as Conversation)
        } catch (error) {
          expect(error).toBeInstanceOf(HarmonyError)
          expect((error as HarmonyError).path).toBeTypeOf('string')
          expect(render(user)).toEqual(expected)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('schemas of any kind give text or a HarmonyError', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withSparseArray: true,
        }),
        (parameters) => {
          const conversation = withSchema(parameters)
          try {
            JSON.stringify(conversation)
          } catch {
            expect(() => render(conversation)).toThrow(HarmonyError)
            return
          }
          // As JSON.stringify writes it.
          expect(render(conversation)).toEqual(
            render(JSON.parse(JSON.stringify(conversation)) as Conversation),
          )
        },
      ),
      { numRuns: 1000 },
    )
  })

  test.each<[value: unknown, asWritten: unknown]>([
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [
      [undefined, NaN, () => 5],
      [null, null, null],
    ],
    [{ a: undefined, b: 5 }, { b: 5 }],
    [Object('x'), 'x'],
    [{ toJSON: () => 5 }, 5],
    [{ toJSON: 5 }, { toJSON: 5 }],
    [-0, 0],
  ])('a schema is read as JSON.stringify writes it, case %#', (value, asWritten) => {
    const schema = (byDefault: unknown) =>
      withSchema({ type: 'object', properties: { a: { default: byDefault } } })
    expect(render(schema(value))).toEqual(render(schema(asWritten)))
  })

  // The official library reads 118 levels in this place, and refuses 119.
  test('a schema may be 118 levels deep', () => {
    expect(() => render(withSchema(nested(118)))).not.toThrow()
    const path = 'messages[0].content[0].tools.functions.tools[0].parameters'
    for (const schema of [nested(119), nested(1_000_000)]) {
      expect(() => render(withSchema(schema))).toThrow(
        expect.objectContaining({ code: 'invalid-conversation', path }),
      )
    }
  })

  test.each<[name: string, options: object]>([
    ['headerOrder', { headerOrder: 'role-first' }],
    ['dropAnalysis', { dropAnalysis: true }],
  ])('an unknown %s is a TypeError', (_, options) => {
    expect(() => render({ messages: [] }, options)).toThrow(TypeError)
  })

  test('an unknown next role is refused', () => {
    expect(() => encoding.renderConversationForCompletion({ messages: [] }, 'wizard' as 'user')).toThrow(
      expect.objectContaining({ code: 'unknown-role' }),
    )
  })
})

function render(conversation: Conversation, options?: RenderConversationOptions): number[] {
  return encoding.renderConversation(conversation, options)
}

function withSchema(parameters: unknown): Conversation {
  const functions = { name: 'functions', tools: [{ name: 'f', description: '', parameters }] }
  return { messages: [{ role: 'developer', content: [{ type: 'developer_content', tools: { functions } }] }] }
}

function nested(levels: number): unknown {
  let value: unknown = {}
  for (let i = 1; i < levels; i++) value = i % 2 === 0 ? { x: value } : [value]
  return value
}
