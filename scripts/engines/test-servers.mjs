// `npm run test:engines -- vllm llama-server`: installs each server unless it is there, makes the tiny model, starts the
// server, and runs the suite of test/engines/servers.test.ts against it. One after the other; all by default.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { install, SERVERS } from './servers.mjs'

const STARTING = 300_000

const known = Object.keys(SERVERS)
const names = process.argv.length > 2 ? process.argv.slice(2) : known
const unknown = names.find((name) => !known.includes(name))
if (unknown !== undefined) {
  console.error(`test:engines: ${unknown}: wanted ${known.join(' or ')}`)
  process.exit(2)
}
for (const name of names) {
  try {
    install(name)
    await testServer(name)
  } catch (error) {
    console.error(`${name}: ${error.message}`)
    process.exitCode = 1
  }
}

async function testServer(name) {
  const { variable, program, model, makeModel, flags, env } = SERVERS[name]
  mkdirSync(dirname(model), { recursive: true })
  if (!existsSync(model)) makeModel(model)
  const url = `http://127.0.0.1:${await freePort()}`
  const server = spawn(program, flags(model, new URL(url).port), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  server.stderr.on('data', (text) => (log = (log + text).slice(-4000)))
  try {
    await untilHealthy(server, url).catch((error) => {
      throw new Error(`${error.message}\n${log}`)
    })
    const { status } = spawnSync('npx', ['vitest', 'run', 'test/engines/servers.test.ts'], {
      env: { ...process.env, [variable]: url },
      stdio: 'inherit',
      shell: process.platform === 'win32',
    })
    if (status !== 0) process.exitCode = 1
  } finally {
    if (server.exitCode === null) {
      server.kill()
      await once(server, 'exit')
    }
  }
}

async function untilHealthy(server, url) {
  for (const start = Date.now(); Date.now() - start < STARTING; await setTimeout(500)) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`)
    const response = await fetch(`${url}/health`).catch(() => undefined)
    if (response?.ok) return
  }
  throw new Error(`the server was not ready after ${STARTING / 1000} seconds`)
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}
