import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { expectSameAfterKills } from './killed-run.js'

// Runs as processes of their own, from the build.

let folder: string
let input: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harmony-training-runs-'))
  input = join(folder, 'in.jsonl')
  const lines = Array.from({ length: 6000 }, (_, index) =>
    JSON.stringify({
      messages: [
        { role: 'user', content: `Count to ${index}. `.repeat((index * 7919) % 23) },
        { role: 'assistant', content: `One, two … ${index}.`, thinking: 'They want numbers.' },
      ],
    }),
  )
  writeFileSync(input, lines.join('\n'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const FLAGS = ['--pack', '2048', '-j', '2', '--batch-bytes', '60000', '--checkpoint-seconds', '0', '--resume']

test.each(['parquet', 'jsonl', 'npy'])(
  'packed rows as %s are the same after three kills as after none',
  async (format) => {
    const argvOf = (out: string) => ['training', input, '-o', join(folder, out), ...FLAGS]
    await expectSameAfterKills({ folder, format, kills: 3, status: 0, momentOf: () => 0, argvOf })
  },
  60_000,
)
