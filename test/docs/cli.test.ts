import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { harmony } from '../cli/harmony.js'

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')

async function helpOf(...command: readonly string[]): Promise<string> {
  return (await harmony([...command, '--help'])).stdout
}

test('docs/cli.md lists every command', async () => {
  const [, commands] = (await helpOf()).split('Commands:')
  const names = [...commands.matchAll(/^ {2}([a-z]\S*)/gm)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(10)
  const listed = [...page.matchAll(/^harmony ([a-z-]+)/gm)].map(([, name]) => name)
  expect(names.filter((name) => name !== 'help' && !listed.includes(name))).toEqual([])
})

test.each(['render', 'parse', 'encode', 'inspect', 'prefill', 'completions'])(
  'docs/cli.md names every option of %s',
  async (command) => {
    const options = [...(await helpOf(command)).matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(
      ([, name]) => name,
    )
    expect(options.filter((name) => name !== '--help' && !page.includes(name))).toEqual([])
  },
)
