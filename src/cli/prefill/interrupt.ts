import process from 'node:process'

/** A wish to stop: SIGINT or SIGTERM. The second one ends the process at once. */
export interface Interrupt {
  /** What `promise` gives, or {@link INTERRUPTED} where the wish comes first, or has come. */
  orElse<T>(promise: Promise<T>): Promise<T | typeof INTERRUPTED>
  dispose(): void
}

export const INTERRUPTED = Symbol('interrupted')

export function listenForInterrupt(): Interrupt {
  let isRequested = false
  let interrupt: ((value: typeof INTERRUPTED) => void) | undefined
  const listener = (): void => {
    dispose()
    isRequested = true
    interrupt?.(INTERRUPTED)
  }
  const dispose = (): void => {
    for (const signal of SIGNALS) process.off(signal, listener)
  }
  for (const signal of SIGNALS) process.on(signal, listener)
  return {
    // Not Promise.race with one promise for the whole run, which would hold on to every result that it was ever raced with.
    orElse: (promise) =>
      new Promise((resolve, reject) => {
        interrupt = resolve
        if (isRequested) resolve(INTERRUPTED)
        promise.then(resolve, reject)
      }),
    dispose,
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
