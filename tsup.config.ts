import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>
}

const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest

// Each public entry of package.json, as './dist/chat/index.d.ts', has its source at the same place under src.
const declared = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [] : [entry.types]))
const publicSources = declared.map((types) => types.replace('./dist/', 'src/').replace('.d.ts', '.ts'))

export default defineConfig({
  // File by file: `dist` has the shape of `src`, the vocabulary is there once, and a bundler that takes the parsers alone leaves out the
  // schemas, whose zod calls it could not tell to be free of effects within one large file.
  entry: ['src/**/*.ts'],
  bundle: false,
  format: 'esm',
  target: 'es2022',
  dts: { entry: publicSources },
  clean: true,
})
