// `npm run test:engines -- vllm llama-server transformers`: installs each engine unless it is there, makes the tiny model,
// starts the engine if it is a server, and runs its suites of test/engines. One after the other; all by default.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { ENGINES, install } from './engines.mjs'

const STARTING = 300_000

const known = Object.keys(ENGINES)
const names = process.argv.length > 2 ? process.argv.slice(2) : known
const unknown = names.find((name) => !known.includes(name))
if (unknown !== undefined) {
  console.error(`test:engines: ${unknown}: wanted ${known.join(' or ')}`)
  process.exit(2)
}
for (const name of names) {
  try {
    install(name)
    await testEngine(name)
  } catch (error) {
    console.error(`${name}: ${error.message}`)
    process.exitCode = 1
  }
}

async function testEngine(name) {
  const { program, model, makeModel, flags, env } = ENGINES[name]
  mkdirSync(dirname(model), { recursive: true })
  if (!existsSync(model)) makeModel(model)
  if (flags === undefined) return await runTests(name)
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
    await runTests(name, url)
  } finally {
    if (server.exitCode === null) {
      server.kill()
      await once(server, 'exit')
    }
  }
}

async function runTests(name, url) {
  const { variables, tests: files, program, model, env } = ENGINES[name]
  const values = { url, program, model }
  // Not spawnSync: a server whose log is not read stops.
  const tests = spawn('npx', ['vitest', 'run', ...files], {
    env: {
      ...process.env,
      ...env,
      ...Object.fromEntries(Object.entries(variables).map(([value, variable]) => [variable, values[value]])),
    },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  const [status] = await once(tests, 'exit')
  if (status !== 0) process.exitCode = 1
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
