// Packs conformance/vectors/*.json into src/conformance/vectors.generated.ts: as text, which is read when the vectors are first wanted.

import { readFileSync, writeFileSync } from 'node:fs'

const GROUPS = ['official', 'recovery', 'utf8', 'streaming', 'rendering']

const vectors = GROUPS.flatMap((group) =>
  JSON.parse(readFileSync(new URL(`./vectors/${group}.json`, import.meta.url), 'utf8')),
)
writeFileSync(
  new URL('../src/conformance/vectors.generated.ts', import.meta.url),
  `// Written by conformance/pack.mjs from conformance/vectors. Not kept in version control.
export const VECTORS_JSON: string =
  ${JSON.stringify(JSON.stringify(vectors))}
`,
)
