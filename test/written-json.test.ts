import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadHarmonyEncoding, parseConversation, parseMessage } from 'gpt-oss-harmony'
import { fromChatRequest, parseJson, renderChatRequest } from 'gpt-oss-harmony/chat'
import { renderInDialect } from 'gpt-oss-harmony/dialects'
import { createGateway } from 'gpt-oss-harmony/gateway'
import { trainingReader } from '../src/batch/index.js'
import { createRunBatch, type Task } from '../src/cli/batch/task.js'
import { harmony } from './cli/harmony.js'

// Whoever reads JSON text prints its numbers and keys as they were written, where JavaScript's values do not say how.

// The official library 0.0.8 prints this type for these parameters.
const PARAMETERS =
  '{"type":"object","properties":{"b":{"type":"number","default":2.0},"10":{"type":"integer","default":12345678901234567890},"2":{"type":"array","default":[{"y":1e5,"1":-0.0}]}}}'
const TYPE =
  '{\nb?: number, // default: 2.0\n10?: number, // default: 12345678901234567890\n2?: Array<any>, // default: [{"y":100000.0,"1":-0.0}]\n}'

const TOOLS = `[{"type":"function","function":{"name":"f","description":"","parameters":${PARAMETERS}}}]`
const MESSAGES = '[{"role":"user","content":"Hi"}]'
const BODY = `{"messages":${MESSAGES},"tools":${TOOLS}}`
const NAMESPACES = `{"functions":{"name":"functions","tools":[{"name":"f","description":"","parameters":${PARAMETERS}}]}}`
const DEVELOPER = `{"role":"developer","content":[{"type":"developer_content","tools":${NAMESPACES}}]}`
const CONVERSATION = `{"messages":[${DEVELOPER}]}`
const FLAT_TOOLS = `[{"type":"function","name":"f","description":"","parameters":${PARAMETERS}}]`

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const folder = mkdtempSync(join(tmpdir(), 'harmony-written-'))
afterAll(() => rmSync(folder, { recursive: true }))

function idsIn(stdout: string, key: string): string {
  return encoding.decode((JSON.parse(stdout) as Readonly<Record<string, readonly number[]>>)[key])
}

async function lineOf(command: readonly string[], stdin: string, key = 'prompt_token_ids'): Promise<string> {
  return idsIn((await harmony(command, { stdin })).stdout, key)
}

function fileOf(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

async function promptOfGateway(path: string, body: string): Promise<string> {
  let prompt = ''
  const gateway = createGateway({
    engine: {
      async *generate(prefill) {
        prompt = encoding.decode(prefill)
        yield {
          tokens: encoding.encode('<|channel|>final<|message|>Hi<|return|>', { allowedSpecial: 'all' }),
        }
      },
    },
  })
  const response = await gateway(new Request(`http://gateway.test${path}`, { method: 'POST', body }))
  expect(response.status).toBe(200)
  return prompt
}

function promptOfTraining(line: string): string {
  const outcome = trainingReader(encoding)(line, 1)
  if ('error' in outcome) throw outcome.error
  return encoding.decode(outcome.record.inputIds)
}

async function promptOfThread(): Promise<string> {
  const task = {
    command: 'prefill',
    options: {},
    tools: TOOLS,
    format: 'jsonl',
    column: 'prompt_token_ids',
    compression: undefined,
  } satisfies Task
  const bytes = new TextEncoder().encode(`{"messages":${MESSAGES}}\n`)
  // As a thread is given it.
  const run = await createRunBatch(structuredClone(task))
  const { encoded } = run({ bytes, isOversized: false, linesBefore: 0 })
  return idsIn(new TextDecoder().decode(encoded.chunks[0]), 'prompt_token_ids')
}

describe('defaults of parameters', () => {
  test.each<readonly [reader: string, read: () => string | Promise<string>]>([
    [
      'parseConversation',
      () => encoding.decode(encoding.renderConversation(parseConversation(CONVERSATION))),
    ],
    ['parseMessage', () => encoding.decode(encoding.render(parseMessage(DEVELOPER)))],
    [
      'parseJson',
      () => encoding.decode(renderChatRequest(encoding, fromChatRequest(parseJson(BODY) as never))),
    ],
    ['prefill of a conversation', () => lineOf(['prefill', '--stdio'], CONVERSATION)],
    ['prefill of a Chat body', () => lineOf(['prefill', '--stdio'], BODY)],
    ['prefill of a batch line', () => lineOf(['prefill', '--stdio'], `{"custom_id":"a","body":${BODY}}`)],
    [
      'prefill of a line with tools of its own',
      () =>
        lineOf(['prefill', '--stdio'], `{"messages":${MESSAGES},"reasoning_effort":"low","tools":${TOOLS}}`),
    ],
    [
      'prefill --tools',
      () =>
        lineOf(['prefill', '--stdio', '--tools', fileOf('tools.json', TOOLS)], `{"messages":${MESSAGES}}`),
    ],
    ['prefill --tools in a thread', promptOfThread],
    [
      'prefill --dialect vllm',
      () => lineOf(['prefill', '--stdio', '--dialect', 'vllm', '--date', '2025-06-28'], BODY),
    ],
    ['render', () => lineOf(['render'], CONVERSATION, 'tokens')],
    ['render --chat', () => lineOf(['render', '--chat'], BODY, 'tokens')],
    ['training', () => promptOfTraining(CONVERSATION)],
    [
      'training on a row whose tools are text',
      () => promptOfTraining(`{"messages":${MESSAGES},"tools":${JSON.stringify(TOOLS)}}`),
    ],
    [
      'vllm-rust',
      () =>
        encoding.decode(
          renderInDialect(encoding, parseJson(BODY), { dialect: 'vllm-rust', date: '2025-06-28' }).tokens,
        ),
    ],
    ['the gateway, Chat Completions', () => promptOfGateway('/v1/chat/completions', BODY)],
    [
      'the gateway, Responses',
      () => promptOfGateway('/v1/responses', `{"input":"Hi","tools":${FLAT_TOOLS}}`),
    ],
  ])('%s', async (_, read) => {
    expect(await read()).toContain(`type f = (_: ${TYPE}) => any;`)
  })

  test('prepared schemas', async () => {
    const body = BODY.replace('"b":{"type":"number",', '"b":{"$ref":"#/$defs/B",').replace(
      '"type":"object",',
      '"$defs":{"B":{"title":"B","type":"number"}},"type":"object",',
    )
    const text = await lineOf(['prefill', '--stdio', '--prepare-schemas'], body)
    expect(text).toContain(`type f = (_: ${TYPE}) => any;`)
  })

  test.each([
    ['a reference', '{"$ref":"#/$defs/B"}'],
    ['a part', '{"allOf":[{"type":"number","default":2.0}]}'],
    ['beside parts', '{"allOf":[{"type":"number"}],"default":2.0}'],
    ['the only alternative', '{"anyOf":[{"type":"number","default":2.0}]}'],
    ['the only alternative to null', '{"anyOf":[{"type":"number","default":2.0},{"type":"null"}]}'],
    ['beside alternatives', '{"anyOf":[{"type":"number"},{"type":"null"}],"default":2.0}'],
    ['an alternative', '{"oneOf":[{"type":"number","default":2.0},{"enum":["all"]}]}'],
    ['an alternative that gets its type', '{"type":"number","oneOf":[{"default":2.0},{"enum":[1]}]}'],
    ['beside several types', '{"type":["number","null"],"default":2.0}'],
    ['beside an enumeration with null', '{"enum":[2.0,null],"default":2.0}'],
  ])('a prepared schema keeps the default of %s', async (_, schema) => {
    const parameters = `{"type":"object","$defs":{"B":{"type":"number","default":2.0}},"properties":{"a":${schema}}}`
    const body = `{"messages":${MESSAGES},"tools":[{"type":"function","function":{"name":"f","parameters":${parameters}}}]}`
    expect(await lineOf(['prefill', '--stdio', '--prepare-schemas'], body)).toMatch(/default: 2\.0\n/)
  })
})

const SCHEMA = '{"type":"object","properties":{"b":{"type":"number","minimum":1.0},"10":{"const":1E2}}}'

test.each([
  [
    '/v1/chat/completions',
    `{"messages":${MESSAGES},"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":${SCHEMA}}}}`,
  ],
  ['/v1/responses', `{"input":"Hi","text":{"format":{"type":"json_schema","name":"a","schema":${SCHEMA}}}}`],
])('the schema of a format is printed as it was written: %s', async (path, body) => {
  expect(await promptOfGateway(path, body)).toContain(`# Response Formats\n\n## a\n\n${SCHEMA}<|end|>`)
})

test.each([
  [
    '/v1/chat/completions',
    `{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":{"b":2.0,"10":1E2}}}]},{"role":"tool","tool_call_id":"1","content":"x"}]}`,
  ],
  [
    '/v1/responses',
    `{"input":[{"role":"user","content":"Hi"},{"type":"function_call","call_id":"1","name":"f","arguments":{"b":2.0,"10":1E2}},{"type":"function_call_output","call_id":"1","output":"x"}]}`,
  ],
])('arguments that are an object are printed as they were written: %s', async (path, body) => {
  expect(await promptOfGateway(path, body)).toContain('<|message|>{"b":2.0,"10":1E2}<|call|>')
})
