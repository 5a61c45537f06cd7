import { SingleBar } from 'cli-progress'
import { formatCount } from '../batch/progress.js'
import type { Output } from '../terminal.js'
import type { MeasuredRequest } from './measured-request.js'

export interface RequestProgress {
  add(request: Pick<MeasuredRequest, 'outputLength' | 'error'>): void
  stop(): void
}

const SECONDS_BETWEEN_LINES = 10

/** A bar on a terminal, a line every ten seconds elsewhere. */
export function createRequestProgress(stderr: Output, total: number): RequestProgress {
  let done = 0
  let failed = 0
  let tokens = 0
  const count = (request: Pick<MeasuredRequest, 'outputLength' | 'error'>): void => {
    done++
    tokens += request.outputLength
    if (request.error !== undefined) failed++
  }
  const text = () =>
    `${formatCount(done)} of ${formatCount(total)} requests, ${formatCount(tokens)} tokens` +
    (failed === 0 ? '' : `, ${formatCount(failed)} failed`)
  if (stderr.isTTY !== true) {
    let last = performance.now()
    return {
      add(request) {
        count(request)
        if (performance.now() - last < SECONDS_BETWEEN_LINES * 1000) return
        last = performance.now()
        stderr.write(`harmony: ${text()}\n`)
      },
      stop() {},
    }
  }
  const bar = new SingleBar({
    stream: stderr as unknown as NodeJS.WritableStream,
    format: '[{bar}] {percentage} %  {text}',
    barsize: 20,
    fps: 4,
    clearOnComplete: true,
    hideCursor: null,
    gracefulExit: false,
  })
  bar.start(total, 0, { text: '' })
  return {
    add(request) {
      count(request)
      bar.update(done, { text: text() })
    },
    stop: () => bar.stop(),
  }
}
