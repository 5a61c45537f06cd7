import type { Role } from '../message/index.js'
import { checkedRole } from './checked-role.js'
import type { ParsedMessage } from '../message/index.js'
import { OfficialReading } from './official-reading.js'
import { checkEncoding, type ParsingEncoding } from './parsing-encoding.js'

export interface ParseOptions {
  /**
   * Whether a stop token within a header is left to be an error. `false` takes the header's text as content where a role was given,
   * and drops it elsewhere, as the official library does. Default `true`.
   */
  readonly strict?: boolean | undefined
}

/** The official library's names for where a parser stands. */
export type StreamState = 'ExpectStart' | 'Header' | 'Content'

const STATES = { between: 'ExpectStart', header: 'Header', content: 'Content' } as const

/**
 * Reads sampled tokens one at a time, as the official library's parser of the same name does: same results, same defaults, errors at the
 * same token. It raises on what breaks the grammar; `createParser` repairs it instead. Every token costs the same, however long the message,
 * reading `currentContent` included.
 *
 * Source: openai/harmony 0.0.8, `StreamableParser`.
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding, StreamableParser } from 'gpt-oss-harmony'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const parser = new StreamableParser(encoding, 'assistant')
 * for (const token of encoding.encode('<|channel|>final<|message|>Hello.', { allowedSpecial: 'all' })) {
 *   parser.process(token)
 * }
 * console.log(parser.currentChannel) // 'final'
 * console.log(parser.currentContent) // 'Hello.'
 * ```
 */
export class StreamableParser {
  readonly #reading: OfficialReading
  readonly #tokens: number[] = []

  /**
   * @param role the role whose header the prefill left open; `null` or nothing when the tokens start with `<|start|>`
   * @throws HarmonyError `unknown-role`
   */
  constructor(encoding: ParsingEncoding, role?: Role | null, options: ParseOptions = {}) {
    checkEncoding(encoding, 'StreamableParser')
    this.#reading = new OfficialReading(encoding.tokenizer, checkedRole(role), options.strict ?? true)
  }

  /**
   * Reads one token.
   *
   * @throws HarmonyError `invalid-token`, `unexpected-token` or `invalid-header`, with the token's index
   */
  process(token: number): this {
    const before = this.#reading.tokenCount
    try {
      this.#reading.push(token)
    } finally {
      if (this.#reading.tokenCount > before) this.#tokens.push(token)
    }
    return this
  }

  /**
   * The input is over: closes an open message.
   *
   * @throws HarmonyError `unexpected-end` within a header
   */
  processEos(): this {
    this.#reading.end()
    return this
  }

  /** The open message's text so far, '' where none is open. */
  get currentContent(): string {
    return this.#reading.content
  }

  /** The open message's role, or the one given for the next; `null` where neither is known. */
  get currentRole(): Role | null {
    return this.#reading.role ?? null
  }

  get currentChannel(): string | null {
    return this.#reading.header?.channel ?? null
  }

  get currentRecipient(): string | null {
    return this.#reading.header?.recipient ?? null
  }

  get currentContentType(): string | null {
    return this.#reading.header?.content_type ?? null
  }

  /** The text that the last token completed; `null` where it completed none. */
  get lastContentDelta(): string | null {
    return this.#reading.lastContentDelta
  }

  /** The messages completed so far. */
  get messages(): readonly ParsedMessage[] {
    return this.#reading.messages
  }

  /** All tokens read so far. */
  get tokens(): readonly number[] {
    return this.#tokens
  }

  get state(): StreamState {
    return STATES[this.#reading.state]
  }
}

/**
 * Reads a whole completion by the official library's rules.
 *
 * @throws HarmonyError `invalid-token`, `unexpected-token`, `unexpected-end` or `invalid-header`, with the token's index
 */
export function parseMessagesFromCompletionTokens(
  encoding: ParsingEncoding,
  tokens: Iterable<number>,
  role?: Role | null,
  options: ParseOptions = {},
): ParsedMessage[] {
  const reading = new OfficialReading(encoding.tokenizer, checkedRole(role), options.strict ?? true)
  for (const token of tokens) reading.push(token)
  reading.end()
  return reading.messages
}
