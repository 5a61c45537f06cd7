import { corpora, warmUpText } from '../corpora.mjs'
import {
  Contender,
  geometricMean,
  inTurns,
  isInstalled,
  median,
  ratio,
  withContenders,
} from '../processes.mjs'

/**
 * How many times as fast as a peer this library is to be: on the geometric mean of the
 * corpora, and on each of them.
 */
const WARM_TARGETS = {
  fastokens: { mean: 0.65 },
  'ai-tokenizer': { mean: 4.5, each: 4 },
  'gpt-tokenizer': { mean: 6 },
  'tiktoken (WASM)': { mean: 15 },
  'js-tiktoken': { mean: 60 },
  'tiktoken (Python)': { mean: 4 },
  official: { mean: 10 },
}
const FIRST_TARGETS = {
  fastokens: { mean: 1 },
  'gpt-tokenizer': { mean: 9, each: 6 },
  'ai-tokenizer': {},
}
const DECODE_TARGETS = {
  'tiktoken (WASM)': { mean: 1 },
  'gpt-tokenizer': { mean: 1 },
  'ai-tokenizer': {},
  'js-tiktoken': {},
  'tiktoken (Python)': {},
  official: {},
}
const WARM_ROUNDS = 5
const FIRST_ROUNDS = 3

/**
 * What this library has besides arrays of numbers: the task, and how many times as fast
 * as fastokens it is to be.
 */
const VARIANTS = {
  'ours, Int32Array': { task: 'encodeTyped', target: 0.8 },
  'ours, count': { task: 'count', target: 0.95 },
}

/** Texts that were encoded before: compiled code, full caches. */
export function encodeWarm() {
  return compareWarm('encode', 'encode, warm', WARM_TARGETS, VARIANTS)
}

/** Texts never seen, in new processes that have encoded other words: what a program meets. */
export async function encodeFirst() {
  const inputs = corpora()
  const names = ['ours', ...Object.keys(FIRST_TARGETS)].filter(isInstalled)
  const times = {}
  for (const [corpus, texts] of Object.entries(inputs)) {
    times[corpus] = Object.fromEntries(names.map((name) => [name, []]))
    for (let round = 0; round < FIRST_ROUNDS; round++)
      for (const name of names) times[corpus][name].push(await firstSight(name, texts))
  }
  return compared('encode, first sight', names, inputs, times, FIRST_TARGETS)
}

async function firstSight(name, texts) {
  const contender = new Contender(name)
  try {
    await contender.keep({ texts, others: [warmUpText()] })
    await contender.measure('encode', 'others', { atLeastMs: 0 })
    return (await contender.measure('encode', 'texts', { atLeastMs: 0 })).seconds
  } finally {
    contender.stop()
  }
}

/** No target names js-tiktoken and the Python ones; they are there to compare with. */
export function decode() {
  return compareWarm('decode', 'decode, warm', DECODE_TARGETS)
}

function compareWarm(task, title, targets, variants = {}) {
  const inputs = corpora()
  return withContenders(['ours', ...Object.keys(targets)], inputs, async (contenders) => {
    const names = [...Object.keys(contenders), ...Object.keys(variants)]
    const times = {}
    for (const corpus of Object.keys(inputs)) {
      const jobs = names.map((name) => [
        name,
        name in variants
          ? () => contenders.ours.measure(variants[name].task, corpus)
          : () => contenders[name].measure(task, corpus),
      ])
      times[corpus] = await inTurns(Object.fromEntries(jobs), WARM_ROUNDS)
    }
    const result = compared(title, names, inputs, times, targets)
    if ('fastokens' in contenders) {
      for (const [name, { target }] of Object.entries(variants)) {
        const ratios = Object.values(times).map((corpus) => ratio(corpus.fastokens, corpus[name]))
        const what = `${title}, ${name}: times as fast as fastokens`
        result.figures.push({ what, value: geometricMean(ratios), unit: '×', atLeast: target })
      }
    }
    return result
  })
}

/** The table and the figures of `times`: corpus → contender → seconds of each round. */
function compared(title, names, inputs, times, targets) {
  const rows = names.map((name) => {
    const megabytesPerSecond = {}
    const ratios = {}
    for (const [corpus, texts] of Object.entries(inputs)) {
      const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6
      megabytesPerSecond[corpus] = size / median(times[corpus][name])
      ratios[corpus] = ratio(times[corpus][name], times[corpus].ours)
    }
    megabytesPerSecond.mean = geometricMean(Object.values(megabytesPerSecond))
    return { name, ratio: geometricMean(Object.values(ratios)), megabytesPerSecond, ratios }
  })
  const peers = rows.filter(({ name }) => name in targets)
  return {
    title: `${title}, MB/s`,
    columns: ['', '× ours', ...Object.keys(inputs), 'mean'],
    table: rows.map((row) => [
      row.name,
      row.ratio.toFixed(2),
      ...Object.values(row.megabytesPerSecond).map((value) => value.toFixed(value < 10 ? 1 : 0)),
    ]),
    figures: peers.flatMap((row) => {
      const { mean, each } = targets[row.name]
      const what = `${title}: times as fast as ${row.name}`
      const [worst, least] = Object.entries(row.ratios).sort(([, one], [, other]) => one - other)[0]
      return [
        { what, value: row.ratio, unit: '×', ...(mean && { atLeast: mean }) },
        ...(each ? [{ what: `${what}, least (${worst})`, value: least, unit: '×', atLeast: each }] : []),
      ]
    }),
    rows,
  }
}
