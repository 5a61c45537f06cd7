import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { publicEntries } from '../scripts/public-entries.mjs'

const inRepository = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

export default defineConfig({
  root: inRepository('playground'),
  base: './',
  resolve: {
    alias: publicEntries.map(({ specifier, source }) => ({
      find: new RegExp(`^${specifier}$`),
      replacement: inRepository(source),
    })),
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: inRepository('playground/dist'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    // One script: the vocabulary alone is more than Vite's limit.
    chunkSizeWarningLimit: 8192,
    rolldownOptions: { output: { format: 'iife', codeSplitting: false } },
  },
  plugins: [classicScripts()],
})

/**
 * Turns the page's module script into a deferred classic one: from `file://`, browsers load no modules and no
 * files that are asked for with CORS.
 */
function classicScripts(): Plugin {
  return {
    name: 'classic-scripts',
    apply: 'build',
    enforce: 'post',
    transformIndexHtml: (html) =>
      html.replaceAll('<script type="module" crossorigin', '<script defer').replaceAll(' crossorigin', ''),
  }
}
