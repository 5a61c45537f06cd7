import { constants } from 'node:os'
import process from 'node:process'

/** That a signal has come, which wants the run to stop in good order. */
export class Interrupted {
  /** As a shell gives it for a program that a signal has ended. */
  readonly exitCode: number

  constructor(signal: NodeJS.Signals) {
    this.exitCode = 128 + constants.signals[signal]
  }
}

/** Waits for a signal. The second one ends the process at once. */
export interface Interrupt {
  /** What `promise` gives, or {@link Interrupted} where the signal comes first, or has come. */
  orElse<T>(promise: Promise<T>): Promise<T | Interrupted>
  dispose(): void
}

export function listenForInterrupt(): Interrupt {
  let interrupted: Interrupted | undefined
  let interrupt: ((value: Interrupted) => void) | undefined
  const listener = (signal: NodeJS.Signals): void => {
    dispose()
    interrupted = new Interrupted(signal)
    interrupt?.(interrupted)
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
        if (interrupted !== undefined) resolve(interrupted)
        promise.then(resolve, reject)
      }),
    dispose,
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
