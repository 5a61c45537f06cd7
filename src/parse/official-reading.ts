import { HarmonyError, quote } from '../errors.js'
import type { Role } from '../message/index.js'
import { decodeUtf8, SPECIAL_TOKENS, type Tokenizer } from '../tokenizer/index.js'
import { messageOf, type MessageHeader, type ParsedMessage } from '../message/index.js'
import { readOfficialHeader } from './official-header.js'
import { specialTokenBytes } from './decode-with-ends.js'
import { Reading } from './reading.js'
import type { TokenKind } from './token-kind.js'

/**
 * The official library's policy: what the grammar does not expect raises, apart from the one repair of the mode that is not strict.
 * Oddities are kept, so that a program moved over from Python behaves the same:
 *
 * - every special token but the three stop tokens is text within content, and all but `<|message|>` are text within a header;
 * - after an error in a header the reading stands between messages and still holds the role it was given;
 * - a number beyond the vocabulary within content makes everything up to the message's end one U+FFFD.
 *
 * Source: openai/harmony 0.0.8, `StreamableParser`.
 */
export class OfficialReading extends Reading {
  readonly messages: ParsedMessage[] = []
  /** The text that the last token completed; `null` where it completed none. */
  lastContentDelta: string | null = null

  #presetRole: Role | undefined
  readonly #strict: boolean
  /** Whether an unknown token stands in the open content: nothing after it can be decoded. */
  #contentLost = false

  constructor(tokenizer: Tokenizer, role: Role | undefined, strict: boolean) {
    super(tokenizer, role === undefined ? 'between' : 'header')
    this.#presetRole = role
    this.#strict = strict
  }

  /** The open message's role, or the one given for the next. */
  get role(): Role | undefined {
    return this.header === undefined ? this.#presetRole : this.header.role
  }

  end(): void {
    if (this.state === 'content') this.endMessage(null)
    else if (this.state === 'header') {
      throw new HarmonyError('unexpected-end', 'end of input: the open header lacks its <|message|>', {
        tokenIndex: this.tokenCount,
      })
    }
  }

  protected override takeContent(text: string): void {
    if (this.#contentLost) return
    this.content += text
    this.lastContentDelta = text
  }

  // At most one invalid sequence is replaced a token, the rest waits: the official parser's pace, which its consumers see.
  protected override takeBytes(bytes: Uint8Array): void {
    this.lastContentDelta = null
    if (this.#contentLost) return
    this.utf8.push(bytes)
    const text = this.utf8.next()
    if (text !== '') this.takeContent(text)
  }

  protected override takeRest(tokenEnd: number): void {
    if (this.#contentLost) this.content += '\uFFFD'
    this.#contentLost = false
    super.takeRest(tokenEnd)
    this.lastContentDelta = null
  }

  protected override readHeader(): MessageHeader {
    const tokens = this.headerTokens
    this.state = 'between'
    this.headerTokens = []
    const { header, rest } = readOfficialHeader(
      this.headerText(tokens),
      this.#presetRole,
      true,
      this.tokenCount - 1,
    )
    if (rest !== undefined) {
      throw new HarmonyError(
        'invalid-header',
        `message header: ${quote(rest)} is neither role, recipient, channel nor content type`,
        {
          tokenIndex: this.tokenCount - 1,
          evidence: rest,
        },
      )
    }
    this.#presetRole = undefined
    return header
  }

  protected override messageEnded(): void {
    this.messages.push(messageOf(this.header!, this.content))
  }

  protected override unexpectedBetween(token: number): void {
    throw new HarmonyError(
      'unexpected-token',
      `between messages: found token ${token}, wanted <|start|> (${SPECIAL_TOKENS.START})`,
      {
        tokenIndex: this.tokenCount - 1,
      },
    )
  }

  protected override unexpectedInHeader(token: number, kind: TokenKind): void {
    if (kind === 'stop' && !this.#strict) this.closeHeader()
    else this.headerTokens.push(token)
  }

  protected override unexpectedInContent(token: number, kind: TokenKind): void {
    if (kind === 'unknown') {
      this.#contentLost = true
      this.lastContentDelta = null
    } else {
      this.takeBytes(specialTokenBytes(token))
    }
  }

  protected override checkUnknown(token: number): void {
    if (Number.isInteger(token) && token >= 0 && token <= 0xffff_ffff) return
    throw new HarmonyError(
      'invalid-token',
      `token ${quote(token)}: not a token id, wanted a whole number from 0 to 201088`,
      {
        tokenIndex: this.tokenCount,
        evidence: quote(token),
      },
    )
  }

  /** Not strict: a stop token in the first header makes its text content; in a later header it drops it. */
  private closeHeader(): void {
    if (this.#presetRole !== undefined && this.headerTokens.length > 0) {
      const { header, rest } = readOfficialHeader(
        this.headerText(this.headerTokens),
        this.#presetRole,
        false,
        this.tokenCount - 1,
      )
      this.messages.push(messageOf(header, rest ?? ''))
    }
    this.state = 'between'
    this.headerTokens = []
    this.#presetRole = undefined
  }

  private headerText(tokens: readonly number[]): string {
    try {
      return decodeUtf8(this.tokenizer, tokens)
    } catch (cause) {
      throw new HarmonyError('invalid-header', 'message header: its tokens are no text', {
        tokenIndex: this.tokenCount - 1,
        cause,
      })
    }
  }
}
