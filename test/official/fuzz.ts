// Compares this package live with the official library on random cases: `npm run fuzz:official -- --cases 100000 --seed 1`. A case depends on
// the seed and its number alone: `--seed 1 --case 4711` runs that one again. Ends with 1 where anything differs.

import { isDeepStrictEqual, parseArgs } from 'node:util'
import { comparable, observe, type Suite } from './observe.js'
import { startOfficialLibrary, type OfficialLibrary } from './official-library.js'
import { shrink } from './shrink.js'

const CHUNK = 250
const SHRUNK = 20

interface Difference {
  readonly suite: Suite
  readonly number: number
  readonly input: unknown
}

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    suite: { type: 'string' },
    case: { type: 'string' },
  },
})
const first = Number(values.case ?? 0)
const count = values.case === undefined ? Number(values.cases) : 1
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count))
  throw new TypeError('--cases and --case: wanted whole numbers')

const official = startOfficialLibrary()
try {
  console.log(`seed ${values.seed}, ${count} cases`)
  const differences = await findDifferences(official)
  await report(official, differences)
  process.exitCode = differences.length === 0 ? 0 : 1
} finally {
  official.stop()
}

async function findDifferences(library: OfficialLibrary): Promise<Difference[]> {
  const counts: Record<string, { cases: number; errors: number; differences: number }> = {}
  const differences: Difference[] = []
  const chunk = (from: number): Promise<readonly { suite: Suite; input: unknown; expected: object }[]> =>
    library.generate({
      seed: values.seed,
      from,
      count: Math.min(CHUNK, first + count - from),
      ...(values.suite && { suite: values.suite }),
    })

  let next = chunk(first)
  for (let from = first; from < first + count; from += CHUNK) {
    const cases = await next
    // Python makes the next cases while this process answers these.
    if (from + CHUNK < first + count) next = chunk(from + CHUNK)
    cases.forEach(({ suite, input, expected }, index) => {
      const tally = (counts[suite] ??= { cases: 0, errors: 0, differences: 0 })
      tally.cases++
      if ('error' in expected) tally.errors++
      if (agree(suite, input, expected)) return
      tally.differences++
      differences.push({ suite, input, number: from + index })
    })
  }
  console.table(counts)
  return differences
}

async function report(library: OfficialLibrary, differences: readonly Difference[]): Promise<void> {
  const seen = new Set<string>()
  for (const { suite, number, input } of differences.slice(0, SHRUNK)) {
    const smallest = await shrink(input, async (candidate) => {
      const expected = await library.answer({ suite, input: candidate })
      return expected !== null && !agree(suite, candidate, expected)
    })
    const text = JSON.stringify(smallest)
    if (seen.has(text)) continue
    seen.add(text)
    console.log(`\n${suite}, --seed ${values.seed} --case ${number}, shrunken: ${text}`)
    console.log(`  official ${JSON.stringify(await library.answer({ suite, input: smallest }))}`)
    console.log(`  ours     ${JSON.stringify(observed(suite, smallest))}`)
  }
  const unshown = differences.slice(SHRUNK).map(({ number }) => number)
  if (unshown.length > 0)
    console.log(`\nand ${unshown.length} more, the first of them: --case ${unshown.slice(0, 20).join(' ')}`)
}

function agree(suite: Suite, input: unknown, expected: object): boolean {
  // By way of JSON: a key that holds undefined is no difference.
  return isDeepStrictEqual(JSON.parse(JSON.stringify(observed(suite, input))), comparable(expected))
}

function observed(suite: Suite, input: unknown): object {
  try {
    return observe(suite, input)
  } catch (error) {
    return { escaped: String(error) }
  }
}
