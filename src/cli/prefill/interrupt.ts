import process from 'node:process'

/** A wish to stop: SIGINT or SIGTERM. The second one ends the process at once. */
export interface Interrupt {
  readonly requested: Promise<typeof INTERRUPTED>
  dispose(): void
}

export const INTERRUPTED = Symbol('interrupted')

export function listenForInterrupt(): Interrupt {
  let request: (value: typeof INTERRUPTED) => void
  const requested = new Promise<typeof INTERRUPTED>((resolve) => {
    request = resolve
  })
  const listener = (): void => {
    dispose()
    request(INTERRUPTED)
  }
  const dispose = (): void => {
    for (const signal of SIGNALS) process.off(signal, listener)
  }
  for (const signal of SIGNALS) process.on(signal, listener)
  return { requested, dispose }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
