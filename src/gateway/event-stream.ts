import { clientGone } from './api-error.js'

/** Takes text for the client. A promise is to be awaited: the client reads slower than text is made. */
export type Send = (text: string) => Promise<void> | undefined

export interface EventStreamOptions {
  /** Makes the stream's text. The signal aborts when the client is gone. */
  readonly produce: (send: Send) => Promise<void>
  /** Called when the client is gone before the end. */
  readonly onGone: (reason: unknown) => void
  /** Takes a promise that is settled when the text has all been made. */
  readonly hold: (running: Promise<unknown>) => void
}

/** Text is sent in pieces of about this size, or as much as there is when the event loop comes round. */
const PIECE_LENGTH = 16_384
/** Proxies close connections on which nothing moves. */
const KEEP_ALIVE_MS = 15_000

/**
 * Returns a response of server-sent events. Events of one round of the event loop are sent together: a write
 * each would cost more than everything else.
 */
export function eventStream({ produce, onGone, hold }: EventStreamOptions): Response {
  const encoder = new TextEncoder()
  let buffer = ''
  let isScheduled = false
  let isOver = false
  let onRead: (() => void) | undefined
  let keepAlive: ReturnType<typeof setInterval> | undefined

  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const flush = () => {
        isScheduled = false
        if (isOver || buffer === '') return
        controller.enqueue(encoder.encode(buffer))
        buffer = ''
      }
      const send: Send = (text) => {
        buffer += text
        if (buffer.length < PIECE_LENGTH) {
          if (!isScheduled) {
            isScheduled = true
            soon(flush)
          }
          return undefined
        }
        flush()
        return new Promise((resolve) => {
          // An engine that never waits would keep the event loop from everything else.
          soon(() => {
            if (isOver || (controller.desiredSize ?? 0) > 0) resolve()
            else onRead = resolve
          })
        })
      }
      keepAlive = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(': keep-alive\n\n'))
      }, KEEP_ALIVE_MS)
      const running = produce(send)
        .then(() => {
          flush()
          if (!isOver) controller.close()
        })
        .catch((error: unknown) => {
          if (!isOver) controller.error(error)
        })
        .finally(() => {
          isOver = true
          clearInterval(keepAlive)
        })
      hold(running)
    },
    pull() {
      onRead?.()
      onRead = undefined
    },
    cancel() {
      isOver = true
      buffer = ''
      clearInterval(keepAlive)
      onRead?.()
      onGone(clientGone())
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
    },
  })
}

/** Runs a callback in the next round of the event loop; Node's `setImmediate` comes round sooner than a timer. */
const soon: (callback: () => void) => void =
  (globalThis as { setImmediate?: (callback: () => void) => void }).setImmediate ??
  ((callback) => setTimeout(callback, 0))
