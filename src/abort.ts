/** Returns what the promise comes to, or throws the signal's reason as soon as it aborts, without waiting. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // Nobody else looks at a promise that lost, and its failure is no news.
  promise.catch(() => {})
  let onAbort: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    // The reason is what the caller gave to `abort`, an error as a rule.
    onAbort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort)
  })
  try {
    signal.throwIfAborted()
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort!)
  }
}

/** Waits for promises, one after the other, as {@link unlessAborted} does, with one listener for all of them. */
export class AbortableWait {
  readonly #signal: AbortSignal
  #reject: ((reason: unknown) => void) | undefined
  /** Asked for each token: the signal's own answer costs more. */
  #isAborted: boolean
  readonly #onAbort = () => {
    this.#isAborted = true
    this.#reject?.(this.#signal.reason)
  }

  constructor(signal: AbortSignal) {
    this.#signal = signal
    this.#isAborted = signal.aborted
    signal.addEventListener('abort', this.#onAbort)
  }

  for<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#reject = reject
      promise.then(resolve, reject)
      if (this.#isAborted) this.#onAbort()
    })
  }

  /** Stops to listen. */
  end(): void {
    this.#signal.removeEventListener('abort', this.#onAbort)
  }
}
