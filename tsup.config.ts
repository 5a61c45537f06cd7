import { defineConfig } from 'tsup'
import { publicEntries } from './scripts/public-entries.mjs'

const publicSources = publicEntries.map(({ source }) => source)

export default defineConfig({
  // What may be imported, what may be run, and the tokenizer, which the bench looks at by itself. All else lies in a few files that these share: opening sixty
  // takes longer than running them.
  entry: [...publicSources, 'src/cli/main.ts', 'src/cli/prefill/worker.ts', 'src/tokenizer/o200k.ts'],
  splitting: true,
  format: 'esm',
  target: 'es2022',
  dts: { entry: publicSources },
  clean: true,
})
