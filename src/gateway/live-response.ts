import type { ResponseEvent, ResponsesStream } from '../responses/index.js'
import type { StoredResponse } from './store.js'

/** A response that is being made in the background, with its events for whoever follows it. */
export class LiveResponse {
  readonly events: ResponseEvent[] = []
  readonly #stream: ResponsesStream
  readonly #inputItems: readonly unknown[]
  readonly #abort: (reason: unknown) => void
  #isOver = false
  #wake: () => void = () => {}
  #changed = new Promise<void>((resolve) => (this.#wake = resolve))
  /** Whether a client has cancelled it. */
  isCancelled = false

  constructor(stream: ResponsesStream, inputItems: readonly unknown[], abort: (reason: unknown) => void) {
    this.#stream = stream
    this.#inputItems = inputItems
    this.#abort = abort
  }

  /** The response as it is now; a store may have dropped it for newer ones. */
  get stored(): StoredResponse {
    return { response: this.#stream.response, inputItems: this.#inputItems, events: this.events }
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
