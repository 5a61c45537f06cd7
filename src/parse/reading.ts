import { FIRST_SPECIAL_TOKEN, type Tokenizer } from '../tokenizer/index.js'
import type { MessageHeader } from '../message/index.js'
import { tokenKind, type TokenKind } from './token-kind.js'
import { Utf8Buffer } from './utf8.js'

/**
 * Where the reading stands:
 *
 *   <|start|>assistant<|channel|>final<|message|>Hello<|end|>
 *   ^        ^                                  ^            ^
 *   between  header                             content      between
 */
export type ReadingState = 'between' | 'header' | 'content'

/** How a message ended. */
export interface MessageEnding {
  readonly stopToken: number | null
  /** Its tokens end before this index. */
  readonly tokenEnd: number
  readonly incomplete: boolean
}

/**
 * The one reading of the token stream: the grammar's own transitions, a token at a time and never a look ahead, so that how the input was
 * cut cannot matter. What to do with a token that the grammar does not expect is the policy of a subclass: `OfficialReading` raises as the
 * official library does, `RecoveryReading` repairs and reports.
 *
 * Only `startMessage` starts a message and only `endMessage` ends one.
 *
 * Source: docs/format.md of openai/harmony, "Message format".
 */
export abstract class Reading {
  state: ReadingState
  /** Tokens read so far. While one is being read, it has the index `tokenCount - 1`. */
  tokenCount = 0
  /** The open message's header; `undefined` where none is open. */
  header: MessageHeader | undefined
  /** The open message's content so far. Grows by appending alone, which JavaScript engines do at constant cost. */
  content = ''

  protected readonly tokenizer: Tokenizer
  /** The open header's tokens: those after `<|start|>`, or from the start of the input where a role was given. */
  protected headerTokens: number[] = []
  /** The characters that the content's tokens so far have not completed. */
  protected readonly utf8 = new Utf8Buffer()

  constructor(tokenizer: Tokenizer, state: 'between' | 'header') {
    this.tokenizer = tokenizer
    this.state = state
  }

  push(token: number): void {
    if (this.state === 'content' && token < FIRST_SPECIAL_TOKEN && this.utf8.isEmpty) {
      const text = this.tokenizer.tokenText(token)
      if (text !== undefined) {
        this.tokenCount++
        this.takeContent(text)
        return
      }
    }
    const kind = tokenKind(token, this.tokenizer)
    if (kind === 'unknown') this.checkUnknown(token)
    this.tokenCount++
    this.step(token, kind)
  }

  protected step(token: number, kind: TokenKind): void {
    switch (this.state) {
      case 'between':
        if (kind === 'start') this.openHeader()
        else this.unexpectedBetween(token, kind)
        return
      case 'header':
        if (kind === 'message') this.startMessage(this.readHeader())
        else if (kind === 'text' || kind === 'channel' || kind === 'constrain')
          this.takeHeaderToken(token, kind)
        else this.unexpectedInHeader(token, kind)
        return
      case 'content':
        if (kind === 'text') this.takeBytes(this.tokenizer.tokenBytes(token)!)
        else if (kind === 'stop') this.endMessage(token)
        else this.unexpectedInContent(token, kind)
        return
      default:
        this.state satisfies never
    }
  }

  /**
   * Between messages, on `<|start|>`: the header follows.
   *
   *   <|end|><|start|>assistant
   *          ^
   */
  protected openHeader(): void {
    this.state = 'header'
    this.headerTokens = []
  }

  /**
   * In the header, on `<|message|>`: the content follows.
   *
   *   <|channel|>final<|message|>
   *                   ^
   */
  protected startMessage(header: MessageHeader): void {
    this.state = 'content'
    this.headerTokens = []
    this.header = header
    this.content = ''
  }

  /**
   * In the content, on a stop token, at the end of the input (`null`), or where a policy ends it before `tokenEnd`.
   *
   *   <|message|>Hello<|end|>
   *                   ^
   */
  protected endMessage(stopToken: number | null, tokenEnd = this.tokenCount, incomplete = false): void {
    this.takeRest(stopToken === null ? tokenEnd : tokenEnd - 1)
    this.state = 'between'
    this.messageEnded({ stopToken, tokenEnd, incomplete })
    this.header = undefined
    this.content = ''
  }

  /** A token of the open header. */
  protected takeHeaderToken(token: number, _kind: TokenKind): void {
    this.headerTokens.push(token)
  }

  /** Text of the open message. */
  protected takeContent(text: string): void {
    this.content += text
  }

  /** Bytes of the open message that may begin or end within a character. */
  protected abstract takeBytes(bytes: Uint8Array): void

  /** The content is over at `tokenEnd`: what waited for the rest of a character will not get it. */
  protected takeRest(_tokenEnd: number): void {
    if (!this.utf8.isEmpty) this.takeContent(this.utf8.flush())
  }

  /** What `headerTokens` say, now that `<|message|>` closed them. */
  protected abstract readHeader(): MessageHeader
  /** The open message, still in `header` and `content`, is over. */
  protected abstract messageEnded(ending: MessageEnding): void

  /** A number that is no token. Throws where it cannot be read at all; the reading is then as it was before. */
  protected abstract checkUnknown(token: number): void
  protected abstract unexpectedBetween(token: number, kind: TokenKind): void
  protected abstract unexpectedInHeader(token: number, kind: TokenKind): void
  protected abstract unexpectedInContent(token: number, kind: TokenKind): void
}
