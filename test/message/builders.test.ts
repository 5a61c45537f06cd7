import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  assistantMessage,
  developerMessage,
  systemMessage,
  toolMessage,
  userMessage,
} from '../../src/message/builders.js'
import { browserTool, pythonTool } from '../../src/message/builtin-tools.js'

// Written by the official Python library 0.0.8, from its own builders.
const official = JSON.parse(readFileSync(new URL('official-conversation.json', import.meta.url), 'utf8')) as {
  json: string
}
const { messages } = JSON.parse(official.json) as { messages: object[] }

test('the builders make what the official ones make', () => {
  const built = [
    systemMessage({
      reasoningEffort: 'high',
      conversationStartDate: '2025-06-28',
      tools: [browserTool(), pythonTool()],
    }),
    developerMessage({
      instructions: 'Always respond in riddles',
      tools: [
        { name: 'get_location', description: 'Gets the location of the user.' },
        {
          name: 'get_current_weather',
          description: 'Gets the current weather in the provided location.',
          parameters: {
            type: 'object',
            properties: {
              location: { type: 'string', description: 'The city and state, e.g. San Francisco, CA' },
              format: { type: 'string', enum: ['celsius', 'fahrenheit'], default: 'celsius' },
            },
            required: ['location'],
          },
        },
      ],
    }),
    userMessage('What is the weather in Tokyo?', { name: 'alice' }),
    assistantMessage(
      'User asks: "What is the weather in Tokyo?" We need to use the get_current_weather tool.',
      { channel: 'analysis' },
    ),
    assistantMessage('{"location": "Tokyo"}', {
      channel: 'commentary',
      recipient: 'functions.get_current_weather',
      contentType: '<|constrain|>json',
    }),
    toolMessage('functions.get_current_weather', '{ "temperature": 20, "sunny": true }', {
      channel: 'commentary',
      recipient: 'assistant',
    }),
    userMessage([
      { type: 'text', text: 'And ' },
      { type: 'text', text: 'tomorrow?' },
    ]),
  ]
  expect(built.map(asPythonWrites)).toEqual(messages)
})

test('null leaves a line out', () => {
  expect(
    systemMessage({ modelIdentity: null, reasoningEffort: null, knowledgeCutoff: null, channels: null }),
  ).toEqual({
    role: 'system',
    content: [{ type: 'system_content' }],
  })
})

test('channels and whether they are required can be set', () => {
  const { content } = systemMessage({ channels: ['final'], channelRequired: false })
  expect(content).toMatchObject([{ channel_config: { valid_channels: ['final'], channel_required: false } }])
})

test('no tools make no namespace', () => {
  expect(developerMessage({ instructions: 'x', tools: [] })).toEqual({
    role: 'developer',
    content: [{ type: 'developer_content', instructions: 'x' }],
  })
})

test('functions and namespaces stand side by side', () => {
  const f = { name: 'f', description: '' }
  const mcp = { name: 'mcp', tools: [f] }
  expect(developerMessage({ tools: [f, mcp] }).content).toEqual([
    { type: 'developer_content', tools: { mcp, functions: { name: 'functions', tools: [f] } } },
  ])
})

test('two namespaces of one name are refused', () => {
  expect(() => systemMessage({ tools: [browserTool(), browserTool()] })).toThrow(TypeError)
  expect(() =>
    developerMessage({
      tools: [
        { name: 'f', description: '' },
        { name: 'functions', tools: [] },
      ],
    }),
  ).toThrow(TypeError)
})

test('the built-in tools can be overridden, and each call makes new ones', () => {
  expect(pythonTool({ name: 'py', description: null })).toEqual({ name: 'py', description: null, tools: [] })
  expect(browserTool({ tools: [] })).toEqual({ ...browserTool(), tools: [] })
  expect(browserTool().tools).not.toBe(browserTool().tools)
})

/** Python writes a list where there is one text, and each message's name, `null` or not. */
function asPythonWrites(message: ReturnType<typeof userMessage>): object {
  const { content } = message
  return {
    name: null,
    ...message,
    content: typeof content === 'string' ? [{ type: 'text', text: content }] : content,
  }
}

test.each(['low', 'medium', 'high', 'Low', 'Medium', 'High'] as const)(
  'takes the effort %s',
  (reasoningEffort) => {
    const [content] = systemMessage({ reasoningEffort }).content
    expect(content).toMatchObject({
      reasoning_effort: reasoningEffort[0].toUpperCase() + reasoningEffort.slice(1),
    })
  },
)

test.each(['huge', 'HIGH', '', 'constructor', '__proto__'])('refuses the effort %j', (reasoningEffort) => {
  expect(() => systemMessage({ reasoningEffort: reasoningEffort as 'high' })).toThrow(TypeError)
})
