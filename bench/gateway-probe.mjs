// Preloaded into `harmony serve` by bench/gateway.mjs: answers with what the process has used.
import { monitorEventLoopDelay } from 'node:perf_hooks'

// Delays are counted from 1 ms, which the timer itself waits.
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()

process.on('message', (question) => {
  if (question === 'reset') delay.reset()
  if (question === 'memory') globalThis.gc()
  const { heapUsed, external, rss } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  process.send({
    liveBytes: heapUsed + external,
    rss,
    processorSeconds: (user + system) / 1e6,
    delayMs: {
      median: delay.percentile(50) / 1e6,
      p99: delay.percentile(99) / 1e6,
      most: delay.max / 1e6,
    },
  })
})
// The channel to the bench does not keep the server alive.
process.channel.unref()
