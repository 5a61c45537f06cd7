// Random faults around the gateway: `npm run fuzz:gateway -- --requests 10000 --seed 1`. Every answer has to end, and
// nothing may be left: neither requests nor sockets nor memory.

import { parseArgs } from 'node:util'
import { runFaults } from './faults.js'

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
})
const start = performance.now()
const { outcomes, breaches, heap, ...left } = await runFaults(Number(values.requests), Number(values.seed))
console.log(outcomes)
console.log(left)
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
console.log(
  `live after a tenth ${megabytes(heap.early)}, at the end ${megabytes(heap.late)}; ` +
    `${((performance.now() - start) / 1000).toFixed(0)} s`,
)
for (const breach of breaches.slice(0, 20)) console.error(breach)
const isClean = breaches.length === 0 && Object.values(left).every((count) => count === 0)
console.log(isClean ? 'nothing broke, nothing is left' : `${breaches.length} broke`)
process.exitCode = isClean ? 0 : 1
