import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

// Runs as processes of their own, from the build.

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

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

function argvOf(name: string): string[] {
  const flags = [
    '--pack',
    '2048',
    '-j',
    '2',
    '--batch-bytes',
    '60000',
    '--checkpoint-seconds',
    '0',
    '--resume',
  ]
  return [MAIN, 'training', input, '-o', join(folder, name), ...flags]
}

function journalOf(name: string): string | undefined {
  const path = join(folder, `${name}.journal`)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

test.each(['parquet', 'jsonl', 'npy'])(
  'packed rows as %s are the same after three kills as after none',
  async (format) => {
    const name = `killed.${format}`
    for (let kills = 0; kills < 3;) {
      const before = journalOf(name)
      const run = spawn(process.execPath, argvOf(name), { stdio: 'ignore' })
      const ended = once(run, 'exit') as Promise<[number | null, string | null]>
      while (run.exitCode === null && journalOf(name) === before) await sleep(2)
      run.kill('SIGKILL')
      const [, signal] = await ended
      if (signal === 'SIGKILL') kills++
      // It ended before the kill: from the beginning then.
      else for (const left of readdirSync(folder)) if (left.startsWith('killed.')) rmSync(join(folder, left))
    }
    expect(spawnSync(process.execPath, argvOf(name)).status).toBe(0)
    expect(spawnSync(process.execPath, argvOf(`whole.${format}`)).status).toBe(0)
    const written = (stem: string) =>
      readdirSync(folder)
        .filter((file) => file.startsWith(`${stem}.`) && file.includes(format))
        .map(
          (file) => [file.slice(stem.length), readFileSync(join(folder, file)).toString('latin1')] as const,
        )
    const whole = written('whole')
    expect(whole.length).toBeGreaterThan(0)
    expect(written('killed').map(([ending]) => ending)).toEqual(whole.map(([ending]) => ending))
    for (const [index, [ending, bytes]] of written('killed').entries())
      expect(bytes === whole[index][1], `${ending} differs`).toBe(true)
  },
  60_000,
)
