import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { harmony } from '../cli/harmony.js'
import { readParquet } from '../cli/read-parquet.js'
import { hasPython, runPython } from './python.js'

// The examples for Spark and Ray on this machine alone, beside a single run of the command.

const COMMAND = `node ${fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))} prefill --stdio`

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'harmony-clusters-'))))
afterEach(() => rmSync(folder, { recursive: true }))

interface Prefill {
  readonly custom_id: string
  readonly tokens: readonly number[]
}

// `pip install pyspark ray[data]`, 700 MB, is no part of this project's own tests.
test.skipIf(!hasPython('pyspark'))(
  'Spark: the same prefills as a single run, in their order, and the bad line aside',
  async () => {
    const { input, single } = await inputAndSingleRun()
    runPython(['examples/spark/prefill.py', input, join(folder, 'out'), '--command', COMMAND])
    const rows = await rowsIn(join(folder, 'out', 'failed=false'))
    expect(rows.map((row) => ({ custom_id: row['custom_id'], tokens: row['prompt_token_ids'] }))).toEqual(
      single,
    )
    expect(await rowsIn(join(folder, 'out', 'failed=true'))).toMatchObject([
      { custom_id: 'bad', error: { code: 'invalid-line' } },
    ])
  },
)

test.skipIf(!hasPython('ray.data'))(
  'Ray: the same prefills as a single run, and why there is none of the bad line',
  async () => {
    const { input, single } = await inputAndSingleRun()
    runPython(['examples/ray/prefill.py', input, join(folder, 'out'), '--command', COMMAND])
    const rows = await rowsIn(join(folder, 'out'))
    const byId = new Map(rows.map((row) => [row['custom_id'], row]))
    expect(byId.get('bad')?.['error']).toMatch('wanted a conversation')
    byId.delete('bad')
    expect(
      single.map(({ custom_id: id }) => ({ custom_id: id, tokens: byId.get(id)?.['tokenized_prompt'] })),
    ).toEqual(single)
    expect(byId.size).toBe(single.length)
  },
)

async function inputAndSingleRun(): Promise<{ readonly input: string; readonly single: readonly Prefill[] }> {
  const input = join(folder, 'in.jsonl')
  const requests = readFileSync('fixtures/example/requests.jsonl', 'utf8').trimEnd().split('\n')
  const lines = Array.from({ length: 600 }, (_, index) =>
    index === 100
      ? '{"custom_id":"bad","messages":5}'
      : requests[index % requests.length].replace(/"custom_id":"\w+"/, `"custom_id":"${index}"`),
  )
  writeFileSync(input, `${lines.join('\n')}\n`)
  const out = join(folder, 'single.jsonl')
  const { code } = await harmony(['prefill', input, '-o', out, '-j', '1'])
  expect(code).toBe(3)
  const single = readFileSync(out, 'utf8').trimEnd().split('\n')
  return {
    input,
    single: single.map((line) => {
      const { custom_id, prompt_token_ids: tokens } = JSON.parse(line) as {
        custom_id: string
        prompt_token_ids: number[]
      }
      return { custom_id, tokens }
    }),
  }
}

/** The rows of a folder's Parquet files, in the order of their names. */
async function rowsIn(path: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  for (const name of readdirSync(path).sort()) {
    if (name.endsWith('.parquet')) rows.push(...(await readParquet(join(path, name))))
  }
  return rows
}
