import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { actionAfter, type MessageKind } from '../turn/index.js'
import type { MessageExtent, TurnEnd, TurnUsage } from './events.js'

/** What a turn has come to so far, as plain JSON. */
export interface TallyState {
  readonly kinds: readonly MessageKind[]
  readonly stopToken: number | null
  readonly usage: Omit<TurnUsage, 'total'>
}

/** Counts what the messages of a turn cost, and knows how the turn ended. */
export class TurnTally {
  readonly #kinds: MessageKind[]
  readonly #usage: { -readonly [Part in keyof TallyState['usage']]: number }
  #stopToken: number | null

  constructor({ kinds, stopToken, usage }: TallyState = EMPTY) {
    this.#kinds = [...kinds]
    this.#stopToken = stopToken
    this.#usage = { ...usage }
  }

  messageEnded({ kind, tokens, stopToken }: MessageExtent): void {
    this.#kinds.push(kind)
    this.#stopToken = stopToken
    const part = USAGE_PARTS[kind]
    if (part !== undefined) this.#usage[part] += tokens.end - tokens.start
  }

  /** A stop token that ends no message, or `null` where the input ended in a header that makes none. */
  stoppedOn(token: number | null): void {
    this.#stopToken = token
  }

  /** @param isStopped whether a stop token ended the turn that is not among its tokens: then the messages tell which */
  end(total: number, isStopped: boolean): TurnEnd {
    const stopToken = isTurnStop(this.#stopToken) || !isStopped ? this.#stopToken : null
    return {
      action: actionAfter(this.#kinds, isStopped && stopToken === null ? SPECIAL_TOKENS.RETURN : stopToken),
      stopToken,
      usage: { total, ...this.#usage },
    }
  }

  toJSON(): TallyState {
    return { kinds: [...this.#kinds], stopToken: this.#stopToken, usage: { ...this.#usage } }
  }
}

const EMPTY: TallyState = {
  kinds: [],
  stopToken: null,
  usage: { reasoning: 0, calls: 0, preamble: 0, final: 0 },
}

const USAGE_PARTS: Partial<Record<MessageKind, keyof TallyState['usage']>> = {
  reasoning: 'reasoning',
  'tool-call': 'calls',
  preamble: 'preamble',
  final: 'final',
}

/** Whether a stop token ends the turn with its message. */
export function isTurnStop(token: number | null): boolean {
  return token !== null && token !== SPECIAL_TOKENS.END
}
