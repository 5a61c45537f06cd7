import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { harmony } from './harmony.js'

// Runs as processes of their own, from the build: an id of this process is alive.

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harmony-lock-'))
  for (const name of ['a', 'b']) {
    const line = (i: number) => `{"custom_id":"${name}${i}","messages":[{"role":"user","content":"Hi"}]}\n`
    writeFileSync(at(`${name}.jsonl`), Array.from({ length: 100 }, (_, i) => line(i)).join(''))
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

function at(name: string): string {
  return join(folder, name)
}

/** A process id that belonged to a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid
}

/** A lock as a run leaves it, with some of its entries changed. */
async function lockOf(changes: object): Promise<string> {
  const run = spawn(process.execPath, [MAIN, 'prefill', '-', '-o', at('probe.jsonl')])
  while (!existsSync(at('probe.jsonl.lock'))) await sleep(10)
  const lock = JSON.parse(readFileSync(at('probe.jsonl.lock'), 'utf8')) as object
  run.kill('SIGKILL')
  await once(run, 'exit')
  for (const name of readdirSync(folder)) if (name.startsWith('probe')) rmSync(at(name))
  return JSON.stringify({ ...lock, ...changes })
}

async function runTogether(out: string): Promise<readonly { code: number; stderr: string; input: string }[]> {
  return Promise.all(
    ['a', 'b'].map(async (input) => {
      const flags = ['-o', at(out), '-j', '1', '--batch-bytes', '500', '--checkpoint-seconds', '0']
      const run = spawn(process.execPath, [MAIN, 'prefill', at(`${input}.jsonl`), ...flags])
      let stderr = ''
      run.stderr.on('data', (chunk) => (stderr += String(chunk)))
      const [code] = (await once(run, 'exit')) as [number]
      return { code, stderr, input }
    }),
  )
}

test('of two runs that start together on one output, one writes all of it and the other names it', async () => {
  const dead = await lockOf({ pid: deadPid() })
  let refusals = 0
  for (let round = 0; round < 50; round++) {
    // A killed run's lock is one more thing to compete for.
    if (round % 2 === 1) writeFileSync(at('out.jsonl.lock'), dead)
    const runs = await runTogether('out.jsonl')
    for (const { code, stderr } of runs) {
      if (code === 0) continue
      refusals++
      expect(code, stderr).toBe(2)
      expect(stderr).toMatch(/out\.jsonl: another run is writing it, process \d+ on .* since .*: wait until/)
    }
    const successes = runs.filter(({ code }) => code === 0).map(({ input }) => input)
    expect(successes, `round ${round}`).not.toHaveLength(0)
    const lines = readFileSync(at('out.jsonl'), 'utf8').trimEnd().split('\n')
    const writers = new Set(lines.map((line) => (JSON.parse(line) as { custom_id: string }).custom_id[0]))
    expect(lines).toHaveLength(100)
    expect(writers.size).toBe(1)
    expect(successes).toContain([...writers][0])
    expect(readdirSync(folder).toSorted(), `round ${round}`).toEqual(['a.jsonl', 'b.jsonl', 'out.jsonl'])
    rmSync(at('out.jsonl'))
  }
  // Otherwise they never met, and nothing was tried.
  expect(refusals).toBeGreaterThan(10)
}, 120_000)

const prefill = (out: string) => harmony(['prefill', at('a.jsonl'), '-o', at(out), '-j', '1'])

test.each([
  ['a process that has ended', async () => lockOf({ pid: deadPid() })],
  ['a process id that another program has now', async () => lockOf({ pid: process.pid })],
])('a lock of %s is replaced', async (_, lock) => {
  writeFileSync(at('stale.jsonl.lock'), await lock())
  expect(await prefill('stale.jsonl')).toMatchObject({ code: 0 })
  expect(existsSync(at('stale.jsonl.lock'))).toBe(false)
})

test('locks of runs that died while they replaced a lock are replaced', async () => {
  const pid = deadPid()
  writeFileSync(at('chain.jsonl.lock'), await lockOf({ id: 'first', pid }))
  writeFileSync(at('chain.jsonl.lock.first'), await lockOf({ id: 'second', pid }))
  expect(await prefill('chain.jsonl')).toMatchObject({ code: 0 })
  expect(readdirSync(folder).filter((name) => name.startsWith('chain'))).toEqual(['chain.jsonl'])
})

test('a run on another machine is alive as long as it shows signs of life', async () => {
  const path = at('far.jsonl.lock')
  writeFileSync(path, await lockOf({ place: 'elsewhere', pid: deadPid() }))
  const refused = await prefill('far.jsonl')
  expect(refused.stderr).toContain('on elsewhere since')
  expect(refused.code).toBe(2)
  const before = new Date(Date.now() - 61_000)
  utimesSync(path, before, before)
  expect(await prefill('far.jsonl')).toMatchObject({ code: 0 })
})

test.each(['', '{', '{"position":5}', 'null'])('a journal that is none says what to do: %j', async (text) => {
  writeFileSync(at('old.jsonl.journal'), text)
  const { code, stderr } = await harmony(['prefill', at('a.jsonl'), '-o', at('old.jsonl'), '--resume'])
  expect(code).toBe(1)
  expect(stderr).toContain('old.jsonl.journal: not a journal, or a damaged one: remove it to begin anew')
})

test('each file of an npy output is locked', async () => {
  writeFileSync(at('ids.rows.jsonl.lock'), await lockOf({ place: 'elsewhere' }))
  expect((await prefill('ids.npy')).code).toBe(2)
  expect(existsSync(at('ids.npy.lock'))).toBe(false)
})

test("a file of another program under the lock's name is left alone", async () => {
  writeFileSync(at('yarn.jsonl.lock'), '# yarn lockfile v1\n')
  const { code, stderr } = await prefill('yarn.jsonl')
  expect(code).toBe(2)
  expect(stderr).toContain('yarn.jsonl.lock: not a lock that harmony has written: remove it if')
  expect(readFileSync(at('yarn.jsonl.lock'), 'utf8')).toBe('# yarn lockfile v1\n')
})
