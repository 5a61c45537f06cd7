import { HarmonyError, quote } from '../errors.js'
import type { MessageHeader, ParsedMessage, Role } from '../message/index.js'
import { checkedRole } from './checked-role.js'
import type { Deviation, MessageExtent, ParserEvent, TurnEnd } from './events.js'
import { checkEncoding, type ParsingEncoding } from './parsing-encoding.js'
import { RecoveryReading, type RecoveryState } from './recovery-reading.js'

export interface ReadingOptions {
  /** The role whose header the prefill left open; `null` when the tokens start with `<|start|>` or a message's text. Default `assistant`. */
  readonly role?: Role | null | undefined
  /**
   * The tokens that the prompt holds behind its last `<|start|>assistant`: the header that forces a call, or the
   * beginning of a message to go on with. Indexes and usage do not count them. Default none.
   */
  readonly prefill?: readonly number[] | undefined
  /**
   * Names of the tools that can be called, with or without `functions.`. Given them, a content type that ran into a
   * name (`functions.shelljson`) is taken off it, and a name that stands in the wrong place is a recipient.
   */
  readonly tools?: Iterable<string> | undefined
  /** `report` repairs what breaks the grammar and tells; `error` throws instead. Default `report`. */
  readonly onDeviation?: 'report' | 'error' | undefined
}

export interface ParserOptions extends ReadingOptions {
  readonly onEvent: (event: ParserEvent) => void
  /** What `toJSON` of another parser gave: this one goes on where that one stood. `role` and `prefill` are in it. */
  readonly state?: ParserState | undefined
}

/** Where a parser stands, as plain JSON. Only a parser of the same version reads it. */
export interface ParserState extends RecoveryState {
  readonly version: 1
}

export interface Parser {
  /**
   * Reads one token or several. How the tokens are cut into calls changes nothing but how a message's content is
   * divided into deltas: there is one for each message and call.
   *
   * @throws HarmonyError `invalid-token` for a number that is no token; with `onDeviation: 'error'` the deviation's code. A parser that threw is of no
   * further use
   * @throws TypeError after `end`
   */
  push(tokens: number | Iterable<number>): void
  /**
   * The input is over. `stopped: true` says that the engine stopped on a stop token that it kept to itself.
   *
   * @throws TypeError on the second call
   */
  end(options?: { readonly stopped?: boolean | undefined }): void
  /** Where the parser stands between two calls, to go on in another process with the option `state`. */
  toJSON(): ParserState
  /** The open message's header; `undefined` where none is open. */
  readonly header: MessageHeader | undefined
  /** The open message's content so far. */
  readonly content: string
  /** Sampled tokens read so far. */
  readonly tokenCount: number
}

/**
 * A parser that reads what models really write: it repairs what breaks the grammar, tells each repair as a `deviation`, and loses no text.
 * Every token costs the same, however long the message.
 *
 * Source: docs/deviations.md lists the repairs and where each was seen.
 *
 * @example
 * ```ts
 * import { createParser, loadHarmonyEncoding, type ParserEvent } from 'gpt-oss-harmony'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const events: ParserEvent[] = []
 * const parser = createParser(encoding, { onEvent: (event) => events.push(event) })
 * parser.push(encoding.encode('<|channel|>final<|message|>Hi<|return|>', { allowedSpecial: 'all' }))
 * parser.end()
 * console.log(events.map((event) => event.type)) // ['message-start', 'content-delta', 'message-end', 'turn-end']
 * ```
 */
export function createParser(encoding: ParsingEncoding, options: ParserOptions): Parser {
  checkEncoding(encoding, 'createParser')
  checkOnEvent(options, 'createParser')
  let isEnded = false
  const checkOpen = (method: string) => {
    if (isEnded) throw new TypeError(`${method}: the parser has ended; create one for each completion`)
  }
  const reading = createReading(encoding, options, eventHandler(options), options.state)
  return {
    push(tokens) {
      checkOpen('push')
      if (typeof tokens === 'number') reading.push(tokens)
      else for (const token of tokens) reading.push(token)
      reading.giveDelta()
    },
    end({ stopped = false } = {}) {
      checkOpen('end')
      isEnded = true
      reading.end(stopped)
    },
    toJSON() {
      return { version: STATE_VERSION, ...reading.save() }
    },
    get header() {
      return reading.header
    },
    get content() {
      return reading.content
    },
    get tokenCount() {
      return Math.max(0, reading.tokenCount)
    },
  }
}

/**
 * Reads a whole completion with repairs.
 *
 * @throws HarmonyError `invalid-token`; with `onDeviation: 'error'` the first deviation's code
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding, parseTokens } from 'gpt-oss-harmony'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const tokens = encoding.encode('<|channel|>final{"answer": 42}<|return|>', { allowedSpecial: 'all' })
 * const { messages, deviations, turn } = parseTokens(encoding, tokens)
 * console.log(messages) // [{ role: 'assistant', content: '{"answer": 42}', channel: 'final' }]
 * console.log(deviations[0]?.code) // 'missing-message'
 * console.log(turn.action, turn.usage.total) // 'return' 9
 * ```
 */
export function parseTokens(
  encoding: ParsingEncoding,
  tokens: Iterable<number>,
  options: ReadingOptions & { readonly stopped?: boolean | undefined } = {},
): ParsedTokens {
  checkEncoding(encoding, 'parseTokens')
  const messages: ParsedMessage[] = []
  const extents: MessageExtent[] = []
  const deviations: Deviation[] = []
  let turn: TurnEnd | undefined
  const onEvent = (event: ParserEvent) => {
    if (event.type === 'message-end') {
      const { type, messageIndex, message, ...extent } = event
      messages.push(message)
      extents.push(extent)
    } else if (event.type === 'deviation') {
      const { type, ...deviation } = event
      deviations.push(deviation)
    } else if (event.type === 'turn-end') {
      const { type, ...end } = event
      turn = end
    }
  }
  const reading = createReading(encoding, options, eventHandler({ ...options, onEvent }))
  for (const token of tokens) reading.push(token)
  reading.end(options.stopped ?? false)
  // A character that is never finished is known to be broken only after what follows it.
  deviations.sort((one, other) => one.tokens.start - other.tokens.start)
  return { messages, extents, deviations, turn: turn! }
}

export interface ParsedTokens {
  readonly messages: readonly ParsedMessage[]
  /** What each of the messages is, where it stands and how it ended. */
  readonly extents: readonly MessageExtent[]
  /** In the order of their tokens. */
  readonly deviations: readonly Deviation[]
  readonly turn: TurnEnd
}

/** A reading that has read the prefill. */
export function createReading(
  { tokenizer }: ParsingEncoding,
  options: ReadingOptions,
  onEvent: (event: ParserEvent) => void,
  state?: ParserState,
): RecoveryReading {
  const prefill = options.prefill ?? []
  if (state !== undefined) {
    if (options.prefill !== undefined)
      throw new TypeError('prefill: the state holds it; give only one of the two')
    checkState(state)
  }
  const reading = new RecoveryReading(
    { tokenizer, role: roleOf(options), tools: toolsOf(options), prefillLength: prefill.length, onEvent },
    state,
  )
  for (const token of prefill) reading.push(token)
  reading.giveDelta()
  return reading
}

const STATE_VERSION = 1

function checkState(state: ParserState): void {
  if (state?.version === STATE_VERSION && typeof state.state === 'string') return
  throw new TypeError("state: wanted what a parser's toJSON gave, of this version of the library")
}

/** Hands events on; with `onDeviation: 'error'` a deviation is thrown instead. */
export function eventHandler({
  onEvent,
  onDeviation = 'report',
}: Pick<ParserOptions, 'onEvent' | 'onDeviation'>): (event: ParserEvent) => void {
  if (onDeviation === 'report') return onEvent
  if (onDeviation !== 'error')
    throw new TypeError(`onDeviation: found ${quote(onDeviation)}, wanted 'report' or 'error'`)
  return (event) => {
    if (event.type !== 'deviation') return onEvent(event)
    const { code, evidence } = event
    const tokenIndex = event.tokens.start
    const found = evidence === '' ? '' : `: ${quote(evidence)}`
    throw new HarmonyError(code, `${code} at token ${tokenIndex}${found}`, { tokenIndex, evidence })
  }
}

/** @throws TypeError without what takes the events */
export function checkOnEvent(options: Partial<ParserOptions> | undefined, caller: string): void {
  if (typeof options?.onEvent === 'function') return
  throw new TypeError(`${caller}: options.onEvent is missing, wanted a function that takes the events`)
}

/** @throws HarmonyError `unknown-role` */
function roleOf({ role = 'assistant' }: ReadingOptions): Role | undefined {
  return checkedRole(role)
}

/** @throws TypeError for a string, whose letters would be read as tools */
function toolsOf({ tools }: ReadingOptions): ReadonlySet<string> | undefined {
  if (typeof tools === 'string') throw new TypeError(`tools: found ${quote(tools)}, wanted a list of names`)
  return tools && new Set(tools)
}
