import { loadHarmonyEncoding, type Message, SPECIAL_TOKENS } from 'gpt-oss-harmony'
import { fromChatRequest, parseJson, renderChatRequest, toChatCompletion } from 'gpt-oss-harmony/chat'
import { DIALECTS, renderInDialect } from 'gpt-oss-harmony/dialects'
import { fromResponsesRequest } from 'gpt-oss-harmony/responses'
import { createTranscript } from 'gpt-oss-harmony/transcript'
import { expect, test } from 'vitest'

// As arguments of one call, so many would overflow the stack: it holds some 120,000.
const LENGTH = 200_000

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const { CHANNEL, MESSAGE, RETURN } = SPECIAL_TOKENS

test('a message that goes on may have any number of tokens', () => {
  const body = {
    messages: [
      { role: 'user', content: 'Count.' },
      { role: 'assistant', content: ' one'.repeat(LENGTH) },
    ],
    continue_final_message: true,
    add_generation_prompt: false,
  }
  const chat = fromChatRequest(body)
  // ` one` is one token.
  expect(
    renderChatRequest(encoding, chat)
      .slice(-LENGTH)
      .every((token) => token === 1001),
  ).toBe(true)
})

test('an answer with logprobs may have any number of tokens', () => {
  const request = fromChatRequest({ messages: [{ role: 'user', content: 'Count.' }], logprobs: true })
  const tokens = [
    CHANNEL,
    ...encoding.encode('final'),
    MESSAGE,
    ...new Array<number>(LENGTH).fill(1001),
    RETURN,
  ]
  const logprobs = tokens.map((token) => ({ token, logprob: -1, top: [] }))
  const { choices } = toChatCompletion(encoding, tokens, { request, logprobs })
  expect(choices[0].logprobs?.content).toHaveLength(LENGTH)
})

test('a conversation may have any number of messages', () => {
  const message: Message = { role: 'user', content: 'Hi' }
  const transcript = createTranscript(encoding, { messages: new Array<Message>(LENGTH).fill(message) })
  // <|start|>user<|message|>Hi<|end|>, five tokens each, then <|start|>assistant.
  expect(transcript.prefill().tokens).toHaveLength(5 * LENGTH + 2)
})

test.each(DIALECTS)('a request in the dialect %s may have any number of messages', (dialect) => {
  const messages = new Array(LENGTH).fill({ role: 'user', content: 'Hi' })
  const { tokens } = renderInDialect(encoding, { messages }, { dialect, date: '2026-11-29' })
  expect(tokens.length).toBeGreaterThan(LENGTH)
})

test('a description may have any number of lines', () => {
  const chat = fromChatRequest({
    messages: [{ role: 'user', content: 'Hi' }],
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'answer', description: 'a\n'.repeat(LENGTH), schema: { type: 'object' } },
    },
  })
  expect(renderChatRequest(encoding, chat).length).toBeGreaterThan(LENGTH)
})

test('a namespace may have any number of tools', () => {
  const tools = Array.from({ length: LENGTH }, (_, i) => ({ type: 'function', name: `f${i}` }))
  const request = { input: 'Hi', tools: [{ type: 'namespace', name: 'many', description: '', tools }] }
  expect(Object.keys(fromResponsesRequest(request).callTargets.tools)).toHaveLength(LENGTH)
})

test('a text beside numbers that are kept may have any length', () => {
  const content = 'a'.repeat(100 * LENGTH)
  const parameters = { type: 'object', properties: { n: { default: 1 } } }
  const text = JSON.stringify({ content, parameters }).replace('"default":1', '"default":1.0')
  expect(parseJson(text)).toMatchObject({ content })
})
