import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { harmony } from './harmony.js'

// The ids in this file are the official library's (openai-harmony 0.0.8) for the same input.

const CHAT = {
  messages: [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', channel: 'analysis', content: 'Hm' },
    {
      role: 'assistant',
      channel: 'commentary',
      recipient: 'functions.f',
      content_type: '<|constrain|>json',
      content: '{}',
    },
    { role: 'tool', name: 'functions.f', recipient: 'assistant', channel: 'commentary', content: '1' },
    { role: 'assistant', channel: 'final', content: 'Yo' },
  ],
}
const USER = [200006, 1428, 200008, 12194, 200007]
const ANALYSIS = [200006, 173781, 200005, 35644, 200008, 198558, 200007]
const CALL = [
  200006, 173781, 316, 28, 44580, 1196, 200005, 12606, 815, 220, 200003, 4108, 200008, 12083, 200012,
]
const RESULT = [200006, 44580, 1196, 316, 28, 173781, 200005, 12606, 815, 200008, 16, 200007]
const FINAL = [200006, 173781, 200005, 17196, 200008, 50385, 200007]
const WITHOUT_ANALYSIS = [...USER, ...CALL, ...RESULT, ...FINAL]
const PREFILL = [...WITHOUT_ANALYSIS, 200006, 173781]

let folder: string
let chatFile: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harmony-cli-'))
  chatFile = join(folder, 'chat.json')
  writeFileSync(chatFile, JSON.stringify(CHAT))
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('render', () => {
  test('--chat reads the body of a Chat Completions request', async () => {
    const body = {
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: 'y', reasoning: 'R' },
        { role: 'user', content: 'z' },
      ],
    }
    const stdin = JSON.stringify(body)
    const rendered = async (...flags: string[]) =>
      (await harmony(['render', '--chat', '--format', 'text', ...flags], { stdin })).stdout.replace(
        /^.*?<\|end\|>/s,
        '',
      )
    const turns = (reasoning: string) =>
      `<|start|>user<|message|>x<|end|>${reasoning}<|start|>assistant<|channel|>final<|message|>y<|end|><|start|>user<|message|>z<|end|><|start|>assistant\n`
    expect(await rendered()).toBe(turns(''))
    expect(await rendered('--no-drop-analysis')).toBe(
      turns('<|start|>assistant<|channel|>analysis<|message|>R<|end|>'),
    )
    expect((await harmony(['render', '--chat', '--training'], { stdin })).code).toBe(2)
    const bad = JSON.stringify({ ...body, temprature: 1 })
    expect((await harmony(['render'], { stdin })).stderr).toContain(
      'messages[1].reasoning, which no Harmony conversation has: --chat',
    )
    expect((await harmony(['render', '--chat'], { stdin: bad })).stderr).toContain(
      'did you mean temperature?',
    )
  })

  test.each([
    ['the prompt of the next assistant message, by default', [], PREFILL],
    [
      'with the reasoning that is left out by default',
      ['--no-drop-analysis'],
      [...USER, ...ANALYSIS, ...PREFILL.slice(USER.length)],
    ],
    ['another role next', ['--next-role', 'user'], [...WITHOUT_ANALYSIS, 200006, 1428]],
    ['the conversation alone', ['--next-role', 'none'], WITHOUT_ANALYSIS],
    ['to train on', ['--training'], [...WITHOUT_ANALYSIS.slice(0, -1), 200002]],
  ])('%s', async (_, flags, tokens) => {
    const { code, stdout, stderr } = await harmony(['render', ...flags, chatFile])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({ tokens, stop_token_ids: [200002, 200012] })
  })

  test('reads standard input where no file or - is named', async () => {
    const stdin = JSON.stringify(CHAT)
    const fromFile = await harmony(['render', chatFile])
    expect(await harmony(['render'], { stdin })).toEqual(fromFile)
    expect(await harmony(['render', '-'], { stdin })).toEqual(fromFile)
    expect(await harmony(['render'], { stdin: `\uFEFF${stdin}` })).toEqual(fromFile)
  })

  test('prints bare ids, or the text', async () => {
    const stdin = '{"messages":[{"role":"user","content":"Hi"}]}'
    expect((await harmony(['render', '--format', 'ids'], { stdin })).stdout).toBe(
      `${USER.join(' ')} 200006 173781\n`,
    )
    expect((await harmony(['render', '--format', 'text'], { stdin })).stdout).toBe(
      '<|start|>user<|message|>Hi<|end|><|start|>assistant\n',
    )
  })

  test('puts the recipient behind the channel where it is asked to', async () => {
    const { stdout } = await harmony([
      'render',
      '--format',
      'text',
      '--header-order',
      'channel-first',
      chatFile,
    ])
    expect(stdout).toContain(
      '<|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>',
    )
  })
})

describe('parse', () => {
  const call = {
    role: 'assistant',
    recipient: 'functions.f',
    content: '{}',
    channel: 'commentary',
    content_type: '<|constrain|>json',
  }

  test.each([
    ['a JSON list', JSON.stringify(CALL.slice(2))],
    ['an object with tokens', JSON.stringify({ tokens: CALL.slice(2) })],
    ['ids between white space', CALL.slice(2).join(' \n')],
    ['ids between commas', CALL.slice(2).join(', ')],
    ['ids behind a byte order mark', `\uFEFF${CALL.slice(2).join(' ')}`],
  ])('%s, after an open assistant header', async (_, stdin) => {
    expect(await harmony(['parse'], { stdin })).toEqual({
      code: 0,
      stdout: `${JSON.stringify({ messages: [call] })}\n`,
      stderr: '',
    })
  })

  test('whole messages', async () => {
    const { stdout } = await harmony(['parse'], { stdin: WITHOUT_ANALYSIS.join(' ') })
    const { messages } = JSON.parse(stdout) as { messages: unknown[] }
    expect(messages).toEqual(CHAT.messages.filter((message) => message.channel !== 'analysis'))
  })

  test("another role's message", async () => {
    const { stdout } = await harmony(['parse', '--role', 'user'], { stdin: '200008 12194 200007' })
    expect(JSON.parse(stdout)).toEqual({ messages: [{ role: 'user', content: 'Hi' }] })
  })

  test('a header that a stop token ends is an error, or content', async () => {
    const stdin = '12194 200002'
    expect(await harmony(['parse'], { stdin })).toMatchObject({ code: 1 })
    expect(await harmony(['parse', '--strict'], { stdin })).toMatchObject({ code: 1 })
    const { stdout } = await harmony(['parse', '--no-strict'], { stdin })
    expect(JSON.parse(stdout)).toEqual({ messages: [{ role: 'assistant', content: 'Hi' }] })
  })
})

describe('encode', () => {
  test('text, to its last byte', async () => {
    expect(await harmony(['encode'], { stdin: 'Hello world' })).toEqual({
      code: 0,
      stdout: '[13225,2375]\n',
      stderr: '',
    })
    expect((await harmony(['encode'], { stdin: '\uFEFFé 東京\n' })).stdout).toBe('[5574,377,185244,198]\n')
    expect((await harmony(['encode', '--format', 'ids'], { stdin: 'Hello world' })).stdout).toBe(
      '13225 2375\n',
    )
    expect((await harmony(['encode'])).stdout).toBe('[]\n')
  })

  test('the text of special tokens is an error, a token or text', async () => {
    const stdin = 'Hi<|end|>'
    expect(await harmony(['encode'], { stdin })).toMatchObject({ code: 1, stdout: '' })
    expect((await harmony(['encode', '--special', 'token'], { stdin })).stdout).toBe('[12194,200007]\n')
    expect((await harmony(['encode', '--special', 'text'], { stdin })).stdout).toBe(
      '[12194,27,91,419,91,29]\n',
    )
  })
})

describe('decode', () => {
  test('text as it was, without a line break of its own', async () => {
    expect(await harmony(['decode'], { stdin: '[13225,2375]' })).toEqual({
      code: 0,
      stdout: 'Hello world',
      stderr: '',
    })
    expect((await harmony(['decode'], { stdin: '12194 200007' })).stdout).toBe('Hi<|end|>')
    expect((await harmony(['decode'], { stdin: '[]' })).stdout).toBe('')
  })

  test('a terminal gets a line break', async () => {
    expect((await harmony(['decode'], { stdin: '13225', columns: 80 })).stdout).toBe('Hello\n')
  })
})

describe('help', () => {
  test('of every command has an example, and fits into 80 columns', async () => {
    const { stdout } = await harmony(['--help'])
    const names = [...stdout.split('Commands:')[1].matchAll(/^ {2}([\w-]+)/gm)]
      .map(([, name]) => name)
      .filter((name) => name !== 'help')
    expect(names.slice(0, 5)).toEqual(['render', 'parse', 'encode', 'decode', 'inspect'])
    for (const name of names) {
      const help = await harmony([name, '--help'])
      expect(help).toMatchObject({ code: 0, stderr: '' })
      expect(help.stdout).toContain(`Usage: harmony ${name}`)
      expect(help.stdout).toMatch(new RegExp(`Examples?:\\n(.*\\n)* *\\$ .*harmony ${name}`))
      expect(help.stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    }
  })
})
