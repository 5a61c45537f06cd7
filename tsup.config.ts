import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', 'cli/main': 'src/cli/main.ts' },
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  // One chunk holds the vocabulary, whichever entry points a program imports.
  splitting: true,
  dts: { entry: { index: 'src/index.ts' } },
  clean: true,
  external: [/^node:/],
  outExtension: () => ({ js: '.js' }),
})
