import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as zlib from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { harmony } from './harmony.js'

/** Node 20 has none, and Node 22.15 has. */
const zstd = zlib as object as {
  zstdCompressSync?(bytes: Uint8Array): Buffer
  zstdDecompressSync?(bytes: Uint8Array): Buffer
}
const hasZstd = zstd.zstdCompressSync !== undefined

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'harmony-compression-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string) => join(folder, name)
const BATCHES = ['-j', '1', '--batch-bytes', '200', '--checkpoint-seconds', '0']

function writeInput(): string {
  const lines = Array.from({ length: 40 }, (_, i) =>
    i === 20
      ? 'bad'
      : JSON.stringify({ custom_id: `c${i}`, messages: [{ role: 'user', content: `Hi ${i}` }] }),
  )
  writeFileSync(at('in.jsonl'), lines.join('\n'))
  return at('in.jsonl')
}

test('an output named .gz is the plain one, compressed', async () => {
  const input = writeInput()
  expect((await harmony(['prefill', input, '-o', at('plain.jsonl'), ...BATCHES])).code).toBe(3)
  expect((await harmony(['prefill', input, '-o', at('packed.jsonl.gz'), ...BATCHES])).code).toBe(3)
  expect(zlib.gunzipSync(readFileSync(at('packed.jsonl.gz')))).toEqual(readFileSync(at('plain.jsonl')))
})

test('a resumed run writes the same compressed bytes as an uninterrupted one', async () => {
  const input = writeInput()
  await harmony(['prefill', input, '-o', at('whole.jsonl.gz'), ...BATCHES])
  const argv = ['prefill', input, '-o', at('stopped.jsonl.gz'), ...BATCHES]
  expect((await harmony([...argv, '--strict'])).stderr).toContain('line 21')
  expect(existsSync(at('stopped.jsonl.gz'))).toBe(false)
  expect((await harmony([...argv, '--resume'])).code).toBe(3)
  expect(readFileSync(at('stopped.jsonl.gz'))).toEqual(readFileSync(at('whole.jsonl.gz')))
})

test('without a record, it is a compressed file of nothing', async () => {
  writeFileSync(at('in.jsonl'), '')
  expect((await harmony(['completions', at('in.jsonl'), '-o', at('out.jsonl.gz'), '-j', '1'])).code).toBe(0)
  expect(zlib.gunzipSync(readFileSync(at('out.jsonl.gz')))).toHaveLength(0)
})

test('answers find their compressed prefills, and are compressed themselves', async () => {
  await harmony(['prefill', writeInput(), '-o', at('prompts.jsonl.gz'), ...BATCHES])
  writeFileSync(at('outputs.jsonl'), '{"custom_id":"c3","token_ids":[200005,17196,200008,12194,200002]}\n')
  const argv = [at('outputs.jsonl'), '-o', at('answers.jsonl.gz'), '--prefill', at('prompts.jsonl.gz')]
  expect((await harmony(['completions', ...argv, '-j', '1'])).code).toBe(0)
  expect(zlib.gunzipSync(readFileSync(at('answers.jsonl.gz'))).toString()).toContain('"final":"Hi"')
})

test.each(['out.parquet.gz', 'out.npy.zst', 'out.gz'])('%s is refused before the work', async (name) => {
  const { code, stderr } = await harmony(['prefill', writeInput(), '-o', at(name), '-j', '1'])
  expect(code).toBe(2)
  expect(stderr).toContain(name)
})

// The second of the next two tests runs on Node 22.15 and later.
test.runIf(!hasZstd)('without zstd in Node, the error says what to do', async () => {
  writeFileSync(at('in.jsonl.zst'), Buffer.from('28b52ffd', 'hex'))
  const read = await harmony(['prefill', at('in.jsonl.zst'), '-o', at('out.jsonl'), '-j', '1'])
  expect(read).toMatchObject({ code: 1 })
  expect(read.stderr).toContain('in.jsonl.zst: zstd needs Node 22.15 or later')
  const write = await harmony(['prefill', writeInput(), '-o', at('out.jsonl.zst'), '-j', '1'])
  expect(write).toMatchObject({ code: 2 })
  expect(write.stderr).toContain('out.jsonl.zst: zstd needs Node 22.15 or later')
})

test.runIf(hasZstd)('with zstd in Node, .zst is read and written', async () => {
  const plain = readFileSync(writeInput())
  writeFileSync(at('in.jsonl.zst'), zstd.zstdCompressSync!(plain))
  await harmony(['prefill', at('in.jsonl'), '-o', at('plain.jsonl'), ...BATCHES])
  await harmony(['prefill', at('in.jsonl.zst'), '-o', at('packed.jsonl.zst'), ...BATCHES])
  expect(zstd.zstdDecompressSync!(readFileSync(at('packed.jsonl.zst')))).toEqual(
    readFileSync(at('plain.jsonl')),
  )
})
