import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { harmony } from '../cli/harmony.js'
import { hasPython, runPython } from './python.js'

// What trainers read of a training file, beside the same run's JSON lines.

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'harmony-readers-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const READ = `
import json, sys
from datasets import load_dataset
rows = load_dataset("parquet", data_files=sys.argv[1], split="train", cache_dir=sys.argv[2]).with_format("torch")
import torch
for row in rows:
    assert row["input_ids"].dtype == row["labels"].dtype == torch.int64, row["input_ids"].dtype
    columns = ["input_ids", "labels", "attention_mask", "position_ids"]
    print(json.dumps({name: row[name].tolist() for name in columns}), file=open(sys.argv[3], "a"))
`

// `pip install datasets torch`, gigabytes, is no part of this project's own tests.
test.skipIf(!hasPython('datasets', 'torch'))(
  'datasets and torch read the columns as 64-bit integers (skipped without them; HARMONY_PYTHON names a Python)',
  async () => {
    const input = join(folder, 'in.jsonl')
    const lines = ['Hi', 'Ça va ?', '東京'].map((content) =>
      JSON.stringify({
        messages: [
          { role: 'user', content },
          { role: 'assistant', content: content.repeat(9), thinking: 'Echo.' },
        ],
      }),
    )
    writeFileSync(input, lines.join('\n'))
    const written = async (name: string) => {
      const { code } = await harmony([
        'training',
        input,
        '-o',
        join(folder, name),
        '-j',
        '1',
        '--pack',
        '150',
      ])
      expect(code).toBe(0)
    }
    await written('rows.parquet')
    await written('rows.jsonl')
    const script = join(folder, 'read.py')
    writeFileSync(script, READ)
    runPython([script, join(folder, 'rows.parquet'), join(folder, 'cache'), join(folder, 'read.jsonl')])
    const read = (name: string) =>
      readFileSync(join(folder, name), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    const wanted = read('rows.jsonl').map(({ custom_id: _, ...columns }) => columns)
    expect(wanted.length).toBeGreaterThan(1)
    expect(read('read.jsonl')).toEqual(wanted)
  },
  120_000,
)
