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

const OURS = ['ours', 'ours (JavaScript)']
const WITH_CACHES = [...OURS, 'ai-tokenizer', 'gpt-tokenizer']

/** Long texts of one piece, or of next to no sense; empty caches, where there are any. */
export async function ugly() {
  const inputs = {}
  for (const length of [LENGTH, LENGTH / 8, PEER_LENGTH, PEER_LENGTH / 8]) {
    for (const [name, text] of Object.entries(uglyTexts(length))) inputs[`${name} ${length}`] = [text]
  }
  return withContenders([...OURS, ...PEERS], inputs, async (contenders) => {
    const peers = Object.keys(contenders).filter((name) => !OURS.includes(name))
    const figures = []
    const table = []
    for (const name of Object.keys(uglyTexts(8))) {
      const row = [name]
      for (const own of OURS) {
        // An eighth takes a few milliseconds: many of them, or a collection of garbage decides.
        const { whole, growth } = await timesOf(contenders[own], name, LENGTH, 5, 40)
        row.push(`${(1000 * whole).toFixed(1)} ms`, growth.toFixed(1))
        figures.push(
          { what: `ugly, ${own}: 800,000 code units, ${name}`, value: 1000 * whole, unit: 'ms', atMost: 500 },
          { what: `ugly, ${own}: time of 8 × the length, ${name}`, value: growth, unit: '×', atMost: 10 },
        )
      }
      for (const peer of peers) {
        const { whole, growth } = await timesOf(contenders[peer], name, PEER_LENGTH, 1, 5)
        row.push(`${(1000 * whole).toFixed(1)} ms, ${growth.toFixed(0)}`)
      }
      table.push(row)
    }
    return {
      title: `ugly inputs: 800,000 code units and the growth from an eighth of them; beside it, the others at ${PEER_LENGTH}`,
      columns: ['', ...OURS.flatMap((own) => [own, 'growth']), ...peers.map((peer) => `${peer}, growth`)],
      table,
      figures,
    }
  })
}

/** Time of a text at that length, and how many times that of an eighth of it. */
async function timesOf(contender, name, length, rounds, atLeastMs) {
  const task = WITH_CACHES.includes(contender.name) ? 'encodeFirst' : 'encode'
  const times = await inTurns(
    {
      eighth: () => contender.measure(task, `${name} ${length / 8}`, { atLeastMs }),
      whole: () => contender.measure(task, `${name} ${length}`, { atLeastMs }),
    },
    rounds,
  )
  return {
    whole: median(times.whole),
    growth: median(times.whole.map((seconds, round) => seconds / times.eighth[round])),
  }
}
