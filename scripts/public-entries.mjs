import { readFileSync } from 'node:fs'

const { name, exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/**
 * What package.json lets a program import, with the source of each: its place under `src` is the one that it has under `dist`.
 *
 * @type {readonly { specifier: string, source: string }[]}
 */
export const publicEntries = Object.entries(exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([path, { types }]) => ({
    specifier: name + path.slice(1),
    source: types.replace('./dist/', 'src/').replace(/\.d\.ts$/, '.ts'),
  }))
