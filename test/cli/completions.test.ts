import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { harmony, type Outcome } from './harmony.js'

/** `<|channel|>final<|message|>Hello<|return|>`, by the official library's ids. */
const HELLO = [200005, 17196, 200008, 13225, 200002]
/** `{}<|call|>`, likewise: the answer to a prefill that has opened the header of a call. */
const FORCED = [12083, 200012]

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'harmony-completions-'))))
afterEach(() => rmSync(folder, { recursive: true }))

function at(name: string): string {
  return join(folder, name)
}

function write(name: string, records: readonly object[]): string {
  writeFileSync(at(name), records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  return at(name)
}

function linesIn(name: string): unknown[] {
  const lines = readFileSync(at(name), 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as unknown)
}

async function completions(...argv: readonly string[]): Promise<Outcome> {
  return harmony(['completions', '-j', '1', ...argv])
}

test('answers in the order of the outputs; bad lines aside; ends and deviations counted', async () => {
  write('in.jsonl', [
    { custom_id: 'a', token_ids: HELLO },
    { custom_id: 'b' },
    { custom_id: 'c', output_ids: [...HELLO.slice(0, -1), 200002, 200002] },
  ])
  const { code, stderr } = await completions(at('in.jsonl'), '-o', at('out.jsonl'))
  expect(code).toBe(3)
  const hello = {
    messages: [{ role: 'assistant', content: 'Hello', channel: 'final' }],
    reasoning: '',
    final: 'Hello',
    tool_calls: [],
    finish_reason: 'stop',
  }
  expect(linesIn('out.jsonl')).toEqual([
    { custom_id: 'a', ...hello, deviations: {}, num_completion_tokens: 5 },
    { custom_id: 'c', ...hello, deviations: { 'extra-stop': 1 }, num_completion_tokens: 6 },
  ])
  expect(linesIn('out.jsonl.errors.jsonl')).toMatchObject([{ line: 2, custom_id: 'b', code: 'invalid-line' }])
  expect(stderr).toContain('deviation extra-stop 1\nfinish_reason stop 2\n')
})

describe('joined with the prefills', () => {
  const tool = { type: 'function', function: { name: 'get-it' } }
  const requests = ['a', 'b', 'c'].map((id) => ({
    custom_id: id,
    messages: [],
    tools: [tool],
    tool_choice: id === 'c' ? 'auto' : 'required',
  }))
  const call = (id: string): object => ({
    custom_id: id,
    tool_calls: [{ id: `call_${id}_0`, type: 'function', function: { name: 'get-it', arguments: '{}' } }],
    deviations: {},
    num_prompt_tokens: expect.any(Number) as number,
  })

  const joined = (prefillFile: string, ...flags: readonly string[]): Promise<Outcome> =>
    completions(at('in.jsonl'), '-o', at('out.jsonl'), '--prefill', at(prefillFile), ...flags)

  beforeEach(async () => {
    write('requests.jsonl', requests)
    expect(
      (await harmony(['prefill', at('requests.jsonl'), '-o', at('prompts.jsonl'), '-j', '1'])).code,
    ).toBe(0)
  })

  test.each([
    ['in their order', ['a', 'b', 'c']],
    ['in another order', ['c', 'b', 'a']],
    ['with some missing', ['b']],
    ['several to one prefill', ['a', 'a', 'c']],
  ])('%s', async (_, ids) => {
    write(
      'in.jsonl',
      ids.map((id) => ({ custom_id: id, token_ids: id === 'c' ? HELLO : FORCED })),
    )
    for (const batchBytes of ['1', '1000']) {
      const { code, stderr } = await joined('prompts.jsonl', '--batch-bytes', batchBytes)
      expect(code, stderr).toBe(0)
      expect(linesIn('out.jsonl')).toMatchObject(
        ids.map((id) => (id === 'c' ? { custom_id: 'c', final: 'Hello' } : call(id))),
      )
    }
  })

  test.each(['prompts.jsonl', 'prompts.parquet', 'prompts.npy'])('written as %s', async (name) => {
    expect((await harmony(['prefill', at('requests.jsonl'), '-o', at(name), '-j', '1'])).code).toBe(0)
    write('in.jsonl', [{ custom_id: 'b', token_ids: FORCED }])
    const { code, stderr } = await joined(name)
    expect(code, stderr).toBe(0)
    expect(linesIn('out.jsonl')).toMatchObject([call('b')])
  })

  test('over and over, more than a batch apart', async () => {
    const ids = Array.from({ length: 3000 }, (_, index) => `r${index}`)
    write(
      'many.jsonl',
      ids.map((id) => ({ custom_id: id, messages: [], tools: [tool], tool_choice: 'required' })),
    )
    expect((await harmony(['prefill', at('many.jsonl'), '-o', at('prompts.jsonl'), '-j', '1'])).code).toBe(0)
    write(
      'in.jsonl',
      [...ids, ...ids].map((id) => ({ custom_id: id, token_ids: FORCED })),
    )
    const { code, stderr } = await joined('prompts.jsonl', '--batch-bytes', '999')
    expect(code, stderr).toBe(0)
    expect(linesIn('out.jsonl')).toMatchObject([...ids, ...ids].map(call))
  })

  test('the first of several prefills with one id counts', async () => {
    const [prompt] = linesIn('prompts.jsonl') as [object]
    write('prompts.jsonl', [prompt, { custom_id: 'a', prompt_token_ids: [200006, 173781] }])
    for (const ids of [['a'], ['x', 'a']]) {
      write(
        'in.jsonl',
        ids.map((id) => ({ custom_id: id, token_ids: FORCED })),
      )
      await joined('prompts.jsonl')
      expect(linesIn('out.jsonl')).toMatchObject([call('a')])
    }
  })

  test('an answer without a custom_id is a bad line: lines of answers are not counted as those of requests', async () => {
    write('in.jsonl', [{ token_ids: FORCED }])
    expect((await joined('prompts.jsonl')).code).toBe(3)
  })

  test('an answer without a prefill is a bad line', async () => {
    write('in.jsonl', [
      { custom_id: 'x', token_ids: HELLO },
      { custom_id: 'a', token_ids: FORCED },
    ])
    expect((await joined('prompts.jsonl')).code).toBe(3)
    expect(linesIn('out.jsonl.errors.jsonl')).toMatchObject([{ custom_id: 'x', code: 'invalid-line' }])
    expect(linesIn('out.jsonl')).toMatchObject([call('a')])
  })

  test('a damaged page of a Parquet file is bad input, by the name of the file', async () => {
    await harmony(['prefill', write('in.jsonl', requests), '-o', at('p.parquet'), '-j', '1'])
    const bytes = readFileSync(at('p.parquet'))
    // The first page's header, after the magic.
    bytes.fill(0xff, 4, 40)
    writeFileSync(at('p.parquet'), bytes)
    write('out.jsonl', [{ custom_id: 'a', token_ids: HELLO }])
    const argv = [at('out.jsonl'), '-o', at('answers.jsonl'), '--prefill', at('p.parquet')]
    const { code, stderr } = await completions(...argv)
    expect(code).toBe(1)
    expect(stderr).toContain(`harmony: ${at('p.parquet')}: rows 1 to 3 cannot be read: `)
  })

  test('a file of something else is bad input', async () => {
    write('in.jsonl', [{ custom_id: 'a', token_ids: FORCED }])
    const { code, stderr } = await joined('requests.jsonl')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('requests.jsonl: line 1: not what harmony prefill writes') as string,
    })
  })
})

test('as a filter, one line for a line, several answers as a list', async () => {
  const stdin = [
    { token_ids: HELLO },
    { outputs: [{ token_ids: HELLO }, { token_ids: HELLO }] },
    { text: 'Hi' },
  ]
    .map((line) => JSON.stringify(line))
    .join('\n')
  const { code, stdout } = await harmony(['completions', '--stdio'], { stdin })
  expect(code).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { custom_id: 'line-1', final: 'Hello' },
    [
      { index: 0, final: 'Hello' },
      { index: 1, final: 'Hello' },
    ],
    { custom_id: null, error: { line: 3, code: 'invalid-line' } },
  ])
})
