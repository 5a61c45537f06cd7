import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { harmony } from './harmony.js'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'harmony-forms-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const conversation = { messages: [{ role: 'user', content: 'Hi' }] }
const line = JSON.stringify(conversation)

function utf16(text: string, isBigEndian: boolean): Buffer {
  const bytes = Buffer.from(text, 'utf16le')
  return isBigEndian ? bytes.swap16() : bytes
}

const forms: readonly (readonly [string, string | Buffer, string])[] = [
  ['a list on a line', `[${line},${line}]`, "a JSON list, wanted one JSON object a line: `jq -c '.[]'`"],
  ['a list over several lines', JSON.stringify([conversation], undefined, 2), 'a JSON list'],
  ['an indented object', JSON.stringify(conversation, undefined, 2), 'JSON over several lines'],
  ['indented objects', `${JSON.stringify(conversation, undefined, '\t')}\n`.repeat(3), 'JSON over several'],
  ['an object broken anywhere', line.replace('[', '[\n'), 'JSON over several lines'],
  ['a blank line first', `\n \n[\n${line}]`, 'a JSON list'],
  ['gzip around a list', gzipSync(`[${line}]`), 'a JSON list'],
  ['UTF-16 with a mark', utf16(`\uFEFF${line}\n`, false), 'UTF-16 text, wanted UTF-8'],
  ['UTF-16 with a mark, big-endian', utf16(`\uFEFF${line}\n`, true), 'UTF-16 text, wanted UTF-8'],
  ['UTF-16', utf16(`${line}\n`, false), 'UTF-16 text, wanted UTF-8'],
  ['UTF-16, big-endian', utf16(`${line}\n`, true), 'UTF-16 text, wanted UTF-8'],
  ['Parquet', Buffer.from('PAR1\u0015\u0004'), 'a Parquet file, wanted UTF-8 text'],
  ['zip', Buffer.from('PK\u0003\u0004'), 'a zip archive, wanted UTF-8 text'],
]

describe.each(['prefill', 'completions'])('harmony %s', (command) => {
  test.each(forms)('%s is one error, and leaves nothing behind', async (_, content, reason) => {
    const input = join(folder, 'input')
    writeFileSync(input, content)
    const out = join(folder, 'out.jsonl')
    for (const [name, stdin] of [
      [input, ''],
      ['-', content],
    ] as const) {
      const { code, stderr } = await harmony([command, name, '-o', out, '-j', '1'], { stdin })
      expect(code).toBe(1)
      expect(stderr).toContain(`harmony: ${name === '-' ? 'standard input' : name}: ${reason}`)
      expect(stderr.trimEnd().split('\n')).toHaveLength(1)
      expect(readdirSync(folder)).toEqual(['input'])
    }
  })
})

test.each([
  ['a first line cut off', `${line.slice(0, -20)}\n${line}\n`],
  ['a first line of garbage', `{{{\n${line}\n`],
  ['a first line that ends inside a string', `{"messages":[{"role":"us\n${line}\n`],
])('%s is a bad line, and the others are read', async (_, content) => {
  const input = join(folder, 'input')
  writeFileSync(input, content)
  const { code, stderr } = await harmony(['prefill', input, '-o', join(folder, 'out.jsonl'), '-j', '1'])
  expect(code).toBe(3)
  expect(stderr).toContain('written   1')
})

test('as a filter, a list is a bad line: one line out for each line in', async () => {
  const { code, stdout } = await harmony(['prefill', '--stdio'], { stdin: `[]\n${line}\n` })
  expect(code).toBe(0)
  expect(stdout.split('\n')[0]).toContain('"error"')
  expect(stdout.split('\n')[1]).toContain('prompt_token_ids')
})
