// Contenders as processes, and rounds in which they take turns.

import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const cacheFolder = fileURLToPath(new URL('.harmony-cache/', root))
const python = process.env.HARMONY_PYTHON ?? 'python3'
const PYTHON_MODULES = {
  official: 'openai_harmony',
  'tiktoken (Python)': 'tiktoken',
  fastokens: 'fastokens',
}
export const PYTHON_CONTENDERS = Object.keys(PYTHON_MODULES)

/**
 * Whether a contender can be run here: the Python ones where their module is installed
 * for `HARMONY_PYTHON`.
 */
export function isInstalled(name) {
  const module = PYTHON_MODULES[name]
  if (module === undefined) return true
  try {
    execFileSync(python, ['-c', `import ${module}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A contender in a process of its own: its heap and its compiled code are nobody else's. */
export class Contender {
  #child
  #waiting = []

  constructor(name) {
    this.name = name
    const isPython = name in PYTHON_MODULES
    if (isPython && !existsSync(`${cacheFolder}o200k_base.tiktoken`)) {
      execFileSync('node', [fileURLToPath(new URL('scripts/official/vocabulary.mjs', root)), cacheFolder])
    }
    const [command, script] = isPython ? [python, 'official.py'] : [process.execPath, 'worker.mjs']
    this.#child = spawn(command, [fileURLToPath(new URL(script, import.meta.url)), name], {
      env: { ...process.env, TIKTOKEN_ENCODINGS_BASE: cacheFolder, RAYON_NUM_THREADS: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    createInterface({ input: this.#child.stdout }).on('line', (line) =>
      this.#waiting.shift().resolve(JSON.parse(line)),
    )
    this.#child.on('exit', (code) => {
      for (const { reject } of this.#waiting)
        reject(new Error(`${name}: its process ended with code ${code}`))
    })
  }

  keep(inputs) {
    return this.#ask({ keep: inputs })
  }

  /** The processor time of one run of a task, in seconds. */
  measure(task, input, { atLeastMs = 30, repeat = 1 } = {}) {
    return this.#ask({ task, input, atLeastMs, repeat })
  }

  /** The tokens of a text in which markers stand for themselves. */
  async tokensOf(text) {
    return (await this.#ask({ tokensOf: text })).tokens
  }

  stop() {
    this.#child.stdin.end()
  }

  #ask(request) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#child.stdin.write(`${JSON.stringify(request)}\n`)
    })
  }
}

/**
 * Runs `use` with the contenders of those names that are installed, by name; stops them
 * in the end.
 */
export async function withContenders(names, inputs, use) {
  const contenders = names.filter(isInstalled).map((name) => new Contender(name))
  try {
    for (const contender of contenders) await contender.keep(inputs)
    return await use(Object.fromEntries(contenders.map((contender) => [contender.name, contender])))
  } finally {
    for (const contender of contenders) contender.stop()
  }
}

/**
 * Measures the jobs (name → function that gives `seconds`) in turns, each round beginning
 * with another, after two that do not count: what else the machine does meets all of them
 * alike. Gives each job's rounds.
 */
export async function inTurns(jobs, rounds) {
  const names = Object.keys(jobs)
  const times = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = -2; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round + 2) % names.length]
      const { seconds } = await jobs[name]()
      if (round >= 0) times[name].push(seconds)
    }
  }
  return times
}

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * How many times as long `other` took: the median of the rounds' ratios, since a round's
 * figures were got under like conditions.
 */
export function ratio(other, base) {
  return median(other.map((seconds, round) => seconds / base[round]))
}

export function geometricMean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}
