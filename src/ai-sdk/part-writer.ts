import type { LanguageModelV3StreamPart } from '@ai-sdk/provider'
import type { ParsedMessage } from '../message/index.js'
import type { ContentDeltaEvent, MessageEndEvent, MessageStartEvent } from '../parse/index.js'
import { type PageOfCursor, VisibleText } from '../openai/index.js'
import { isVisible, toolCallsOf } from '../turn/index.js'
import { toProviderMetadata } from './part-metadata.js'

export interface PartWriterOptions {
  /** The functions whose names had to change: the name in the conversation → the name in the request. */
  readonly toolNames: Readonly<Record<string, string>>
  readonly stopSequences?: readonly string[] | undefined
  /** The pages that citations in the text may name. */
  readonly pageOf?: PageOfCursor | undefined
  readonly createId: () => string
  readonly emit: (part: LanguageModelV3StreamPart) => void
}

type PartKind = 'reasoning' | 'text' | 'tool-input'

interface OpenPart {
  readonly kind: PartKind
  readonly id: string
}

/** Turns a parser's events into the AI SDK's stream parts: one part for each message that the user or a tool gets. */
export class PartWriter {
  readonly #options: PartWriterOptions
  #open: OpenPart | undefined
  /** The part whose message has ended: what follows in no other part still belongs to it. */
  #ended: { readonly part: OpenPart; readonly end: MessageEndEvent } | undefined
  #sampled: number[] = []
  /** Tokens before this index are in parts already. */
  #partStart = 0
  #opening: readonly number[] | undefined
  #text: VisibleText
  /** The pages that have been named as sources. */
  readonly #sources = new Set<string>()

  /** @param opening the tokens that the prompt opened the answer with */
  constructor(options: PartWriterOptions, opening?: readonly number[]) {
    this.#options = options
    this.#opening = opening
    this.#text = this.#newText()
  }

  /** Whether a stop sequence has ended the answer. */
  get isStopped(): boolean {
    return this.#text.isStopped
  }

  /** All tokens so far. */
  get tokens(): readonly number[] {
    return this.#sampled
  }

  sampled(tokens: readonly number[]): void {
    for (const token of tokens) this.#sampled.push(token)
  }

  messageStarted({ header, kind, toolName }: MessageStartEvent): void {
    const partKind: PartKind | undefined =
      kind === 'tool-call' ? 'tool-input' : kind === 'reasoning' ? 'reasoning' : undefined
    if (partKind === undefined && kind !== 'preamble' && !isVisible(header)) return
    if (this.#ended !== undefined) this.#close(this.#ended.end.tokens.end)
    this.#open = { kind: partKind ?? 'text', id: this.#options.createId() }
    this.#text = this.#newText()
    const { id } = this.#open
    if (partKind === 'tool-input')
      this.#options.emit({ type: 'tool-input-start', id, toolName: this.#nameInRequest(toolName!) })
    else this.#options.emit({ type: `${partKind ?? 'text'}-start`, id })
  }

  contentRead({ delta }: ContentDeltaEvent): void {
    if (this.#open === undefined) return
    const { kind, id } = this.#open
    if (kind === 'text' && !this.#text.isPlain) this.#show(this.#text.push(delta), id)
    else this.#options.emit({ type: `${kind}-delta`, id, delta })
    // What was sampled says more than the text that is left: without tokens, the next prompt renders the text.
    if (this.isStopped) this.#options.emit({ type: 'text-end', id })
  }

  messageEnded(end: MessageEndEvent): void {
    if (this.#open === undefined) return
    if (this.#open.kind === 'text') this.#show(this.#text.end(), this.#open.id)
    this.#ended = { part: this.#open, end }
    this.#open = undefined
  }

  end(): void {
    if (this.#ended !== undefined) this.#close(this.#sampled.length)
  }

  #newText(): VisibleText {
    const { stopSequences = [], pageOf } = this.#options
    return new VisibleText(stopSequences, false, pageOf)
  }

  #show({ text, citations }: ReturnType<VisibleText['push']>, id: string): void {
    const { emit, createId } = this.#options
    if (text !== '') emit({ type: 'text-delta', id, delta: text })
    for (const { url, title } of citations) {
      if (this.#sources.has(url)) continue
      this.#sources.add(url)
      emit({ type: 'source', sourceType: 'url', id: createId(), url, title })
    }
  }

  #close(tokenEnd: number): void {
    const { part, end } = this.#ended!
    const { kind, id } = part
    this.#ended = undefined
    const { emit } = this.#options
    const tokens = this.#sampled.slice(this.#partStart, tokenEnd)
    this.#partStart = tokenEnd
    const opening = this.#opening
    this.#opening = undefined
    // Text engines give no tokens.
    const metadata =
      tokens.length === 0
        ? {}
        : { providerMetadata: toProviderMetadata({ tokens, ...(opening && { opening }) }) }
    if (kind !== 'tool-input') return emit({ type: `${kind}-end`, id, ...metadata })
    emit({ type: 'tool-input-end', id })
    // Arguments that the end has cut are no call.
    if (!end.incomplete) emit({ ...this.#callOf(end.message, id), ...metadata })
  }

  #callOf(message: ParsedMessage, id: string): Extract<LanguageModelV3StreamPart, { type: 'tool-call' }> {
    const [call] = toolCallsOf([message])
    return {
      type: 'tool-call',
      toolCallId: id,
      toolName: this.#nameInRequest(call.name),
      input: call.arguments,
    }
  }

  #nameInRequest(name: string): string {
    return Object.hasOwn(this.#options.toolNames, name) ? this.#options.toolNames[name] : name
  }
}
