import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { harmony } from '../cli/harmony.js'

const program = fileURLToPath(new URL('program.mjs', import.meta.url))
const commandOf = (mode: string) => `"${process.execPath}" "${program}" ${mode}`
const conform = (mode: string, ...flags: string[]) =>
  harmony(['conform', '--group', 'streaming', '--command', commandOf(mode), ...flags])

const TABLE_OF_ALL = 'group      passed  failed  unsupported\nstreaming      24       0            0\n'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harmony-conform-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('a program that conforms', () => {
  test('gives a table, and code 0', async () => {
    expect(await conform('good')).toStrictEqual({ code: 0, stdout: TABLE_OF_ALL, stderr: '' })
  })

  test('may answer in any order, with empty lines between', async () => {
    expect(await conform('backwards')).toStrictEqual({ code: 0, stdout: TABLE_OF_ALL, stderr: '' })
  })

  test('may leave some out', async () => {
    const { code, stdout } = await conform('supports-some')
    expect({ code, stdout }).toStrictEqual({
      code: 0,
      stdout: TABLE_OF_ALL.replace('24       0            0', '23       0            1'),
    })
  })

  test('is asked for the vectors with an id alone', async () => {
    const { code, stdout } = await conform('good', '--id', 'two-calls')
    expect({ code, stdout }).toStrictEqual({
      code: 0,
      stdout: 'group      passed  failed  unsupported\nstreaming       1       0            0\n',
    })
  })
})

describe('a program that does not conform', () => {
  test('gives the failures before the table, and code 1', async () => {
    const { code, stdout, stderr } = await conform('wrong')
    expect(code).toBe(1)
    expect(stderr).toBe('harmony: 2 of 24 vectors failed\n')
    expect(stdout).toBe(
      'streaming/final\n  states: found 0, wanted 12\n\n' +
        'streaming/call\n  error: found "cannot\\u001b[31m read `this`", wanted states\n\n' +
        'group      passed  failed  unsupported\nstreaming      22       2            0\n',
    )
  })

  test('dies: each vector that it dies of has the reason, and the others count', async () => {
    const { code, stdout } = await conform('dies')
    expect(code).toBe(1)
    expect(failures(stdout)).toStrictEqual([
      'streaming/call\n  no answer: the program ended with exit code 3: out of ideas',
      'streaming/started\n  no answer: the program ended with exit code 3: out of ideas',
    ])
    expect(stdout).toContain('streaming      22       2            0')
  })

  test('dies before it answers: it is given up', async () => {
    const { code, stdout } = await conform('dies-at-once')
    expect(code).toBe(1)
    expect(failures(stdout)).toHaveLength(24)
    expect(stdout).toContain('streaming       0      24            0')
  })

  test('hangs: it is ended, and asked for the rest', async () => {
    const { code, stdout } = await conform('hangs', '--timeout', '1')
    expect(code).toBe(1)
    expect(failures(stdout)).toStrictEqual(['streaming/call\n  no answer: the program was silent for 1 s'])
  })

  test('skips a vector', async () => {
    const { code, stdout } = await conform('skips')
    expect(code).toBe(1)
    expect(failures(stdout)).toStrictEqual([
      'streaming/final\n  no answer: the program ended with exit code 0',
    ])
  })

  test('writes what is no answer', async () => {
    const { code, stdout } = await conform('garbage')
    expect(code).toBe(1)
    expect(failures(stdout)).toStrictEqual([
      'streaming/final\n  no answer: the program ended with exit code 0',
      'answers no vector: loading model…\nanswers no vector: {"answer": 1}\nanswers no vector: [1]',
    ])
  })

  test('answers twice', async () => {
    const { code, stdout, stderr } = await conform('answers-twice')
    expect({ code, stderr }).toStrictEqual({ code: 1, stderr: 'harmony: lines that answer no vector: 1\n' })
    expect(failures(stdout)).toStrictEqual([
      'answers no vector: the id "streaming/final" was answered before, or never asked for',
    ])
  })

  test('supports nothing', async () => {
    const { code, stderr } = await conform('supports-nothing')
    expect({ code, stderr }).toStrictEqual({
      code: 1,
      stderr: 'harmony: the program supports none of the vectors\n',
    })
  })

  test('does not exist', async () => {
    const { code, stdout } = await harmony([
      'conform',
      '--id',
      'streaming/final',
      '--command',
      'no-such-program-anywhere',
    ])
    expect(code).toBe(1)
    expect(stdout).toMatch(/no answer: the program ended with exit code 127: .*not found/)
  })
})

describe('--report', () => {
  test('writes JSON', async () => {
    const file = join(folder, 'report.json')
    await conform('wrong', '--report', file)
    const report = JSON.parse(readFileSync(file, 'utf8')) as { results: unknown[] }
    expect(report).toMatchObject({
      command: commandOf('wrong'),
      groups: [{ group: 'streaming', passed: 22, failed: 2, unsupported: 0 }],
      stray_lines: [],
    })
    expect(report.results).toHaveLength(24)
    expect(report.results[0]).toStrictEqual({
      id: 'streaming/final',
      outcome: 'failed',
      differences: ['states: found 0, wanted 12'],
    })
    expect(report.results[1]).toStrictEqual({
      id: 'streaming/analysis-then-final',
      outcome: 'passed',
      differences: [],
    })
  })

  test('writes Markdown', async () => {
    const file = join(folder, 'report.md')
    await conform('wrong', '--report', file)
    const markdown = readFileSync(file, 'utf8')
    expect(markdown).toContain(
      '| group | passed | failed | unsupported |\n| --- | --: | --: | --: |\n| streaming | 22 | 2 | 0 |\n',
    )
    expect(markdown).toContain('- `streaming/final`\n  - `states: found 0, wanted 12`\n')
    expect(markdown).toContain('  - ``error: found "cannot\\u001b[31m read `this`", wanted states``\n')
  })

  test('cannot be written', async () => {
    const { code, stderr } = await conform('good', '--report', join(folder, 'no', 'report.md'))
    expect(code).toBe(1)
    expect(stderr).toContain('cannot be written')
  })
})

describe('wrong usage', () => {
  test.each([
    ['no command', []],
    ['an unknown group', ['--command', 'true', '--group', 'speed']],
    ['no such vector', ['--command', 'true', '--id', 'nowhere']],
    ['a timeout that is none', ['--command', 'true', '--timeout', '-1']],
    ['a report of an unknown kind', ['--command', 'true', '--report', 'report.html']],
  ])('%s', async (_, flags) => {
    const { code, stdout, stderr } = await harmony(['conform', ...flags])
    expect({ code, stdout }).toStrictEqual({ code: 2, stdout: '' })
    expect(stderr).not.toBe('')
  })
})

/** The paragraphs above the table. */
function failures(stdout: string): string[] {
  return stdout.split('\n\n').slice(0, -1)
}
