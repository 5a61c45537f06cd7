import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { trainingReader, type TrainingFileOptions } from '../../src/batch/training.js'
import { loadHarmonyEncoding } from '../../src/index.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const DATE = '2025-06-28'

/** A row and what TRL makes of it; fixtures/dialects/README.md says how. */
interface TrlVector {
  readonly name: string
  readonly line: string
  readonly input_ids?: readonly number[]
  readonly learned?: readonly (readonly [start: number, end: number])[]
  readonly refused?: string
}

const vectors = readFileSync(new URL('../../fixtures/dialects/training.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as TrlVector)

function outcomeOf(line: string, options: TrainingFileOptions = {}) {
  return trainingReader(encoding, options)(line, 1)
}

function trained(line: object | string, options: TrainingFileOptions = {}) {
  const outcome = outcomeOf(typeof line === 'string' ? line : JSON.stringify(line), options)
  if (!('record' in outcome)) throw outcome.error
  const { inputIds, labels } = outcome.record
  return {
    text: encoding.decode(inputIds),
    learned: encoding.decode(labels.filter((label) => label !== -100)),
  }
}

test.each(vectors.map((vector) => [vector.name, vector] as const))(
  "TRL's tokens and masks: %s",
  (_, vector) => {
    const outcome = outcomeOf(vector.line, { dialect: 'hf', loss: 'trl', date: DATE })
    if (vector.refused !== undefined) {
      expect(outcome).toMatchObject({ error: { code: 'refused-by-stack' } })
      return
    }
    const labels = vector.input_ids!.map((id, at) =>
      vector.learned!.some(([start, end]) => start <= at && at < end) ? id : -100,
    )
    expect(outcome).toMatchObject({ record: { inputIds: vector.input_ids, labels } })
  },
)

const USER = { role: 'user', content: 'Pour' }
const CALL = { name: 'pour', arguments: { litres: 1, '9': 2 } }
const ANSWER = { role: 'assistant', content: 'Done.', thinking: 'Was it 1.0?' }
// As a Python program writes it: JavaScript has neither such a number nor such an order.
const EXACT = '{"litres": 1.0, "9": 12345678901234567890}'
const calling = `{"messages": [${JSON.stringify(USER)}, {"role": "assistant", "tool_calls": [{"function": {"name": "pour", "arguments": ${EXACT}}}]}]}`

describe('arguments that are objects', () => {
  test.each(['hf', 'unsloth'] as const)('print as Python writes them in %s', (dialect) => {
    expect(trained(calling, { dialect, date: DATE }).text).toContain(`json<|message|>${EXACT}<|call|>`)
  })

  test('keep their numbers and order in the official text', () => {
    expect(trained(calling).text).toContain('<|message|>{"litres":1.0,"9":12345678901234567890}<|call|>')
  })
})

// The chat's text is the official library's for the same conversation: test/chat/ holds that.
describe('chat_template_kwargs', () => {
  const kwargs = { reasoning_effort: 'high', model_identity: 'You pour.', builtin_tools: ['python'] }
  const row = { messages: [USER, ANSWER], chat_template_kwargs: kwargs }

  test.each(['harmony', 'hf', 'unsloth'] as const)('are in the system message of %s', (dialect) => {
    const { text } = trained(row, { dialect, date: DATE })
    expect(text).toMatch(/^<\|start\|>system<\|message\|>You pour\.\n/)
    expect(text).toContain('Reasoning: high\n\n# Tools\n\n## python\n')
  })

  test.each(['harmony', 'hf', 'unsloth'] as const)('are refused by name where %s has no such', (dialect) => {
    const line = JSON.stringify({ ...row, chat_template_kwargs: { ...kwargs, enable_thinking: false } })
    expect(outcomeOf(line, { dialect, date: DATE })).toMatchObject({
      error: { code: 'unknown-field', path: 'chat_template_kwargs.enable_thinking' },
    })
  })

  test.each(['harmony', 'hf'] as const)('may be null, or hold nulls, in %s', (dialect) => {
    const options = { dialect, date: DATE }
    const plain = trained({ messages: row.messages }, options)
    expect(trained({ ...row, chat_template_kwargs: null }, options)).toEqual(plain)
    expect(trained({ ...row, chat_template_kwargs: { model_identity: null } }, options)).toEqual(plain)
  })
})

describe('prompt and completion', () => {
  const prompt = [USER, { role: 'assistant', content: 'How much?' }, { role: 'user', content: '1 l' }]

  test.each(['harmony', 'hf', 'unsloth'] as const)(
    '%s reads as messages, and learns the completion',
    (dialect) => {
      const options = { dialect, date: DATE }
      const { text, learned } = trained({ prompt, completion: [ANSWER] }, options)
      expect(text).toBe(trained({ messages: [...prompt, ANSWER] }, options).text)
      expect(learned).toBe(
        '<|channel|>analysis<|message|>Was it 1.0?<|end|><|start|>assistant<|channel|>final<|message|>Done.<|return|>',
      )
    },
  )

  test('of Harmony messages learn the completion too', () => {
    const final = (content: string) => ({ role: 'assistant', channel: 'final', content })
    const { learned } = trained({ prompt: [USER, final('How much?'), USER], completion: [final('Done.')] })
    expect(learned).toBe('<|channel|>final<|message|>Done.<|return|>')
  })
})

test.each([
  [{ prompt: 'Pour', completion: ' wine' }, 'invalid-request', 'prompt'],
  [{ prompt: [USER], completion: 'Done.' }, 'invalid-request', 'completion'],
  [{ messages: [USER], completion: [ANSWER] }, 'invalid-request', 'completion'],
  [{ messages: [USER, ANSWER], images: ['a.png'] }, 'invalid-request', 'images'],
  [{ messages: [USER, ANSWER], image: 'a.png' }, 'invalid-request', 'image'],
  [{ messages: [USER, ANSWER], input_ids: [1] }, 'invalid-request', 'input_ids'],
  [{ messages: [USER, ANSWER], labels: [1] }, 'invalid-request', 'labels'],
  [{ messages: [USER, ANSWER], chat_template_kwargs: 'high' }, 'invalid-request', 'chat_template_kwargs'],
  [{ messages: [USER, ANSWER], tools: '[' }, 'invalid-request', 'tools'],
  [
    { messages: [USER, { role: 'assistant', channel: 'final', content: 'Done.' }], tool_choice: 'none' },
    'invalid-request',
    'tool_choice',
  ],
])('refuses %j by name', (row, code, path) => {
  expect(outcomeOf(JSON.stringify(row))).toMatchObject({ error: { code, path } })
})

test('reads calls and tools without `function` around them', () => {
  const tool = { name: 'pour', description: 'Pours.', parameters: {} }
  const row = (tools: unknown, call: object) => ({
    messages: [USER, { role: 'assistant', tool_calls: [call] }],
    tools,
  })
  const nested = row([{ type: 'function', function: tool }], { id: '1', type: 'function', function: CALL })
  for (const dialect of ['harmony', 'hf'] as const) {
    const options = { dialect, date: DATE }
    expect(trained(row([tool], { id: '1', ...CALL }), options)).toEqual(trained(nested, options))
  }
})

test.each([
  ['a Harmony conversation', { role: 'assistant', channel: 'final', content: 'Done.' }],
  ['a Chat body', ANSWER],
])('%s has its settings as in `harmony prefill`', (_, answer) => {
  const line = { messages: [USER, answer], reasoning_effort: 'high', builtin_tools: ['python'] }
  const { text } = trained(line, { date: DATE })
  expect(text).toContain(`Current date: ${DATE}\n\nReasoning: high\n\n# Tools\n\n## python\n`)
})

test('a response format is in the developer message, as in a prefill', () => {
  const schema = { type: 'object', properties: { litres: { type: 'number' } } }
  const response_format = { type: 'json_schema', json_schema: { name: 'pour', schema } }
  const { text } = trained({ messages: [USER, ANSWER], response_format })
  expect(text).toContain('# Response Formats\n\n## pour\n')
})
