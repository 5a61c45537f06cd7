// Compiles the tokenizer's encoder, which is AssemblyScript in src/tokenizer/wasm, into
// src/tokenizer/wasm.generated.ts.

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The source of `wasm.generated.ts`. */
export async function compileWasm() {
  let wasm
  const { error, stderr } = await asc.main(
    [
      'src/tokenizer/wasm/index.ts',
      ...['--outFile', 'encoder.wasm', '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge'],
      // Nothing is allocated, and the code itself keeps every access within the memory.
      ...['--runtime', 'stub', '--noAssert'],
      ...['--enable', 'simd', '--enable', 'bulk-memory'],
    ],
    {
      readFile: (name) => readOrNull(root + name),
      writeFile: (_, contents) => (wasm = contents),
      listFiles: () => [],
    },
  )
  if (error) throw new Error(`src/tokenizer/wasm: not compiled\n${stderr}`, { cause: error })
  return `// Compiled by scripts/compile-wasm.mjs from src/tokenizer/wasm.
export const WASM: string =
  '${Buffer.from(wasm).toString('base64')}'
`
}

/** The compiler asks for files of its own library too, under names that are none here. */
function readOrNull(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(`${root}src/tokenizer/wasm.generated.ts`, await compileWasm())
