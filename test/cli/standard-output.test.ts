import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { harmony } from './harmony.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harmony-stdout-'))
  const lines = Array.from({ length: 5 }, (_, i) =>
    JSON.stringify({ custom_id: `c${i}`, messages: [{ role: 'user', content: 'Hi' }] }),
  )
  writeFileSync(at('in.jsonl'), `${lines.join('\n')}\nbad\n`)
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string) => join(folder, name)

test('-o - writes what a file would hold, and leaves no file behind', async () => {
  const flags = ['-j', '1', '--batch-bytes', '100']
  await harmony(['prefill', at('in.jsonl'), '-o', at('out.jsonl'), ...flags])
  const expected = readFileSync(at('out.jsonl'), 'utf8')
  for (const name of ['out.jsonl', 'out.jsonl.errors.jsonl']) rmSync(at(name))
  const { code, stdout, stderr } = await harmony(['prefill', at('in.jsonl'), '-o', '-', ...flags])
  expect(stdout).toBe(expected)
  expect(code).toBe(3)
  expect(stderr).toContain(`harmony: ${at('in.jsonl')}: line 6: not JSON`)
  expect(stderr).toContain('written   5 to standard output\n')
  expect(readdirSync(folder)).toEqual(['in.jsonl'])
})

test('--strict stops at the bad line, without a word of files', async () => {
  const { code, stderr } = await harmony(['prefill', at('in.jsonl'), '-o', '-', '-j', '1', '--strict'])
  expect(code).toBe(3)
  expect(stderr).not.toMatch(/resume|errors\.jsonl/)
})

test('answers go there too, and statistics to their file', async () => {
  const stdin = '{"custom_id":"a","token_ids":[200005,17196,200008,12194,200002]}\n'
  const argv = ['completions', '-', '-o', '-', '-j', '1', '--stats', at('stats.json')]
  const { code, stdout } = await harmony(argv, { stdin })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ custom_id: 'a', final: 'Hi' })
  expect(JSON.parse(readFileSync(at('stats.json'), 'utf8'))).toMatchObject({ records: 1 })
})

test('Parquet is written there like to a file', async () => {
  const { stdout } = await harmony(['prefill', at('in.jsonl'), '-o', '-', '--to', 'parquet', '-j', '1'])
  expect(stdout.startsWith('PAR1')).toBe(true)
  expect(stdout.endsWith('PAR1')).toBe(true)
})

test.each([
  [['--to', 'npy'], 'npy is written as three files'],
  [['--resume'], '--resume goes on with a file'],
])('%j is refused', async (flags, reason) => {
  const { code, stderr, stdout } = await harmony(['prefill', at('in.jsonl'), '-o', '-', ...flags])
  expect(code).toBe(2)
  expect(stderr).toContain(reason)
  expect(stdout).toBe('')
})
