import { readFileSync } from 'node:fs'
import {
  createParser,
  DEVIATION_CODES,
  HarmonyError,
  loadHarmonyEncoding,
  parseTokens,
  type ParserEvent,
  StreamableParser,
} from 'gpt-oss-harmony'
import { compareResult, CONFORMANCE_GROUPS, conformanceVectors } from 'gpt-oss-harmony/conformance'
import type {
  CompletionInput,
  ConformanceVector,
  ConversationInput,
  VisibleState,
} from 'gpt-oss-harmony/conformance'
import { withJoinedDeltas } from '../parse/streams.js'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

for (const vector of conformanceVectors) {
  test(vector.id, () => {
    expect(compareResult(vector, answerTo(vector))).toStrictEqual({ outcome: 'passed', differences: [] })
  })
}

describe('the official behaviour shows as much', () => {
  for (const vector of conformanceVectors) {
    if (vector.group !== 'streaming') continue
    test(vector.id, () => {
      expect(compareResult(vector, { states: officialStates(vector.input) })).toStrictEqual({
        outcome: 'passed',
        differences: [],
      })
    })
  }
})

describe('events are the same however the tokens are pushed', () => {
  for (const vector of conformanceVectors) {
    if (vector.group === 'rendering') continue
    test(vector.id, () => {
      const { tokens } = vector.input
      const whole = eventsOf(vector.input, [tokens])
      for (let cut = 0; cut <= tokens.length; cut++) {
        expect(eventsOf(vector.input, [tokens.slice(0, cut), tokens.slice(cut)])).toStrictEqual(whole)
      }
      expect(
        eventsOf(
          vector.input,
          tokens.map((token) => [token]),
        ),
      ).toStrictEqual(whole)
    })
  }
})

describe('the files', () => {
  const schema = z.fromJSONSchema(
    readFixture('vectors.schema.json') as Parameters<typeof z.fromJSONSchema>[0],
  )

  test.each(CONFORMANCE_GROUPS)('%s.json is as the schema says', (group) => {
    expect(() => schema.parse(readFixture(`${group}.json`))).not.toThrow()
  })

  test('the schema tells what is no vector', () => {
    const [vector] = readFixture('utf8.json') as [ConformanceVector]
    for (const wrong of [
      { ...vector, id: 'a' },
      { ...vector, more: 1 },
      { ...vector, expected: {} },
      { ...vector, source: 'somewhere' },
    ]) {
      expect(schema.safeParse([wrong]).success).toBe(false)
    }
  })

  test('the package has all vectors, and each id once', () => {
    expect(conformanceVectors).toStrictEqual(
      CONFORMANCE_GROUPS.flatMap((group) => readFixture(`${group}.json`)),
    )
    expect(new Set(conformanceVectors.map(({ id }) => id)).size).toBe(conformanceVectors.length)
  })

  test('the recovery vectors show each deviation at least eight times alone, and sixty combinations', () => {
    const counts = new Map<string, number>()
    for (const vector of conformanceVectors) {
      if (vector.group !== 'recovery') continue
      const codes = new Set(vector.expected.deviations)
      for (const code of codes) expect(DEVIATION_CODES).toContain(code)
      // Where `<|constrain|>` begins a text, no `<|message|>` can have come before it.
      if (codes.has('constrain-text')) codes.delete('missing-message')
      const kind = codes.size > 1 ? 'combined' : [...codes].join()
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
    for (const code of DEVIATION_CODES) expect(counts.get(code), code).toBeGreaterThanOrEqual(8)
    expect(counts.get('combined')).toBeGreaterThanOrEqual(60)
  })

  test('conformance/README.md counts them right', () => {
    const page = readFileSync(new URL('../../conformance/README.md', import.meta.url), 'utf8')
    const counts = CONFORMANCE_GROUPS.map(
      (group) => conformanceVectors.filter((vector) => vector.group === group).length,
    )
    expect(page).toContain(`gives ${conformanceVectors.length} vectors`)
    for (const [index, group] of CONFORMANCE_GROUPS.entries())
      expect(page).toContain(`| \`${group}\` | ${counts[index]} |`)
    const rows = page.split('\n').filter((row) => / of \d/.test(row))
    expect(rows).toHaveLength(3)
    for (const row of rows)
      expect([...row.matchAll(/ of (\d+)/g)].map(([, count]) => Number(count))).toStrictEqual(counts)
    const valid = conformanceVectors.filter(({ id }) => id.startsWith('recovery/valid/')).length
    expect(page).toContain(`${valid} of them are valid`)
  })

  test('a text is what the tokens decode to', () => {
    for (const { group, input } of conformanceVectors) {
      if (group !== 'rendering') expect(encoding.decode(input.tokens)).toBe(input.text)
    }
  })
})

function answerTo({ group, input }: ConformanceVector): unknown {
  try {
    switch (group) {
      case 'official':
        return {
          messages: encoding.parseMessagesFromCompletionTokens(input.tokens, input.role, {
            strict: input.strict ?? true,
          }),
        }
      case 'recovery':
      case 'utf8':
        return parseTokens(encoding, input.tokens, input)
      case 'streaming':
        return { states: statesOf(input) }
      case 'rendering':
        return { tokens: render(input) }
    }
  } catch (error) {
    if (error instanceof HarmonyError) return { error: error.message }
    throw error
  }
}

/** What the parser's events make visible, token by token. */
function statesOf({ tokens, role }: CompletionInput): unknown[] {
  let header: object = {}
  let delta = ''
  let messages = 0
  const parser = createParser(encoding, {
    role,
    onEvent(event) {
      if (event.type === 'message-start') header = event.header
      if (event.type === 'content-delta') delta += event.delta
      if (event.type === 'message-end') [header, delta, messages] = [{}, '', messages + 1]
    },
  })
  return [...tokens, null].map((token) => {
    delta = ''
    if (token === null) parser.end()
    else parser.push(token)
    return { ...header, delta, messages }
  })
}

function officialStates({ tokens, role }: CompletionInput): unknown[] {
  const parser = new StreamableParser(encoding, role)
  return [...tokens, null].map((token) => {
    if (token === null) parser.processEos()
    else parser.process(token)
    const messages: VisibleState = { messages: parser.messages.length }
    if (parser.state !== 'Content') return messages
    const { currentRole, currentRecipient, currentChannel, currentContentType, lastContentDelta } = parser
    return {
      ...messages,
      role: currentRole,
      recipient: currentRecipient,
      channel: currentChannel,
      content_type: currentContentType,
      delta: lastContentDelta,
    }
  })
}

function render({ conversation, mode, next_role, auto_drop_analysis = true }: ConversationInput): number[] {
  const options = { autoDropAnalysis: auto_drop_analysis }
  if (mode === 'completion')
    return encoding.renderConversationForCompletion(conversation, next_role!, options)
  if (mode === 'training') return encoding.renderConversationForTraining(conversation, options)
  return encoding.renderConversation(conversation, options)
}

function eventsOf(
  { role, tools, stopped = false }: CompletionInput,
  pushes: readonly (readonly number[])[],
): ParserEvent[] {
  const events: ParserEvent[] = []
  const parser = createParser(encoding, {
    role,
    ...(tools === undefined ? {} : { tools }),
    onEvent: (event) => events.push(event),
  })
  for (const push of pushes) parser.push(push)
  parser.end({ stopped })
  return withJoinedDeltas(events)
}

function readFixture(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../conformance/vectors/${file}`, import.meta.url), 'utf8'))
}
