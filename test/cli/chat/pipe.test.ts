import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { harmony } from '../harmony.js'
import { CALL, configWithCalculator, file, GREETING, messagesIn, newPath, replaying } from './files.js'

const stdin = 'A question\n'

test('prints just the answer, without colours', async () => {
  expect(await harmony(replaying(GREETING), { stdin, env: { FORCE_COLOR: '1' } })).toEqual({
    code: 0,
    stdout: 'Hello!\n',
    stderr: '',
  })
})

test('takes all of the input as one question', async () => {
  const path = newPath()
  await harmony([...replaying(GREETING), '--transcript', path], { stdin: 'Two\n\nlines\n\n' })
  expect(messagesIn(path)[0]).toEqual({ role: 'user', content: 'Two\n\nlines' })
})

test('shows reasoning, if asked, beside the answer', async () => {
  expect(await harmony([...replaying(GREETING), '--reasoning'], { stdin })).toEqual({
    code: 0,
    stdout: 'Hello!\n',
    stderr: 'A greeting.\n',
  })
})

test('gives the answer as it is: control characters are for whoever reads it', async () => {
  const { stdout } = await harmony(replaying('<|channel|>final<|message|>a\u001b[2Jb\r\n<|return|>'), {
    stdin,
  })
  expect(stdout).toBe('a\u001b[2Jb\r\n')
})

test('refuses calls, because nobody can be asked', async () => {
  const path = newPath()
  const flags = ['--config', configWithCalculator(), '--transcript', path]
  const { code, stdout, stderr } = await harmony([...replaying(CALL, GREETING), ...flags], { stdin })
  expect(code).toBe(0)
  expect(stdout).toBe('Hello!\n')
  expect(stderr).toMatch(/^→ calc\.add \{"a": 1, "b": 2\}\nrefused: .*--yes/)
  expect(messagesIn(path)[2]).toMatchObject({
    role: 'tool',
    content: expect.stringContaining('denied') as string,
  })
})

test('runs calls with --yes', async () => {
  const flags = ['--config', configWithCalculator(), '--yes']
  expect(await harmony([...replaying(CALL, GREETING), ...flags], { stdin })).toEqual({
    code: 0,
    stdout: 'Hello!\n',
    stderr: '→ calc.add {"a": 1, "b": 2}\n← 3 apples\n',
  })
})

test('says that an answer was cut, with an exit code of its own', async () => {
  const cut = { text: '<|channel|>final<|message|>Hel', finish_reason: 'length' as const }
  const { code, stdout, stderr } = await harmony(replaying(cut), { stdin })
  expect(code).toBe(3)
  expect(stdout).toBe('Hel\n')
  expect(stderr).toBe('harmony: the answer was cut: the tokens ran out\n')
})

test('an engine that fails is an error, in its words; what it has answered is kept', async () => {
  const path = newPath()
  const broken = { text: '<|channel|>final<|message|>Hel', error: 'out of memory' }
  const { code, stderr } = await harmony([...replaying(broken), '--transcript', path], { stdin })
  expect(code).toBe(1)
  expect(stderr).toBe('harmony: replay: out of memory\n')
  expect(messagesIn(path)[1]).toMatchObject({ channel: 'final', content: 'Hel' })
})

test.each<[string, readonly string[], number, string]>([
  ['nothing to talk to', ['chat'], 2, '--engine or --api'],
  ['an engine and an API', [...replaying(GREETING), '--api', 'http://127.0.0.1/'], 2, 'cannot be used with'],
  ['no URL', ['chat', '--api', '127.0.0.1:80'], 2, 'wanted http://HOST:PORT/v1'],
  ['no transcript', [...replaying(GREETING), '--transcript', file('{"version": 2}')], 1, 'version'],
  ['no such effort', [...replaying(GREETING), '--reasoning-effort', 'huge'], 2, 'low, medium, high'],
  [
    'an MCP server that cannot be started',
    [
      ...replaying(GREETING),
      '--config',
      file('{"mcp_servers": [{"name": "gone", "command": "no-such-program"}]}'),
    ],
    1,
    'MCP server gone: ',
  ],
])('refuses %s', async (_, argv, code, words) => {
  const outcome = await harmony(argv, { stdin })
  expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(words) as string })
})

test('refuses an empty question', async () => {
  expect(await harmony(replaying(GREETING))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('empty') as string,
  })
})

test('ends quietly when its reader leaves', async () => {
  const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
  const long = { text: `<|channel|>final<|message|>${'word '.repeat(100)}<|return|>`, delay_ms: 10 }
  const child = spawn(process.execPath, [main, ...replaying(long)])
  const exited = once(child, 'exit')
  let stderr = ''
  child.stderr.on('data', (data) => (stderr += String(data)))
  child.stdin.end(stdin)
  await once(child.stdout, 'data')
  child.stdout.destroy()
  expect(await exited).toEqual([0, null])
  expect(stderr).toBe('')
})
