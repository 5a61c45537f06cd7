// Measures `harmony prefill` beside the official library in a Python loop and on several
// processes: `node bench/prefill.mjs [LINES] [ROUNDS]`. docs/prefill.md has the figures.
//
// All of them read the same kind of lines from a file and write a file; times are of
// whole processes, from their start to their end. The Python ones get a tenth of the
// lines, for they take long. Rates are given twice: by the clock, which on a busy machine
// measures the machine, and by processor time.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { batchLines } from './batch-lines.mjs'
import { isInstalled, median } from './processes.mjs'

const root = new URL('../', import.meta.url)
const cacheFolder = fileURLToPath(new URL('.harmony-cache/', root))
const main = fileURLToPath(new URL('dist/cli/main.js', root))
const python = process.env.HARMONY_PYTHON ?? 'python3'
const [lineCount, rounds] = [Number(process.argv[2] ?? 20_000), Number(process.argv[3] ?? 3)]

const folder = mkdtempSync(join(tmpdir(), 'harmony-bench-'))
try {
  const lines = batchLines(lineCount)
  const files = { all: join(folder, 'all.jsonl'), few: join(folder, 'few.jsonl') }
  writeFileSync(files.all, lines.join(''))
  writeFileSync(files.few, lines.slice(0, lineCount / 10).join(''))

  const ours = (format, jobs) => {
    const out = join(folder, `ours.${format}`)
    return {
      file: files.all,
      command: [process.execPath, main, 'prefill', files.all, '-o', out, '-j', String(jobs)],
    }
  }
  const official = (processes) => {
    const script = fileURLToPath(new URL('prefill.py', import.meta.url))
    return {
      file: files.few,
      command: [python, script, files.few, join(folder, `official-${processes}.jsonl`), String(processes)],
    }
  }
  const hasOfficial = isInstalled('official')
  const contenders = {
    ...(hasOfficial ? { 'official, a loop': official(1), 'official, 2 processes': official(2) } : {}),
    'JSON lines, 1 job': ours('jsonl', 1),
    'JSON lines, 2 jobs': ours('jsonl', 2),
    'Parquet, 1 job': ours('parquet', 1),
    'Parquet, 2 jobs': ours('parquet', 2),
    'NumPy, 1 job': ours('npy', 1),
    'NumPy, 2 jobs': ours('npy', 2),
  }
  if (hasOfficial && !existsSync(`${cacheFolder}o200k_base.tiktoken`)) {
    execFileSync('node', [fileURLToPath(new URL('scripts/official/vocabulary.mjs', root)), cacheFolder])
  }

  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, { command }] of Object.entries(contenders)) times[name].push(timeOf(command))
  }

  const tokenCounts = readFileSync(join(folder, 'ours.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).num_prompt_tokens)
  const tokensIn = { [files.all]: sum(tokenCounts), [files.few]: sum(tokenCounts.slice(0, lineCount / 10)) }
  const linesIn = { [files.all]: lineCount, [files.few]: lineCount / 10 }
  console.log(
    `${lineCount} conversations, ${Math.round(tokensIn[files.all] / lineCount)} tokens each; ${rounds} rounds, medians; ` +
      `Node ${process.version}, ${availableParallelism()} cores`,
  )
  if (hasOfficial)
    console.log(
      `equal to the official library's: ${equalLines(join(folder, 'official-1.jsonl'), join(folder, 'ours.jsonl'))} conversations`,
    )
  else console.log('official: skipped, not installed for the Python that HARMONY_PYTHON names.')

  const rows = Object.entries(contenders).map(([name, { file }]) => {
    const clock = median(times[name].map(({ seconds }) => seconds))
    const processor = median(times[name].map(({ processorSeconds }) => processorSeconds))
    return {
      name,
      'conversations/s': linesIn[file] / clock,
      'tokens/s': tokensIn[file] / clock,
      '… per core': linesIn[file] / processor,
      'tokens/s per core': tokensIn[file] / processor,
    }
  })
  const columns = Object.keys(rows[0])
  const base = hasOfficial ? rows[0] : undefined
  const format = (row, key) => `${key === 'name' ? row[key] : Math.round(row[key]).toLocaleString('en-US')}`
  const times10 = (row) =>
    base === undefined ? '' : `${(row['… per core'] / base['… per core']).toFixed(1)} ×`
  console.log(`\n| ${[...columns, 'ratio per core'].join(' | ')} |\n|${'---|'.repeat(columns.length + 1)}`)
  for (const row of rows)
    console.log(`| ${[...columns.map((key) => format(row, key)), times10(row)].join(' | ')} |`)
} finally {
  rmSync(folder, { recursive: true })
}

/**
 * The clock's and the processor's seconds of a command and all its children, by bash's
 * own `time`.
 */
function timeOf(command) {
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%R %U %S"; time "$@"', 'bash', ...command],
    {
      encoding: 'utf8',
      env: { ...process.env, TIKTOKEN_ENCODINGS_BASE: cacheFolder },
    },
  )
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`)
  const [seconds, user, system] = stderr.trimEnd().split('\n').at(-1).split(' ').map(Number)
  return { seconds, processorSeconds: user + system }
}

function equalLines(path, otherPath) {
  const other = readFileSync(otherPath, 'utf8').split('\n')
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  const different = lines.findIndex((line, index) => line !== other[index])
  if (different !== -1) throw new Error(`line ${different + 1} differs from the official library's`)
  return lines.length
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}
