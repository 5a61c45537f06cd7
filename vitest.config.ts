import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { publicEntries } from './scripts/public-entries.mjs'

// Where scripts/engines/install-node-llama-cpp.mjs puts the optional package.
const llama = fileURLToPath(
  new URL('.harmony-cache/node-llama-cpp/node_modules/node-llama-cpp/dist/index.js', import.meta.url),
)

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests and documentation import the package by its name, and get its sources.
    alias: [
      ...publicEntries.map(({ specifier, source }) => ({
        find: new RegExp(`^${specifier}$`),
        replacement: fileURLToPath(new URL(source, import.meta.url)),
      })),
      ...(existsSync(llama) ? [{ find: /^node-llama-cpp$/, replacement: llama }] : []),
    ],
    testTimeout: 60_000,
    // The package's tests build it first.
    hookTimeout: 180_000,
  },
})
