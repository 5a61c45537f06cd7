// The gateway under load, over an engine that replays at full speed: `node bench/gateway.mjs [STREAMS] [TOKENS]`.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { replayEngine } from '../dist/engines/index.js'
import { createGateway } from '../dist/gateway/index.js'

const [streams = 200, tokens = 2_000] = process.argv.slice(2).map(Number)
const completion = {
  token_ids: [
    200005,
    17196,
    200008,
    ...Array.from({ length: tokens - 4 }, (_, i) => 1000 + (i % 5000)),
    200002,
  ],
}
const engine = replayEngine([completion])

async function bare() {
  let count = 0
  for await (const chunk of engine.generate([], { stop: [200002] })) count += chunk.tokens.length
  return count
}

function throughGateway(gateway) {
  return async () => {
    const response = await gateway(
      new Request('http://gateway.test/v1/chat/completions', {
        method: 'POST',
        body: JSON.stringify({ messages: [{ role: 'user', content: 'Go on.' }], stream: true }),
      }),
    )
    let last = ''
    for await (const piece of response.body) last = (last + Buffer.from(piece).toString()).slice(-20)
    if (!last.endsWith('data: [DONE]\n\n')) throw new Error(`the stream ended with ${last}`)
    return tokens
  }
}

async function measure(name, run) {
  global.gc?.()
  const before = process.memoryUsage().rss
  let most = before
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20)
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const start = performance.now()
  const ends = await Promise.all(
    Array.from({ length: streams }, async () => {
      await run()
      return performance.now() - start
    }),
  )
  const seconds = (performance.now() - start) / 1000
  delay.disable()
  clearInterval(timer)
  console.log(
    `${name}: ${Math.round((streams * tokens) / seconds / 1000)}k tokens/s, ` +
      `${Math.round((most - before) / streams / 1024)} kB a stream, ` +
      `event loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(0)} ms, ` +
      `first stream ended after ${(Math.min(...ends) / 1000).toFixed(2)} s, last after ${seconds.toFixed(2)} s`,
  )
}

const gateway = createGateway({ engine, limits: { concurrency: streams } })
await throughGateway(gateway)()
await measure('engine alone', bare)
await measure('through the gateway', throughGateway(gateway))
await gateway.close()
