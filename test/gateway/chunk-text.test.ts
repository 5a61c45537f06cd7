import { expect, test } from 'vitest'
import { createChatStream, fromChatRequest } from '../../src/chat/index.js'
import { chunkWriter } from '../../src/gateway/chunk-text.js'
import { createGateway } from '../../src/gateway/index.js'
import { loadHarmonyEncoding } from '../../src/index.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

test.each([
  {},
  { n: 2, stream: true, stream_options: { include_usage: true } },
  { logprobs: true, top_logprobs: 1 },
  { include_reasoning: false, model: 'with "quotes"' },
] as { n?: number; model?: string }[])('chunks are written as JSON.stringify writes them: %j', (fields) => {
  const request = fromChatRequest({ messages: [{ role: 'user', content: 'Hi' }], ...fields })
  const stream = createChatStream(encoding, { request })
  const tokens = encoding.encode(
    '<|channel|>analysis<|message|>"Hm"\u2028\n.<|end|><|start|>assistant<|channel|>final<|message|>Grüße 👋🏽<|end|>' +
      '<|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{"a":1}<|call|>',
    { allowedSpecial: 'all' },
  )
  const choices = Array.from({ length: fields.n ?? 1 }, (_, choice) => choice)
  const chunks = [
    ...choices.flatMap((choice) =>
      tokens.flatMap((token) =>
        stream.push([token], [{ token, logprob: -1, top: [{ token, logprob: -1 }] }], choice),
      ),
    ),
    ...choices.flatMap((choice) => stream.end({ promptTokens: 5 }, choice)),
  ]
  const write = chunkWriter()
  expect(chunks.map(write)).toEqual(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`))
})

test('an engine that never waits leaves the event loop to others', async () => {
  const gateway = createGateway({
    engine: {
      async *generate() {
        yield { tokens: [200005, 17196, 200008] }
        for (let i = 0; i < 5_000; i++) yield { tokens: [13225] }
        yield { tokens: [200002], finish: { reason: 'stop' } }
      },
    },
  })
  const body = JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }], stream: true })
  const response = await gateway(
    new Request('http://gateway.test/v1/chat/completions', { method: 'POST', body }),
  )
  let rounds = 0
  let isOver = false
  const count = () => {
    rounds++
    if (!isOver) setImmediate(count)
  }
  count()
  const text = await response.text()
  isOver = true
  expect(text).toMatch(/data: \[DONE\]\n\n$/)
  expect(rounds).toBeGreaterThan(text.length / 20_000)
})
