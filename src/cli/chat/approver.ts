import type { KnownTool } from '../../tools/index.js'
import type { ToolCall } from '../../turn/index.js'
import type { Keyboard } from './keyboard.js'
import type { Screen } from './screen.js'

export interface ApproverOptions {
  /** Whether every call is allowed without a question. */
  readonly allowsAll: boolean
  /** Where questions are answered. Without it, every call is refused. */
  readonly keyboard: Keyboard | undefined
}

/** Decides whether a call may run: shows it, and asks. One question at a time, although calls come together. */
export class Approver {
  readonly #screen: Screen
  readonly #options: ApproverOptions
  /** Tools that are always allowed. */
  readonly #allowed = new Set<string>()
  #settled: Promise<unknown> = Promise.resolve()

  constructor(screen: Screen, options: ApproverOptions) {
    this.#screen = screen
    this.#options = options
  }

  /** Resolves when no question is open. */
  get settled(): Promise<unknown> {
    return this.#settled
  }

  approve(call: ToolCall, tool: KnownTool, signal: AbortSignal): Promise<boolean> {
    const decision = this.#settled.then(() => this.#decide(call, tool.recipient, signal))
    this.#settled = decision
    return decision
  }

  async #decide(call: ToolCall, tool: string, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false
    const { allowsAll, keyboard } = this.#options
    this.#screen.showCall(call)
    if (allowsAll || this.#allowed.has(tool)) return true
    if (keyboard === undefined) {
      this.#screen.notice('refused: there is no terminal to ask; --yes allows all calls')
      return false
    }
    for (;;) {
      const answer = await keyboard.ask('Run it? yes, no, always (y/n/a): ', signal)
      switch (answer?.trim().toLowerCase()) {
        case 'y':
        case 'yes':
          return true
        case 'a':
        case 'always':
          this.#allowed.add(tool)
          return true
        case 'n':
        case 'no':
        case undefined:
          return false
      }
    }
  }
}
