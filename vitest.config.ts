import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { publicEntries } from './scripts/public-entries.mjs'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests and documentation import the package by its name, and get its sources.
    alias: publicEntries.map(({ specifier, source }) => ({
      find: new RegExp(`^${specifier}$`),
      replacement: fileURLToPath(new URL(source, import.meta.url)),
    })),
    testTimeout: 60_000,
    // The package's tests build it first.
    hookTimeout: 180_000,
  },
})
