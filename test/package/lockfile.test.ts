import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Lockfile {
  readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'))
const manifest = read('package.json') as Readonly<Record<string, unknown>>
const { packages } = read('package-lock.json') as Lockfile

// `npm ci` overlooks some differences, and `npm install` then changes the lockfile of who has just cloned.
test('the lockfile repeats what package.json says', () => {
  const { '': own } = packages
  expect(own).toEqual(Object.fromEntries(Object.keys(own).map((field) => [field, manifest[field]])))
  for (const field of ['bin', 'dependencies', 'devDependencies', 'peerDependencies', 'engines'])
    expect(own).toHaveProperty(field)
})

test('the lockfile names no registry but the public one', () => {
  const elsewhere = Object.values(packages)
    .map(({ resolved }) => String(resolved ?? 'https://registry.npmjs.org/'))
    .filter((address) => !address.startsWith('https://registry.npmjs.org/'))
  expect(elsewhere).toEqual([])
})
