// Compares the rows of `harmony training` with another library's.
//
//   node scripts/compare-training.mjs FILE FLAG…    with the command's flags
//
// FILE holds lines as dialects/trl_training.py or official/training.py write them. Runs the command itself, from the
// build. Ends with 1 where a row differs without a reason known here.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const [file, ...flags] = process.argv.slice(2)
if (file === undefined) throw new Error('usage: node scripts/compare-training.mjs FILE FLAG…')

const vectors = linesOf(file)
const found = trainedRows(vectors.map(({ line }) => line))
const counts = new Map()
vectors.forEach((vector, index) => {
  const here = found.get(index + 1)
  const { outcome, isEqual = false } = compare(vector, here)
  const reason = isEqual || !flags.includes('trl') ? undefined : preparationOf(JSON.parse(vector.line))
  const counted = reason === undefined ? outcome : `${outcome}, ${reason}`
  counts.set(counted, (counts.get(counted) ?? 0) + 1)
  if (isEqual || reason !== undefined) return
  process.exitCode = 1
  console.log(`${vector.name}: ${outcome}, UNEXPLAINED\n- ${vector.refused ?? ''}\n+ ${here.refused ?? ''}`)
})
console.log(`${vectors.length} rows`)
for (const [outcome, count] of [...counts].sort((a, b) => b[1] - a[1])) console.log(`${count} ${outcome}`)

/** Our rows, or why there is none, by the number of their line. */
function trainedRows(lines) {
  const folder = mkdtempSync(join(tmpdir(), 'harmony-training-'))
  try {
    const [input, output] = [join(folder, 'in.jsonl'), join(folder, 'out.jsonl')]
    writeFileSync(input, lines.map((line) => `${line}\n`).join(''))
    try {
      execFileSync(process.execPath, [MAIN, 'training', input, '-o', output, '-j', '1', ...flags], {
        stdio: 'pipe',
      })
    } catch (error) {
      // 3: some lines are bad.
      if (error.status !== 3) throw error
    }
    const rows = linesOf(output).map((row) => [Number(row.custom_id.slice('line-'.length)), row])
    const errors = existsSync(`${output}.errors.jsonl`) ? linesOf(`${output}.errors.jsonl`) : []
    return new Map([...rows, ...errors.map((error) => [error.line, { refused: JSON.stringify(error) }])])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function compare(there, here) {
  if (there.refused !== undefined && here.refused !== undefined) {
    const path = JSON.parse(here.refused).path.replace(/\[\d+\]/g, '[]')
    return { outcome: `refused by both: ${path} (there: ${there.refused.slice(0, 70)})`, isEqual: true }
  }
  if (there.refused !== undefined) return { outcome: 'refused there alone' }
  if (here.refused !== undefined) return { outcome: 'refused here alone' }
  if (String(here.input_ids) !== String(there.input_ids)) return { outcome: 'other ids' }
  if (there.learned === undefined) return { outcome: 'equal ids', isEqual: true }
  const labels = there.input_ids.map((id, at) =>
    there.learned.some(([start, end]) => start <= at && at < end) ? id : -100,
  )
  if (String(here.labels) !== String(labels)) return { outcome: 'other labels' }
  // TRL ends with an error where a row has nothing to learn; the command writes the row.
  const outcome = there.learned.length === 0 ? 'equal ids, nothing to learn' : 'equal ids and labels'
  return { outcome, isEqual: true }
}

/** What the command reads as data sets should have it, and TRL as it stands: the reason for a difference. */
function preparationOf({ prompt = [], completion = [], messages = [...prompt, ...completion] }) {
  const calls = messages.flatMap(({ tool_calls: list }) => list ?? []).map((call) => call.function ?? call)
  if (messages.some(({ content }) => Array.isArray(content))) return 'content in parts'
  if (calls.some(({ arguments: args }) => typeof args === 'string')) return 'arguments as JSON text'
  return undefined
}

function linesOf(path) {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
