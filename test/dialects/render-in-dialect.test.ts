import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HarmonyError, loadHarmonyEncoding } from '../../src/index.js'
import {
  DIALECTS,
  renderInDialect,
  TRAINING_DIALECTS,
  type Dialect,
  type DialectOptions,
} from '../../src/dialects/index.js'
import { compareTraining, compareVector, DATE, readVectors } from './vectors.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const vectors = readVectors(new URL('../../fixtures/dialects/requests.jsonl', import.meta.url))

// llama.cpp and vLLM's Rust server have no oracle among packages; their rules are tested one by one below.
describe.each(['vllm', 'hf', 'unsloth', 'sglang', 'ollama'] as const)('%s', (dialect) => {
  test.each(vectors.map((vector) => [vector.name, vector] as const))(`${dialect}/%s`, (_, vector) => {
    const { wanted, found } = compareVector(encoding, vector, dialect)
    expect(found).toEqual(wanted)
  })
})

// TRL learns whole messages of the assistant, their headers too.
test.each(vectors.map((vector) => [vector.name, vector] as const))('training/%s', (_, vector) => {
  for (const dialect of TRAINING_DIALECTS) {
    const { wanted, found } = compareTraining(encoding, vector, dialect)
    expect(found).toEqual(wanted)
  }
})

const USER = { role: 'user', content: 'Hi' }
const call = (name: string, args: string, id = 'c1') => ({
  id,
  type: 'function',
  function: { name, arguments: args },
})
const result = { role: 'tool', tool_call_id: 'c1', content: 'sunny "20"' }
const tool = (parameters?: unknown, description: string | undefined = 'Says f.') => ({
  type: 'function',
  function: { name: 'f', description, parameters },
})

function render(
  dialect: Dialect,
  messages: readonly unknown[],
  body: object = {},
  options: Partial<DialectOptions> = {},
) {
  const { tokens, lost } = renderInDialect(
    encoding,
    { messages, ...body },
    { dialect, date: DATE, ...options },
  )
  // What comes before the user's first message is the same in these cases.
  const text = encoding.decode(tokens)
  return { text: text.slice(text.indexOf('<|start|>user')), lost }
}

function refusalOf(dialect: Dialect, messages: readonly unknown[], body: object = {}) {
  try {
    render(dialect, messages, body)
  } catch (error) {
    if (error instanceof HarmonyError) return { code: error.code, path: error.path }
    throw error
  }
  return undefined
}

// Expected texts derived by hand from the sources of vLLM 0.33.0 (rust front end) and of llama.cpp b11434 (common/).
describe('stacks without an oracle among packages', () => {
  const messages = [USER, { role: 'assistant', content: null, tool_calls: [call('f', '{"a":2.0}')] }, result]

  test("vLLM's Rust server writes the channel first, and the constraint", () => {
    expect(render('vllm-rust', messages).text).toBe(
      '<|start|>user<|message|>Hi<|end|>' +
        '<|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{"a":2.0}<|call|>' +
        '<|start|>functions.f<|channel|>commentary to=assistant<|message|>sunny "20"<|end|><|start|>assistant',
    )
  })

  test('llama.cpp prints whole floats as integers', () => {
    expect(render('llama.cpp', messages).text).toContain('json<|message|>{"a": 2}<|call|>')
  })

  test.each([
    [
      'with its reasoning, or without',
      { content: 'Yo' },
      '<|channel|>analysis<|message|><|end|><|start|>assistant<|channel|>final<|message|>Yo',
    ],
    [
      'in the reasoning, where that is all',
      { content: '', reasoning_content: 'R' },
      '<|channel|>analysis<|message|>R',
    ],
  ])('llama.cpp continues an answer %s', (_, answer, end) => {
    expect(render('llama.cpp', [USER, { role: 'assistant', ...answer }]).text).toBe(
      `<|start|>user<|message|>Hi<|end|><|start|>assistant${end}`,
    )
  })

  test('llama.cpp opens no message behind an empty answer', () => {
    expect(render('llama.cpp', [USER, { role: 'assistant', content: '' }]).text).toBe(
      '<|start|>user<|message|>Hi<|end|>',
    )
  })

  test.each([
    ['a list without items', { properties: { a: { type: 'array' } } }],
    ['a reference that leads nowhere', { type: 'object', properties: { a: { $ref: '#/$defs/X' } } }],
  ])('llama.cpp refuses %s', (_, parameters) => {
    expect(refusalOf('llama.cpp', [USER], { tools: [tool(parameters)] })).toEqual({
      code: 'refused-by-stack',
      path: 'tools[0].function.parameters',
    })
  })
})

describe('what a prompt has lost', () => {
  const twice = {
    role: 'assistant',
    tool_calls: [call('f', '{}', 'c1'), call('g', '{}', 'c2')],
    content: null,
  }
  const second = { role: 'tool', tool_call_id: 'c2', content: 'rain' }

  test('later instructions, further calls and the names of their results', () => {
    const messages = [USER, { role: 'system', content: 'Later.' }, twice, result, second]
    expect(render('hf', messages).lost).toEqual([
      { path: 'messages[1]', reason: 'instructions' },
      { path: 'messages[2].tool_calls[1]', reason: 'parallel-call' },
      { path: 'messages[4]', reason: 'result-name' },
    ])
    expect(render('vllm', messages).lost).toEqual([])
  })

  test.each([
    ['vllm', 'thinking'],
    ['sglang', 'reasoning_content'],
    ['llama.cpp', 'reasoning'],
    ['ollama', 'reasoning_content'],
  ] as const)('%s does not read %s', (dialect, key) => {
    const { lost, text } = render(dialect, [USER, { ...twice, [key]: 'Because.' }, result])
    expect(text).not.toContain('Because.')
    expect(lost).toContainEqual({ path: `messages[1].${key}`, reason: 'unread-reasoning' })
  })

  test.each(DIALECTS)('%s prints neither a user’s name nor a response format', (dialect) => {
    const { lost } = render(dialect, [{ ...USER, name: 'eve' }], { response_format: { type: 'json_object' } })
    expect(lost).toEqual([
      { path: 'response_format', reason: 'response-format' },
      { path: 'messages[0].name', reason: 'user-name' },
    ])
  })
})

describe('the text of special tokens in content', () => {
  const messages = [{ role: 'user', content: 'a <|end|> b' }]
  const tokens = (dialect: Dialect, guard: boolean) =>
    renderInDialect(encoding, { messages }, { dialect, date: DATE, guard }).tokens

  test('becomes the token in a template, unless it is guarded', () => {
    const ends = (list: readonly number[]) => list.filter((token) => token === 200007).length
    expect(ends(tokens('hf', false))).toBe(3)
    expect(ends(tokens('hf', true))).toBe(2)
    expect(encoding.decode(tokens('hf', true))).toBe(encoding.decode(tokens('hf', false)))
  })

  test('is text for vLLM', () => {
    expect(tokens('vllm', false)).toEqual(tokens('vllm', true))
  })
})

test.each(DIALECTS)('%s reports damaged bodies as HarmonyError alone', (dialect) => {
  const value = fc.oneof(fc.string(), fc.constant(null), fc.integer(), fc.array(fc.string()), fc.object())
  const message = fc.record(
    {
      role: fc.oneof(fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool'), value),
      content: value,
      tool_calls: fc.oneof(
        value,
        fc.array(
          fc.record({
            id: value,
            function: fc.record({ name: value, arguments: value }, { requiredKeys: [] }),
          }),
        ),
      ),
      reasoning: value,
      thinking: value,
      name: value,
      tool_call_id: value,
    },
    { requiredKeys: [] },
  )
  const body = fc.record(
    {
      messages: fc.oneof(fc.array(message), value),
      tools: fc.oneof(
        fc.array(
          fc.record({ function: fc.record({ name: fc.string(), description: value, parameters: value }) }),
        ),
        value,
      ),
      tool_choice: value,
      response_format: value,
      reasoning_effort: value,
      chat_template_kwargs: value,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(body, (request) => {
      try {
        renderInDialect(encoding, request, { dialect, date: DATE })
      } catch (error) {
        if (!(error instanceof HarmonyError)) throw error
      }
    }),
    { numRuns: 300 },
  )
})

test('an unknown dialect and a missing date are TypeErrors', () => {
  const wrong = { dialect: 'llama', date: DATE } as unknown as DialectOptions
  expect(() => renderInDialect(encoding, { messages: [] }, wrong)).toThrow(TypeError)
  expect(() => renderInDialect(encoding, { messages: [] }, { dialect: 'hf' } as DialectOptions)).toThrow(
    TypeError,
  )
})
