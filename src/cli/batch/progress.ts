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
  const columns = stderr.columns ?? 80
  const barSize = columns < 60 ? 10 : 20
  const bar = new SingleBar({
    stream: stderr as unknown as NodeJS.WritableStream,
    format: '[{bar}] {percentage} %  {text}',
    barsize: barSize,
    fps: 4,
    clearOnComplete: true,
    hideCursor: null,
    // The signals are the command's: it has a journal to write.
    gracefulExit: false,
  })
  bar.start(totalBytes, 0, { text: '' })
  return {
    update(values) {
      const { left, figures } = report(values)
      const text = fitting([left, ...figures], columns - barSize - '[] 100 %  '.length)
      bar.update(Math.min(values.bytesRead, totalBytes), { text })
    },
    stop: () => bar.stop(),
  }
}

/** As many of the parts as the width has room for, those that come first before those that follow. */
export function fitting(parts: readonly (string | undefined)[], width: number): string {
  let text = ''
  for (const part of parts) {
    if (part === undefined) continue
    const longer = text === '' ? part : `${text}, ${part}`
    if (longer.length < width) text = longer
  }
  return text
}

const SECONDS_BETWEEN_LINES = 10

function createLines(stderr: Output, report: (values: ProgressValues) => Report): Progress {
  let last = performance.now()
  return {
    update(values) {
      if (performance.now() - last < SECONDS_BETWEEN_LINES * 1000) return
      last = performance.now()
      const { percentage, figures, left } = report(values)
      stderr.write(`harmony: ${[percentage, ...figures, left].filter(Boolean).join(', ')}\n`)
    },
    stop() {},
  }
}

interface Report {
  readonly percentage: string | undefined
  readonly left: string | undefined
  /** The most important first. */
  readonly figures: readonly string[]
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
  const { lines, tokens, failed } = values
  const [lineRate, tokenRate] = ratesOf(lines - begun.lines, tokens - begun.tokens, seconds)
  return {
    percentage:
      totalBytes === undefined
        ? undefined
        : `${Math.floor((values.bytesRead / Math.max(1, totalBytes)) * 100)} %`,
    left: secondsLeft === undefined ? undefined : `${formatSeconds(secondsLeft)} left`,
    figures: [
      `${formatCount(lines)} lines`,
      ...(failed === 0 ? [] : [`${formatCount(failed)} failed`]),
      tokenRate,
      lineRate,
    ],
  }
}

export function formatRates(lines: number, tokens: number, seconds: number): string {
  return ratesOf(lines, tokens, seconds).join(', ')
}

function ratesOf(lines: number, tokens: number, seconds: number): readonly [string, string] {
  const perSecond = (count: number) => formatCount(Math.round(count / Math.max(seconds, 0.001)))
  return [`${perSecond(lines)} lines/s`, `${perSecond(tokens)} tokens/s`]
}

/** With a comma between thousands. @param count 0 or more */
export function formatCount(count: number): string {
  if (!Number.isSafeInteger(count)) return count.toLocaleString('en-US')
  // By hand, because the first call of `toLocaleString` takes 18 ms.
  let text = `${count}`
  for (let at = text.length - 3; at > 0; at -= 3) text = `${text.slice(0, at)},${text.slice(at)}`
  return text
}

/** `1 token`, `1,200 tokens`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}
