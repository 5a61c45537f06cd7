// Shows that the batch commands' memory does not grow with their input: `node
// bench/prefill-memory.mjs [GIGABYTES] [JOBS]`. It makes an input of that size, needs
// about nine times as much on the disk, and ends with 1 where a run takes more than 400
// MB. docs/prefill.md has the figures of 2 GB.

import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { batchLines } from './batch-lines.mjs'

const LIMIT_MB = 400
const BLOCK_LINES = 20_000
/** `<|channel|>final<|message|>Hello<|return|>` */
const ANSWER = [200005, 17196, 200008, 13225, 200002]

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const [gigabytes, jobs] = [Number(process.argv[2] ?? 2), Number(process.argv[3] ?? availableParallelism())]
const folder = mkdtempSync(join(tmpdir(), 'harmony-memory-'))
const at = (name) => join(folder, name)
try {
  const lineCount = writeInputs()
  console.log(
    `${lineCount.toLocaleString('en-US')} lines, ${size('in.jsonl')} GB, ${jobs} jobs, Node ${process.version}\n`,
  )
  console.log('| | output, GB | seconds | most memory, MB |\n|---|---|---|---|')
  const runs = [
    measured('prefill, JSON lines', 'prompts.jsonl', ['prefill', at('in.jsonl')]),
    measured('prefill, Parquet', 'prompts.parquet', ['prefill', at('in.jsonl')]),
    measured('prefill, NumPy', 'prompts.npy', ['prefill', at('in.jsonl')]),
    measured('completions, joined', 'answers.jsonl', [
      'completions',
      at('outputs.jsonl'),
      '--prefill',
      at('prompts.jsonl'),
    ]),
  ]
  if (runs.some((megabytes) => megabytes > LIMIT_MB)) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}

/** Requests, the same ones over and over under new ids, and an answer to each. @returns how many */
function writeInputs() {
  const block = batchLines(BLOCK_LINES)
  const [requests, outputs] = [openSync(at('in.jsonl'), 'w'), openSync(at('outputs.jsonl'), 'w')]
  let count = 0
  for (let bytes = 0; bytes < gigabytes * 1e9;) {
    const ids = block.map((_, index) => `request-${count + index}`)
    bytes += writeSync(
      requests,
      block.map((line, index) => line.replace(/"request-\d+"/, `"${ids[index]}"`)).join(''),
    )
    writeSync(outputs, ids.map((id) => `${JSON.stringify({ custom_id: id, token_ids: ANSWER })}\n`).join(''))
    count += block.length
  }
  closeSync(requests)
  closeSync(outputs)
  return count
}

/** Runs the command and prints a row. @returns the most memory that it held, in MB */
function measured(name, out, args) {
  const start = performance.now()
  const tell = 'process.on("exit", () => process.stderr.write(`\\n${process.resourceUsage().maxRSS}\\n`))'
  const argv = [
    '--import',
    `data:text/javascript,${encodeURIComponent(tell)}`,
    main,
    ...args,
    '-o',
    at(out),
    '-j',
    String(jobs),
  ]
  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', maxBuffer: 1e8 })
  if (status !== 0) throw new Error(`${args.join(' ')}: ended with ${status}\n${stderr}`)
  const megabytes = Number(stderr.trimEnd().split('\n').at(-1)) / 1024
  console.log(
    `| ${name} | ${size(out)} | ${((performance.now() - start) / 1000).toFixed(0)} | ${megabytes.toFixed(0)} |`,
  )
  return megabytes
}

function size(name) {
  return (statSync(at(name)).size / 1e9).toFixed(1)
}
