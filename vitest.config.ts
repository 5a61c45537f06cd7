import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    alias: {
      'gpt-oss-harmony': new URL('src/index.ts', import.meta.url).pathname,
    },
    testTimeout: 60_000,
  },
})
