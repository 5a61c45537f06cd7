import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The tokenizer's data: the vocabulary, and the encoder in WebAssembly. */
const DATA = ['*/vocabulary.generated.js', '*/wasm.generated.js']

/** What is published, and what a bundler makes of it for a browser, with gzip. */
export async function size() {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )
  const whole = await bundle("export * from './dist/index.js'")
  // Of the sources: in the build, the vocabulary is in one file with its decoder.
  const withoutVocabulary = await bundle("export * from './src/index.ts'", DATA)
  const withoutZod = await bundle("export * from './src/index.ts'", [...DATA, 'zod'])
  const parsers = await bundle("export { createParser, StreamableParser } from './dist/index.js'")
  const rows = [
    ['package, unpacked', packed.unpackedSize],
    ['bundle of everything, gzip', whole.size],
    ['… without the vocabulary and the WebAssembly', withoutVocabulary.size],
    ['… and without zod', withoutZod.size],
    ['bundle of the parsers alone, gzip', parsers.size],
  ]
  const megabytes = (bytes) => bytes / 1e6
  return {
    title: 'size',
    columns: ['', 'kB'],
    table: rows.map(([name, bytes]) => [name, (bytes / 1000).toFixed(1)]),
    figures: [
      { what: 'size: package, unpacked', value: megabytes(packed.unpackedSize), unit: 'MB', atMost: 4 },
      { what: 'size: browser bundle, gzip', value: megabytes(whole.size), unit: 'MB', atMost: 1.3 },
      {
        what: 'size: the same without vocabulary, WebAssembly and zod',
        value: withoutZod.size / 1000,
        unit: 'kB',
        atMost: 30,
      },
      {
        what: 'size: the same without vocabulary and WebAssembly',
        value: withoutVocabulary.size / 1000,
        unit: 'kB',
      },
      {
        what: "size: files of zod in the parsers' bundle",
        value: parsers.inputs.filter((file) => file.includes('/zod/')).length,
        unit: 'files',
        atMost: 0,
      },
    ],
  }
}

async function bundle(contents, external = []) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    metafile: true,
    logLevel: 'error',
    external,
  })
  const [output] = Object.values(metafile.outputs)
  const inputs = Object.entries(output.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => file)
  return { size: gzipSync(outputFiles[0].contents, { level: 9 }).length, inputs }
}
