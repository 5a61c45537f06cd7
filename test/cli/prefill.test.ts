import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { harmony, type Outcome } from './harmony.js'
import { readParquet } from './read-parquet.js'

// Runs in this process, with one job: prefill-runs.test.ts has the threads, the kills and the signals.

/** The official library's ids for the user's "Hi" and the beginning of an answer. */
const HI_TOKENS = [200006, 1428, 200008, 12194, 200007, 200006, 173781]
const STOP = [200002, 200012]

const hi = (id: string, fields: object = {}): string =>
  JSON.stringify({ custom_id: id, messages: [{ role: 'user', content: 'Hi', channel: null }], ...fields })
const hiRecord = (id: string): object => ({
  custom_id: id,
  prompt_token_ids: HI_TOKENS,
  stop_token_ids: STOP,
  num_prompt_tokens: 7,
})

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'harmony-prefill-'))))
afterEach(() => rmSync(folder, { recursive: true }))

function at(name: string): string {
  return join(folder, name)
}

function write(name: string, lines: readonly string[]): string {
  writeFileSync(at(name), lines.map((line) => `${line}\n`).join(''))
  return at(name)
}

function linesIn(name: string): unknown[] {
  const text = readFileSync(at(name), 'utf8')
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown)
}

async function prefill(...argv: readonly string[]): Promise<Outcome> {
  return harmony(['prefill', '-j', '1', ...argv])
}

async function fine(...argv: readonly string[]): Promise<Outcome> {
  const outcome = await prefill(...argv)
  expect({ code: outcome.code, stdout: outcome.stdout }, outcome.stderr).toEqual({ code: 0, stdout: '' })
  return outcome
}

describe('input', () => {
  const lines = [hi('a'), '', hi('b')]
  const expected = [hiRecord('a'), hiRecord('b')]

  test('files, one after the other, plain and compressed', async () => {
    write('1.jsonl', lines)
    writeFileSync(at('2.jsonl.gz'), gzipSync(`${hi('c')}\r\n${hi('d')}`))
    await fine(at('1.jsonl'), at('2.jsonl.gz'), '-o', at('out.jsonl'))
    expect(linesIn('out.jsonl')).toEqual([...expected, hiRecord('c'), hiRecord('d')])
  })

  test.each([
    ['plain', Buffer.from(lines.join('\n'))],
    ['compressed', gzipSync(lines.join('\n'))],
    ['with a byte order mark', Buffer.from(`\uFEFF${lines.join('\n')}`)],
  ])('standard input, %s', async (_, stdin) => {
    const { code } = await harmony(['prefill', '-', '-o', at('out.jsonl'), '-j', '1'], { stdin })
    expect(code).toBe(0)
    expect(linesIn('out.jsonl')).toEqual(expected)
  })

  test('nothing gives an empty file of each kind', async () => {
    write('in.jsonl', [])
    await fine(at('in.jsonl'), '-o', at('out.jsonl'))
    expect(linesIn('out.jsonl')).toEqual([])
    await fine(at('in.jsonl'), '-o', at('out.parquet'))
    expect(await readParquet(at('out.parquet'))).toEqual([])
    await fine(at('in.jsonl'), '-o', at('out.npy'))
    expect(readFileSync(at('out.npy'))).toHaveLength(128)
  })

  test.each([
    ['a file that is not there', 'missing.jsonl', 'no such file'],
    ['a folder', '.', 'is a folder'],
  ])('%s is bad input', async (_, name, reason) => {
    const { code, stderr } = await prefill(at(name), '-o', at('out.jsonl'))
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`${at(name)}: ${reason}`) as string,
    })
  })

  test('damaged compression is bad input, and leaves no output', async () => {
    writeFileSync(at('in.gz'), gzipSync(lines.join('\n')).subarray(0, -20))
    const { code, stderr } = await prefill(at('in.gz'), '-o', at('out.jsonl'))
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('gzip data that ends too early') as string,
    })
    expect(existsSync(at('out.jsonl'))).toBe(false)
  })
})

describe('output', () => {
  const tool = { type: 'function', function: { name: 'get-it' } }
  const lines = [hi('a', { temperature: 0.5 }), hi('é', { tools: [tool] }), hi('c')]

  test('JSON lines', async () => {
    write('in.jsonl', lines)
    await fine(at('in.jsonl'), '-o', at('out.jsonl'))
    expect(linesIn('out.jsonl')).toMatchObject([
      { ...hiRecord('a'), sampling_params: { temperature: 0.5 } },
      { custom_id: 'é', tool_names: { get_it: 'get-it' } },
      hiRecord('c'),
    ])
    expect(readdirSync(folder).sort()).toEqual(['in.jsonl', 'out.jsonl'])
  })

  test.each(['prompt_token_ids', 'tokenized_prompt'])(
    'Parquet, with the column %s, a row group for each batch',
    async (column) => {
      write('in.jsonl', lines)
      await fine(
        at('in.jsonl'),
        '-o',
        at('out.parquet'),
        '--batch-bytes',
        '100',
        ...(column === 'prompt_token_ids' ? [] : ['--column', column]),
      )
      await fine(at('in.jsonl'), '-o', at('out.jsonl'))
      const [a, b, c] = linesIn('out.jsonl') as { prompt_token_ids: number[] }[]
      const row = (
        id: string,
        { prompt_token_ids: tokens }: { prompt_token_ids: number[] },
        params: object,
        names: string | null,
      ): object => ({
        custom_id: id,
        [column]: tokens,
        sampling_params: JSON.stringify({ ...params, stop_token_ids: STOP }),
        num_prompt_tokens: tokens.length,
        tool_names: names,
      })
      expect(await readParquet(at('out.parquet'))).toEqual([
        row('a', a, { temperature: 0.5 }, null),
        row('é', b, {}, '{"get_it":"get-it"}'),
        row('c', c, {}, null),
      ])
    },
  )

  // The bytes follow NumPy's description of its format, version 1.0.
  test('NumPy arrays of ids and offsets, with the rest of each record beside them', async () => {
    write('in.jsonl', [hi('a'), hi('c')])
    await fine(at('in.jsonl'), '-o', at('out.npy'))
    const header = (dictionary: string): Buffer =>
      Buffer.concat([
        Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'),
        Buffer.from(`${dictionary.padEnd(117)}\n`),
      ])
    const ids = Buffer.alloc(2 * 7 * 4)
    ;[...HI_TOKENS, ...HI_TOKENS].forEach((token, index) => ids.writeUInt32LE(token, index * 4))
    const offsets = Buffer.alloc(3 * 8)
    ;[0n, 7n, 14n].forEach((offset, index) => offsets.writeBigInt64LE(offset, index * 8))
    expect(readFileSync(at('out.npy'))).toEqual(
      Buffer.concat([header("{'descr': '<u4', 'fortran_order': False, 'shape': (14,), }"), ids]),
    )
    expect(readFileSync(at('out.offsets.npy'))).toEqual(
      Buffer.concat([header("{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }"), offsets]),
    )
    expect(linesIn('out.rows.jsonl')).toEqual(
      ['a', 'c'].map((id) => ({ custom_id: id, stop_token_ids: STOP, num_prompt_tokens: 7 })),
    )
  })

  test('--to goes before the ending', async () => {
    write('in.jsonl', [hi('a')])
    await fine(at('in.jsonl'), '-o', at('out.tokens'), '--to', 'jsonl')
    expect(linesIn('out.tokens')).toEqual([hiRecord('a')])
  })

  test('the size of batches changes no byte of it', async () => {
    write(
      'in.jsonl',
      Array.from({ length: 50 }, (_, index) => hi(`${index}`, { model_identity: 'x'.repeat(index) })),
    )
    for (const ending of ['jsonl', 'npy']) {
      await fine(at('in.jsonl'), '-o', at(`1.${ending}`), '--batch-bytes', '1')
      await fine(at('in.jsonl'), '-o', at(`2.${ending}`), '--batch-bytes', '1000')
      await fine(at('in.jsonl'), '-o', at(`3.${ending}`))
      expect(readFileSync(at(`1.${ending}`))).toEqual(readFileSync(at(`3.${ending}`)))
      expect(readFileSync(at(`2.${ending}`))).toEqual(readFileSync(at(`3.${ending}`)))
    }
  })
})

describe('settings as flags', () => {
  test('reach the prompt', async () => {
    write('tools.json', ['[{"type":"function","function":{"name":"f"}}]'])
    write('in.jsonl', ['{"messages":[{"role":"user","content":"Hi"}]}'])
    const settings = [
      '--reasoning-effort',
      'high',
      '--date',
      '2025-06-28',
      '--identity',
      'You are Ada.',
      '--knowledge-cutoff',
      '2025-01',
    ]
    await fine(
      at('in.jsonl'),
      '-o',
      at('out.jsonl'),
      ...settings,
      '--tools',
      at('tools.json'),
      '--builtin-tools',
      'browser,python',
    )
    const [{ prompt_token_ids: tokens }] = linesIn('out.jsonl') as [{ prompt_token_ids: number[] }]
    const { stdout } = await harmony(['decode'], { stdin: JSON.stringify(tokens) })
    expect(stdout).toContain(
      'You are Ada.\nKnowledge cutoff: 2025-01\nCurrent date: 2025-06-28\n\nReasoning: high\n\n# Tools\n\n## browser',
    )
    expect(stdout).toContain('## python')
    expect(stdout).toContain('type f = () => any;')
  })

  test.each([
    ['no output', ['in.jsonl'], 'wanted -o FILE'],
    ['no input', ['-o', 'out.jsonl'], 'wanted a file to read'],
    ['an ending that says nothing', ['in.jsonl', '-o', 'out.bin'], '--to says what to write'],
    [
      'an unknown built-in tool',
      ['in.jsonl', '-o', 'out.jsonl', '--builtin-tools', 'shell'],
      'Wanted browser or python',
    ],
    [
      'a column where there is none',
      ['in.jsonl', '-o', 'out.jsonl', '--column', 'x'],
      '--column is for Parquet',
    ],
    ['no jobs', ['in.jsonl', '-o', 'out.jsonl', '-j', '0'], 'Wanted a whole number, 1 or more'],
    ['an output that is an input', ['in.jsonl', '-o', 'in.jsonl'], 'is to be read and to be written'],
    ['a filter with a file', ['in.jsonl', '--stdio'], '--stdio reads standard input'],
    ['a filter with an output', ['--stdio', '-o', 'out.jsonl'], 'cannot be used with'],
  ])('%s is wrong usage', async (_, argv, reason) => {
    write('in.jsonl', [hi('a')])
    const { code, stderr } = await harmony([
      'prefill',
      ...argv.map((word) => (word.includes('.') ? at(word) : word)),
    ])
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(reason) as string })
  })

  test('tools that are none are bad input', async () => {
    write('tools.json', ['[{"type":"function","function":{}}]'])
    write('in.jsonl', [hi('a')])
    const { code, stderr } = await prefill(at('in.jsonl'), '-o', at('out.jsonl'), '--tools', at('tools.json'))
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('tools[0].function.name') as string,
    })
  })
})

describe('bad lines', () => {
  const bad = ['{"custom_id":"x","messages":[{"role":"bot"}]}', 'no JSON']

  test('go to a file of their own, with place and reason; the exit code says so', async () => {
    write('1.jsonl', [hi('a'), bad[0], hi('b')])
    write('2.jsonl', ['', bad[1], hi('c')])
    const { code, stderr } = await prefill(at('1.jsonl'), at('2.jsonl'), '-o', at('out.jsonl'))
    expect(code).toBe(3)
    expect(stderr).toContain(`harmony: bad lines: 2, listed in ${at('out.jsonl.errors.jsonl')}`)
    expect(linesIn('out.jsonl')).toEqual([hiRecord('a'), hiRecord('b'), hiRecord('c')])
    expect(linesIn('out.jsonl.errors.jsonl')).toEqual([
      {
        file: at('1.jsonl'),
        line: 2,
        custom_id: 'x',
        code: 'invalid-request',
        path: 'messages[0].role',
        reason: expect.stringContaining('messages[0].role is "bot"') as string,
      },
      {
        file: at('2.jsonl'),
        line: 2,
        custom_id: null,
        code: 'invalid-json',
        reason: expect.stringContaining('not JSON') as string,
      },
    ])
  })

  test('bytes that are no UTF-8 spoil their own line alone', async () => {
    writeFileSync(
      at('in.jsonl'),
      Buffer.concat([
        Buffer.from(`${hi('a')}\n`),
        Buffer.from([0x22, 0xff, 0x22, 0x0a]),
        Buffer.from(hi('é')),
      ]),
    )
    const { code } = await prefill(at('in.jsonl'), '-o', at('out.jsonl'))
    expect(code).toBe(3)
    expect(linesIn('out.jsonl')).toEqual([hiRecord('a'), hiRecord('é')])
    expect(linesIn('out.jsonl.errors.jsonl')).toMatchObject([{ line: 2, code: 'invalid-utf8' }])
  })

  test('an earlier list of errors does not outlive a run without any', async () => {
    write('bad.jsonl', bad)
    write('good.jsonl', [hi('a')])
    await prefill(at('bad.jsonl'), '-o', at('out.jsonl'))
    await fine(at('good.jsonl'), '-o', at('out.jsonl'))
    expect(existsSync(at('out.jsonl.errors.jsonl'))).toBe(false)
  })

  test('--strict stops at the first, without an output; --resume goes on without --strict', async () => {
    write('in.jsonl', [hi('a'), bad[0], hi('b')])
    const { code, stderr } = await prefill(
      at('in.jsonl'),
      '-o',
      at('out.jsonl'),
      '--strict',
      '--batch-bytes',
      '1',
    )
    expect(code).toBe(3)
    expect(stderr).toContain(`${at('in.jsonl')}: line 2: request: messages[0].role`)
    expect(existsSync(at('out.jsonl'))).toBe(false)
    expect(
      (await prefill(at('in.jsonl'), '-o', at('out.jsonl'), '--resume', '--batch-bytes', '1')).code,
    ).toBe(3)
    expect(linesIn('out.jsonl')).toEqual([hiRecord('a'), hiRecord('b')])
    expect(linesIn('out.jsonl.errors.jsonl')).toHaveLength(1)
  })

  test('--max-errors 2 of two goes to the end', async () => {
    write('in.jsonl', [...bad, hi('a')])
    expect((await prefill(at('in.jsonl'), '-o', at('out.jsonl'), '--max-errors', '2')).code).toBe(3)
    expect(linesIn('out.jsonl')).toEqual([hiRecord('a')])
  })

  test('--max-errors 1 of two stops, and leaves the list of both', async () => {
    write('in.jsonl', [...bad, hi('a')])
    const { code, stderr } = await prefill(at('in.jsonl'), '-o', at('out.jsonl'), '--max-errors', '1')
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringContaining('line 2: not JSON') as string,
    })
    expect(existsSync(at('out.jsonl'))).toBe(false)
    expect(linesIn('out.jsonl.errors.jsonl.partial')).toMatchObject([{ line: 1 }, { line: 2 }])
    expect((await prefill(at('in.jsonl'), '-o', at('out.jsonl'), '--resume')).code).toBe(3)
    expect(linesIn('out.jsonl.errors.jsonl')).toHaveLength(2)
  })

  test('one that nests too deep is among them, whatever is nested', async () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000)
    write('in.jsonl', [
      hi('a'),
      `{"custom_id":"b","messages":[],"sampling_params":{"x":${deep}}}`,
      `{"messages":${deep}}`,
      hi('c'),
    ])
    expect((await prefill(at('in.jsonl'), '-o', at('out.jsonl'))).code).toBe(3)
    expect(linesIn('out.jsonl')).toEqual([hiRecord('a'), hiRecord('c')])
    expect(linesIn('out.jsonl.errors.jsonl')).toMatchObject([
      { line: 2, code: 'invalid-request', path: expect.stringMatching(/^sampling_params\.x/) as string },
      { line: 3 },
    ])
  })

  test.each([
    ['seed', '18446744073709551615', 'sampling_params.seed'],
    ['temperature', '1e999', 'temperature'],
  ])('one whose %s JavaScript would write otherwise is among them', async (key, number, path) => {
    write('in.jsonl', [`{"messages":[{"role":"user","content":"Hi"}],"${key}":${number}}`])
    expect((await prefill(at('in.jsonl'), '-o', at('out.jsonl'))).code).toBe(3)
    expect(linesIn('out.jsonl.errors.jsonl')).toMatchObject([{ path }])
  })

  test.each(['9007199254740993', '1.5', '"\\ud800"', '{}'])(
    'one with the custom_id %s is among them',
    async (id) => {
      write('in.jsonl', [`{"custom_id":${id},"messages":[]}`])
      expect((await prefill(at('in.jsonl'), '-o', at('out.jsonl'))).code).toBe(3)
      expect(linesIn('out.jsonl.errors.jsonl')).toMatchObject([{ code: 'invalid-line' }])
    },
  )

  test('over-long conversations are among them, and in the summary', async () => {
    write('in.jsonl', [hi('a'), hi('b', { model_identity: 'Ada' })])
    const { code, stderr } = await prefill(at('in.jsonl'), '-o', at('out.jsonl'), '--max-prompt-tokens', '7')
    expect(code).toBe(3)
    expect(stderr).toContain('failed    1, 1 of them over the limit')
    expect(linesIn('out.jsonl.errors.jsonl')).toMatchObject([
      { custom_id: 'b', code: 'token-budget-exceeded' },
    ])
  })
})

describe('files that are not to be written', () => {
  beforeEach(() => write('in.jsonl', [hi('a')]))

  test.each([
    ['the input, through a link', ['in.jsonl', '-o', 'link.jsonl']],
    ['the input, as statistics', ['in.jsonl', '-o', 'out.jsonl', '--stats', 'in.jsonl']],
    ['the output, as statistics', ['in.jsonl', '-o', 'out.jsonl', '--stats', 'out.jsonl']],
    ['the statistics, as a page', ['in.jsonl', '-o', 'out.jsonl', '--stats', 's', '--plot', 's']],
    ['the input, as the output that is not whole yet', ['y.jsonl.partial', '-o', 'y.jsonl']],
    ['a folder', ['in.jsonl', '-o', 'folder.jsonl']],
  ])('%s', async (_, [input, ...rest]) => {
    symlinkSync(at('in.jsonl'), at('link.jsonl'))
    write('y.jsonl.partial', [hi('a')])
    mkdirSync(at('folder.jsonl'))
    const before = readdirSync(folder)
    const argv = rest.map((word) => (word.startsWith('-') ? word : at(word)))
    expect((await prefill(at(input), ...argv)).code).toBe(2)
    expect(readdirSync(folder)).toEqual(before)
    expect(linesIn(input)).toHaveLength(1)
  })

  test('statistics in a folder that is not there: said before the work', async () => {
    const { code, stderr } = await prefill(
      at('in.jsonl'),
      '-o',
      at('out.jsonl'),
      '--stats',
      at('no/stats.json'),
    )
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('no such folder') as string })
    expect(readdirSync(folder)).toEqual(['in.jsonl'])
  })

  test('a link stays, and what it leads to is written', async () => {
    symlinkSync(at('target.jsonl'), at('link.jsonl'))
    writeFileSync(at('target.jsonl'), 'old')
    await fine(at('in.jsonl'), '-o', at('link.jsonl'))
    expect(lstatSync(at('link.jsonl')).isSymbolicLink()).toBe(true)
    expect(linesIn('target.jsonl')).toEqual([hiRecord('a')])
  })
})

describe('an unfinished run', () => {
  async function leaveUnfinished(): Promise<void> {
    write('in.jsonl', [hi('a'), 'no JSON', hi('b')])
    expect(
      (await prefill(at('in.jsonl'), '-o', at('out.jsonl'), '--strict', '--batch-bytes', '1')).code,
    ).toBe(3)
  }

  test('is not overwritten by accident', async () => {
    await leaveUnfinished()
    const { code, stderr } = await prefill(at('in.jsonl'), '-o', at('out.jsonl'), '--batch-bytes', '1')
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('--resume goes on with it') as string,
    })
  })

  test.each([
    ['settings', ['--reasoning-effort', 'low', '--batch-bytes', '1']],
    ['settings', ['--batch-bytes', '2']],
  ])('is not gone on with by a run of other %s', async (difference, flags) => {
    await leaveUnfinished()
    const { code, stderr } = await prefill(at('in.jsonl'), '-o', at('out.jsonl'), '--resume', ...flags)
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(`differs in ${difference}`) as string,
    })
  })

  test('is not gone on with after its input has changed', async () => {
    await leaveUnfinished()
    write('in.jsonl', [hi('a'), 'no JSON at all', hi('b')])
    const { code, stderr } = await prefill(
      at('in.jsonl'),
      '-o',
      at('out.jsonl'),
      '--resume',
      '--batch-bytes',
      '1',
    )
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('differs in inputs') as string,
    })
  })

  test('that was stopped while its files got their names gets on with that', async () => {
    write('in.jsonl', [hi('a'), 'no JSON', hi('b')])
    // A folder that gets in the way of the last of them while the run reads.
    const stdin = (async function* () {
      mkdirSync(at('out.npy'))
      yield readFileSync(at('in.jsonl'))
    })()
    const { code, stderr } = await harmony(['prefill', '-j', '1', '-', '-o', at('out.npy')], { stdin })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`${at('out.npy')}: cannot be written: is a folder`) as string,
    })
    expect(existsSync(at('out.offsets.npy'))).toBe(true)
    rmdirSync(at('out.npy'))
    expect((await prefill('-', '-o', at('out.npy'), '--resume')).code).toBe(3)
    await harmony(['prefill', '-j', '1', '-', '-o', at('whole.npy')], { stdin: readFileSync(at('in.jsonl')) })
    for (const ending of ['npy', 'offsets.npy', 'rows.jsonl', 'npy.errors.jsonl']) {
      expect(readFileSync(at(`out.${ending}`))).toEqual(readFileSync(at(`whole.${ending}`)))
    }
  })

  test('that is not there is begun', async () => {
    write('in.jsonl', [hi('a')])
    const { stderr } = await fine(at('in.jsonl'), '-o', at('out.jsonl'), '--resume')
    expect(stderr).toContain('no unfinished run')
    expect(linesIn('out.jsonl')).toEqual([hiRecord('a')])
  })

  test('of standard input goes on with the same input', async () => {
    const stdin = [hi('a'), 'no JSON', hi('b')].join('\n')
    const argv = ['prefill', '-', '-o', at('out.jsonl'), '-j', '1', '--batch-bytes', '1']
    expect((await harmony([...argv, '--strict'], { stdin })).code).toBe(3)
    expect((await harmony([...argv, '--resume'], { stdin: 'x' })).stderr).toContain(
      'is not what the unfinished run has read',
    )
    expect((await harmony([...argv, '--resume'], { stdin })).code).toBe(3)
    expect(linesIn('out.jsonl')).toEqual([hiRecord('a'), hiRecord('b')])
  })
})

describe('reports', () => {
  test('a summary on standard error, and its figures as JSON and as a page', async () => {
    write('in.jsonl', [hi('a'), hi('<b>', { model_identity: 'You are Ada.' }), 'no JSON'])
    const { stderr } = await prefill(
      at('in.jsonl'),
      '-o',
      at('out.jsonl'),
      '--stats',
      at('stats.json'),
      '--plot',
      at('plot.html'),
    )
    const [, { num_prompt_tokens: longest }] = linesIn('out.jsonl') as [
      unknown,
      { num_prompt_tokens: number },
    ]
    expect(stderr).toMatch(/^lines {5}3\nwritten {3}2 to .*\nfailed {4}1\ntokens /)
    expect(stderr).toContain(`longest   ${longest} (<b>, line 2)\n`)
    const stats = JSON.parse(readFileSync(at('stats.json'), 'utf8')) as {
      histogram: { from: number; count: number }[]
    }
    expect(stats).toMatchObject({
      lines: 3,
      records: 2,
      failed: 1,
      failed_by_code: { 'invalid-json': 1 },
      tokens: 7 + longest,
      longest: { custom_id: '<b>', line: 2, tokens: longest },
    })
    expect(stats.histogram[0]).toEqual({ from: 7, to: 8, count: 1 })
    const page = readFileSync(at('plot.html'), 'utf8')
    expect(page.match(/<rect /g)).toHaveLength(stats.histogram.length)
    expect(page).toContain('&#60;b&#62;')
    // Nothing to load, nothing to run.
    expect(page).not.toMatch(/<script|src=|href=|url\(|@import/)
  })
})

describe('as a filter', () => {
  test('a line in, its line out; bad and blank lines as errors', async () => {
    const stdin = [hi('a'), '{"custom_id":"x","messages":[{"role":"bot"}]}', '', hi('b')].join('\n')
    const { code, stdout, stderr } = await harmony(['prefill', '--stdio'], { stdin })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      hiRecord('a'),
      {
        custom_id: 'x',
        error: {
          line: 2,
          code: 'invalid-request',
          path: 'messages[0].role',
          reason: expect.stringContaining('messages[0].role') as string,
        },
      },
      {
        custom_id: null,
        error: { line: 3, code: 'invalid-json', reason: expect.stringContaining('not JSON') as string },
      },
      hiRecord('b'),
    ])
  })

  test('--strict ends it at the first bad line', async () => {
    const { code, stdout, stderr } = await harmony(['prefill', '--stdio', '--strict'], {
      stdin: `${hi('a')}\nno JSON\n${hi('b')}\n`,
    })
    expect(code).toBe(3)
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toContain('standard input: line 2')
  })
})
