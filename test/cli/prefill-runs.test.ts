import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectSameAfterKills, leftBy, MAIN } from './killed-run.js'

// Runs as processes of their own, from the build: threads, signals and kills.

const LINES = 6000

let folder: string
let input: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harmony-runs-'))
  input = at('in.jsonl')
  const lines = Array.from({ length: LINES }, (_, index) => {
    if (index % 1000 === 500) return `{"custom_id":"bad-${index}"}`
    const content = `${index} is what we count, and then some words. `.repeat((index * 7919) % 61)
    return JSON.stringify({
      custom_id: `c${index}`,
      messages: [{ role: 'user', content }],
      temperature: index % 3,
    })
  })
  writeFileSync(input, lines.join('\n'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function at(name: string): string {
  return join(folder, name)
}

function start(...argv: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, 'prefill', ...argv], { stdio: ['pipe', 'pipe', 'pipe'] })
}

function runWhole(...argv: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  return spawnSync(process.execPath, [MAIN, 'prefill', ...argv], { encoding: 'utf8' })
}

const FLAGS = ['--batch-bytes', '60000', '--checkpoint-seconds', '0']

// With one core, there would be one thread.
const threadsTest = test.skipIf(availableParallelism() === 1)

threadsTest.each(['jsonl', 'jsonl.gz', 'parquet', 'npy'])(
  '%s: two threads write what one writes',
  (format) => {
    expect(runWhole(input, '-o', at(`one-${format}.${format}`), '-j', '1', ...FLAGS).status).toBe(3)
    expect(runWhole(input, '-o', at(`two-${format}.${format}`), '-j', '2', ...FLAGS).status).toBe(3)
    const left = leftBy(folder, `two-${format}.${format}`)
    expect(left).toEqual(leftBy(folder, `one-${format}.${format}`))
    const errors = Object.entries(left).find(([ending]) => ending.endsWith('.errors.jsonl'))?.[1]
    expect(errors?.split('\n')).toHaveLength(LINES / 1000 + 1)
  },
)

test.each(['jsonl', 'parquet', 'npy'])(
  '%s: killed at random moments, seven times over, it ends as if nothing had happened',
  async (format) => {
    const seed = Date.now() % 1_000_000
    const random = randomOf(seed)
    const momentOf = () => Math.round(random() * 150)
    const argvOf = (out: string) => [
      'prefill',
      input,
      '-o',
      at(out),
      '-j',
      '2',
      '--stats',
      at(out.replace(/\.\w+$/, '.stats')),
      '--resume',
      ...FLAGS,
    ]
    await expectSameAfterKills({ folder, format, kills: 7, status: 3, momentOf, argvOf }, `seed ${seed}:`)
  },
  120_000,
)

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s stops it in good order, with code %i, and --resume goes on', async (signal, exitCode) => {
  const out = `${signal}.jsonl`
  const lines = readFileSync(input, 'utf8')
  const argv = ['-', '-o', at(out), '-j', '2', ...FLAGS]
  const run = start(...argv)
  let stderr = ''
  run.stderr!.on('data', (chunk) => (stderr += String(chunk)))
  // Standard input stays open: the command waits for more when the signal comes.
  run.stdin!.on('error', () => undefined)
  run.stdin!.write(lines.slice(0, lines.length / 2))
  while (!existsSync(at(`${out}.partial`)) || statSync(at(`${out}.partial`)).size === 0) await sleep(20)
  run.kill(signal)
  const [code] = (await once(run, 'exit')) as [number]
  expect(code, stderr).toBe(exitCode)
  expect(stderr).toMatch(/harmony: stopped after [\d,]+ lines: the same command with --resume goes on\n$/)
  expect(existsSync(at(out))).toBe(false)

  const resumed = start(...argv, '--resume')
  resumed.stdin!.end(lines)
  expect((await once(resumed, 'exit'))[0]).toBe(3)
  runWhole(input, '-o', at(`whole-${out}`), ...FLAGS)
  expect(readFileSync(at(out)).equals(readFileSync(at(`whole-${out}`)))).toBe(true)
})

test('a full disk ends it with the reason, and --resume goes on where there is room', () => {
  const out = 'full.jsonl'
  const argv = [input, '-o', at(out), '-j', '1', ...FLAGS]
  // A limit on the size of files stands in for the disk: 512 KiB of them.
  const limited = spawnSync(
    'sh',
    ['-c', `ulimit -f 1024; exec "$0" "$@"`, process.execPath, MAIN, 'prefill', ...argv],
    {
      encoding: 'utf8',
    },
  )
  expect(limited.status, limited.stderr).toBe(1)
  expect(limited.stderr).toContain(
    'cannot be written: the file grew beyond what is allowed; what was done is kept',
  )
  expect(existsSync(at(out))).toBe(false)
  expect(runWhole(...argv, '--resume').status).toBe(3)
  runWhole(input, '-o', at('roomy.jsonl'), ...FLAGS)
  expect(readFileSync(at(out)).equals(readFileSync(at('roomy.jsonl')))).toBe(true)
})

test('a filter answers a line before it is given the next', async () => {
  const filter = start('--stdio')
  const answers = createInterface({ input: filter.stdout! })[Symbol.asyncIterator]()
  for (const id of ['a', 'b']) {
    filter.stdin!.write(`{"custom_id":"${id}","messages":[{"role":"user","content":"Hi"}]}\n`)
    const answer = await answers.next()
    expect(JSON.parse(String(answer.value))).toMatchObject({
      custom_id: id,
      num_prompt_tokens: expect.any(Number) as number,
    })
  }
  filter.stdin!.end()
  expect((await once(filter, 'exit'))[0]).toBe(0)
})

test('a filter whose reader does not read waits, and takes no more in than pipes hold', async () => {
  const filter = start('--stdio')
  filter.stdout!.pause()
  filter.stdin!.on('error', () => undefined)
  const line = `${JSON.stringify({ messages: [{ role: 'user', content: 'Hi '.repeat(1000) }] })}\n`
  let bytesTaken = 0
  const deadline = performance.now() + 2000
  while (performance.now() < deadline) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 200)
      filter.stdin!.write(line.repeat(20), () => {
        bytesTaken += 20 * line.length
        clearTimeout(timer)
        resolve()
      })
    })
  }
  filter.kill()
  expect(bytesTaken).toBeLessThan(4 * 1024 * 1024)
})

test('a pipe with a name is read as it comes', async () => {
  spawnSync('mkfifo', [at('pipe')])
  const run = start(at('pipe'), '-o', at('piped.jsonl'))
  writeFileSync(at('pipe'), '{"messages":[{"role":"user","content":"Hi"}]}\n')
  expect((await once(run, 'exit'))[0]).toBe(0)
  expect(readFileSync(at('piped.jsonl'), 'utf8')).toContain('"custom_id":"line-1"')
})

/** The same numbers for the same seed: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
