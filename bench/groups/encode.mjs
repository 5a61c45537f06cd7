import { corpora } from '../corpora.mjs'
import { geometricMean, inTurns, median, ratio, withContenders } from '../processes.mjs'

const WARM_TARGETS = {
  'ai-tokenizer': 4.5,
  'gpt-tokenizer': 6,
  'tiktoken (WASM)': 15,
  'js-tiktoken': 60,
  'tiktoken (Python)': 4,
  official: 10,
}
const ROUNDS = 7

/** Texts that were encoded before: compiled code, full caches. */
export function encodeWarm() {
  return compare('encode', 'encode, warm', WARM_TARGETS, (name) => WARM_TARGETS[name])
}

/** Texts never seen: compiled code, empty caches. The contenders that keep no cache are not measured again. */
export function encodeFirst() {
  return compare(
    'encodeFirst',
    'encode, first sight',
    { 'gpt-tokenizer': 9, 'ai-tokenizer': undefined },
    (name) => (name === 'gpt-tokenizer' ? 9 : undefined),
  )
}

/** No target names js-tiktoken and the Python ones; they are there to compare with. */
export function decode() {
  const targets = {
    'tiktoken (WASM)': 1,
    'gpt-tokenizer': 1,
    'ai-tokenizer': undefined,
    'js-tiktoken': undefined,
    'tiktoken (Python)': undefined,
    official: undefined,
  }
  return compare('decode', 'decode, warm', targets, (name) => targets[name])
}

function compare(task, title, peers, targetOf) {
  const inputs = corpora()
  return withContenders(['ours', ...Object.keys(peers)], inputs, async (contenders) => {
    const names = Object.keys(contenders)
    const megabytes = Object.fromEntries(names.map((name) => [name, {}]))
    const ratios = Object.fromEntries(names.map((name) => [name, {}]))
    for (const [corpus, texts] of Object.entries(inputs)) {
      const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6
      const jobs = Object.fromEntries(
        names.map((name) => [name, () => contenders[name].measure(task, corpus)]),
      )
      const times = await inTurns(jobs, ROUNDS)
      for (const name of names) {
        megabytes[name][corpus] = size / median(times[name])
        ratios[name][corpus] = ratio(times[name], times.ours)
      }
    }
    const rows = names.map((name) => ({
      name,
      ratio: geometricMean(Object.values(ratios[name])),
      megabytesPerSecond: { ...megabytes[name], mean: geometricMean(Object.values(megabytes[name])) },
      ratios: ratios[name],
    }))
    return {
      title,
      columns: ['', '× ours', ...Object.keys(inputs).map((corpus) => `${corpus} MB/s`), 'mean MB/s'],
      table: rows.map((row) => [
        row.name,
        row.ratio.toFixed(2),
        ...Object.values(row.megabytesPerSecond).map((value) => value.toFixed(1)),
      ]),
      figures: rows
        .filter(({ name }) => name !== 'ours')
        .map((row) => ({
          what: `${title}: times as fast as ${row.name}`,
          value: row.ratio,
          unit: '×',
          ...(targetOf(row.name) && { atLeast: targetOf(row.name) }),
        })),
      rows,
    }
  })
}
