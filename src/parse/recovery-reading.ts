import { HarmonyError, quote, type DeviationCode } from '../errors.js'
import { messageOf, type MessageHeader, type Role } from '../message/index.js'
import { SPECIAL_TOKENS, specialTokenText, type Tokenizer, type TokenRange } from '../tokenizer/index.js'
import { messageKind, toolNameOf } from '../turn/index.js'
import { readClosedHeader } from './closed-header.js'
import type { MessageEndEvent, ParserEvent } from './events.js'
import { type HeaderContext, type HeaderDeviation, isTool } from './header-sections.js'
import { decodeWithEnds } from './decode-with-ends.js'
import { type MessageEnding, Reading, type ReadingState } from './reading.js'
import type { TokenKind } from './token-kind.js'
import { isTurnStop, type TallyState, TurnTally } from './turn-tally.js'
import { readUnfinishedHeader, type UnfinishedHeader } from './unfinished-header.js'
import { readUsualHeader } from './usual-header.js'

export interface RecoveryOptions {
  readonly tokenizer: Tokenizer
  /** The role whose header the input continues; `undefined` where it begins a header or a message's text. */
  readonly role: Role | undefined
  readonly tools: ReadonlySet<string> | undefined
  /** How many tokens of a prefill come before the sampled ones. They have negative indexes. */
  readonly prefillLength: number
  readonly onEvent: (event: ParserEvent) => void
}

/**
 * What the input is: what an assistant sampled; a conversation where a completion was expected, as it begins with
 * somebody else's message; or messages of whatever authors, as the caller says.
 */
type InputKind = 'completion' | 'conversation' | 'messages'

/** Where a recovering reading stands between two calls, as plain JSON. */
export interface RecoveryState {
  readonly state: ReadingState
  readonly tokenCount: number
  readonly header?: MessageHeader
  readonly content: string
  readonly headerTokens: readonly number[]
  readonly unfinishedBytes: readonly number[]
  readonly place: Readonly<Place>
  readonly tally: TallyState
}

/** What the policy remembers beside the grammar's own state. */
interface Place {
  /** The role that the open header's text leaves out. */
  presetRole: Role | undefined
  input: InputKind
  messageIndex: number
  /** Index of the open message's first token, `<|start|>` included; of the open header's first. */
  messageStart: number
  headerStart: number
  /** The open header's text without its markers, U+FFFD for a token that ends within a character. */
  headerText: string
  /** How many markers the open header holds. */
  headerMarkers: number
  /** The length of `headerText` at which to look next whether it is a body without its `<|message|>`. */
  nextBodyCheck: number
  /** Whether the open message is told only at its end, as whose it is depends on that. */
  isForeign: boolean
  /** Whether the open message began as the whole input's text: that it has no end is told with that. */
  isWithoutMarkup: boolean
  /** The tokens of the content that no event has brought yet. */
  deltaStart: number
  deltaEnd: number
  /** Index of the token that holds the first byte of the unfinished character. */
  unfinishedIndex: number
  /** Tokens between messages that belong to none so far. */
  strayTokens: number[]
  strayStart: number
  isTurnOver: boolean
}

/**
 * The recovering policy: whatever a model writes becomes messages, and every repair is told. Text is never lost: it is in a message or in a
 * deviation's evidence. docs/deviations.md lists the repairs.
 *
 * After `<|end|>` a turn goes on, so text that a stop token closes there is a message that lacks its markers; after `<|return|>` and
 * `<|call|>` the turn is over and only a header starts another message.
 */
export class RecoveryReading extends Reading {
  readonly #onEvent: (event: ParserEvent) => void
  readonly #tools: ReadonlySet<string> | undefined
  readonly #tally: TurnTally
  readonly #at: Place
  /** Content that no event has brought yet. */
  #delta = ''
  /** The length of the content at which its pieces are joined next. */
  #joinAt = FIRST_JOIN

  constructor({ tokenizer, role, tools, prefillLength, onEvent }: RecoveryOptions, saved?: RecoveryState) {
    super(tokenizer, role === undefined ? 'between' : 'header')
    this.#tools = tools
    this.#onEvent = onEvent
    this.#tally = new TurnTally(saved?.tally)
    this.tokenCount = 0 - prefillLength
    this.#at = structuredClone(saved?.place) ?? {
      presetRole: role,
      input: role === 'assistant' ? 'completion' : 'messages',
      messageIndex: 0,
      messageStart: this.tokenCount,
      headerStart: this.tokenCount,
      headerText: '',
      headerMarkers: 0,
      nextBodyCheck: LONGEST_NOISE,
      isForeign: false,
      isWithoutMarkup: false,
      deltaStart: 0,
      deltaEnd: 0,
      unfinishedIndex: 0,
      strayTokens: [],
      strayStart: 0,
      isTurnOver: false,
    }
    if (saved === undefined) return
    this.state = saved.state
    this.tokenCount = saved.tokenCount
    this.header = saved.header
    this.content = saved.content
    this.headerTokens = [...saved.headerTokens]
    this.utf8.push(saved.unfinishedBytes)
    if (this.#at.isForeign) this.#delta = saved.content
  }

  /** Where the reading stands. Gives pending content out first. */
  save(): RecoveryState {
    this.giveDelta()
    return {
      state: this.state,
      tokenCount: this.tokenCount,
      ...(this.header && { header: this.header }),
      content: this.content,
      headerTokens: [...this.headerTokens],
      unfinishedBytes: [...this.utf8.bytes],
      place: structuredClone(this.#at),
      tally: this.#tally.toJSON(),
    }
  }

  /** The input is over. @param isStopped whether a stop token ended it that is not among the tokens */
  end(isStopped: boolean): void {
    this.endMessages(isStopped)
    this.#onEvent({ type: 'turn-end', ...this.#tally.end(Math.max(0, this.tokenCount), isStopped) })
  }

  /** Gives the content that no event has brought yet. Callers do so once for each run of tokens. */
  giveDelta(): void {
    if (this.#delta === '' || this.#at.isForeign) return
    const delta = this.#delta
    const tokens = rangeOf(this.#at.deltaStart, this.#at.deltaEnd)
    this.#delta = ''
    this.#at.deltaStart = this.#at.deltaEnd
    this.#onEvent({ type: 'content-delta', messageIndex: this.#at.messageIndex, delta, tokens })
  }

  private endMessages(isStopped: boolean): void {
    const end = this.tokenCount
    switch (this.state) {
      case 'between':
        if (this.#at.isTurnOver || this.isStrayMessage()) this.reportStray()
        else if (this.#at.strayTokens.length > 0) {
          this.endStray(isStopped ? 'missing-message' : 'unterminated-header', null, end, !isStopped)
        }
        return
      case 'header':
        if (this.startBody(end)) this.endMessages(isStopped)
        // Nothing at all was sampled: nothing is wrong with it either.
        else if (end > 0) this.closeUnfinished(this.codeAtEnd(isStopped), null, end, !isStopped)
        return
      case 'content':
        this.takeRest(end)
        if (!isStopped && !this.#at.isWithoutMarkup) this.report('unterminated', end, end, '')
        this.endMessage(null, end, !isStopped)
        return
      default:
        this.state satisfies never
    }
  }

  protected override openHeader(): void {
    this.reportStray()
    this.startHeader(this.index, undefined)
    this.#at.headerStart = this.index + 1
  }

  protected override step(token: number, kind: TokenKind): void {
    if (this.state === 'header' && kind !== 'text' && this.isWorthALook(kind)) this.startBody(this.index)
    super.step(token, kind)
  }

  protected override takeHeaderToken(token: number, kind: TokenKind): void {
    if (kind === 'channel') this.endTextBeforeChannel()
    this.headerTokens.push(token)
    if (kind === 'text') this.startBodyEarly(token)
  }

  protected override readHeader(): MessageHeader {
    const context = this.headerContext()
    const usual = readUsualHeader(this.headerTokens, context)
    if (usual !== undefined) return usual
    const { header, deviations } = readClosedHeader(this.headerTokens, context)
    this.reportHeader(deviations)
    return header
  }

  protected override startMessage(header: MessageHeader, contentStart = this.tokenCount): void {
    super.startMessage(header)
    this.#joinAt = FIRST_JOIN
    this.#at.deltaStart = contentStart
    this.#at.deltaEnd = contentStart
    const beginsWithHeader = this.#at.messageIndex === 0 && this.#at.messageStart < this.#at.headerStart
    if (this.#at.input === 'completion' && beginsWithHeader && header.role !== 'assistant')
      this.#at.input = 'conversation'
    this.#at.isForeign =
      (this.#at.input === 'completion' && header.role !== 'assistant') ||
      (this.#at.input === 'conversation' && header.role === 'tool' && header.recipient === undefined)
    if (!this.#at.isForeign) this.tellStart(header, this.index)
  }

  protected override takeContent(text: string): void {
    this.content += text
    if (this.content.length >= this.#joinAt) this.joinContent()
    this.#delta += text
    this.#at.deltaEnd = this.tokenCount
  }

  /**
   * Makes one string of the content's pieces, whenever it has grown by a quarter: in an answer that streams for
   * minutes, they take eight times the room of the text (`node bench/gateway.mjs`).
   */
  private joinContent(): void {
    // JavaScript engines join the pieces of a string for a part of it.
    this.content = ` ${this.content}`.slice(1)
    this.#joinAt = this.content.length + (this.content.length >> 2)
  }

  protected override takeBytes(bytes: Uint8Array): void {
    const { invalidCount, isEmpty } = this.utf8
    const text = this.utf8.read(bytes)
    if (isEmpty) this.#at.unfinishedIndex = this.index
    this.reportInvalid(invalidCount)
    if (text !== '') {
      this.#at.unfinishedIndex = this.index
      this.takeContent(text)
    }
  }

  protected override takeRest(tokenEnd: number): void {
    const { invalidCount } = this.utf8
    const text = this.utf8.flush()
    this.reportInvalid(invalidCount)
    if (text === '') return
    this.takeContent(text)
    this.#at.deltaEnd = tokenEnd
  }

  protected override messageEnded({ stopToken, tokenEnd, incomplete }: MessageEnding): void {
    const sampled = this.header!
    const header = this.#at.isForeign ? this.authorOf(sampled, stopToken) : sampled
    if (this.#at.isForeign) this.tellStart(header, this.#at.deltaStart - 1)
    this.#at.isForeign = false
    this.giveDelta()
    const kind = messageKind(header)
    if (stopToken === SPECIAL_TOKENS.CALL && kind !== 'tool-call') this.reportToken('stray-call', stopToken)
    const tokens = rangeOf(this.#at.messageStart, tokenEnd)
    const messageIndex = this.#at.messageIndex++
    const message = messageOf(header, this.content)
    this.#at.isWithoutMarkup = false
    this.#at.isTurnOver = isTurnStop(stopToken)
    // Spelled out, as to copy some fields from another object takes a third of the parser's time.
    const type = 'message-end'
    const event: MessageEndEvent =
      kind === 'tool-call'
        ? {
            type,
            messageIndex,
            message,
            kind,
            toolName: toolNameOf(header.recipient!),
            stopToken,
            tokens,
            incomplete,
          }
        : { type, messageIndex, message, kind, stopToken, tokens, incomplete }
    this.#tally.messageEnded(event)
    this.#onEvent(event)
  }

  private tellStart(header: MessageHeader, index: number): void {
    const type = 'message-start'
    const { messageIndex } = this.#at
    const kind = messageKind(header)
    const tokenIndex = Math.max(0, index)
    this.#onEvent(
      kind === 'tool-call'
        ? { type, messageIndex, header, kind, toolName: toolNameOf(header.recipient!), tokenIndex }
        : { type, messageIndex, header, kind, tokenIndex },
    )
  }

  /**
   * Whose a message is that has somebody else's role in what an assistant sampled. Under a tool's name it is a call
   * to that tool if `<|call|>` ends it or the name is known; else it is a result that the model made up.
   *
   *   <|start|>bash<|channel|>commentary<|message|>{"cmd": "ls"}<|call|>
   */
  private authorOf(header: MessageHeader, stopToken: number | null): MessageHeader {
    const { role, name, recipient, ...rest } = header
    const isInCompletion = this.#at.input === 'completion'
    const isKnown =
      isInCompletion && name !== undefined && this.#tools !== undefined && isTool(name, this.#tools)
    const isCall =
      role === 'tool' && recipient === undefined && (isKnown || stopToken === SPECIAL_TOKENS.CALL)
    if (isCall || isInCompletion)
      this.report('foreign-author', this.#at.messageStart, this.#at.deltaStart, name ?? role)
    return isCall ? { role: 'assistant', recipient: name!, ...rest } : header
  }

  /**
   *   <|end|> some text <|start|>
   *          ^
   */
  protected override unexpectedBetween(token: number, kind: TokenKind): void {
    switch (kind) {
      case 'stop':
      case 'end-of-text':
        if (this.#at.strayTokens.length > 0 && !this.#at.isTurnOver && !this.isStrayMessage()) {
          this.endStray('missing-message', token, this.tokenCount, false)
        } else {
          this.reportStray()
          if (kind === 'stop') this.reportToken('extra-stop', token)
        }
        if (kind === 'end-of-text') this.reportToken('end-of-text', token)
        this.#tally.stoppedOn(token)
        this.#at.isTurnOver ||= token !== SPECIAL_TOKENS.END
        return
      case 'channel':
        this.startWithStray(/^(assistant)?(?:\s*to\s*=\s*\S+)?$/)
        this.headerTokens.push(token)
        return
      case 'message':
        if (this.#at.strayTokens.length > 0 && !this.isStrayMessage()) {
          this.startWithStray(/^(assistant)?(?:\s*(?:analysis|commentary|final))?(?:\s*to\s*=\s*\S+)?$/)
          this.startMessage(this.readHeader())
        } else {
          // One too many, unless text follows it within the turn.
          this.reportStray()
          this.takeStray(token)
        }
        return
      default:
        if (this.isStrayMessage() && !this.#at.isTurnOver && kind === 'text') {
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
      case 'end-of-text':
        this.closeUnfinished('missing-message', token, this.tokenCount, false)
        if (kind === 'end-of-text') this.reportToken('end-of-text', token)
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
    if (kind === 'start' || kind === 'channel' || kind === 'end-of-text') this.takeRest(this.index)
    switch (kind) {
      case 'start':
      case 'channel':
        this.report('implicit-end', this.index, this.index, '')
        this.endMessage(null, this.index)
        if (kind === 'start') return this.openHeader()
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
      const start = this.#at.messageStart
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
    const unfinished = readUnfinishedHeader(this.headerTokens, this.headerContext())
    // A call whose name the end cuts may be a call to another tool: the name goes on.
    if (unfinished.isStub || (incomplete && unfinished.mayGoOn)) {
      this.reportHeader(unfinished.deviations)
      const start = this.#at.messageStart
      this.report(code === 'no-markup' ? 'unterminated-header' : code, start, tokenEnd, this.dropped(start))
      this.state = 'between'
      this.headerTokens = []
      this.#at.isTurnOver = isTurnStop(stopToken)
      this.#tally.stoppedOn(stopToken)
      return
    }
    const end = stopToken === null ? tokenEnd : tokenEnd - 1
    this.startUnfinished(unfinished, code, end)
    this.endMessage(stopToken, tokenEnd, incomplete)
  }

  /** Starts the message of a header that lacks its `<|message|>`. @param end where the header's tokens end */
  private startUnfinished(
    { header, content, contentIndex, deviations }: UnfinishedHeader,
    code: DeviationCode,
    end: number,
  ): void {
    this.reportHeader(deviations)
    this.report(code, end, end, '')
    this.#at.isWithoutMarkup = code === 'no-markup'
    this.startMessage(header, Math.min(contentIndex, end))
    if (content === '') return
    this.takeContent(content)
    this.#at.deltaEnd = end
  }

  /**
   * Starts a message as soon as its header is too long for one, so that a body which lacks its `<|message|>` streams.
   *
   *   <|channel|>final The capital of Peru is Lima, and
   *                                                ^
   */
  private startBodyEarly(token: number): void {
    const text = this.tokenizer.tokenText(token)
    this.#at.headerText += text ?? '\uFFFD'
    // Within a character nothing is certain.
    if (text === undefined || this.#at.headerText.length < this.#at.nextBodyCheck) return
    this.startBody(this.tokenCount)
  }

  /** Whether to look for a body before a marker: before the first few within a header, and where the header ends. */
  private isWorthALook(kind: TokenKind): boolean {
    const isInHeader = kind === 'channel' || kind === 'constrain'
    return !isInHeader || ++this.#at.headerMarkers <= 8
  }

  /** Starts the message if the header at hand, which ends at `end`, holds its body. */
  private startBody(end: number): boolean {
    const { length } = this.#at.headerText
    if (length <= LONGEST_NOISE) return false
    const context = this.headerContext()
    const isUsual = readUsualHeader(this.headerTokens, context) !== undefined
    const unfinished = isUsual ? undefined : readUnfinishedHeader(this.headerTokens, context)
    const missing = unfinished === undefined ? LONGEST_NOISE + 1 : missingForBody(unfinished)
    if (unfinished === undefined || missing > 0) {
      // A header's length has no bound: to look again only after it grew by a part of itself keeps the cost linear.
      this.#at.nextBodyCheck = length + Math.max(missing, length >> 3)
      return false
    }
    this.startUnfinished(unfinished, this.isWithoutMarkers() ? 'no-markup' : 'missing-message', end)
    return true
  }

  /**
   * Prose in front of a channel is a message that lacks its markers, and no part of the header.
   *
   *   Sure: 42<|channel|>final<|message|>
   *           ^
   */
  private endTextBeforeChannel(): void {
    if (this.headerTokens.length === 0 || this.#at.headerMarkers > 1) return
    if (this.#at.headerText === 'assistant' && this.#at.presetRole === undefined) return
    const unfinished = readUnfinishedHeader(this.headerTokens, this.headerContext())
    if (!unfinished.isProse) return
    this.startUnfinished(unfinished, 'text-before-header', this.index)
    this.endMessage(null, this.index)
    this.startHeader(this.index, 'assistant')
  }

  /** The text of the open header, with the `<|start|>` that may stand before it. */
  private dropped(start: number): string {
    const marker = start < this.#at.headerStart ? specialTokenText(SPECIAL_TOKENS.START) : ''
    return marker + decodeWithEnds(this.headerTokens, this.tokenizer).text
  }

  private codeAtEnd(isStopped: boolean): DeviationCode {
    if (this.isWithoutMarkers()) return 'no-markup'
    return isStopped ? 'missing-message' : 'unterminated-header'
  }

  /** Whether nothing but text was read so far. */
  private isWithoutMarkers(): boolean {
    return (
      this.#at.messageIndex === 0 &&
      this.#at.messageStart === this.#at.headerStart &&
      !this.headerTokens.some((token) => token >= SPECIAL_TOKENS.START_OF_TEXT)
    )
  }

  /** Opens a header without `<|start|>`: with the stray text where it reads like the beginning of one. */
  private startWithStray(headerBeginning: RegExp): void {
    const tokens = this.#at.strayTokens
    const [isLead, role] = headerBeginning.exec(decodeWithEnds(tokens, this.tokenizer).text.trim()) ?? []
    if (isLead === undefined) this.reportStray()
    const start = this.index - this.#at.strayTokens.length
    this.startHeaderOf(this.#at.strayTokens, start, role === undefined ? 'assistant' : undefined)
  }

  /** Opens a header without `<|start|>` that begins with these tokens, which were stray so far. */
  private startHeaderOf(tokens: number[], tokenIndex: number, role: Role | undefined): void {
    this.startHeader(tokenIndex, role)
    this.headerTokens = tokens
    this.#at.strayTokens = []
    this.report('missing-start', tokenIndex, tokenIndex, '')
  }

  private startHeader(tokenIndex: number, role: Role | undefined): void {
    this.state = 'header'
    this.headerTokens = []
    this.#at.presetRole = role
    this.#at.messageStart = tokenIndex
    this.#at.headerStart = tokenIndex
    this.#at.nextBodyCheck = LONGEST_NOISE
    this.#at.headerText = ''
    this.#at.headerMarkers = 0
  }

  /** Text after `<|end|>` that a stop token or the end of the input closes: a message that lacks its markers. */
  private endStray(
    code: DeviationCode,
    stopToken: number | null,
    tokenEnd: number,
    incomplete: boolean,
  ): void {
    this.startHeaderOf(this.#at.strayTokens, this.#at.strayStart, 'assistant')
    this.closeUnfinished(code, stopToken, tokenEnd, incomplete)
  }

  /** Reports the invalid sequences since `before`: the first began in the token of the unfinished character, others in the token at hand. */
  private reportInvalid(before: number): void {
    for (let count = before; count < this.utf8.invalidCount; count++) {
      this.report('invalid-utf8', this.#at.unfinishedIndex, this.#at.unfinishedIndex + 1, '\uFFFD')
      this.#at.unfinishedIndex = this.index
    }
  }

  /** Whether a lone `<|message|>` waits for what follows it. */
  private isStrayMessage(): boolean {
    return this.#at.strayTokens.length === 1 && this.#at.strayTokens[0] === SPECIAL_TOKENS.MESSAGE
  }

  private startStrayMessage(): void {
    this.startHeaderOf([], this.#at.strayStart, 'assistant')
    this.startMessage(this.readHeader(), this.index)
  }

  private takeStray(token: number): void {
    if (this.#at.strayTokens.length === 0) this.#at.strayStart = this.index
    this.#at.strayTokens.push(token)
  }

  private reportStray(): void {
    if (this.#at.strayTokens.length === 0) return
    if (this.isStrayMessage()) {
      this.report(
        'extra-stop',
        this.#at.strayStart,
        this.#at.strayStart + 1,
        specialTokenText(SPECIAL_TOKENS.MESSAGE),
      )
      this.#at.strayTokens = []
      return
    }
    const { text } = decodeWithEnds(this.#at.strayTokens, this.tokenizer)
    this.report(
      'text-between-messages',
      this.#at.strayStart,
      this.#at.strayStart + this.#at.strayTokens.length,
      text,
    )
    this.#at.strayTokens = []
  }

  private reportToken(code: DeviationCode, token: number): void {
    this.report(code, this.index, this.index + 1, specialTokenText(token))
  }

  private report(code: DeviationCode, start: number, end: number, evidence: string): void {
    const tokens = rangeOf(start, end)
    this.#onEvent({ type: 'deviation', code, messageIndex: this.#at.messageIndex, tokens, evidence })
  }

  private reportHeader(deviations: readonly HeaderDeviation[]): void {
    for (const { code, start, end, evidence } of deviations) this.report(code, start, end, evidence)
  }

  private headerContext(): HeaderContext {
    return {
      tokenizer: this.tokenizer,
      tokenIndex: this.#at.headerStart,
      presetRole: this.#at.presetRole,
      tools: this.#tools,
    }
  }

  /** Index of the token at hand. */
  private get index(): number {
    return this.tokenCount - 1
  }
}

/**
 * How many characters are missing, at least, until what a header holds beyond its fields is too much to be noise. Only its
 * beginning counts, so that more text changes nothing.
 */
function missingForBody({ content, followsFields, isStub }: UnfinishedHeader): number {
  const longest = followsFields ? LONGEST_NOISE : LONGEST_NAME
  const beginning = content.slice(0, longest + 1)
  const isText = (followsFields ? NO_WORD : NO_NAME).test(beginning) && !/to\s*=|functions\./.test(beginning)
  const missing = longest + 1 - beginning.length
  return missing === 0 && (isStub || !isText) ? 1 : missing
}

/** What no name has: white space, brackets, quotes and the punctuation of East Asia. */
const NO_NAME = /[\s{["\u3000-\u303f\uff00-\uffef]/
/** What no content type has either: letters beyond ASCII. */
const NO_WORD = /[\s{["\u0080-\uffff]/

/** How many characters may stand in a header that are no part of it: noise is short. */
const LONGEST_NOISE = 24

/** The same where no channel and no recipient stands right before the text: it may yet be a name, or prose before a header. */
const LONGEST_NAME = 64

/** A range of sampled tokens: those of a prefill, which have negative indexes, do not count. */
function rangeOf(start: number, end: number): TokenRange {
  return { start: Math.max(0, start), end: Math.max(0, end) }
}

/** The length of a content, in characters, at which its pieces are joined first. */
const FIRST_JOIN = 1024
