import { HarmonyError, quote, type DeviationCode } from '../errors.js'
import type { Role } from '../message/index.js'
import { SPECIAL_TOKENS, specialTokenText, type Tokenizer } from '../tokenizer/index.js'
import { readClosedHeader } from './closed-header.js'
import type { Deviation } from './events.js'
import type { MessageHeader } from '../message/index.js'
import type { HeaderContext } from './header-sections.js'
import { lossyText } from './lossy-text.js'
import { Reading } from './reading.js'
import type { TokenKind } from './token-kind.js'
import { readUnfinishedHeader } from './unfinished-header.js'

/** What a recovering reading tells, as it happens. */
export interface ReadingListener {
  messageStarted(header: MessageHeader, tokenIndex: number): void
  contentRead(delta: string): void
  messageEnded(header: MessageHeader, content: string, end: MessageExtent): void
  deviated(deviation: Deviation): void
}

export interface MessageExtent {
  readonly stopToken: number | null
  readonly tokenStart: number
  readonly tokenEnd: number
  readonly incomplete: boolean
}

/**
 * The recovering policy: whatever a model writes becomes messages, and every repair is told. Text is never lost: it is in a message or in a
 * deviation's evidence. docs/deviations.md lists the repairs.
 *
 * After `<|end|>` a turn goes on, so text that a stop token closes there is a message that lacks its markers; after `<|return|>` and
 * `<|call|>` the turn is over and only a header starts another message.
 */
export class RecoveryReading extends Reading {
  readonly #listener: ReadingListener
  readonly #tools: ReadonlySet<string> | undefined
  /** The role that the open header's text leaves out. */
  #presetRole: Role | undefined
  /** Index of the open message's first token, `<|start|>` included; of the open header's first. */
  #messageStart = 0
  #headerStart = 0
  /** Tokens between messages that belong to none so far. */
  #strayTokens: number[] = []
  #strayStart = 0
  #isTurnOver = false
  /** Index of the token that holds the first byte of the unfinished character. */
  #unfinishedIndex = 0
  #extent: { tokenEnd: number; incomplete: boolean } | undefined

  constructor(
    tokenizer: Tokenizer,
    role: Role | undefined,
    tools: ReadonlySet<string> | undefined,
    listener: ReadingListener,
  ) {
    super(tokenizer, role === undefined ? 'between' : 'header')
    this.#presetRole = role
    this.#tools = tools
    this.#listener = listener
  }

  /** The input is over. @param isStopped whether a stop token ended it that is not among the tokens */
  end(isStopped: boolean): void {
    const end = this.tokenCount
    switch (this.state) {
      case 'between':
        if (this.#isTurnOver || this.isStrayMessage()) this.reportStray()
        else if (this.#strayTokens.length > 0) {
          this.endStray(isStopped ? 'missing-message' : 'unterminated-header', null, end, !isStopped)
        }
        return
      case 'header':
        // Nothing at all was sampled: nothing is wrong with it either.
        if (end > 0) this.closeUnfinished(this.codeAtEnd(isStopped), null, end, !isStopped)
        return
      case 'content':
        this.takeRest()
        if (!isStopped) this.report('unterminated', end, end, '')
        this.close(null, end, !isStopped)
        return
      default:
        this.state satisfies never
    }
  }

  protected override openHeader(): void {
    this.reportStray()
    super.openHeader()
    this.#presetRole = undefined
    this.#messageStart = this.index
    this.#headerStart = this.index + 1
  }

  protected override readHeader(): MessageHeader {
    const { header, deviations } = readClosedHeader(this.headerTokens, this.headerContext())
    for (const deviation of deviations) this.#listener.deviated(deviation)
    return header
  }

  protected override startMessage(header: MessageHeader): void {
    super.startMessage(header)
    this.#listener.messageStarted(header, this.index)
  }

  protected override takeContent(text: string): void {
    this.content += text
    this.#listener.contentRead(text)
  }

  protected override takeBytes(bytes: Uint8Array): void {
    const { invalidCount, isEmpty } = this.utf8
    const text = this.utf8.read(bytes)
    if (isEmpty) this.#unfinishedIndex = this.index
    this.reportInvalid(invalidCount)
    if (text !== '') {
      this.#unfinishedIndex = this.index
      this.takeContent(text)
    }
  }

  protected override takeRest(): void {
    const { invalidCount } = this.utf8
    const text = this.utf8.flush()
    this.reportInvalid(invalidCount)
    if (text !== '') this.takeContent(text)
  }

  protected override messageEnded(header: MessageHeader, content: string, stopToken: number | null): void {
    const { tokenEnd, incomplete } = this.#extent ?? { tokenEnd: this.tokenCount, incomplete: false }
    this.#extent = undefined
    this.#isTurnOver = stopToken !== null && stopToken !== SPECIAL_TOKENS.END
    this.#listener.messageEnded(header, content, {
      stopToken,
      tokenStart: this.#messageStart,
      tokenEnd,
      incomplete,
    })
  }

  /**
   *   <|end|> some text <|start|>
   *          ^
   */
  protected override unexpectedBetween(token: number, kind: TokenKind): void {
    switch (kind) {
      case 'stop':
      case 'end-of-text':
        if (this.#strayTokens.length > 0 && !this.#isTurnOver && !this.isStrayMessage()) {
          this.endStray('missing-message', token, this.tokenCount, false)
        } else {
          this.reportStray()
          if (kind === 'stop') this.reportToken('extra-stop', token)
        }
        if (kind === 'end-of-text') this.reportToken('end-of-text', token)
        this.#isTurnOver ||= token !== SPECIAL_TOKENS.END
        return
      case 'channel':
        this.startWithStray(/^\s*(assistant)?(?:\s*to\s*=\s*\S+)?\s*$/)
        this.headerTokens.push(token)
        return
      case 'message':
        if (this.#strayTokens.length > 0 && !this.isStrayMessage()) {
          this.startWithStray(/^\s*(assistant)?\s*(?:analysis|commentary|final)?(?:\s*to\s*=\s*\S+)?\s*$/)
          this.startMessage(this.readHeader())
        } else {
          // One too many, unless text follows it within the turn.
          this.reportStray()
          this.takeStray(token)
        }
        return
      default:
        if (this.isStrayMessage() && !this.#isTurnOver && kind === 'text') {
          this.startStrayMessage()
          this.takeBytes(this.tokenizer.tokenBytes(token)!)
        } else {
          if (this.isStrayMessage()) this.reportStray()
          this.takeStray(token)
        }
    }
  }

  /**
   *   <|start|>assistant<|channel|>final text<|return|>
   *                     ^                    ^
   */
  protected override unexpectedInHeader(token: number, kind: TokenKind): void {
    switch (kind) {
      case 'start':
        this.restartHeader()
        return
      case 'stop':
        this.closeUnfinished('missing-message', token, this.tokenCount, false)
        return
      case 'end-of-text':
        this.closeUnfinished('missing-message', token, this.tokenCount, false)
        this.reportToken('end-of-text', token)
        return
      default:
        this.headerTokens.push(token)
    }
  }

  /**
   *   <|message|>text<|channel|>final<|message|>
   *                  ^
   */
  protected override unexpectedInContent(token: number, kind: TokenKind): void {
    // A stray marker may stand within a character; whatever ends the content ends the character too.
    if (kind === 'start' || kind === 'channel' || kind === 'end-of-text') this.takeRest()
    switch (kind) {
      case 'start':
        this.report('implicit-end', this.index, this.index, '')
        this.close(null, this.index, false)
        this.openHeader()
        return
      case 'channel':
        this.report('implicit-end', this.index, this.index, '')
        this.close(null, this.index, false)
        this.startHeader(this.index, 'assistant')
        this.headerTokens.push(token)
        return
      case 'end-of-text':
        this.reportToken('end-of-text', token)
        this.endMessage(token)
        return
      default:
        this.reportToken('stray-marker', token)
    }
  }

  protected override checkUnknown(token: number): void {
    throw new HarmonyError(
      'invalid-token',
      `token ${quote(token)}: not a token id, wanted a whole number from 0 to 201088`,
      {
        tokenIndex: this.tokenCount,
        evidence: quote(token),
      },
    )
  }

  /** `<|start|>` within a header: what stood before it is a message, or the marker is written twice. */
  private restartHeader(): void {
    const { isStub, hasChannel, header } = readUnfinishedHeader(this.headerTokens, this.headerContext())
    if (isStub && !hasChannel) {
      // A completion may well begin with the `<|start|>` that its prefill left out.
      const start = this.#messageStart
      if (start < this.index) this.report('repeated-start', start, this.index, this.dropped(start))
      this.openHeader()
      return
    }
    const isPlainText = !hasChannel && header.recipient === undefined
    this.closeUnfinished(isPlainText ? 'text-before-header' : 'missing-message', null, this.index, false)
    this.openHeader()
  }

  /** Ends a header that lacks its `<|message|>`, and with it the message that it makes, unless it is a stub. */
  private closeUnfinished(
    code: DeviationCode,
    stopToken: number | null,
    tokenEnd: number,
    incomplete: boolean,
  ): void {
    const { header, content, isStub, deviations } = readUnfinishedHeader(
      this.headerTokens,
      this.headerContext(),
    )
    for (const deviation of deviations) this.#listener.deviated(deviation)
    if (isStub) {
      const start = this.#messageStart
      this.report(code === 'no-markup' ? 'unterminated-header' : code, start, tokenEnd, this.dropped(start))
      this.state = 'between'
      this.headerTokens = []
      this.#isTurnOver = stopToken !== null && stopToken !== SPECIAL_TOKENS.END
      return
    }
    const end = stopToken === null ? tokenEnd : tokenEnd - 1
    this.report(code, end, end, '')
    this.startMessage(header)
    if (content !== '') this.takeContent(content)
    this.close(stopToken, tokenEnd, incomplete)
  }

  /** The text of the open header, with the `<|start|>` that may stand before it. */
  private dropped(start: number): string {
    const marker = start < this.#headerStart ? specialTokenText(SPECIAL_TOKENS.START) : ''
    return marker + lossyText(this.headerTokens, this.tokenizer).text
  }

  /** Ends the open message before the token at hand, or with the input. */
  private close(stopToken: number | null, tokenEnd: number, incomplete: boolean): void {
    this.#extent = { tokenEnd, incomplete }
    this.endMessage(stopToken)
  }

  private codeAtEnd(isStopped: boolean): DeviationCode {
    const isWithoutMarkers =
      this.#headerStart === 0 && !this.headerTokens.some((token) => token >= SPECIAL_TOKENS.START_OF_TEXT)
    if (isWithoutMarkers) return 'no-markup'
    return isStopped ? 'missing-message' : 'unterminated-header'
  }

  /** Opens a header without `<|start|>`: with the stray text where it reads like the beginning of one. */
  private startWithStray(headerBeginning: RegExp): void {
    const tokens = this.#strayTokens
    const [isLead, role] = headerBeginning.exec(lossyText(tokens, this.tokenizer).text) ?? []
    if (isLead === undefined) this.reportStray()
    const start = this.index - this.#strayTokens.length
    this.startHeader(start, role === undefined ? 'assistant' : undefined)
    this.headerTokens = this.#strayTokens
    this.#strayTokens = []
    this.report('missing-start', start, start, '')
  }

  private startHeader(tokenIndex: number, role: Role | undefined): void {
    this.state = 'header'
    this.headerTokens = []
    this.#presetRole = role
    this.#messageStart = tokenIndex
    this.#headerStart = tokenIndex
  }

  /** Text after `<|end|>` that a stop token or the end of the input closes: a message that lacks its markers. */
  private endStray(
    code: DeviationCode,
    stopToken: number | null,
    tokenEnd: number,
    incomplete: boolean,
  ): void {
    this.startHeader(this.#strayStart, 'assistant')
    this.headerTokens = this.#strayTokens
    this.#strayTokens = []
    this.report('missing-start', this.#strayStart, this.#strayStart, '')
    this.closeUnfinished(code, stopToken, tokenEnd, incomplete)
  }

  /** Reports the invalid sequences since `before`: the first began in the token of the unfinished character, others in the token at hand. */
  private reportInvalid(before: number): void {
    for (let count = before; count < this.utf8.invalidCount; count++) {
      this.report('invalid-utf8', this.#unfinishedIndex, this.#unfinishedIndex + 1, '\uFFFD')
      this.#unfinishedIndex = this.index
    }
  }

  /** Whether a lone `<|message|>` waits for what follows it. */
  private isStrayMessage(): boolean {
    return this.#strayTokens.length === 1 && this.#strayTokens[0] === SPECIAL_TOKENS.MESSAGE
  }

  private startStrayMessage(): void {
    this.startHeader(this.#strayStart, 'assistant')
    this.#strayTokens = []
    this.report('missing-start', this.#messageStart, this.#messageStart, '')
    this.startMessage(this.readHeader())
  }

  private takeStray(token: number): void {
    if (this.#strayTokens.length === 0) this.#strayStart = this.index
    this.#strayTokens.push(token)
  }

  private reportStray(): void {
    if (this.#strayTokens.length === 0) return
    if (this.isStrayMessage()) {
      this.report(
        'extra-stop',
        this.#strayStart,
        this.#strayStart + 1,
        specialTokenText(SPECIAL_TOKENS.MESSAGE),
      )
      this.#strayTokens = []
      return
    }
    const { text } = lossyText(this.#strayTokens, this.tokenizer)
    this.report('text-between-messages', this.#strayStart, this.#strayStart + this.#strayTokens.length, text)
    this.#strayTokens = []
  }

  private reportToken(code: DeviationCode, token: number): void {
    this.report(code, this.index, this.index + 1, specialTokenText(token))
  }

  private report(code: DeviationCode, tokenIndex: number, tokenEnd: number, evidence: string): void {
    this.#listener.deviated({ code, tokenIndex, tokenEnd, evidence })
  }

  private headerContext(): HeaderContext {
    return {
      tokenizer: this.tokenizer,
      tokenIndex: this.#headerStart,
      presetRole: this.#presetRole,
      tools: this.#tools,
    }
  }

  /** Index of the token at hand. */
  private get index(): number {
    return this.tokenCount - 1
  }
}
