import { SingleBar } from 'cli-progress'
import type { Output } from '../terminal.js'

export interface ProgressValues {
  readonly lines: number
  readonly tokens: number
  readonly failed: number
  readonly bytesRead: number
}

export interface Progress {
  update(values: ProgressValues): void
  stop(): void
}

/** A bar on a terminal, a line every ten seconds elsewhere. @param totalBytes of all inputs; `undefined` where one has no end that is known */
export function createProgress(
  stderr: Output,
  totalBytes: number | undefined,
  begun: ProgressValues,
): Progress {
  const start = performance.now()
  const report = (values: ProgressValues): Report =>
    reportOf(values, begun, totalBytes, (performance.now() - start) / 1000)
  return stderr.isTTY === true && totalBytes !== undefined
    ? createBar(stderr, totalBytes, report)
    : createLines(stderr, report)
}

function createBar(stderr: Output, totalBytes: number, report: (values: ProgressValues) => Report): Progress {
  const bar = new SingleBar({
    stream: stderr as unknown as NodeJS.WritableStream,
    format: '[{bar}] {percentage} %  {text}',
    barsize: 20,
    fps: 4,
    clearOnComplete: true,
    hideCursor: null,
    // The signals are the command's: it has a journal to write.
    gracefulExit: false,
  })
  bar.start(totalBytes, 0, { text: '' })
  return {
    update(values) {
      const { rates, left } = report(values)
      bar.update(Math.min(values.bytesRead, totalBytes), { text: [left, rates].filter(Boolean).join('  ') })
    },
    stop: () => bar.stop(),
  }
}

const SECONDS_BETWEEN_LINES = 10

function createLines(stderr: Output, report: (values: ProgressValues) => Report): Progress {
  let last = performance.now()
  return {
    update(values) {
      if (performance.now() - last < SECONDS_BETWEEN_LINES * 1000) return
      last = performance.now()
      const { percentage, rates, left } = report(values)
      stderr.write(`harmony: ${[percentage, rates, left].filter(Boolean).join(', ')}\n`)
    },
    stop() {},
  }
}

interface Report {
  readonly percentage: string | undefined
  readonly rates: string
  readonly left: string | undefined
}

function reportOf(
  values: ProgressValues,
  begun: ProgressValues,
  totalBytes: number | undefined,
  seconds: number,
): Report {
  const bytes = values.bytesRead - begun.bytesRead
  const secondsLeft =
    totalBytes === undefined || bytes === 0 ? undefined : ((totalBytes - values.bytesRead) / bytes) * seconds
  const failed = values.failed === 0 ? '' : `, ${formatCount(values.failed)} failed`
  return {
    percentage:
      totalBytes === undefined
        ? undefined
        : `${Math.floor((values.bytesRead / Math.max(1, totalBytes)) * 100)} %`,
    rates: `${formatCount(values.lines)} lines${failed}, ${formatRates(values.lines - begun.lines, values.tokens - begun.tokens, seconds)}`,
    left: secondsLeft === undefined ? undefined : `${formatSeconds(secondsLeft)} left`,
  }
}

export function formatRates(lines: number, tokens: number, seconds: number): string {
  const time = Math.max(seconds, 0.001)
  return `${formatCount(Math.round(lines / time))} lines/s, ${formatCount(Math.round(tokens / time))} tokens/s`
}

/** With a comma between thousands. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}
