import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadHarmonyEncoding } from '../../src/index.js'
import { readVectors } from '../dialects/vectors.js'
import { harmony } from './harmony.js'
import { readParquet } from './read-parquet.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
// Made by TRL's training template: fixtures/dialects/README.md.
const vectors = readVectors(new URL('../../fixtures/dialects/requests.jsonl', import.meta.url)).filter(
  ({ builtin_tools: builtinTools, training }) => builtinTools === undefined && training.hf !== null,
)

interface Row {
  readonly custom_id: string
  readonly input_ids: number[]
  readonly labels: number[]
  readonly attention_mask: number[]
  readonly position_ids?: number[]
}

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'harmony-training-'))))
afterEach(() => rmSync(folder, { recursive: true }))

async function rowsOf(lines: readonly object[], name: string, flags: readonly string[] = []): Promise<Row[]> {
  const input = join(folder, 'in.jsonl')
  const output = join(folder, name)
  writeFileSync(input, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const { code, stderr } = await harmony(['training', input, '-o', output, '-j', '1', ...flags])
  expect(stderr).not.toContain('unexpected')
  expect(code).toBe(0)
  if (name.endsWith('.parquet')) return (await readParquet(output)) as unknown as Row[]
  const text = readFileSync(output, 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)
}

const HI = {
  messages: [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello!', thinking: 'A greeting.' },
  ],
}

test("training --dialect hf --loss trl gives TRL's ids and what its masks learn", async () => {
  const flags = ['--dialect', 'hf', '--loss', 'trl', '--date', '2025-06-28']
  const rows = await rowsOf(
    vectors.map(({ request }) => request as object),
    'out.jsonl',
    flags,
  )
  vectors.forEach(({ training }, index) => {
    const marked = training
      .hf!.split(/[\uE000\uE001]/u)
      .map((text) => encoding.encode(text, { allowedSpecial: 'all' }))
    expect(rows[index].input_ids).toEqual(marked.flat())
    expect(rows[index].labels).toEqual(
      marked.flatMap((part, at) => part.map((id) => (at % 2 === 1 ? id : -100))),
    )
    expect(rows[index].attention_mask).toEqual(marked.flat().map(() => 1))
  })
})

test('training without a dialect gives the official training rendering', async () => {
  const conversation = {
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', channel: 'analysis', content: 'Hm' },
      { role: 'assistant', channel: 'final', content: 'Yo' },
    ],
  }
  const [row] = await rowsOf([conversation], 'out.jsonl')
  // openai-harmony 0.0.8, render_conversation_for_training.
  const tokens = [200006, 1428, 200008, 12194, 200007, 200006, 173781, 200005, 17196, 200008, 50385, 200002]
  expect(row.input_ids).toEqual(tokens)
  expect(row.labels).toEqual([...tokens.slice(0, 7).map(() => -100), ...tokens.slice(7)])
})

test('training reads rows of data sets: nulls where a row lacks a key, tools as JSON text', async () => {
  const tool = { type: 'function', function: { name: 'f', description: 'Says f.', parameters: {} } }
  const row = {
    messages: HI.messages.map((message) => ({ thinking: null, tool_calls: null, ...message })),
    source: 'a data set',
  }
  const [plain] = await rowsOf([{ ...HI, tools: [tool] }], 'plain.jsonl')
  const [whole] = await rowsOf([{ ...row, tools: JSON.stringify([tool]) }], 'whole.jsonl')
  const [each] = await rowsOf([{ ...row, tools: [JSON.stringify(tool)] }], 'each.jsonl')
  expect(whole).toEqual(plain)
  expect(each).toEqual(plain)
})

test('Parquet holds the same rows as JSON lines', async () => {
  const lines = vectors.slice(0, 5).map(({ request }) => request as object)
  const flags = ['--dialect', 'unsloth', '--date', '2025-06-28', '--pack', '4000']
  const parquet = await rowsOf(lines, 'out.parquet', flags)
  expect(parquet.map((row) => ({ ...row }))).toEqual(await rowsOf(lines, 'out.jsonl', flags))
})

test('packing cuts no conversation, and counts positions anew in each', async () => {
  const [single] = await rowsOf([HI], 'single.jsonl')
  const size = single.input_ids.length
  const rows = await rowsOf([HI, HI, HI], 'out.jsonl', ['--pack', String(2 * size + 1)])
  expect(rows.map((row) => row.custom_id)).toEqual(['line-1,line-2', 'line-3'])
  expect(rows[0].input_ids).toEqual([...single.input_ids, ...single.input_ids])
  expect(rows[0].labels).toEqual([...single.labels, ...single.labels])
  const positions = Array.from({ length: size }, (_, index) => index)
  expect(rows[0].position_ids).toEqual([...positions, ...positions])
})

test('a conversation that is too long is a bad line', async () => {
  const input = join(folder, 'in.jsonl')
  writeFileSync(input, `${JSON.stringify(HI)}\n`)
  const output = join(folder, 'out.jsonl')
  const { code } = await harmony(['training', input, '-o', output, '--pack', '5', '-j', '1'])
  expect(code).toBe(3)
  expect(readFileSync(`${output}.errors.jsonl`, 'utf8')).toContain('token-budget-exceeded')
})
