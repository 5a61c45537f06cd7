/** How many values wait for the consumer at most. */
const MOST = 64

/**
 * Reads an iteration ahead of its consumer, who takes together what is there: a promise for each value in each layer
 * above would cost more than all that is done with it (`node bench/gateway.mjs`).
 */
export class ReadAhead<T> {
  readonly #values: AsyncIterator<T>
  readonly #signal: AbortSignal
  #ready: T[] = []
  #isOver = false
  #failure: { readonly error: unknown } | undefined
  /** Called when there is something to take. */
  #wake: () => void = () => {}
  /** Called when there is room to read on. */
  #readOn: () => void = () => {}

  constructor(values: AsyncIterable<T>, signal: AbortSignal) {
    this.#values = values[Symbol.asyncIterator]()
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort)
    void this.#read()
  }

  /**
   * Returns what is there, and waits if that is nothing; an empty list is the end.
   *
   * @throws the signal's reason as soon as it aborts, even if the iteration hangs
   * @throws what the iteration threw, after all that came before it
   */
  async take(): Promise<readonly T[]> {
    this.#signal.throwIfAborted()
    if (this.#ready.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
      this.#signal.throwIfAborted()
    }
    const taken = this.#ready
    if (taken.length === 0 && this.#failure !== undefined) throw this.#failure.error
    this.#ready = []
    this.#readOn()
    return taken
  }

  /** Ends the iteration, unless it has ended. */
  leave(): void {
    this.#signal.removeEventListener('abort', this.#onAbort)
    if (this.#isOver) return
    // Not awaited: an iteration that hangs would hang its consumer. What it throws now is of no interest.
    void Promise.resolve(this.#values.return?.()).catch(() => {})
  }

  async #read(): Promise<void> {
    try {
      for (;;) {
        const step = await this.#values.next()
        if (step.done) break
        this.#ready.push(step.value)
        this.#wake()
        if (this.#ready.length >= MOST) await new Promise<void>((resolve) => (this.#readOn = resolve))
      }
    } catch (error) {
      this.#failure = { error }
    }
    this.#isOver = true
    this.#wake()
  }

  readonly #onAbort = () => this.#wake()
}
