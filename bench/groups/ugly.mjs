import { uglyTexts } from '../corpora.mjs'
import { inTurns, median, withContenders } from '../processes.mjs'

const LENGTH = 800_000
/** The others take minutes for more. */
const PEER_LENGTH = 2000
const PEERS = [
  'ai-tokenizer',
  'gpt-tokenizer',
  'tiktoken (WASM)',
  'js-tiktoken',
  'tiktoken (Python)',
  'official',
]

/** Long texts of one piece, or of next to no sense; empty caches, where there are any. */
export async function ugly() {
  const inputs = {}
  for (const length of [LENGTH, LENGTH / 8, PEER_LENGTH, PEER_LENGTH / 8]) {
    for (const [name, text] of Object.entries(uglyTexts(length))) inputs[`${name} ${length}`] = [text]
  }
  const names = Object.keys(uglyTexts(8))
  return withContenders(['ours', ...PEERS], inputs, async (contenders) => {
    const long = await timesOf(contenders.ours, names, LENGTH, 5)
    const figures = []
    const table = []
    for (const name of names) {
      const row = [name, `${(1000 * long[name].whole).toFixed(1)} ms`, long[name].growth.toFixed(1)]
      for (const peer of Object.keys(contenders).slice(1)) {
        const { [name]: short } = await timesOf(contenders[peer], [name], PEER_LENGTH, 1)
        row.push(`${(1000 * short.whole).toFixed(1)} ms, ${short.growth.toFixed(0)}`)
      }
      table.push(row)
      figures.push(
        {
          what: `ugly: 800,000 characters, ${name}`,
          value: 1000 * long[name].whole,
          unit: 'ms',
          atMost: 500,
        },
        { what: `ugly: time of 8 × the length, ${name}`, value: long[name].growth, unit: '×', atMost: 10 },
      )
    }
    const peers = Object.keys(contenders).slice(1)
    return {
      title: `ugly inputs: 800,000 characters and the growth from an eighth of them; beside it, the others at ${PEER_LENGTH} characters`,
      columns: ['', 'ours', 'growth', ...peers.map((peer) => `${peer}, growth`)],
      table,
      figures,
    }
  })
}

/** Time of each text at that length, and how many times that of an eighth of it. */
async function timesOf(contender, names, length, rounds) {
  const hasCaches = ['ours', 'gpt-tokenizer', 'ai-tokenizer'].includes(contender.name)
  const task = hasCaches ? 'encodeFirst' : 'encode'
  const result = {}
  for (const name of names) {
    const times = await inTurns(
      {
        eighth: () => contender.measure(task, `${name} ${length / 8}`, { atLeastMs: 5 }),
        whole: () => contender.measure(task, `${name} ${length}`, { atLeastMs: 5 }),
      },
      rounds,
    )
    result[name] = {
      whole: median(times.whole),
      growth: median(times.whole.map((seconds, round) => seconds / times.eighth[round])),
    }
  }
  return result
}
