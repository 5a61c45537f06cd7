import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadHarmonyEncoding } from '../../src/encoding.js'
import { HarmonyError } from '../../src/errors.js'
import { checkConversation } from '../../src/message/check.js'
import { conversationSchema } from '../../src/message/schemas.js'
import { parseConversation, parseMessage } from '../../src/message/parse-conversation.js'
import { conversations, damaged } from './arbitraries.js'

const official = JSON.parse(readFileSync(new URL('official-conversation.json', import.meta.url), 'utf8')) as {
  json: string
  tokens: number[]
}

describe('what the official library writes', () => {
  test('is read as it is', () => {
    expect(parseConversation(official.json)).toEqual(JSON.parse(official.json))
  })

  test('renders to its tokens', () => {
    const encoding = loadHarmonyEncoding('HarmonyGptOss')
    const tokens = encoding.renderConversationForCompletion(parseConversation(official.json), 'assistant')
    expect(tokens).toEqual(official.tokens)
  })
})

test('text and value are read alike, and unknown keys do not matter', () => {
  const message = { role: 'user', content: [{ type: 'text', text: 'Hi', id: 5 }], mood: 'good' }
  expect(parseMessage(message)).toEqual(message)
  expect(parseMessage(JSON.stringify(message))).toEqual(message)
  expect(parseConversation({ messages: [message], id: 5 })).toEqual({ messages: [message], id: 5 })
})

test('namespaces may stand in an object without a prototype', () => {
  const tools = Object.assign(Object.create(null) as object, { f: { name: 'f', tools: [] } })
  expect(() => checkConversation(system({ tools }))).not.toThrow()
  expect(() => parseConversation(system({ tools }))).not.toThrow()
})

test('text that is no JSON is said to be none', () => {
  expect(failure(() => parseConversation('{"messages":['))).toMatchObject({
    code: 'invalid-json',
    evidence: '"{\\"messages\\":["',
  })
})

// The paths and what is refused follow from the official form's own definition (src/chat.rs); each case was also run through the library.
const user = { role: 'user', content: 'Hi' }
const part = (content: unknown) => ({
  messages: [user, { role: 'system', content: [{ type: 'text', text: '' }, content] }],
})
const system = (content: object) => part({ type: 'system_content', ...content })
const tool = (content: object) => system({ tools: { 'my tools': { name: 'x', tools: [content] } } })
const cyclic: { self?: unknown } = {}
cyclic.self = cyclic

const REFUSED: readonly (readonly [path: string, value: unknown, evidence: string])[] = [
  ['', null, 'null'],
  ['', [user], '[{"role":"user","content":"Hi"}]'],
  ['messages', {}, 'undefined'],
  ['messages', { messages: user }, '{"role":"user","content":"Hi"}'],
  ['messages[0]', { messages: ['Hi'] }, '"Hi"'],
  ['messages[0].content', { messages: [{ role: 'user' }] }, 'undefined'],
  ['messages[0].content', { messages: [{ role: 'user', content: 5 }] }, '5'],
  ['messages[0].name', { messages: [{ ...user, name: 5 }] }, '5'],
  ['messages[0].channel', { messages: [{ ...user, channel: {} }] }, '{}'],
  ['messages[0].recipient', { messages: [{ ...user, recipient: false }] }, 'false'],
  ['messages[0].content_type', { messages: [{ ...user, content_type: [] }] }, '[]'],
  ['messages[1].content[1]', part('Hi'), '"Hi"'],
  ['messages[1].content[1]', part([]), '[]'],
  ['messages[1].content[1].type', part({ text: 'Hi' }), 'undefined'],
  ['messages[1].content[1].type', part({ type: 'image', text: 'Hi' }), '"image"'],
  ['messages[1].content[1].text', part({ type: 'text' }), 'undefined'],
  ['messages[1].content[1].text', part({ type: 'text', text: null }), 'null'],
  ['messages[1].content[1].instructions', part({ type: 'developer_content', instructions: 5 }), '5'],
  ['messages[1].content[1].model_identity', system({ model_identity: 5 }), '5'],
  ['messages[1].content[1].conversation_start_date', system({ conversation_start_date: 5 }), '5'],
  ['messages[1].content[1].knowledge_cutoff', system({ knowledge_cutoff: 5 }), '5'],
  ['messages[1].content[1].reasoning_effort', system({ reasoning_effort: 'low' }), '"low"'],
  ['messages[1].content[1].channel_config', system({ channel_config: 'final' }), '"final"'],
  [
    'messages[1].content[1].channel_config.valid_channels',
    system({ channel_config: { channel_required: true } }),
    'undefined',
  ],
  [
    'messages[1].content[1].channel_config.valid_channels[1]',
    system({ channel_config: { valid_channels: ['a', 5], channel_required: true } }),
    '5',
  ],
  [
    'messages[1].content[1].channel_config.channel_required',
    system({ channel_config: { valid_channels: [] } }),
    'undefined',
  ],
  ['messages[1].content[1].tools', system({ tools: [] }), '[]'],
  ['messages[1].content[1].tools', system({ tools: new Map([['functions', {}]]) }), '{}'],
  ['messages[1].content[1].tools.functions', system({ tools: { functions: undefined } }), 'undefined'],
  [
    'messages[1].content[1].tools.functions.name',
    system({ tools: { functions: { tools: [] } } }),
    'undefined',
  ],
  [
    'messages[1].content[1].tools.f.description',
    system({ tools: { f: { name: 'f', description: 5, tools: [] } } }),
    '5',
  ],
  ['messages[1].content[1].tools.f.tools', system({ tools: { f: { name: 'f' } } }), 'undefined'],
  [
    'messages[1].content[1].tools["my tools"].tools[0]',
    system({ tools: { 'my tools': { name: 'x', tools: [null] } } }),
    'null',
  ],
  ['messages[1].content[1].tools["my tools"].tools[0].name', tool({ description: '' }), 'undefined'],
  [
    'messages[1].content[1].tools["my tools"].tools[0].description',
    tool({ name: 'f', description: null }),
    'null',
  ],
]

describe('refuses with the path', () => {
  test.each(REFUSED)('%s', (path, value, evidence) => {
    const expected = { code: 'invalid-conversation', path, evidence }
    expect(failure(() => parseConversation(value))).toMatchObject(expected)
    expect(failure(() => checkConversation(value))).toMatchObject(expected)
  })

  test('of a role', () => {
    const value = { messages: [user, { role: 'wizard', content: '' }] }
    const expected = { path: 'messages[1].role', evidence: '"wizard"' }
    expect(failure(() => parseConversation(value))).toMatchObject({ code: 'unknown-role', ...expected })
  })

  test('of a schema that is no JSON', () => {
    const value = tool({ name: 'f', description: '', parameters: cyclic })
    const path = 'messages[1].content[1].tools["my tools"].tools[0].parameters'
    expect(failure(() => parseConversation(value))).toMatchObject({ code: 'invalid-conversation', path })
  })

  test('of a message by itself', () => {
    expect(failure(() => parseMessage({ role: 'user', content: [5] }))).toMatchObject({ path: 'content[0]' })
  })
})

test('says what was wanted', () => {
  expect(failure(() => parseConversation(part({ type: 'text', text: 5 }))).message).toBe(
    'conversation: messages[1].content[1].text is 5, wanted a string',
  )
})

test('reads every conversation', () => {
  fc.assert(
    fc.property(conversations, (conversation) => {
      expect(parseConversation(JSON.stringify(conversation))).toEqual(conversation)
    }),
  )
})

test('the zod schemas check what parseConversation checks', () => {
  fc.assert(
    fc.property(damaged(conversations), (value) => {
      // A string is JSON text to one of them.
      fc.pre(typeof value !== 'string')
      const { error } = conversationSchema.safeParse(value)
      expect(error === undefined).toBe(pathOfFailure(() => parseConversation(value)) === undefined)
    }),
    { numRuns: 2000 },
  )
})

function failure(action: () => unknown): HarmonyError {
  try {
    action()
  } catch (error) {
    if (error instanceof HarmonyError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

function pathOfFailure(action: () => unknown): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if (error instanceof HarmonyError) return error.path
    throw error
  }
}
