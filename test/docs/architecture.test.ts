import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)

/** The places of each row of the table of floors, highest first: `['gateway'], ['ai-sdk', 'agents'], …`. */
const rows = [
  ...readFileSync(new URL('docs/architecture.md', root), 'utf8').matchAll(/^\|.*`src\/.*$/gm),
].map(([row]) => [...row.matchAll(/`src\/([^`]+?)\/?`/g)].map(([, place]) => place))

test('the table of floors has each file and folder of src once', () => {
  expect(rows.flat().sort()).toEqual(readdirSync(new URL('src/', root)).sort())
})

test('each import goes to its own row of the table of floors or to one below', () => {
  const rowOf = (path: string) => rows.findIndex((places) => places.includes(path.split('/')[0]))
  const upwards = sourcesIn('src/').flatMap((path) =>
    importsOf(path)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => new URL(specifier, `file:///${path}`).pathname.slice(1).replace(/\.js$/, '.ts'))
      .filter((imported) => rowOf(imported) < rowOf(path))
      .map((imported) => `${path}: ${imported}`),
  )
  expect(upwards).toEqual([])
})

test('only the command imports Node modules', () => {
  const importers = sourcesIn('src/').filter((path) =>
    importsOf(path).some((name) => name.startsWith('node:')),
  )
  expect(new Set(importers.map((path) => path.split('/')[0]))).toEqual(new Set(['cli']))
})

/** The TypeScript files in `folder`, relative to it. */
function sourcesIn(folder: string): string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  )
}

/** What a file of src imports and exports from, types too. */
function importsOf(path: string): string[] {
  const source = readFileSync(new URL(`src/${path}`, root), 'utf8')
  return [...source.matchAll(/^(?:import|export|\}).* from '([^']+)'|\bimport\('([^']+)'\)/gm)].map(
    ([, fixed, dynamic]) => fixed ?? dynamic,
  )
}
