import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import OpenAI from 'openai'
import { afterAll, describe, expect, test } from 'vitest'
import { sqliteStore } from '../../src/cli/serve/sqlite-store.js'
import type { StoredResponse } from '../../src/gateway/index.js'

// Responses that outlive the process, in SQLite: Node's own from 22.13, otherwise better-sqlite3.

const root = fileURLToPath(new URL('../../', import.meta.url))
const cache = join(root, '.harmony-cache/better-sqlite3')
const hasSqlite = process.getBuiltinModule('node:sqlite') !== undefined
const isInstalled = hasSqlite || existsSync(join(cache, 'node_modules/better-sqlite3'))
const title = isInstalled
  ? 'SQLite'
  : 'SQLite (skipped: Node has none and better-sqlite3 is not installed, run `node scripts/install-better-sqlite3.mjs`)'

const folder = mkdtempSync(join(tmpdir(), 'harmony-store-'))
afterAll(() => rmSync(folder, { recursive: true }))
let fileCount = 0
const newFile = () => join(folder, `${fileCount++}.db`)

function stored(id: string, status: string, { items = ['msg_1'], inputItems = [{ id: 'in_1' }] } = {}) {
  const output = items.map((itemId) => ({ id: itemId, type: 'message' }))
  return { response: { id, status, output, background: true, error: null }, inputItems, events: [] } as never
}

const statusOf = (entry: unknown) => (entry as StoredResponse | undefined)?.response.status

describe.skipIf(!isInstalled)(title, () => {
  test('what was finished is there after a restart; what was not has failed', async () => {
    const file = newFile()
    const before = await sqliteStore(file)
    for (const status of ['completed', 'failed', 'cancelled', 'incomplete', 'queued', 'in_progress'])
      await before.set(`resp_${status}`, stored(`resp_${status}`, status))
    const completed = await before.get('resp_completed')
    await before.close!()
    const after = await sqliteStore(file)
    expect(await after.get('resp_completed')).toEqual(completed)
    for (const status of ['failed', 'cancelled', 'incomplete'])
      expect(statusOf(await after.get(`resp_${status}`))).toBe(status)
    for (const status of ['queued', 'in_progress'])
      expect(await after.get(`resp_${status}`)).toMatchObject({
        response: { status: 'failed', error: { code: 'server_error' } },
      })
    await after.close!()
  })

  test('a later state replaces an earlier one, its items too', async () => {
    const store = await sqliteStore(newFile())
    await store.set('a', stored('a', 'in_progress', { items: ['msg_old'] }))
    await store.set('a', stored('a', 'completed', { items: ['msg_new'] }))
    expect(statusOf(await store.get('a'))).toBe('completed')
    expect(await store.findItem('msg_new')).toMatchObject({ id: 'msg_new' })
    expect(await store.findItem('in_1')).toMatchObject({ id: 'in_1' })
    expect(await store.findItem('msg_old')).toBeUndefined()
    await store.close!()
  })

  test('a deleted response is gone with its items, and only then', async () => {
    const store = await sqliteStore(newFile())
    await store.set('a', stored('a', 'completed', { items: ['msg_a'] }))
    expect(await store.delete('b')).toBe(false)
    expect(await store.delete('a')).toBe(true)
    expect(await store.get('a')).toBeUndefined()
    expect(await store.findItem('msg_a')).toBeUndefined()
    await store.close!()
  })

  test('forgets by count and by time, also over a restart', async () => {
    let time = 0
    const file = newFile()
    const bounds = { maxResponses: 2, timeToLiveMs: 10, now: () => time }
    const store = await sqliteStore(file, bounds)
    for (const id of ['a', 'b', 'c']) await store.set(id, stored(id, 'completed', { items: [`msg_${id}`] }))
    expect(['a', 'b', 'c'].map((id) => store.get(id) !== undefined)).toEqual([false, true, true])
    expect(store.findItem('msg_a')).toBeUndefined()
    time = 10
    expect(store.get('c')).toBeUndefined()
    expect(store.findItem('msg_c')).toBeUndefined()
    await store.close!()
    const later = await sqliteStore(file, { ...bounds, now: () => 9 })
    expect(statusOf(await later.get('c'))).toBe('completed')
    await later.close!()
  })

  test('a file that another process has open is refused, and one that is no database', async () => {
    const file = newFile()
    const store = await sqliteStore(file)
    await expect(sqliteStore(file)).rejects.toThrow('another process has it open')
    await store.close!()
    await (
      await sqliteStore(file)
    ).close!()
    const text = newFile()
    writeFileSync(text, 'This is no database.'.repeat(100))
    await expect(sqliteStore(text)).rejects.toThrow(text)
  })

  test('harmony serve, killed within a background response: it has failed, the finished one is whole', async () => {
    // Beside better-sqlite3, the built package finds it as its users' do.
    const beside = hasSqlite ? root : mkdtempSync(join(cache, 'package-'))
    if (!hasSqlite) {
      cpSync(join(root, 'dist'), join(beside, 'dist'), { recursive: true })
      cpSync(join(root, 'package.json'), join(beside, 'package.json'))
    }
    const completions = join(folder, 'completions.jsonl')
    writeFileSync(
      completions,
      [
        { text: '<|channel|>final<|message|>Hello!<|return|>' },
        { text: '<|channel|>final<|message|>One two three four five.<|return|>', delay_ms: 300 },
      ]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    )
    const args = ['serve', '--engine', 'replay', '--completions', completions, '--port', '0']
    const store = newFile()
    const start = async () => {
      const server = spawn(process.execPath, [join(beside, 'dist/cli/main.js'), ...args, '--store', store], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      const [line] = (await once(createInterface(server.stdout), 'line')) as [string]
      const { url } = JSON.parse(line) as { url: string }
      const { responses } = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })
      const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
        const exited = once(server, 'exit')
        server.kill(signal)
        await exited
      }
      return { responses, end }
    }

    try {
      const first = await start()
      const request = { model: 'm', input: 'Hi', background: true }
      const { id: finishedId } = await first.responses.create(request)
      await expect
        .poll(async () => (await first.responses.retrieve(finishedId)).status, { timeout: 10_000 })
        .toBe('completed')
      const finished = await first.responses.retrieve(finishedId)
      const { id: openId } = await first.responses.create(request)
      await expect
        .poll(async () => (await first.responses.retrieve(openId)).status, { timeout: 10_000 })
        .toBe('in_progress')
      await first.end('SIGKILL')

      const second = await start()
      expect(await second.responses.retrieve(finishedId)).toEqual(finished)
      expect(await second.responses.retrieve(openId)).toMatchObject({
        status: 'failed',
        output: [],
        error: { code: 'server_error' },
      })
      const types: string[] = []
      for await (const event of await second.responses.retrieve(finishedId, { stream: true }))
        types.push(event.type)
      expect([types[0], types.at(-1)]).toEqual(['response.created', 'response.completed'])
      const next = await second.responses.create({
        ...request,
        background: false,
        previous_response_id: finishedId,
      })
      expect(next.output_text).toBe('Hello!')
      await second.responses.delete(openId)
      await second.end('SIGTERM')

      const third = await start()
      await expect(third.responses.retrieve(openId)).rejects.toMatchObject({ status: 404 })
      expect(await third.responses.retrieve(next.id)).toMatchObject({ output_text: 'Hello!' })
      await third.end('SIGTERM')
    } finally {
      if (!hasSqlite) rmSync(beside, { recursive: true })
    }
  })

  test('many responses at once, each kept as it is', async () => {
    const store = await sqliteStore(newFile())
    const ids = Array.from({ length: 200 }, (_, index) => `resp_${index}`)
    const work = async (id: string) => {
      await store.set(id, stored(id, 'in_progress', { items: [] }))
      await Promise.resolve()
      await store.set(id, stored(id, 'completed', { items: [`msg_${id}`] }))
      return store.findItem(`msg_${id}`)
    }
    expect(await Promise.all(ids.map(work))).toEqual(ids.map((id) => ({ id: `msg_${id}`, type: 'message' })))
    await store.close!()
  })
})
