import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Conversation,
  DEVIATION_CODES,
  HarmonyError,
  loadHarmonyEncoding,
  type Role,
} from 'gpt-oss-harmony'
import { countTokens } from 'gpt-oss-harmony/tokens'
import {
  compareTokens,
  describePrompt,
  describeTurn,
  DEVIATION_TEXTS,
  isPrompt,
} from '../../src/inspect/index.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

/** The cases picked by hand; the random ones have headers that no parser reads as they were meant. */
function officialPrompts() {
  const file = new URL('../../fixtures/official/render.json', import.meta.url)
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly cases: readonly {
      readonly name: string
      readonly input: {
        readonly call: string
        readonly conversation?: Conversation
        readonly nextRole?: Role
        readonly autoDropAnalysis?: boolean
      }
      readonly expected: { readonly tokens?: readonly number[] }
    }[]
  }
  return cases.flatMap(({ name, input, expected: { tokens } }) => {
    const { call, conversation, nextRole, autoDropAnalysis } = input
    if (call !== 'completion' || !conversation || !tokens || /^random|^injected/.test(name)) return []
    const options = { nextRole, ...(autoDropAnalysis === false && { dropAnalysis: 'none' as const }) }
    return [{ name, conversation, tokens, options }]
  })
}

function tokensOf(text: string): number[] {
  return encoding.encode(text, { allowedSpecial: 'all' })
}

describe('describeTurn', () => {
  // The ids are those of the official library (openai-harmony 0.0.8); ranges and costs are counted by hand.
  const TURN = [
    ...[200005, 35644, 200008, 13225, 200007],
    ...[200006, 173781, 200005, 12606, 815, 316, 28, 44580, 1196, 220, 200003, 4108, 200008, 12083, 200012],
  ]

  test('gives ranges, kinds and costs', () => {
    const { messages, deviations, cost, turn } = describeTurn(encoding, TURN)
    expect(messages.map(({ kind, part, tokens, content }) => ({ kind, part, tokens, content }))).toEqual([
      { kind: 'reasoning', part: 'reasoning', tokens: { start: 0, end: 5 }, content: { start: 3, end: 4 } },
      { kind: 'tool-call', part: 'calls', tokens: { start: 5, end: 20 }, content: { start: 18, end: 19 } },
    ])
    expect(messages[1].message).toMatchObject({ recipient: 'functions.f', content: '{}' })
    expect(deviations).toEqual([])
    expect(cost).toMatchObject({ total: 20, byMessage: [5, 15], outside: 0 })
    expect(cost.byPart).toMatchObject({ reasoning: 5, calls: 15, final: 0 })
    expect(cost.byChannel).toEqual({ analysis: 5, commentary: 15 })
    expect(turn.action).toBe('call')
  })

  test('shows what the two kinds of client see', () => {
    const { chat, response } = describeTurn(encoding, TURN, { promptTokens: 7 })
    expect(chat.choices[0].message.tool_calls).toMatchObject([{ function: { name: 'f', arguments: '{}' } }])
    expect(chat.usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 20 })
    expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'function_call'])
    expect(describeTurn(encoding, TURN, { promptTokens: 7 })).toMatchObject({ chat, response })
  })

  test('says of a deviation where it is and what was repaired', () => {
    const tokens = tokensOf(
      '<|channel|>final<|message|>a<|end|> so <|start|>assistant<|channel|>final<|message|>b',
    )
    const { deviations, cost } = describeTurn(encoding, tokens)
    expect(deviations).toEqual([
      {
        code: 'text-between-messages',
        messageIndex: 1,
        tokens: { start: 5, end: 7 },
        evidence: ' so ',
        text: DEVIATION_TEXTS['text-between-messages'],
      },
      expect.objectContaining({ code: 'unterminated', tokens: { start: 13, end: 13 } }),
    ])
    expect(cost).toMatchObject({ total: 13, byMessage: [5, 6], outside: 2 })
  })

  test('counts a forced header as the prompt', () => {
    const prefill = tokensOf('<|channel|>commentary to=functions.f<|message|>')
    const { messages, cost } = describeTurn(encoding, [12083, 200012], { prefill })
    expect(messages).toMatchObject([{ tokens: { start: 0, end: 2 }, content: { start: 0, end: 1 } }])
    expect(cost.byPart.calls).toBe(2)
  })

  test('a breakdown adds up, and nothing but HarmonyError is thrown', () => {
    const token = fc.oneof(
      fc.constantFrom(
        200002,
        200003,
        200005,
        200006,
        200007,
        200008,
        200012,
        199999,
        173781,
        17196,
        35644,
        12606,
        815,
        9552,
      ),
      fc.integer({ min: -1, max: 201100 }),
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), fc.boolean(), (tokens, isTurn) => {
        try {
          const { cost, messages } = isTurn
            ? describeTurn(encoding, tokens)
            : describePrompt(encoding, tokens)
          expect(sum(Object.values(cost.byPart)) + cost.outside).toBe(tokens.length)
          expect(sum(Object.values(cost.byChannel)) + cost.outside).toBe(tokens.length)
          expect(cost.outside).toBeGreaterThanOrEqual(0)
          for (const { tokens: range, content } of messages) {
            expect(range.start).toBeLessThanOrEqual(content.start)
            expect(content.start).toBeLessThanOrEqual(content.end)
            expect(content.end).toBeLessThanOrEqual(range.end)
          }
        } catch (error) {
          if (!(error instanceof HarmonyError)) throw error
          expect(error.code).toBe('invalid-token')
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('describePrompt', () => {
  // The tokens are the official library's; the costs are those of `countTokens`, which counts from the messages.
  test.each(officialPrompts())('counts a prompt from its tokens as from its messages: $name', (prompt) => {
    const { tokens, conversation, options } = prompt
    const { byPart, byChannel, total } = countTokens(encoding, conversation, options)
    const described = describePrompt(encoding, tokens)
    expect(described.cost).toMatchObject({ byPart, byChannel, total, outside: 0 })
    expect(described.deviations).toEqual([])
  })

  test('counts the tools and the opening of a prompt', () => {
    const text =
      '<|start|>developer<|message|># Instructions\n\nBe brief.\n\n# Tools\n\n## functions\n\nnamespace functions {\n\ntype f = () => any;\n\n} // namespace functions<|end|><|start|>user<|message|>Hi<|end|><|start|>assistant'
    const tokens = tokensOf(text)
    const { messages, opening, cost, deviations } = describePrompt(encoding, tokens)
    const tools = text.slice(text.indexOf('# Tools'), text.indexOf('<|end|>'))
    expect(messages.map(({ message }) => message.role)).toEqual(['developer', 'user'])
    expect(opening).toEqual({ start: tokens.length - 2, end: tokens.length })
    expect(cost.byPart).toMatchObject({ tools: encoding.encode(tools).length, user: 5, opening: 2 })
    expect(deviations).toEqual([])
  })

  test('knows a prompt from an answer', () => {
    expect(isPrompt(encoding, tokensOf('<|start|>user<|message|>Hi<|end|>'))).toBe(true)
    expect(
      isPrompt(
        encoding,
        tokensOf('<|start|>assistant<|channel|>final<|message|>Hi<|end|><|start|>assistant'),
      ),
    ).toBe(true)
    expect(isPrompt(encoding, tokensOf('<|start|>assistant<|channel|>final<|message|>Hi<|return|>'))).toBe(
      false,
    )
    expect(isPrompt(encoding, tokensOf('<|channel|>final<|message|>Hi<|return|>'))).toBe(false)
  })
})

describe('compareTokens', () => {
  const twenty = Array.from({ length: 20 }, (_, index) => index)

  test('counts by hand', () => {
    expect(compareTokens(twenty, [...twenty.slice(0, 18), 99, 98, 97])).toEqual({
      isEqual: false,
      sharedTokens: 18,
      cache: { kept: 16, lost: 4, computed: 5 },
    })
    expect(compareTokens(twenty, twenty, 1)).toEqual({
      isEqual: true,
      sharedTokens: 20,
      cache: { kept: 20, lost: 0, computed: 0 },
    })
    expect(compareTokens([], [1])).toEqual({
      isEqual: false,
      sharedTokens: 0,
      cache: { kept: 0, lost: 0, computed: 1 },
    })
  })
})

test('docs/deviations.md repeats the sentence of each code', () => {
  const page = readFileSync(new URL('../../docs/deviations.md', import.meta.url), 'utf8').replace(
    /\n {2}/g,
    ' ',
  )
  for (const code of DEVIATION_CODES)
    expect(page).toContain(`\n- \`${code}\`: ${documented(DEVIATION_TEXTS[code])}\n`)
})

function documented(text: string): string {
  return text.replace(/<\|\w+\|>|to=(?:NAME)?/g, '`$&`')
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
