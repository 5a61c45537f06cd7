import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadHarmonyEncoding } from '../../../src/encoding.js'
import { CTRL_C, CTRL_D, FakeTerminal } from './fake-terminal.js'
import {
  CALL,
  configWithCalculator,
  GREETING,
  messagesIn,
  newPath,
  replaying,
  transcriptIn,
} from './files.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const SLOW = { text: `<|channel|>final<|message|>One two three${' more'.repeat(500)}<|return|>`, delay_ms: 5 }

function start(argv: readonly string[], env?: Readonly<Record<string, string>>) {
  const terminal = new FakeTerminal()
  return { terminal, left: terminal.harmony(argv, env) }
}

test('answers, with the reasoning in a line, until the user leaves', async () => {
  const { terminal, left } = start(replaying(GREETING))
  await terminal.sees('> ')
  terminal.type('Hi\r')
  await terminal.sees('thought (3 tokens): A greeting.\nHello!\n')
  await terminal.sees('> ')
  terminal.type('/reasoning\r')
  await terminal.sees('\nA greeting.\n')
  terminal.type(CTRL_D)
  expect(await left).toBe(0)
})

test('colours channels and escapes control characters, in whole escape sequences only', async () => {
  const nasty = `<|channel|>analysis<|message|>${'Long. '.repeat(50)}\u001b[2J<|end|><|start|>assistant<|channel|>final<|message|>a\u001b[2Jb\u202ec<|return|>`
  const { terminal, left } = start(replaying(nasty), { NO_COLOR: '', TERM: 'xterm' })
  await terminal.sees('> ')
  terminal.type('Hi\r')
  await terminal.sees('a\\u001b[2Jb\\u202ec')
  await terminal.sees('> ')
  terminal.type('/exit\r')
  expect(await left).toBe(0)
  const written = terminal.writes.join('')
  expect(written).toContain('\u001b[32ma\u001b[39m')
  expect(written).not.toContain('\u001b[2J')
  for (const write of terminal.writes) {
    expect(write.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '')).not.toContain('\u001b')
  }
  const folded = terminal.text.split('\n').find((line) => line.includes('thought ('))!
  expect(folded.split('\r').at(-1)!.length).toBeLessThan(80)
  expect(folded).toMatch(/…$/)
})

test('asks before each call; "always" holds for the tool', async () => {
  const path = newPath()
  const { terminal, left } = start([
    ...replaying(CALL, CALL, CALL, GREETING),
    ...['--config', configWithCalculator(), '--transcript', path],
  ])
  await terminal.sees('> ')
  terminal.type('Add\r')
  await terminal.sees('→ calc.add {"a": 1, "b": 2}\nRun it?')
  terminal.type('n\r')
  await terminal.sees('← Error: the user denied this call.\n→ calc.add')
  await terminal.sees('Run it?')
  terminal.type('what\r')
  await terminal.sees('Run it?')
  terminal.type('a\r')
  await terminal.sees('← 3 apples\n→ calc.add {"a": 1, "b": 2}\n← 3 apples\n')
  await terminal.sees('Hello!\n')
  terminal.type(CTRL_D)
  expect(await left).toBe(0)
  expect(
    messagesIn(path)
      .map(({ role }) => role)
      .join(' '),
  ).toBe('user assistant tool assistant tool assistant tool assistant assistant')
})

test('what was typed before a question does not answer it', async () => {
  const { terminal, left } = start([
    ...replaying({ text: CALL, delay_ms: 10 }, GREETING),
    ...['--config', configWithCalculator()],
  ])
  await terminal.sees('> ')
  terminal.type('Add\ry\ry')
  await terminal.sees('Run it? yes, no, always (y/n/a): ')
  terminal.type('\r')
  await terminal.sees('Run it? yes, no, always (y/n/a): ')
  terminal.type('n\r')
  await terminal.sees('denied')
  // The line that was typed ahead is the next message.
  await terminal.sees('> y\n')
  await terminal.sees('Run it?')
  terminal.type(CTRL_D)
  expect(await left).toBe(0)
})

test('Ctrl-C and Ctrl-D drop what was typed ahead', async () => {
  const path = newPath()
  const { terminal, left } = start([...replaying(SLOW), '--transcript', path])
  await terminal.sees('> ')
  for (const key of [CTRL_C, CTRL_D]) {
    terminal.type('Count\r')
    await terminal.sees('One two')
    terminal.type(`\rAnother\r${key}`)
    await terminal.sees('stopped')
  }
  expect(await left).toBe(0)
  expect(messagesIn(path).filter(({ role }) => role === 'user')).toMatchObject([
    { content: 'Count' },
    { content: 'Count' },
  ])
})

test('asks about calls of one turn one after the other', async () => {
  const two = CALL.replace('<|call|>', '<|end|>') + '<|start|>assistant' + CALL.replace('2', '5')
  const { terminal, left } = start([...replaying(two, GREETING), '--config', configWithCalculator()])
  await terminal.sees('> ')
  terminal.type('Add\r')
  await terminal.sees('{"a": 1, "b": 2}\nRun it?')
  terminal.type('y\r')
  await terminal.sees('{"a": 1, "b": 5}\nRun it?')
  terminal.type('y\r')
  await terminal.sees('← 3 apples\n')
  await terminal.sees('← 6 apples\n')
  terminal.type(CTRL_D)
  expect(await left).toBe(0)
})

test('goes on with a saved conversation from exactly its tokens', async () => {
  const path = newPath()
  const first = start([...replaying(GREETING), '--transcript', path, '--instructions', 'Be kind.'])
  await first.terminal.sees('> ')
  first.terminal.type('Hi\r')
  await first.terminal.sees('Hello!\n')
  first.terminal.type(CTRL_D)
  expect(await first.left).toBe(0)
  expect(existsSync(`${path}.partial`)).toBe(false)
  expect(existsSync(`${path}.lock`)).toBe(false)

  const saved = transcriptIn(path).pieces.flatMap(({ tokens }) => tokens)
  const sampled = encoding.encode(GREETING, { allowedSpecial: 'all' }).slice(0, -1)
  expect(saved.slice(-sampled.length - 1, -1)).toEqual(sampled)
  const next = encoding.encode('<|start|>user<|message|>Again<|end|><|start|>assistant', {
    allowedSpecial: 'all',
  })
  // Answers this prefill alone.
  const completion = {
    prompt_token_ids: [...saved, ...next],
    text: '<|channel|>final<|message|>Exactly.<|return|>',
  }
  const second = start([...replaying(completion), '--transcript', path, '--instructions', 'Be kind.'])
  await second.terminal.sees('> ')
  second.terminal.type('Again\r')
  await second.terminal.sees('Exactly.\n')
  second.terminal.type(CTRL_D)
  expect(await second.left).toBe(0)
  expect(
    transcriptIn(path)
      .pieces.flatMap(({ tokens }) => tokens)
      .slice(0, saved.length),
  ).toEqual(saved)
})

test('a resumed conversation gets other instructions as a message, and keeps its effort', async () => {
  const path = newPath()
  const run = async (...flags: string[]) => {
    const { terminal, left } = start([...replaying(GREETING), '--transcript', path, ...flags])
    await Promise.race([terminal.sees('> '), left])
    terminal.type('Hi\r')
    await Promise.race([terminal.sees('Hello!\n'), left])
    terminal.type(CTRL_D)
    return { code: await left, text: terminal.text }
  }
  await run('--instructions', 'Be kind.', '--reasoning-effort', 'high')
  await run('--instructions', 'Be brief.')
  await run('--reasoning-effort', 'high')
  expect(
    transcriptIn(path).pieces.flatMap(({ message }) =>
      message.role === 'developer' ? [message.content] : [],
    ),
  ).toEqual([
    [{ type: 'developer_content', instructions: 'Be kind.' }],
    [{ type: 'developer_content', instructions: 'Be brief.' }],
  ])
  expect(await run('--reasoning-effort', 'low')).toMatchObject({
    code: 2,
    text: expect.stringContaining('the conversation has high') as string,
  })
})

test('Ctrl-C stops the turn, Enter goes on with it; what was shown stays in the transcript', async () => {
  const path = newPath()
  const { terminal, left } = start([...replaying(SLOW, GREETING), '--transcript', path])
  await terminal.sees('> ')
  terminal.type('Count\r')
  await terminal.sees('One two three more')
  terminal.type(CTRL_C)
  await terminal.sees('stopped; Enter goes on\n')
  await terminal.sees('> ')
  expect(messagesIn(path)).toEqual([
    { role: 'user', content: 'Count' },
    {
      role: 'assistant',
      channel: 'final',
      content: expect.stringMatching(/^One two three( more){1,400}$/) as string,
    },
  ])
  terminal.type('\r')
  await terminal.sees('Hello!\n')
  await terminal.sees('> ')
  expect(messagesIn(path).at(-1)).toMatchObject({ content: 'Hello!' })
  terminal.type('\r')
  await terminal.sees('> ')
  terminal.type('half a message')
  terminal.type(CTRL_C)
  await terminal.sees('Ctrl-C again')
  terminal.type(CTRL_C)
  expect(await left).toBe(0)
})

test('Ctrl-D leaves a running turn', async () => {
  const path = newPath()
  const { terminal, left } = start([...replaying(SLOW), '--transcript', path])
  await terminal.sees('> ')
  terminal.type('Count\r')
  await terminal.sees('One two')
  terminal.type(CTRL_D)
  expect(await left).toBe(0)
  expect(messagesIn(path).at(-1)).toMatchObject({ content: expect.stringMatching(/^One two/) as string })
})

test('a call that was cut is not kept', async () => {
  const path = newPath()
  const text = `<|channel|>analysis<|message|>Add.<|end|><|start|>assistant${CALL.replace('1,', `${'1'.repeat(2000)},`)}`
  const { terminal, left } = start([...replaying({ text, delay_ms: 5 }), '--transcript', path])
  await terminal.sees('> ')
  terminal.type('Add\r')
  await terminal.sees('thought')
  await new Promise((resolve) => setTimeout(resolve, 200))
  terminal.type(CTRL_C)
  await terminal.sees('stopped')
  terminal.type(CTRL_D)
  await left
  expect(messagesIn(path)).toMatchObject([{ role: 'user' }, { channel: 'analysis', content: 'Add.' }])
})

test('Ctrl-C at a question leaves the call open: Enter asks again, another message refuses it', async () => {
  const path = newPath()
  const { terminal, left } = start([
    ...replaying(CALL, GREETING),
    ...['--config', configWithCalculator(), '--transcript', path],
  ])
  await terminal.sees('> ')
  terminal.type('Add\r')
  await terminal.sees('Run it?')
  terminal.type(CTRL_C)
  await terminal.sees('stopped')
  await terminal.sees('> ')
  terminal.type('\r')
  await terminal.sees('→ calc.add')
  await terminal.sees('Run it?')
  terminal.type(CTRL_C)
  await terminal.sees('stopped')
  await terminal.sees('> ')
  terminal.type('Never mind\r')
  await terminal.sees('Hello!\n')
  terminal.type(CTRL_D)
  await left
  expect(messagesIn(path)).toMatchObject([
    { content: 'Add' },
    { recipient: 'calc.add' },
    { role: 'tool', content: 'Error: the user denied this call.' },
    { content: 'Never mind' },
    { channel: 'analysis' },
    { content: 'Hello!' },
  ])
})

test('a call that was open when the chat was left is asked about again', async () => {
  const flags = ['--config', configWithCalculator(), '--transcript', newPath()]
  const first = start([...replaying(CALL), ...flags])
  await first.terminal.sees('> ')
  first.terminal.type('Add\r')
  await first.terminal.sees('Run it?')
  first.terminal.type(CTRL_D)
  await first.left
  const second = start([...replaying(GREETING), ...flags])
  await second.terminal.sees('Enter goes on with it.\n> ')
  second.terminal.type('\r')
  await second.terminal.sees('Run it?')
  second.terminal.type('y\r')
  await second.terminal.sees('← 3 apples\n')
  await second.terminal.sees('Hello!\n')
  second.terminal.type(CTRL_D)
  expect(await second.left).toBe(0)
})

test('an engine that fails ends no conversation', async () => {
  const { terminal, left } = start(replaying({ error: 'busy' }, GREETING))
  await terminal.sees('> ')
  terminal.type('Hi\r')
  await terminal.sees('replay: busy; Enter tries again\n')
  await terminal.sees('> ')
  terminal.type('\r')
  await terminal.sees('Hello!\n')
  terminal.type(CTRL_D)
  expect(await left).toBe(0)
})

test('a transcript that cannot be written ends no conversation', async () => {
  const path = newPath()
  const { terminal, left } = start([...replaying(GREETING), '--transcript', path])
  await terminal.sees('> ')
  mkdirSync(`${path}.partial`)
  terminal.type('Hi\r')
  await terminal.sees('cannot be written')
  await terminal.sees('> ')
  rmSync(`${path}.partial`, { recursive: true })
  terminal.type('Hi again\r')
  await terminal.sees('Hello!\n')
  await terminal.sees('> ')
  terminal.type(CTRL_D)
  expect(await left).toBe(0)
  expect(messagesIn(path)).toHaveLength(6)
})

test('a paste of several lines is one message', async () => {
  const path = newPath()
  const { terminal, left } = start([...replaying(GREETING), '--transcript', path])
  await terminal.sees('> ')
  terminal.type('\u001b[200~one\rtwo\rthree\u001b[201~!\r')
  await terminal.sees('Hello!\n')
  await terminal.sees('> ')
  terminal.type(CTRL_D)
  await left
  expect(messagesIn(path)[0]).toEqual({ role: 'user', content: 'one\ntwo\nthree!' })
})

test('an unknown command is not sent', async () => {
  const { terminal, left } = start(replaying(GREETING))
  await terminal.sees('> ')
  terminal.type('/hlep\r')
  await terminal.sees('unknown command: /hlep\n/reasoning')
  terminal.type(CTRL_D)
  expect(await left).toBe(0)
  expect(terminal.text).not.toContain('Hello')
})

test('one conversation at a time writes a transcript', async () => {
  const path = newPath()
  const { terminal, left } = start([...replaying(GREETING), '--transcript', path])
  await terminal.sees('> ')
  const other = start([...replaying(GREETING), '--transcript', path])
  expect(await other.left).toBe(2)
  terminal.type(CTRL_D)
  await left
})
