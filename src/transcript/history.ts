import { invalidConversation, type Message } from '../message/index.js'
import { AnalysisDrop, type DropAnalysis, dropAnalysisBefore } from '../render/index.js'
import { isRenderable, isSoundSeam, type TokenizedMessage } from './tokenized-message.js'

/** Renders the message that stands at an index of the conversation. */
export type RenderMessage = (message: Message, messageIndex: number) => TokenizedMessage

/** What the engine saw last: so many of the history's tokens, then these. */
export interface SeenTokens {
  readonly shared: number
  readonly rest: readonly number[]
}

/**
 * A transcript's messages, the tokens of those that are kept, and what the engine saw last of them. The tokens
 * are laid out once: adding messages costs what the messages cost, however long the history is, and so does
 * comparing with what the engine saw.
 *
 *   laid out   … <|start|>user<|message|>Hi<|end|> <|start|>assistant<|channel|>final<|message|>Hello<|end|>
 *   seen       … <|start|>user<|message|>Hi<|end|> <|start|>assistant<|channel|>final<|message|>Hello<|return|>
 *              ^ shared                           ^ rest
 */
export class History {
  readonly #rule: DropAnalysis
  readonly #render: RenderMessage
  #messages: TokenizedMessage[] = []
  #drop: AnalysisDrop
  readonly #tokens: number[] = []
  /** Where the messages that are laid out start in `#tokens`. */
  readonly #starts: number[] = []
  /** The messages were laid out without the analysis before this index. */
  #droppedBefore = 0
  #sharedLength = 0
  #rest: number[] = []

  constructor(rule: DropAnalysis, render: RenderMessage) {
    this.#rule = rule
    this.#render = render
    this.#drop = new AnalysisDrop(rule)
  }

  get messages(): readonly TokenizedMessage[] {
    return this.#messages
  }

  add(messages: readonly TokenizedMessage[]): void {
    for (const added of messages) {
      this.#messages.push(added)
      this.#drop.add(added.message)
    }
  }

  /** Puts other tokens in the place of a message's. */
  retokenize(index: number, message: TokenizedMessage): void {
    this.#messages[index] = message
    this.#forgetLayoutFrom(index)
  }

  /** Forgets all messages but those at these indexes. */
  keep(indexes: readonly number[]): void {
    const all = this.#messages
    this.#forgetLayoutFrom(0)
    this.#messages = []
    this.#drop = new AnalysisDrop(this.#rule)
    this.add(indexes.map((i) => all[i]))
  }

  /** Appends to what the engine has seen. */
  see(tokens: readonly number[]): void {
    for (const token of tokens) this.#rest.push(token)
  }

  /** The tokens of the messages that are kept. */
  get tokens(): readonly number[] {
    this.#layOut()
    return this.#tokens
  }

  /**
   * Notes that the engine sees the tokens and then `opening`.
   *
   * @returns how many of them it saw last time
   */
  open(opening: readonly number[]): number {
    const { tokens } = this
    const rest = this.#rest
    let length = matchLength(rest, tokens, this.#sharedLength)
    if (this.#sharedLength + length === tokens.length) length += matchLength(rest.slice(length), opening, 0)
    const cachedPrefixLength = this.#sharedLength + length
    this.#sharedLength = tokens.length
    this.#rest = [...opening]
    return cachedPrefixLength
  }

  get seen(): SeenTokens {
    this.#layOut()
    const length = matchLength(this.#rest, this.#tokens, this.#sharedLength)
    return { shared: this.#sharedLength + length, rest: this.#rest.slice(length) }
  }

  /** @throws HarmonyError `invalid-conversation` if fewer tokens are kept than are said to be shared */
  restoreSeen({ shared, rest }: SeenTokens): void {
    this.#layOut()
    const { length } = this.#tokens
    if (shared > length)
      throw invalidConversation('seen.shared', shared, `a whole number from 0 to ${length}`)
    this.#sharedLength = shared
    this.#rest = [...rest]
  }

  /** Lays out what was added or changed. */
  #layOut(): void {
    const { before } = this.#drop
    if (before !== this.#droppedBefore) {
      // The message before one that is dropped now may have to be rendered anew.
      this.#forgetLayoutFrom(Math.max(0, Math.min(before, this.#droppedBefore) - 1))
      this.#droppedBefore = before
    }
    for (let i = this.#starts.length; i < this.#messages.length; i++) {
      this.#starts.push(this.#tokens.length)
      const kept = keptMessage(this.#messages, i, before, this.#render)
      if (kept !== undefined) for (const token of kept.tokens) this.#tokens.push(token)
    }
  }

  #forgetLayoutFrom(index: number): void {
    if (index >= this.#starts.length) return
    const start = this.#starts[index]
    if (this.#sharedLength > start) {
      this.#rest = this.#tokens.slice(start, this.#sharedLength).concat(this.#rest)
      this.#sharedLength = start
    }
    this.#tokens.length = start
    this.#starts.length = index
  }
}

/** The messages that `rule` leaves, with their indexes. */
export function keptMessages(
  messages: readonly TokenizedMessage[],
  rule: DropAnalysis,
  render: RenderMessage,
): (readonly [number, TokenizedMessage])[] {
  const dropBefore = dropAnalysisBefore(
    messages.map(({ message }) => message),
    rule,
  )
  return messages.flatMap((_, i) => {
    const kept = keptMessage(messages, i, dropBefore, render)
    return kept === undefined ? [] : [[i, kept] as const]
  })
}

/** The message at an index; `undefined` if it is dropped. */
function keptMessage(
  messages: readonly TokenizedMessage[],
  index: number,
  dropBefore: number,
  render: RenderMessage,
): TokenizedMessage | undefined {
  const isDropped = (i: number): boolean => i < dropBefore && messages[i].message.channel === 'analysis'
  if (isDropped(index)) return undefined
  // Where a model left out the markers between a message and one that is dropped, what stays would lack an end or a beginning.
  const isTorn = (left: number, right: number, neighbour: number): boolean =>
    neighbour in messages && isDropped(neighbour) && !isSoundSeam(messages[left], messages[right])
  const kept = messages[index]
  const isRenderedAnew =
    isRenderable(kept.message) && (isTorn(index - 1, index, index - 1) || isTorn(index, index + 1, index + 1))
  return isRenderedAnew ? render(kept.message, index) : kept
}

/** How many tokens of `part` stand in `whole` from `offset` on. */
function matchLength(part: readonly number[], whole: readonly number[], offset: number): number {
  let length = 0
  while (length < part.length && offset + length < whole.length && part[length] === whole[offset + length])
    length++
  return length
}
