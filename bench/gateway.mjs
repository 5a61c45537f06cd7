// The gateway under load, over an engine that replays: `node bench/gateway.mjs [STREAMS] [TOKENS] [ROUNDS]`. The server
// is `harmony serve` in a process of its own; this one reads its streams. Throughput counts the server's processor time,
// as other work on the machine, this client included, takes none of it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { replayEngine } from '../dist/engines/index.js'
import { createGateway } from '../dist/gateway/index.js'
import { median } from './processes.mjs'

const [streams = 200, tokens = 2_000, rounds = 5] = process.argv.slice(2).map(Number)
const path = (file) => fileURLToPath(new URL(file, import.meta.url))
const token_ids = [
  200005,
  17196,
  200008,
  ...Array.from({ length: tokens - 4 }, (_, i) => 1000 + (i % 5000)),
  200002,
]
const body = JSON.stringify({ messages: [{ role: 'user', content: 'Go on.' }], stream: true })
const all = (run) => Promise.all(Array.from({ length: streams }, run))

/** Tokens a second of this process's processor time. */
async function inProcess(run) {
  const before = process.cpuUsage()
  await all(run)
  const { user, system } = process.cpuUsage(before)
  return (streams * tokens) / ((user + system) / 1e6)
}

const engine = replayEngine([{ token_ids }])
const gateway = createGateway({ engine, limits: { concurrency: streams } })

async function bare() {
  for await (const chunk of engine.generate([], { stop: [200002] })) void chunk
}

async function answered() {
  const url = 'http://gateway.test/v1/chat/completions'
  const response = await gateway(new Request(url, { method: 'POST', body }))
  for await (const piece of response.body) void piece
}

/** Starts `harmony serve`; `ask` has its probe answer. */
async function startServer(completion) {
  const folder = mkdtempSync(join(tmpdir(), 'harmony-bench-'))
  const completions = join(folder, 'completions.jsonl')
  const config = join(folder, 'config.json')
  writeFileSync(completions, `${JSON.stringify(completion)}\n`)
  writeFileSync(
    config,
    JSON.stringify({ engine: 'replay', completions, port: 0, limits: { concurrency: streams } }),
  )
  const server = spawn(
    process.execPath,
    [
      '--expose-gc',
      '--import',
      path('gateway-probe.mjs'),
      path('../dist/cli/main.js'),
      'serve',
      '--config',
      config,
    ],
    { stdio: ['ignore', 'pipe', 'ignore', 'ipc'] },
  )
  const [line] = await once(createInterface(server.stdout), 'line')
  const { port } = new URL(JSON.parse(line).url)
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity })
  return {
    async ask(question) {
      const answer = once(server, 'message')
      server.send(question)
      return (await answer)[0]
    },
    /** Reads a stream to its end; returns when that was, and the longest time that nothing came. */
    read: () =>
      new Promise((resolve, reject) => {
        let last = ''
        let seenAt = performance.now()
        let longestGapMs = 0
        const options = { port, agent, method: 'POST', path: '/v1/chat/completions' }
        request(options, (response) => {
          response.on('data', (piece) => {
            const now = performance.now()
            longestGapMs = Math.max(longestGapMs, now - seenAt)
            seenAt = now
            last = (last + piece.subarray(-20).toString('latin1')).slice(-20)
          })
          response.on('end', () => {
            if (last.endsWith('data: [DONE]\n\n')) resolve({ endedAt: seenAt, longestGapMs })
            else reject(new Error(`the stream ended with ${last}`))
          })
        })
          .on('error', reject)
          .end(body)
      }),
    async stop() {
      const exited = once(server, 'exit')
      agent.destroy()
      server.kill()
      await exited
      rmSync(folder, { recursive: true })
    },
  }
}

const figures = { bare: [], answered: [], served: [] }
const server = await startServer({ token_ids })
let load
for (let round = -1; round < rounds; round++) {
  const bareSpeed = await inProcess(bare)
  const answeredSpeed = await inProcess(answered)
  const before = await server.ask('reset')
  const startedAt = performance.now()
  const ends = await all(server.read)
  const after = await server.ask('usage')
  if (round < 0) continue
  figures.bare.push(bareSpeed)
  figures.answered.push(answeredSpeed)
  figures.served.push((streams * tokens) / (after.processorSeconds - before.processorSeconds))
  const seconds = ends.map(({ endedAt }) => (endedAt - startedAt) / 1000)
  load = {
    ...after.delayMs,
    firstEnd: Math.min(...seconds),
    lastEnd: Math.max(...seconds),
    gap: Math.max(...ends.map(({ longestGapMs }) => longestGapMs)),
  }
}
await server.stop()
await gateway.close()

// Memory: streams that are all open, each token a while after the last one, measured when most are there.
const slow = await startServer({ token_ids, delay_ms: 5 })
await all(slow.read)
const idle = await slow.ask('memory')
let isOver = false
let most = idle.liveBytes
const reading = all(slow.read).then(() => (isOver = true))
while (!isOver) {
  await new Promise((resolve) => setTimeout(resolve, 500))
  const { liveBytes } = await slow.ask('memory')
  if (!isOver) most = Math.max(most, liveBytes)
}
await reading
await slow.stop()

const thousands = (values) => `${Math.round(median(values) / 1000)}k tokens a second of processor time`
console.log(`Node ${process.version}, ${streams} streams of ${tokens} tokens, medians of ${rounds} rounds
engine alone:         ${thousands(figures.bare)}
gateway, in process:  ${thousands(figures.answered)}
harmony serve, HTTP:  ${thousands(figures.served)}
memory a stream:      ${Math.round((most - idle.liveBytes) / streams / 1000)} kB live at most, each answer of ${tokens} tokens
event loop delay:     median ${load.median.toFixed(1)} ms, p99 ${load.p99.toFixed(0)} ms, most ${load.most.toFixed(0)} ms
streams end:          after ${load.firstEnd.toFixed(2)} to ${load.lastEnd.toFixed(2)} s; longest gap within one ${load.gap.toFixed(0)} ms`)
