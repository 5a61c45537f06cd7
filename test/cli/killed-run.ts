import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

/** The built command. */
export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** Everything that a run leaves behind, by the part of its name that is not the output's. */
export function leftBy(folder: string, out: string): Record<string, string> {
  const stem = out.replace(/\.\w+$/, '')
  const names = readdirSync(folder).filter((name) => name.startsWith(`${stem}.`))
  return Object.fromEntries(
    names.map((name) => [name.slice(stem.length), readFileSync(join(folder, name)).toString('latin1')]),
  )
}

export interface KilledRun {
  readonly folder: string
  readonly format: string
  readonly kills: number
  /** What a run ends with. */
  readonly status: number
  /** How many milliseconds behind a batch to kill it. */
  readonly momentOf: () => number
  /** The arguments for an output in the folder, `--resume` among them. */
  readonly argvOf: (out: string) => readonly string[]
}

/** Kills a run again and again, and expects of the last one what a run leaves behind that nothing happens to. */
export async function expectSameAfterKills(run: KilledRun, because = ''): Promise<void> {
  const { folder, format, kills, status, momentOf, argvOf } = run
  const [out, whole] = [`killed-${format}.${format}`, `whole-${format}.${format}`]
  const argv = [MAIN, ...argvOf(out)]
  const journal = () => {
    const path = join(folder, `${out}.journal`)
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }
  const moments: number[] = []
  for (let killed = 0; killed < kills;) {
    // Somewhere behind the first batch that it gets through, so that it gets on from kill to kill.
    const moment = momentOf()
    moments.push(moment)
    const before = journal()
    const child = spawn(process.execPath, argv, { stdio: 'ignore' })
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>
    while (child.exitCode === null && journal() === before) await sleep(2)
    await Promise.race([sleep(moment), ended])
    child.kill('SIGKILL')
    const [, signal] = await ended
    if (signal === 'SIGKILL') killed++
    // It was done before the moment came: from the beginning then.
    else
      for (const name of readdirSync(folder))
        if (name.startsWith(`killed-${format}.`)) rmSync(join(folder, name))
  }
  expect(spawnSync(process.execPath, argv).status).toBe(status)
  expect(spawnSync(process.execPath, [MAIN, ...argvOf(whole)]).status).toBe(status)

  const [left, expected] = [leftBy(folder, out), leftBy(folder, whole)]
  const reason = `${because} killed ${moments.join(', ')} ms behind a batch`
  expect(Object.keys(left), reason).toEqual(Object.keys(expected))
  for (const [ending, text] of Object.entries(expected))
    expect(left[ending] === text, `${reason}: ${ending} differs`).toBe(true)
}
