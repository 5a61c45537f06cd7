// Builds what `npm test` and `npm start` need and is not in version control: the packed vocabulary and conformance vectors, and `dist`, where
// they are missing or older than their sources.

import { execSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'

const generated = {
  'src/tokenizer/vocabulary.generated.ts': ['scripts/pack-vocabulary.mjs'],
  'src/tokenizer/wasm.generated.ts': ['scripts/compile-wasm.mjs', ...filesIn('src/tokenizer/wasm')],
  'src/conformance/vectors.generated.ts': ['conformance/pack.mjs', ...filesIn('conformance/vectors')],
}
for (const [file, sources] of Object.entries(generated)) {
  if (changedAt(file) <= Math.max(...sources.map(changedAt))) run('generate')
}

const newest = Math.max(
  ...['package.json', 'tsup.config.ts', 'tsconfig.base.json', ...filesIn('src')].map(changedAt),
)
if (changedAt('dist/index.d.ts') < newest) run('build')

function run(script) {
  execSync(`npm run --silent ${script}`, { stdio: ['ignore', 'ignore', 'inherit'] })
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
}

/** When a file was last changed; 0 where there is none. */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
