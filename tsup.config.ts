import { transform } from 'esbuild'
import { defineConfig } from 'tsup'
import { publicEntries } from './scripts/public-entries.mjs'

// Two names may share a source: `./prefill` is the old name of `./batch`.
const publicSources = [...new Set(publicEntries.map(({ source }) => source))]

/** Chunks above this many characters are the vocabulary and the conformance vectors: one long string each, best left whole. */
const DATA = 300_000

export default defineConfig({
  // What may be imported, what may be run, and the tokenizer, which the bench looks at by itself. All else lies in a few files that these share: opening sixty
  // takes longer than running them.
  entry: [...publicSources, 'src/cli/main.ts', 'src/cli/batch/worker.ts', 'src/tokenizer/o200k.ts'],
  splitting: true,
  format: 'esm',
  target: 'es2022',
  dts: { entry: publicSources },
  clean: true,
  // The whole install has a limit (scripts/check-package.mjs). Names stay, so that a stack can be read, and lines are short:
  // Node prints the whole line of an error that nobody catches.
  esbuildOptions(options) {
    options.minifySyntax = true
  },
  plugins: [
    {
      name: 'shorten-white-space',
      async renderChunk(code) {
        if (code.length > DATA) return undefined
        const short = await transform(code, { minifyWhitespace: true, lineLimit: 120, target: 'es2022' })
        return { code: withPureCalls(short.code, code) }
      },
    },
  ],
})

/** Marks the calls again that bundlers may leave out: esbuild's printer drops the marks with the white space. */
function withPureCalls(code: string, marked: string): string {
  const calls = marked.matchAll(/(\w+) = (\/\* @__PURE__ \*\/) (\w+\()/g)
  return [...calls].reduce(
    (text, [, name, mark, call]) => text.replace(`${name}=${call}`, `${name}=${mark}${call}`),
    code,
  )
}
