import { loadHarmonyEncoding } from '../../src/index.js'
import { DIALECTS, TRAINING_DIALECTS } from '../../src/dialects/index.js'
import { compareTraining, compareVector, readVectors } from './vectors.js'

/** Compares the lines of scripts/dialects/generate.py with what is rendered here, and shows the first difference of each stack. */
const encoding = loadHarmonyEncoding('HarmonyGptOss')
const vectors = readVectors(process.argv[2] ?? 'fixtures/dialects/requests.jsonl')
for (const dialect of DIALECTS) {
  const given = vectors.filter(({ prompts }) => dialect in prompts)
  if (given.length === 0) continue
  const differing = given.filter((vector) => {
    const { wanted, found } = compareVector(encoding, vector, dialect)
    return JSON.stringify(wanted) !== JSON.stringify(found)
  })
  console.log(`${dialect}: ${given.length - differing.length} of ${given.length} equal`)
  const first = differing.at(0)
  if (first === undefined) continue
  process.exitCode = 1
  const { wanted, found } = compareVector(encoding, first, dialect)
  const text = (tokens: readonly number[] | null) => (tokens === null ? 'refused' : encoding.decode(tokens))
  console.log(`${first.name}\n- ${JSON.stringify(text(wanted))}\n+ ${JSON.stringify(text(found))}`)
}

for (const dialect of TRAINING_DIALECTS) {
  const equal = vectors.filter((vector) => {
    const { wanted, found } = compareTraining(encoding, vector, dialect)
    return JSON.stringify(wanted) === JSON.stringify(found)
  })
  console.log(`${dialect}, training: ${equal.length} of ${vectors.length} equal`)
  if (equal.length < vectors.length) process.exitCode = 1
}
