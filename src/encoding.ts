import { HarmonyError, quote } from './errors.js'
import type { Conversation, Message, ParsedMessage, Role } from './message/index.js'
import { parseMessagesFromCompletionTokens, type ParseOptions } from './parse/index.js'
import {
  isFinal,
  type MessageSpan,
  renderConversation,
  type RenderConversationOptions,
  type RenderedConversation,
  renderMessage,
  type RenderMessageOptions,
  renderOpening,
  TokenCollector,
} from './render/index.js'
import {
  decode,
  decodeBytes,
  decodeUtf8,
  encode,
  type EncodeOptions,
  isSpecialToken,
  o200kHarmony,
  SPECIAL_TOKENS,
  specialTokenTexts,
  type Tokenizer,
} from './tokenizer/index.js'

/** The encodings there are: that of gpt-oss. */
export type HarmonyEncodingName = 'HarmonyGptOss'

/**
 * The encoding of gpt-oss: conversations to token ids and sampled token ids to messages, with the official library's methods under their own names
 * in camelCase. `loadHarmonyEncoding` gives it.
 *
 * Source: openai/harmony 0.0.8, `HarmonyEncoding`.
 */
export class HarmonyEncoding {
  readonly name: HarmonyEncodingName = 'HarmonyGptOss'
  readonly tokenizer: Tokenizer

  /** @internal */
  constructor(tokenizer: Tokenizer) {
    this.tokenizer = tokenizer
  }

  /**
   * The tokens of a conversation, then `<|start|>` and the next role: what an engine samples from.
   *
   * @throws HarmonyError `invalid-conversation`, `unknown-role`, `missing-tool-name` or `misplaced-content`, with the JSON path
   *
   * @example
   * ```ts
   * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
   *
   * const encoding = loadHarmonyEncoding('HarmonyGptOss')
   * const prefill = encoding.renderConversationForCompletion({ messages: [{ role: 'user', content: 'Hi' }] }, 'assistant')
   * console.log(encoding.decode(prefill)) // '<|start|>user<|message|>Hi<|end|><|start|>assistant'
   * ```
   */
  renderConversationForCompletion(
    conversation: Conversation,
    nextTurnRole: Role,
    options?: RenderConversationOptions,
  ): number[] {
    const tokens = new TokenCollector(this.tokenizer)
    renderConversation(conversation, tokens, options)
    renderOpening(nextTurnRole, tokens)
    return tokens.finish()
  }

  /** The tokens of a conversation. @throws HarmonyError as `renderConversationForCompletion` */
  renderConversation(conversation: Conversation, options?: RenderConversationOptions): number[] {
    const tokens = new TokenCollector(this.tokenizer)
    renderConversation(conversation, tokens, options)
    return tokens.finish()
  }

  /**
   * The tokens of a conversation and, for each message, where its start, header, content and terminator lie in them. The ranges cover the
   * tokens exactly.
   *
   * @throws HarmonyError as `renderConversationForCompletion`
   *
   * @example
   * ```ts
   * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
   *
   * const encoding = loadHarmonyEncoding('HarmonyGptOss')
   * const { tokens, spans } = encoding.renderWithSpans({ messages: [{ role: 'user', content: 'Hi' }] })
   * const content = spans[0]?.content
   * console.log(encoding.decode(tokens.slice(content?.start, content?.end))) // 'Hi'
   * ```
   */
  renderWithSpans(conversation: Conversation, options?: RenderConversationOptions): RenderedConversation {
    const tokens = new TokenCollector(this.tokenizer)
    const spans: MessageSpan[] = []
    renderConversation(conversation, tokens, options, spans)
    return { tokens: tokens.finish(), spans }
  }

  /**
   * The tokens of a conversation to train on: an answer at its end closes with `<|return|>`.
   *
   * @throws HarmonyError as `renderConversationForCompletion`
   */
  renderConversationForTraining(conversation: Conversation, options?: RenderConversationOptions): number[] {
    const tokens = this.renderConversation(conversation, options)
    const last = conversation.messages.at(-1)
    if (last !== undefined && isFinal(last)) tokens[tokens.length - 1] = SPECIAL_TOKENS.RETURN
    return tokens
  }

  /** The tokens of one message. @throws HarmonyError as `renderConversationForCompletion` */
  render(message: Message, options?: RenderMessageOptions): number[] {
    const tokens = new TokenCollector(this.tokenizer)
    renderMessage(message, tokens, options)
    return tokens.finish()
  }

  /**
   * The messages of a completion, by the official library's rules. `parseTokens` repairs what this one raises on.
   *
   * @param role the role whose header the prefill left open; `null` or nothing when the tokens start with `<|start|>`
   * @throws HarmonyError `invalid-token`, `unexpected-token`, `unexpected-end` or `invalid-header`, with the token's index
   *
   * @example
   * ```ts
   * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
   *
   * const encoding = loadHarmonyEncoding('HarmonyGptOss')
   * const sampled = encoding.encode('<|channel|>final<|message|>Hello!<|return|>', { allowedSpecial: 'all' })
   * const messages = encoding.parseMessagesFromCompletionTokens(sampled, 'assistant')
   * console.log(messages) // [{ role: 'assistant', content: 'Hello!', channel: 'final' }]
   * ```
   */
  parseMessagesFromCompletionTokens(
    tokens: Iterable<number>,
    role?: Role | null,
    options?: ParseOptions,
  ): ParsedMessage[] {
    return parseMessagesFromCompletionTokens(this, tokens, role, options)
  }

  /**
   * The ids of `text`.
   *
   * @throws HarmonyError `disallowed-special-token` where a special token's text stands that is not allowed
   *
   * @example
   * ```ts
   * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
   *
   * const encoding = loadHarmonyEncoding('HarmonyGptOss')
   * console.log(encoding.encode('<|end|>', { disallowedSpecial: [] })) // [27, 91, 419, 91, 29]
   * console.log(encoding.encode('<|end|>', { allowedSpecial: 'all' })) // [200007]
   * ```
   */
  encode(text: string, options?: EncodeOptions): number[] {
    return encode(this.tokenizer, text, options)
  }

  /** The text of `tokens`; bytes that are no UTF-8 become U+FFFD. @throws HarmonyError `invalid-token` */
  decode(tokens: Iterable<number>): string {
    return decode(this.tokenizer, tokens)
  }

  /** The text of `tokens`. @throws HarmonyError `invalid-token`, `invalid-utf8` */
  decodeUtf8(tokens: Iterable<number>): string {
    return decodeUtf8(this.tokenizer, tokens)
  }

  /** The bytes that `tokens` stand for. @throws HarmonyError `invalid-token` */
  decodeBytes(tokens: Iterable<number>): Uint8Array {
    return decodeBytes(this.tokenizer, tokens)
  }

  isSpecialToken(token: number): boolean {
    return isSpecialToken(token)
  }

  /** The texts of all special tokens. */
  specialTokens(): string[] {
    return [...specialTokenTexts()]
  }

  /** The tokens that end a message: `<|return|>`, `<|end|>` and `<|call|>`. */
  stopTokens(): number[] {
    return [SPECIAL_TOKENS.RETURN, SPECIAL_TOKENS.END, SPECIAL_TOKENS.CALL]
  }

  /** The tokens on which an engine stops: `<|return|>` and `<|call|>`. */
  stopTokensForAssistantActions(): number[] {
    return [SPECIAL_TOKENS.RETURN, SPECIAL_TOKENS.CALL]
  }
}

export interface LoadOptions {
  /** A tokenizer to use instead of the one inside this package. */
  readonly tokenizer?: Tokenizer | undefined
}

/**
 * The encoding of that name. Nothing is downloaded; the vocabulary is inside the package and unpacked at first need.
 *
 * @throws HarmonyError `unknown-encoding`
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * console.log(encoding.stopTokensForAssistantActions()) // [200002, 200012]
 * ```
 */
export function loadHarmonyEncoding(
  name: HarmonyEncodingName,
  { tokenizer }: LoadOptions = {},
): HarmonyEncoding {
  if (name !== 'HarmonyGptOss') {
    throw new HarmonyError('unknown-encoding', `encoding ${quote(name)}: unknown, wanted 'HarmonyGptOss'`, {
      evidence: quote(name),
    })
  }
  if (tokenizer !== undefined) return new HarmonyEncoding(tokenizer)
  return (shared ??= new HarmonyEncoding(o200kHarmony()))
}

let shared: HarmonyEncoding | undefined
