import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import OpenAI from 'openai'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/cli/serve/config.js'
import { engineFrom } from '../../src/cli/serve/engine.js'
import { webBrowser } from '../../src/cli/serve/web-browser.js'
import { createToolSet } from '../../src/tools/index.js'

const folder = mkdtempSync(join(tmpdir(), 'harmony-serve-'))
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const completions = file(
  'completions.jsonl',
  '{"text": "<|channel|>final<|message|>Hello!<|return|>", "delay_ms": 5}\n\n{"token_ids": [200005, 17196, 200008, 13225, 200002]}\n',
)

test('serves on a free port, says where on its first line, and lets answers end when it is terminated', async () => {
  const server = spawn(process.execPath, [
    main,
    'serve',
    '--engine',
    'replay',
    '--completions',
    completions,
    '--port',
    '0',
  ])
  const exited = once(server, 'exit')
  let log = ''
  server.stderr.on('data', (data) => (log += String(data)))
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string]
  const { url } = JSON.parse(line) as { url: string }
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)

  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'A secret' }]
  const stream = await client.chat.completions.create({ model: 'm', messages, stream: true })
  server.kill('SIGTERM')
  let text = ''
  for await (const chunk of stream) text += chunk.choices[0].delta.content ?? ''
  expect(text).toBe('Hello!')
  expect(await exited).toEqual([0, null])
  expect(JSON.parse(log)).toMatchObject({ path: '/v1/chat/completions', status: 200 })
  expect(log).not.toContain('secret')
})

test.each([
  ['{"engin": "vllm"}', 'engin'],
  ['{"limits": {"concurrency": 0}}', 'limits.concurrency'],
  ['{"browser": {"search_url": "http://search.test/"}}', 'browser.search_url'],
  ['{"mcp_servers": [{"name": "a"}]}', 'mcp_servers.0'],
  ['{', 'JSON'],
])('a configuration file that is wrong is named with the place: %s', async (content, place) => {
  await expect(readConfig(file('config.json', content))).rejects.toThrow(place)
})

test('a configuration file with everything', async () => {
  const config = {
    engine: 'vllm',
    url: 'http://127.0.0.1:8000',
    api_keys: ['key'],
    store: { sqlite: 'responses.db' },
    limits: { timeout_seconds: 60 },
    browser: { search_url: 'http://127.0.0.1:8888/search?format=json&q={query}' },
    mcp_servers: [
      { name: 'docs', url: 'https://docs.test/mcp' },
      { name: 'files', command: 'npx', args: ['files'] },
    ],
  }
  expect(await readConfig(file('whole.json', JSON.stringify(config)))).toEqual(config)
})

test.each([
  [{}, '--engine'],
  [{ engine: 'vllm' }, '--url'],
  [{ engine: 'vllm', url: '127.0.0.1' }, 'http://HOST:PORT'],
  [{ engine: 'replay' }, '--completions'],
  [{ engine: 'gguf' }, '--model-path'],
  [{ engine: 'replay', completions: file('bad.jsonl', '{"text": "a"}\n{"txt": "b"}\n') }, 'bad.jsonl:2'],
  [{ engine: 'replay', completions: file('ids.jsonl', '{"token_ids": [999999]}\n') }, 'ids.jsonl:1'],
  [{ engine: 'replay', completions: file('empty.jsonl', '\n') }, 'no lines of JSON'],
  [{ engine: 'replay', completions: '/no/such.jsonl' }, '/no/such.jsonl: no such file'],
] as const)('an engine that lacks something says what: %o', async (flags, words) => {
  await expect(engineFrom(flags)).rejects.toThrow(words)
})

test.each([
  'http://127.0.0.1:1/',
  'http://[::1]:1/',
  'http://[::ffff:7f00:1]/',
  'http://10.0.0.1/',
  'http://localhost/',
  'file:///etc/passwd',
])('the browser fetches nothing but the public web: %s', async (id) => {
  const tools = createToolSet([webBrowser({ searchUrl: 'http://search.test/?q={query}' })()])
  const call = {
    recipient: 'browser.open',
    name: 'browser.open',
    arguments: JSON.stringify({ id }),
    json: { id },
  }
  expect(await tools.run(call)).toMatchObject({
    isError: true,
    text: expect.stringContaining('of the') as string,
  })
})
