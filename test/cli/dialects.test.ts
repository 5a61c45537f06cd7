import { expect, test } from 'vitest'
import { loadHarmonyEncoding } from '../../src/index.js'
import { readVectors } from '../dialects/vectors.js'
import { harmony } from './harmony.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
// Made by the stacks themselves: fixtures/dialects/README.md.
const vectors = readVectors(new URL('../../fixtures/dialects/requests.jsonl', import.meta.url)).filter(
  ({ builtin_tools: builtinTools }) => builtinTools === undefined,
)
const rendered = vectors.find(({ prompts }) => prompts['hf'] !== null)!
const wanted = encoding.encode(rendered.prompts['hf'] as string, { allowedSpecial: 'all' })

test('render --chat --dialect prints the tokens of that stack', async () => {
  const argv = ['render', '--chat', '--dialect', 'hf', '--date', '2025-06-28', '--format', 'ids']
  const { stdout } = await harmony(argv, { stdin: JSON.stringify(rendered.request) })
  expect(stdout.trim()).toBe(wanted.join(' '))
})

test('render --dialect wants --chat and --date', async () => {
  const { code, stderr } = await harmony(['render', '--chat', '--dialect', 'hf'], { stdin: '{}' })
  expect(code).toBe(2)
  expect(stderr).toContain('--date')
})

test('render without a dialect says nothing of losses', async () => {
  const { stdout } = await harmony(['render', '--chat'], {
    stdin: '{"messages":[{"role":"user","content":"Hi"}]}',
  })
  expect(Object.keys(JSON.parse(stdout) as object)).toEqual(['tokens', 'stop_token_ids'])
})

test('prefill --dialect writes the tokens of that stack; a refused line is a bad line', async () => {
  const refused = vectors.find(({ prompts }) => prompts['hf'] === null)!
  const stdin = [rendered, refused].map(({ request }) => `${JSON.stringify(request)}\n`).join('')
  const argv = ['prefill', '--stdio', '--dialect', 'hf', '--date', '2025-06-28']
  const { stdout } = await harmony(argv, { stdin })
  const [first, second] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(first['prompt_token_ids']).toEqual(wanted)
  expect(second).toMatchObject({ error: { code: 'refused-by-stack' } })
})

// As a Python program writes it: neither the number nor the order is JavaScript's.
test.each([
  ['render', '--chat', '--format', 'text'],
  ['prefill', '--stdio'],
])('%s --dialect prints arguments and defaults as they are written', async (...command) => {
  const properties = '{"b": {"type": "number", "default": 1.0}, "9": {"type": "string"}}'
  const functions = `[{"type": "function", "function": {"name": "f", "description": "Says f.", "parameters": {"properties": ${properties}}}}]`
  const call = '{"id": "1", "type": "function", "function": {"name": "f", "arguments": {"b": 2.0, "9": ""}}}'
  const messages = `[{"role": "user", "content": "Hi"}, {"role": "assistant", "tool_calls": [${call}]}]`
  const argv = [...command, '--dialect', 'hf', '--date', '2025-06-28']
  const { stdout } = await harmony(argv, { stdin: `{"messages": ${messages}, "tools": ${functions}}` })
  const prefill = command[0] === 'prefill' && (JSON.parse(stdout) as { prompt_token_ids: number[] })
  const text = prefill ? encoding.decode(prefill.prompt_token_ids) : stdout
  expect(text).toContain('b?: number, // default: 1.0,\n9?: string,\n')
  expect(text).toContain('<|message|>{"b": 2.0, "9": ""}<|call|>')
})

test('dialects counts how often prompts agree with those of the stack that serves', async () => {
  const stdin = vectors.map(({ request }) => `${JSON.stringify(request)}\n`).join('')
  const { stdout } = await harmony(['dialects', '--served', 'hf', '--format', 'json'], { stdin })
  const { refused, dialects } = JSON.parse(stdout) as {
    readonly refused: number
    readonly dialects: readonly {
      readonly dialect: string
      readonly equal: number
      readonly refused: number
    }[]
  }
  const served = vectors.filter(({ prompts }) => prompts['hf'] !== null)
  expect(refused).toBe(vectors.length - served.length)
  for (const dialect of ['unsloth', 'sglang', 'ollama']) {
    expect(dialects.find((tally) => tally.dialect === dialect)).toMatchObject({
      equal: served.filter(({ prompts }) => prompts[dialect] === prompts['hf']).length,
      refused: served.filter(({ prompts }) => prompts[dialect] === null).length,
    })
  }
})

test('dialects names the line that is no Chat body', async () => {
  const stdin = '{"messages":[{"role":"user","content":"Hi"}]}\n{"messages":5}\n'
  const { code, stderr } = await harmony(['dialects'], { stdin })
  expect(code).not.toBe(0)
  expect(stderr).toContain('standard input: line 2: ')
})
