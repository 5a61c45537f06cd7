import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { publicEntries } from './scripts/public-entries.mjs'

// Optional packages, where scripts/engines/install-node-llama-cpp.mjs and scripts/install-better-sqlite3.mjs put them.
const optional = [
  ['node-llama-cpp', 'dist/index.js'],
  ['better-sqlite3', 'lib/index.js'],
].map(([name, main]) => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(`.harmony-cache/${name}/node_modules/${name}/${main}`, import.meta.url)),
}))

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests and documentation import the package by its name, and get its sources.
    alias: [
      ...publicEntries.map(({ specifier, source }) => ({
        find: new RegExp(`^${specifier}$`),
        replacement: fileURLToPath(new URL(source, import.meta.url)),
      })),
      // The examples import it by the name that it has for everybody else; here two majors stand side by side.
      { find: /^ai$/, replacement: 'ai7' },
      ...optional.filter(({ replacement }) => existsSync(replacement)),
    ],
    testTimeout: 60_000,
    // The package's tests build it first.
    hookTimeout: 180_000,
  },
})
