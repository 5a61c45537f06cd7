// Packs conformance/vectors/*.json into src/conformance/vectors.generated.ts: as text, which is read when the vectors are first wanted.
// A vector is a row without what repeats: its keys, its group, which is how its id begins, and the source of the row before.

import { readFileSync, writeFileSync } from 'node:fs'

const GROUPS = ['official', 'recovery', 'utf8', 'streaming', 'rendering']

const vectors = GROUPS.flatMap((group) =>
  JSON.parse(readFileSync(new URL(`./vectors/${group}.json`, import.meta.url), 'utf8')),
)
const rows = vectors.map(({ id, input, expected, source, note }, index) => [
  id,
  input,
  expected,
  source === vectors[index - 1]?.source ? null : source,
  ...(note === undefined ? [] : [note]),
])
writeFileSync(
  new URL('../src/conformance/vectors.generated.ts', import.meta.url),
  `// Written by conformance/pack.mjs from conformance/vectors. Not kept in version control.
export const VECTORS_JSON: string =
  ${JSON.stringify(JSON.stringify(rows))}
`,
)
