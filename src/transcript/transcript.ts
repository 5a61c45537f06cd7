import {
  assertFitsContext,
  type ContextBudget,
  countSpans,
  fitsContext,
  keptOfOldestTurns,
  type TokenCount,
} from '../tokens/index.js'
import type { HarmonyEncoding } from '../encoding.js'
import { checkMessage, type Conversation, type Message, type Role } from '../message/index.js'
import { checkEncoding, type Deviation, type TurnEnd } from '../parse/index.js'
import type { ParsedMessage } from '../message/index.js'
import {
  appendMessage,
  bringsFunctionTools,
  checkHeaderOrder,
  type DropAnalysis,
  dropRuleOf,
  type HeaderOrder,
  openingOf,
  TokenCollector,
} from '../render/index.js'
import { History, keptMessages } from './history.js'
import { readSampledMessages, type CommitOptions } from './sampled-messages.js'
import { spanOf, type TokenizedMessage, type TranscriptSpan } from './tokenized-message.js'
import { readTranscriptJson, type TranscriptJson } from './transcript-json.js'

export interface TranscriptOptions {
  /** The messages to begin with. */
  readonly messages?: readonly Message[] | undefined
  /**
   * Which old reasoning `prefill` leaves out. Default `none`: nothing that the engine has seen ever changes. `completed-turns` is what the
   * format guide asks for, and costs the cache the turn that a final has just closed.
   */
  readonly dropAnalysis?: DropAnalysis | undefined
  /** How appended messages are rendered. Default `recipient-first`. */
  readonly headerOrder?: HeaderOrder | undefined
}

export interface PrefillOptions {
  /**
   * Tokens to end the prefill with, after `<|start|>` and the role: a header that forces a call, or the beginning of a
   * message to go on with. They become part of the first message that is committed. Default none.
   */
  readonly opening?: readonly number[] | undefined
}

export interface TranscriptPrefill {
  /** What to send to the engine. */
  readonly tokens: number[]
  /**
   * How many tokens at the beginning are the same as in what the engine saw last: the prefill before this one and the tokens committed
   * since. An engine's prefix cache holds about as many, in whole blocks.
   */
  readonly cachedPrefixLength: number
}

export interface CommittedTurn {
  /** The messages that the sampled tokens hold. */
  readonly messages: readonly ParsedMessage[]
  /** What had to be repaired to read them. */
  readonly deviations: readonly Deviation[]
  /** How the turn ended and what it cost. */
  readonly turn: TurnEnd
}

export interface TranscriptTokens {
  readonly tokens: readonly number[]
  /** In order. Together they cover the tokens exactly; a message that was dropped has none. */
  readonly spans: readonly TranscriptSpan[]
}

/**
 * A conversation that keeps, for each message, the tokens that stand for it: those of what a model sampled are not rendered anew.
 * `createTranscript` makes one.
 */
export class Transcript {
  readonly #encoding: HarmonyEncoding
  readonly #dropAnalysis: DropAnalysis
  readonly #headerOrder: HeaderOrder
  readonly #history: History
  /** How many messages a prefill has handed out: those are not rendered again. */
  #sentCount = 0
  #hasFunctionTools = false
  /** How the last prefill ended. */
  #open: { readonly role: Role; readonly opening: readonly number[] } | undefined

  /** @internal */
  constructor(
    encoding: HarmonyEncoding,
    { messages = [], dropAnalysis = 'none', headerOrder = 'recipient-first' }: TranscriptOptions,
  ) {
    checkHeaderOrder(headerOrder)
    this.#encoding = encoding
    this.#dropAnalysis = dropRuleOf({ dropAnalysis })
    this.#headerOrder = headerOrder
    this.#history = new History(this.#dropAnalysis, (message, i) =>
      this.#rendered(message, i, this.#hasFunctionTools),
    )
    this.#add(messages)
  }

  /**
   * The transcript that `toJSON` wrote down.
   *
   * @param json what `toJSON` gave, or its JSON text
   * @throws HarmonyError `invalid-json`, `invalid-conversation`, `unknown-role`
   *
   * @example
   * ```ts
   * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
   * import { createTranscript, Transcript } from 'gpt-oss-harmony/transcript'
   *
   * const encoding = loadHarmonyEncoding('HarmonyGptOss')
   * const transcript = createTranscript(encoding, { messages: [{ role: 'user', content: 'Hi' }] })
   * const { tokens } = transcript.prefill('assistant')
   * const restored = Transcript.fromJSON(encoding, JSON.stringify(transcript))
   * console.log(restored.prefill('assistant').cachedPrefixLength === tokens.length) // true
   * ```
   */
  static fromJSON(encoding: HarmonyEncoding, json: unknown): Transcript {
    checkEncoding(encoding, 'Transcript.fromJSON')
    const {
      dropAnalysis,
      headerOrder,
      pieces,
      sentCount,
      openRole,
      opening = [],
      seen,
    } = readTranscriptJson(json)
    const transcript = new Transcript(encoding, { dropAnalysis, headerOrder })
    transcript.#hasFunctionTools = pieces.some(({ message }) => bringsFunctionTools(message))
    transcript.#history.add(pieces)
    transcript.#sentCount = sentCount
    if (openRole !== null) transcript.#open = { role: openRole, opening }
    transcript.#history.restoreSeen(seen)
    return transcript
  }

  get encoding(): HarmonyEncoding {
    return this.#encoding
  }

  /**
   * Adds messages, all or, on an error, none. An open prefill is given up: `commit` wants a new one.
   *
   * A system message says whether there are function tools. Tools that come after a prefill has handed it out leave it as it is.
   *
   * @throws HarmonyError as `renderConversation`
   */
  append(...messages: readonly Message[]): void {
    this.#add(messages)
  }

  /** Takes a list, because a call holds some 120,000 arguments at most. */
  #add(messages: readonly Message[]): void {
    const history = this.#history
    const count = history.messages.length
    messages.forEach((message, i) => checkMessage(message, `messages[${count + i}]`))
    const hasFunctionTools = this.#hasFunctionTools || messages.some(bringsFunctionTools)
    const rendered = messages.map((message, i) => this.#rendered(message, count + i, hasFunctionTools))
    if (hasFunctionTools && !this.#hasFunctionTools) {
      for (let i = this.#sentCount; i < count; i++) {
        const { message, sampled } = history.messages[i]
        if (message.role === 'system' && !sampled) history.retokenize(i, this.#rendered(message, i, true))
      }
    }
    history.add(rendered)
    this.#hasFunctionTools = hasFunctionTools
    if (messages.length > 0) this.#open = undefined
  }

  /**
   * The tokens to send to the engine: the history, `<|start|>` and the next role. They begin with the last prefill and what was committed
   * since, token for token, a closing `<|return|>` apart, unless `dropAnalysis` left something out.
   *
   * @param nextRole `assistant` by default
   * @throws HarmonyError `unknown-role`
   */
  prefill(nextRole: Role = 'assistant', options: PrefillOptions = {}): TranscriptPrefill {
    const { opening, cachedPrefixLength } = this.open(nextRole, options)
    return { tokens: this.#history.tokens.concat(opening), cachedPrefixLength }
  }

  /**
   * Opens the next message as `prefill` does, for tokens that an engine has sampled before: without the tokens to send,
   * a turn costs the same however long the history is.
   *
   * @internal
   * @returns the prefill's last tokens, from `<|start|>` on, and its `cachedPrefixLength`
   */
  open(
    nextRole: Role,
    { opening = [] }: PrefillOptions = {},
  ): { readonly opening: readonly number[]; readonly cachedPrefixLength: number } {
    const whole = [...this.#roleOpening(nextRole), ...opening]
    const cachedPrefixLength = this.#history.open(whole)
    this.#sentCount = this.#history.messages.length
    this.#open = { role: nextRole, opening: [...opening] }
    return { opening: whole, cachedPrefixLength }
  }

  /**
   * Takes what the engine sampled after the last prefill into the history, as it is: a closing `<|return|>` becomes `<|end|>`, and a
   * terminator is added where there is none. A turn without a message leaves nothing.
   *
   * @throws HarmonyError `invalid-token`; with `onDeviation: 'error'` the first deviation's code. The transcript is then as it was
   * @throws TypeError where no prefill is open
   */
  commit(sampledTokens: Iterable<number>, options: CommitOptions = {}): CommittedTurn {
    if (this.#open === undefined)
      throw new TypeError('commit: no prefill is open, wanted one since the last append or commit')
    const { role, opening } = this.#open
    const sampled = [...sampledTokens]
    const { tokenized, messages, deviations, turn } = readSampledMessages(
      this.#encoding,
      sampled,
      role,
      this.#roleOpening(role),
      opening,
      options,
      {
        headerOrder: this.#headerOrder,
        conversationHasFunctionTools: this.#hasFunctionTools,
      },
    )
    this.#history.add(tokenized)
    this.#history.see(sampled)
    this.#open = undefined
    return { messages, deviations, turn }
  }

  /** The history's tokens, as a prefill has them before the next role, and where each message lies. */
  renderWithSpans(): TranscriptTokens {
    const kept = this.#kept(this.#history.messages)
    return { tokens: kept.flatMap(([, { tokens }]) => tokens), spans: spansOf(kept) }
  }

  /** How many tokens the history has, and on what they are spent. @param nextRole the role whose opening is to be counted too */
  countTokens(nextRole?: Role): TokenCount {
    return this.#countOf(this.#history.messages, nextRole)
  }

  /**
   * Forgets as many of the oldest turns as it takes for the next prefill to fit, as `dropOldestTurns` does with a conversation, and gives their
   * messages. An open prefill is given up where there are any.
   *
   * @throws TokenBudgetError where the last turn and what holds for all are too long alone; nothing is forgotten then
   * @throws RangeError as `fitsContext`
   */
  dropOldestTurns(budget: ContextBudget = {}): readonly Message[] {
    const { messages } = this.#history
    const opening = this.#roleOpening('assistant').length
    const kept = keptOfOldestTurns(this.toConversation().messages, (indexes) => {
      const left = this.#kept(indexes.map((i) => messages[i]))
      return fitsContext(
        left.reduce((length, [, { tokens }]) => length + tokens.length, opening),
        budget,
      )
    })
    const shortened = kept.map((i) => messages[i])
    assertFitsContext(this.#countOf(shortened, 'assistant'), budget)
    if (kept.length === messages.length) return []
    this.#history.keep(kept)
    this.#sentCount = kept.filter((i) => i < this.#sentCount).length
    this.#open = undefined
    const isKept = new Set(kept)
    return messages.filter((_, i) => !isKept.has(i)).map(({ message }) => message)
  }

  /** All messages, old reasoning included. */
  toConversation(): Conversation {
    return { messages: this.#history.messages.map(({ message }) => message) }
  }

  /** The transcript as plain JSON, for `Transcript.fromJSON`. */
  toJSON(): TranscriptJson {
    return {
      version: 1,
      dropAnalysis: this.#dropAnalysis,
      headerOrder: this.#headerOrder,
      pieces: this.#history.messages.slice(),
      sentCount: this.#sentCount,
      openRole: this.#open?.role ?? null,
      ...(this.#open !== undefined && this.#open.opening.length > 0 && { opening: this.#open.opening }),
      seen: this.#history.seen,
    }
  }

  #countOf(messages: readonly TokenizedMessage[], nextRole: Role | undefined): TokenCount {
    return countSpans(
      this.#encoding.tokenizer,
      messages.map(({ message }) => message),
      spansOf(this.#kept(messages)),
      nextRole,
      nextRole === undefined ? 0 : this.#roleOpening(nextRole).length,
    )
  }

  /** The messages that `dropAnalysis` leaves, with their indexes. */
  #kept(messages: readonly TokenizedMessage[]): (readonly [number, TokenizedMessage])[] {
    return keptMessages(messages, this.#dropAnalysis, (message, i) =>
      this.#rendered(message, i, this.#hasFunctionTools),
    )
  }

  #rendered(message: Message, messageIndex: number, conversationHasFunctionTools: boolean): TokenizedMessage {
    const tokens = new TokenCollector(this.#encoding.tokenizer)
    const options = { headerOrder: this.#headerOrder, conversationHasFunctionTools }
    appendMessage(message, `messages[${messageIndex}]`, tokens, options)
    return { message, tokens: tokens.finish(), sampled: false }
  }

  #roleOpening(role: Role): number[] {
    return openingOf(this.#encoding.tokenizer, role)
  }
}

/**
 * A transcript: appended messages are rendered, sampled ones keep their tokens, so that each prefill begins with the one before it and the
 * engine's prefix cache holds.
 *
 * @throws HarmonyError as `renderConversation`, for `messages`
 * @throws TypeError for an unknown option value
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { createTranscript } from 'gpt-oss-harmony/transcript'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const transcript = createTranscript(encoding, { messages: [{ role: 'user', content: 'Add 1 and 2.' }] })
 * console.log(transcript.prefill('assistant').tokens.length) // 13
 *
 * // What an engine might sample: the model writes the recipient behind the channel.
 * const text = '<|channel|>commentary to=functions.add <|constrain|>json<|message|>{"a": 1, "b": 2}<|call|>'
 * const { messages } = transcript.commit(encoding.encode(text, { allowedSpecial: 'all' }))
 * console.log(messages[0]?.recipient) // 'functions.add'
 *
 * transcript.append({ role: 'tool', name: 'functions.add', channel: 'commentary', content: '3' })
 * const { tokens, cachedPrefixLength } = transcript.prefill('assistant')
 * console.log(cachedPrefixLength, tokens.length) // 37 48
 * ```
 */
export function createTranscript(encoding: HarmonyEncoding, options: TranscriptOptions = {}): Transcript {
  checkEncoding(encoding, 'createTranscript')
  return new Transcript(encoding, options)
}

function spansOf(messages: readonly (readonly [number, TokenizedMessage])[]): TranscriptSpan[] {
  let offset = 0
  return messages.map(([messageIndex, message]) => {
    const span = spanOf(message, messageIndex, offset)
    offset += message.tokens.length
    return span
  })
}
