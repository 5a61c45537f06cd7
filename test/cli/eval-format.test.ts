import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadHarmonyEncoding } from 'gpt-oss-harmony'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromChatRequest, renderChatRequest } from '../../src/chat/index.js'
import { formatPrompts } from '../../src/cli/eval/format-prompts.js'
import { readSample } from '../../src/cli/eval/format-sample.js'
import { json, scriptedServer } from '../engines/scripted-server.js'
import { harmony } from './harmony.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const encode = (text: string) => encoding.encode(text, { allowedSpecial: 'all' })

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harmony-format-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const GOOD = '<|channel|>final<|message|>Hi<|return|>'
// Two headers without their <|message|>: two places in one output.
const BROKEN = '<|channel|>analysis<|end|><|start|>assistant<|channel|>final{"a": 1}<|return|>'

function engineOf(...texts: string[]): string[] {
  const file = join(folder, 'completions.jsonl')
  writeFileSync(file, texts.map((text) => `${JSON.stringify({ text })}\n`).join(''))
  return ['--engine', 'replay', '--completions', file, '--max-concurrency', '1']
}

test('prompts differ in kind, effort and seed, and all of them render', () => {
  const prompts = formatPrompts(30, 7, 100)
  expect(new Set(prompts.map(({ body }) => body.seed)).size).toBe(30)
  // Ten prompts at three efforts: no two are the same.
  const rendered = prompts.map(({ body }) => renderChatRequest(encoding, fromChatRequest(body)).join())
  expect(new Set(rendered).size).toBe(30)
})

test('counts outputs with deviations, and each code by places and outputs', async () => {
  const result = join(folder, 'result.json')
  const { code, stdout } = await harmony([
    ...['eval', 'format', ...engineOf(GOOD, BROKEN, GOOD, GOOD), '--num-prompts', '8'],
    ...['--save-result', result],
  ])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^with deviations +2 +25\.0 %$/m)
  expect(stdout).toMatch(/^ended by a stop token +8 +100\.0 %$/m)
  const findings = JSON.parse(readFileSync(result, 'utf8')) as Record<string, unknown>
  expect(findings).toMatchObject({ outputs: 8, failed: 0, withDeviations: 2 })
  const codes = findings['codes'] as { code: string; places: number; outputs: number }[]
  expect(codes).toContainEqual({ code: 'missing-message', places: 4, outputs: 2 })
})

describe('sampling that ended', () => {
  const HI = encode('<|channel|>final<|message|>Hi')
  test.each([
    ['by a stop token', [...HI, 200002], { reason: 'stop' }, 'stop token'],
    ['by one that is named alone', HI, { reason: 'stop', stopToken: 200002 }, 'stop token'],
    ['by one that is withheld', HI, { reason: 'stop' }, 'withheld'],
    ['at the limit', HI, { reason: 'length' }, 'limit'],
    ['at the end of a message', [...HI, 200007], { reason: 'stop' }, 'elsewhere'],
    ['at a token that ends no turn', HI, { reason: 'stop', stopToken: 199999 }, 'elsewhere'],
    ['after its stop token', [...HI, 200002, 200006, 173781], { reason: 'length' }, 'ran on'],
  ] as const)('%s', (_, tokens, finish, stop) => {
    const sample = readSample(encoding, tokens, finish)
    expect(sample.stop).toBe(stop)
    if (stop === 'stop token' || stop === 'withheld') expect(sample.turn.deviations).toEqual([])
  })
})

describe("a server's Chat endpoint", () => {
  const answer = (text: string, message: object, finish_reason = 'stop') =>
    json({
      choices: [{ message: { role: 'assistant', ...message }, token_ids: encode(text), finish_reason }],
    })
  const CALL =
    '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"location":"Rome"}<|call|>'
  const call = (text: string) => ({
    content: null,
    tool_calls: [{ id: 'x', type: 'function', function: { name: 'get_weather', arguments: text } }],
  })

  async function check(...answers: ReturnType<typeof json>[]) {
    const server = await scriptedServer(...answers)
    const result = join(folder, 'chat.json')
    try {
      const outcome = await harmony([
        ...['eval', 'format', ...engineOf(GOOD), '--num-prompts', String(answers.length), '--chat'],
        ...['--url', server.url, '--model', 'm', '--save-result', result],
      ])
      const { chat } = JSON.parse(readFileSync(result, 'utf8')) as {
        chat: { answers: number; failed: number; rows: Record<string, unknown>[] }
      }
      return { ...outcome, chat, requests: server.requests }
    } finally {
      await server.close()
    }
  }

  test('is right where it says what its tokens say, however it writes arguments', async () => {
    const { code, chat, requests } = await check(
      answer(`<|channel|>analysis<|message|>Hm<|end|><|start|>assistant${GOOD}`, {
        content: 'Hi',
        reasoning: 'Hm',
      }),
      answer(GOOD, { content: 'Hi', reasoning_content: null, tool_calls: [] }),
      answer(CALL, call('{"location": "Rome"}'), 'tool_calls'),
    )
    expect(code).toBe(0)
    expect(chat.rows).toEqual([
      { code: 'none', answers: 3, same: 3, different: { reasoning: 0, content: 0, 'tool calls': 0 } },
    ])
    expect(requests[0]).toMatchObject({
      path: '/v1/chat/completions',
      body: { model: 'm', return_token_ids: true, seed: 0, max_completion_tokens: 2048 },
    })
  })

  test('is wrong in the fields that it loses, and hides what it repairs', async () => {
    const broken = '<|channel|>final{"a": 1}<|return|>'
    const { chat, stdout } = await check(
      answer(broken, { content: '{"a": 1}' }),
      answer(broken, { content: '' }),
      answer(CALL, call('{"location": "Oslo"}'), 'tool_calls'),
      answer(CALL, { content: '{"location":"Rome"}' }, 'tool_calls'),
    )
    expect(chat.rows).toEqual([
      { code: 'none', answers: 2, same: 0, different: { reasoning: 0, content: 1, 'tool calls': 2 } },
      {
        code: 'missing-message',
        answers: 2,
        same: 1,
        different: { reasoning: 0, content: 1, 'tool calls': 0 },
      },
    ])
    expect(stdout).toMatch(/^missing-message +2 +1 +0 +1 +0$/m)
  })

  test("reads llama-server's tokens, and counts answers that fail or come without tokens", async () => {
    const message = { role: 'assistant', content: 'Hi' }
    const { code, chat, stderr } = await check(
      json({ choices: [{ message, finish_reason: 'stop' }], __verbose: { tokens: encode(GOOD) } }),
      json({ choices: [{ message, finish_reason: 'stop' }] }),
      json({ error: { message: 'unexpected tokens', code: 400 } }, 400),
    )
    expect(code).toBe(3)
    expect(chat).toMatchObject({ answers: 1, failed: 2, rows: [{ code: 'none', same: 1 }] })
    expect(stderr).toContain('2 requests failed, the first with: answered without its tokens')
  })

  test('needs an address', async () => {
    const { code, stderr } = await harmony(['eval', 'format', ...engineOf(GOOD), '--chat'])
    expect(code).toBe(2)
    expect(stderr).toContain('--chat: needs')
  })
})
