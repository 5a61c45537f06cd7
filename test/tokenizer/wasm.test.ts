import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { createO200kHarmony } from '../../src/tokenizer/o200k.js'

test('the compiled encoder in version control is that of the sources', async () => {
  const { compileWasm } = await import('../../scripts/compile-wasm.mjs')
  const compiled = readFileSync(new URL('../../src/tokenizer/wasm.generated.ts', import.meta.url), 'utf8')
  expect(compiled).toBe(await compileWasm())
})

// As a page's security policy without 'wasm-unsafe-eval' does, and an engine without vectors.
test.each([
  ['missing', undefined],
  [
    'forbidden',
    {
      Module() {
        throw new Error('Wasm code generation disallowed by embedder')
      },
    },
  ],
])('encodes in JavaScript where WebAssembly is %s', (_, webAssembly) => {
  vi.stubGlobal('WebAssembly', webAssembly)
  try {
    expect(createO200kHarmony().encode('Hello world')).toEqual([13225, 2375])
  } finally {
    vi.unstubAllGlobals()
  }
})
