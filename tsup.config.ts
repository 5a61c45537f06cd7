import { defineConfig } from 'tsup'
import { publicEntries } from './scripts/public-entries.mjs'

// Two names may share a source: `./prefill` is the old name of `./batch`.
const publicSources = [...new Set(publicEntries.map(({ source }) => source))]

export default defineConfig({
  // What may be imported, what may be run, and the tokenizer, which the bench looks at by itself. All else lies in a few files that these share: opening sixty
  // takes longer than running them.
  entry: [...publicSources, 'src/cli/main.ts', 'src/cli/batch/worker.ts', 'src/tokenizer/o200k.ts'],
  splitting: true,
  format: 'esm',
  target: 'es2022',
  dts: { entry: publicSources },
  clean: true,
  // The whole install has a limit (scripts/check-package.mjs). Names stay, so that a stack can be read.
  esbuildOptions(options) {
    options.minifySyntax = true
    options.minifyWhitespace = true
  },
})
