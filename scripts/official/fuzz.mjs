// Compares this package live with the official library on random cases: `npm run fuzz:official -- --cases 100000 --seed 1`.

import { isDeepStrictEqual, parseArgs } from 'node:util'
import { loadHarmonyEncoding } from '../../dist/index.js'
import { createCases } from './cases.mjs'
import { startOracle } from './oracle.mjs'
import { answer } from './ours.mjs'

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '10000' }, seed: { type: 'string', default: String(Date.now() % 1e9) }, kind: { type: 'string' } },
})
const caseCount = Number(values.cases)
const seed = Number(values.seed)
const BATCH = 256
const SHOWN = 5

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const cases = createCases(seed, (text) => encoding.encode(text, { allowedSpecial: 'all' }))
const oracle = startOracle()
const counts = {}
const differences = []
console.log(`seed ${seed}`)
for (let done = 0; done < caseCount; done += BATCH) {
  const batch = Array.from({ length: Math.min(BATCH, caseCount - done) }, () => (values.kind ? cases.next(values.kind) : cases.any()))
  const answers = await Promise.all(batch.map((item) => oracle.ask(item)))
  batch.forEach((item, index) => {
    const official = answers[index]
    const ours = answer(encoding, item)
    const count = (counts[item.kind] ??= { cases: 0, errors: 0, differences: 0 })
    count.cases++
    if (official.error !== undefined) count.errors++
    if (isSame(official, ours)) return
    count.differences++
    differences.push({ item, official, ours })
  })
}
oracle.stop()
console.table(counts)
differences.sort((one, other) => JSON.stringify(one.item).length - JSON.stringify(other.item).length)
for (const { item, official, ours } of differences.slice(0, SHOWN)) {
  console.log(`\n${JSON.stringify(item)}\n  official ${JSON.stringify(official)}\n  ours     ${JSON.stringify(ours)}`)
}
process.exitCode = differences.length > 0 ? 1 : 0

/** Errors are equal whatever they say. */
function isSame(official, ours) {
  if (official.error !== undefined || ours.error !== undefined) return official.error !== undefined && ours.error !== undefined
  return isDeepStrictEqual(official, JSON.parse(JSON.stringify(ours)))
}
