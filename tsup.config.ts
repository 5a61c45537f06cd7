import { defineConfig } from 'tsup'
import { publicEntries } from './scripts/public-entries.mjs'

export default defineConfig({
  // File by file: `dist` has the shape of `src`, the vocabulary is there once, and a bundler that takes the parsers alone leaves out the
  // schemas, whose zod calls it could not tell to be free of effects within one large file.
  entry: ['src/**/*.ts'],
  bundle: false,
  format: 'esm',
  target: 'es2022',
  dts: { entry: publicEntries.map(({ source }) => source) },
  clean: true,
})
