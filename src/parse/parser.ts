import { HarmonyError, quote } from '../errors.js'
import type { Role } from '../message/index.js'
import { checkedRole } from './checked-role.js'
import { type Deviation, type ParserEvent } from './events.js'
import { messageOf, type MessageHeader, type ParsedMessage } from '../message/index.js'
import type { ParsingEncoding } from './parsing-encoding.js'
import { RecoveryReading, type ReadingListener } from './recovery-reading.js'

export interface ReadingOptions {
  /** The role whose header the prefill left open; `null` when the tokens start with `<|start|>` or a message's text. Default `assistant`. */
  readonly role?: Role | null
  /**
   * Names of the tools that can be called, with or without `functions.`. Given them, a content type that ran into a name
   * (`functions.shelljson`) is taken off it.
   */
  readonly tools?: Iterable<string>
  /** `report` repairs what breaks the grammar and tells; `error` throws instead. Default `report`. */
  readonly onDeviation?: 'report' | 'error'
}

export interface ParserOptions extends ReadingOptions {
  readonly onEvent: (event: ParserEvent) => void
}

export interface Parser {
  /**
   * Reads one token or several. How the tokens are cut into calls never changes the events.
   *
   * @throws HarmonyError `invalid-token` for a number that is no token; with `onDeviation: 'error'` the deviation's code. A parser that threw is of no
   * further use
   * @throws TypeError after `end`
   */
  push(tokens: number | Iterable<number>): void
  /** The input is over. `stopped: true` says that the engine stopped on a stop token that it kept to itself. */
  end(options?: { readonly stopped?: boolean }): void
  /** The open message's header; `undefined` where none is open. */
  readonly header: MessageHeader | undefined
  /** The open message's content so far. */
  readonly content: string
  /** Tokens read so far. */
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
 * console.log(events.map((event) => event.type)) // ['message-start', 'content-delta', 'message-end']
 * ```
 */
export function createParser(encoding: ParsingEncoding, options: ParserOptions): Parser {
  checkEncoding(encoding, 'createParser')
  if (typeof (options as ParserOptions | undefined)?.onEvent !== 'function') {
    throw new TypeError('createParser: options.onEvent is missing, wanted a function that takes the events')
  }
  let isEnded = false
  const checkOpen = (method: string) => {
    if (isEnded) throw new TypeError(`${method}: the parser has ended; create one for each completion`)
  }
  const reading = new RecoveryReading(
    encoding.tokenizer,
    roleOf(options),
    toolsOf(options),
    createListener(options),
  )
  return {
    push(tokens) {
      checkOpen('push')
      if (typeof tokens === 'number') reading.push(tokens)
      else for (const token of tokens) reading.push(token)
    },
    end({ stopped = false } = {}) {
      checkOpen('end')
      isEnded = true
      reading.end(stopped)
    },
    get header() {
      return reading.header
    },
    get content() {
      return reading.content
    },
    get tokenCount() {
      return reading.tokenCount
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
 * const { messages, deviations } = parseTokens(encoding, tokens)
 * console.log(messages) // [{ role: 'assistant', content: '{"answer": 42}', channel: 'final' }]
 * console.log(deviations[0]?.code) // 'missing-message'
 * ```
 */
export function parseTokens(
  encoding: ParsingEncoding,
  tokens: Iterable<number>,
  options: ReadingOptions & { readonly stopped?: boolean } = {},
): ParsedTokens {
  checkEncoding(encoding, 'parseTokens')
  const messages: ParsedMessage[] = []
  const deviations: Deviation[] = []
  const report = throwing(options)
  const reading = new RecoveryReading(encoding.tokenizer, roleOf(options), toolsOf(options), {
    messageStarted() {},
    contentRead() {},
    messageEnded(header, content) {
      messages.push(messageOf(header, content))
    },
    deviated(deviation) {
      report?.(deviation)
      deviations.push(deviation)
    },
  })
  for (const token of tokens) reading.push(token)
  reading.end(options.stopped ?? false)
  // A character that is never finished is known to be broken only after what follows it.
  deviations.sort((one, other) => one.tokenIndex - other.tokenIndex)
  return { messages, deviations }
}

export interface ParsedTokens {
  readonly messages: readonly ParsedMessage[]
  /** In the order of their tokens. */
  readonly deviations: readonly Deviation[]
}

/** Turns what a reading tells into events, and counts the messages. */
export function createListener({ onEvent, ...options }: ParserOptions): ReadingListener {
  const report = throwing(options)
  let messageIndex = 0
  return {
    messageStarted(header, tokenIndex) {
      onEvent({ type: 'message-start', messageIndex, header, tokenIndex })
    },
    contentRead(delta) {
      onEvent({ type: 'content-delta', messageIndex, delta })
    },
    messageEnded(header, content, { stopToken, tokenStart, tokenEnd, incomplete }) {
      const message = messageOf(header, content)
      onEvent({ type: 'message-end', messageIndex, message, stopToken, tokenStart, tokenEnd, incomplete })
      messageIndex++
    },
    deviated(deviation) {
      report?.(deviation)
      onEvent({ type: 'deviation', ...deviation })
    },
  }
}

function throwing({ onDeviation = 'report' }: ReadingOptions): ((deviation: Deviation) => never) | undefined {
  if (onDeviation === 'report') return undefined
  if (onDeviation !== 'error')
    throw new TypeError(`onDeviation: found ${quote(onDeviation)}, wanted 'report' or 'error'`)
  return ({ code, tokenIndex, evidence }) => {
    const found = evidence === '' ? '' : `: ${quote(evidence)}`
    throw new HarmonyError(code, `${code} at token ${tokenIndex}${found}`, { tokenIndex, evidence })
  }
}

/** @throws HarmonyError `unknown-role` */
export function roleOf({ role = 'assistant' }: ReadingOptions): Role | undefined {
  return checkedRole(role)
}

/** @throws TypeError for a string, whose letters would be read as tools */
export function toolsOf({ tools }: ReadingOptions): ReadonlySet<string> | undefined {
  if (typeof tools === 'string') throw new TypeError(`tools: found ${quote(tools)}, wanted a list of names`)
  return tools && new Set(tools)
}

function checkEncoding(encoding: ParsingEncoding | undefined, caller: string): void {
  if (typeof encoding?.tokenizer === 'object') return
  throw new TypeError(
    `${caller}: the first argument is no encoding, wanted loadHarmonyEncoding('HarmonyGptOss')`,
  )
}
