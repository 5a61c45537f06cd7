import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median } from '../processes.mjs'

const program = fileURLToPath(new URL('../load.mjs', import.meta.url))
const ROUNDS = {
  'bare Node': 9,
  ours: 9,
  'ours, tokenizer alone': 9,
  'gpt-tokenizer': 3,
  'tiktoken (WASM)': 3,
  'ai-tokenizer': 3,
  'js-tiktoken': 3,
}

/** From the import to the first encoded text, in processes that do nothing else. */
export async function load() {
  const samples = Object.fromEntries(Object.keys(ROUNDS).map((name) => [name, []]))
  for (let round = 0; round < 9; round++) {
    for (const [name, rounds] of Object.entries(ROUNDS)) {
      if (round < rounds)
        samples[name].push(JSON.parse(execFileSync(process.execPath, [program, name], { encoding: 'utf8' })))
    }
  }
  const rows = Object.entries(samples).map(([name, list]) => {
    const middle = (key) => median(list.map((sample) => sample[key]))
    return {
      name,
      milliseconds: middle('milliseconds'),
      processorMilliseconds: middle('processorMilliseconds'),
      megabytes: middle('megabytes'),
    }
  })
  const bare = rows[0].megabytes
  const ours = rows[1]
  return {
    title: 'load: import to first encode, over bare Node',
    columns: ['', 'ms', 'ms of processor', 'MB of memory'],
    table: rows
      .slice(1)
      .map((row) => [
        row.name,
        row.milliseconds.toFixed(1),
        row.processorMilliseconds.toFixed(1),
        (row.megabytes - bare).toFixed(1),
      ]),
    figures: [
      { what: 'load: import to first encode', value: ours.processorMilliseconds, unit: 'ms', atMost: 28 },
      { what: 'load: memory over bare Node', value: ours.megabytes - bare, unit: 'MB', atMost: 18 },
    ],
    rows,
  }
}
