// Feeds the recovering parser random and mutated token streams: `npm run fuzz:parser -- --cases 1000000 --seed 1`. None may throw or break an invariant,
// and memory has to stay flat.

import { parseArgs } from 'node:util'
import * as fc from 'fast-check'
import { breachOf } from './invariants.js'
import { tokenStreams } from './streams.js'

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
})
const cases = Number(values.cases)
const seed = Number(values.seed)
const ROUND = 50_000

const roles = fc.constantFrom('assistant' as const, 'tool' as const, null)
const start = performance.now()
console.log(`seed ${seed}, ${cases} cases`)
for (let done = 0; done < cases; done += ROUND) {
  const numRuns = Math.min(ROUND, cases - done)
  fc.assert(
    fc.property(tokenStreams, roles, (tokens, role) => {
      const breach = breachOf(tokens, role)
      if (breach !== undefined) throw new Error(breach)
    }),
    { numRuns, seed: seed + done },
  )
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  console.log(
    `${done + numRuns} cases, none broken; ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB of memory, ${seconds} s`,
  )
}
