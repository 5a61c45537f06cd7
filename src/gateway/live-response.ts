import type { ResponseEvent, ResponseObject, ResponsesStream } from '../responses/index.js'

/** A response that is being made in the background, with its events for whoever follows it. */
export class LiveResponse {
  readonly events: ResponseEvent[] = []
  readonly #stream: ResponsesStream
  readonly #abort: (reason: unknown) => void
  #isOver = false
  #wake: () => void = () => {}
  #changed = new Promise<void>((resolve) => (this.#wake = resolve))
  /** Whether a client has cancelled it. */
  isCancelled = false

  constructor(stream: ResponsesStream, abort: (reason: unknown) => void) {
    this.#stream = stream
    this.#abort = abort
  }

  /** The response as it is now. */
  get response(): ResponseObject {
    return this.#stream.response
  }

  add(events: readonly ResponseEvent[]): void {
    for (const event of events) this.events.push(event)
    this.#notify()
  }

  end(): void {
    this.#isOver = true
    this.#notify()
  }

  cancel(): void {
    this.isCancelled = true
    this.#abort(new Error('the response was cancelled'))
  }

  /** Returns the events after a number, up to the end, as they come. */
  async *follow(startingAfter: number): AsyncGenerator<ResponseEvent> {
    for (let next = startingAfter + 1; ;) {
      const changed = this.#changed
      while (next < this.events.length) yield this.events[next++]
      if (this.#isOver) return
      await changed
    }
  }

  /** Resolves when the response is over. */
  async ended(): Promise<void> {
    while (!this.#isOver) await this.#changed
  }

  #notify(): void {
    const wake = this.#wake
    this.#changed = new Promise((resolve) => (this.#wake = resolve))
    wake()
  }
}
