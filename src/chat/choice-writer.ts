import type { ChatCompletionMessageToolCall } from 'openai/resources/chat/completions'
import type { ContentDeltaEvent, MessageEndEvent, MessageStartEvent, ParserEvent } from '../parse/index.js'
import {
  type Citation,
  createInputReader,
  type CreateId,
  type InputReader,
  type VisibleText,
} from '../openai/index.js'
import { isVisible, toolNameOf, type TurnAction } from '../turn/index.js'
import type { ChatAnswerDelta, ChatAnswerMessage, UrlCitation } from './answer-types.js'
import { TextBuffer } from './text-buffer.js'

export type FinishReason = 'stop' | 'tool_calls' | 'length'

/** Where the answer has its reasoning. */
export const REASONING_FIELDS = ['reasoning', 'reasoning_content', 'both', 'none'] as const

export type ReasoningField = (typeof REASONING_FIELDS)[number]

/** How messages become an answer. */
export interface ChoiceSettings {
  readonly reasoningField: ReasoningField
  readonly allowsParallelCalls: boolean
  readonly createId: CreateId
  /** A tool's name in Harmony → its name in the request. */
  readonly nameOf: (name: string) => string
  /** Whether the request's tool of that name takes free text. */
  readonly isCustom: (name: string) => boolean
  /** Whether the server runs the calls to a recipient itself: they do not show. */
  readonly isHidden: (recipient: string) => boolean
}

/** A call of the answer, as far as it has come. */
interface OpenCall {
  readonly id: string
  readonly index: number
  readonly name: string
  /** Reads the text of a custom tool out of its arguments. */
  readonly input: InputReader | undefined
  /** What the caller gets: arguments, or a custom tool's text. */
  readonly arguments: TextBuffer
  /** White space that is passed on once something follows: alone, it stands for no arguments. */
  held: string
}

/** What the message that is being read becomes. */
type Destination = 'reasoning' | 'content' | 'call' | 'nothing'

/** Turns the parser's events for one choice into deltas, and keeps what they add up to. */
export class ChoiceWriter {
  readonly #settings: ChoiceSettings
  readonly #visible: VisibleText
  readonly #emit: (delta: ChatAnswerDelta) => void
  readonly #calls: OpenCall[] = []
  readonly #annotations: UrlCitation[] = []
  #destination: Destination = 'nothing'
  /** Whether there was any text to show: some of it may be held back. */
  #hasText = false
  readonly #content = new TextBuffer()
  readonly #reasoning = new TextBuffer()
  /** Whether the model gave an answer, if only an empty one. */
  #hasAnswer = false
  /** Whether a message before this one has text of the same kind: a line break keeps them apart. */
  #needsBreak = false
  /** Tokens of analysis messages and of calls that do not show. */
  #reasoningTokens = 0

  constructor(settings: ChoiceSettings, visible: VisibleText, emit: (delta: ChatAnswerDelta) => void) {
    this.#settings = settings
    this.#visible = visible
    this.#emit = emit
  }

  get isStopped(): boolean {
    return this.#visible.isStopped
  }

  get reasoningTokens(): number {
    return this.#reasoningTokens
  }

  /** Whether the text that is being read is shown to the user. */
  get isShowing(): boolean {
    return this.#destination === 'content' && !this.isStopped
  }

  read(event: ParserEvent): void {
    switch (event.type) {
      case 'content-delta':
        return this.#addDelta(event)
      case 'message-start':
        return this.#startMessage(event)
      case 'message-end':
        return this.#endMessage(event)
      case 'deviation':
      case 'turn-end':
        return
    }
  }

  /** Passes on what was held back. Returns why the answer ended. */
  end(action: TurnAction): FinishReason {
    const { text, citations } = this.#visible.end()
    this.#show(text, citations)
    if (!this.isStopped && action === 'length') return 'length'
    if (this.#calls.length > 0) return 'tool_calls'
    // A call that nobody has answered: the turn is not over.
    return this.isStopped || action === 'return' ? 'stop' : 'length'
  }

  message(): ChatAnswerMessage {
    const calls = this.#calls.map(describeCall)
    return {
      role: 'assistant',
      content: this.#content.isEmpty && !this.#hasAnswer ? null : this.#content.toString(),
      refusal: null,
      ...this.#reasoningFields(this.#reasoning.toString()),
      ...(this.#annotations.length > 0 && { annotations: [...this.#annotations] }),
      ...(calls.length > 0 && { tool_calls: calls }),
    }
  }

  #startMessage({ header, kind }: MessageStartEvent): void {
    this.#destination = 'nothing'
    if (this.isStopped) return
    if (kind === 'reasoning') {
      this.#destination = 'reasoning'
      this.#needsBreak = !this.#reasoning.isEmpty
    } else if (kind === 'tool-call') {
      this.#startCall(header.recipient!)
    } else if (kind === 'preamble' || isVisible(header)) {
      this.#destination = 'content'
      this.#needsBreak = this.#hasText
    }
  }

  #startCall(recipient: string): void {
    const { nameOf, isCustom, isHidden, allowsParallelCalls, createId } = this.#settings
    const name = nameOf(toolNameOf(recipient))
    const isExtra = !allowsParallelCalls && this.#calls.length > 0
    if (name === '' || isExtra || isHidden(recipient)) return
    this.#destination = 'call'
    const index = this.#calls.length
    const call = {
      id: createId('call_'),
      index,
      name,
      input: isCustom(name) ? createInputReader() : undefined,
      arguments: new TextBuffer(),
      held: '',
    }
    this.#calls.push(call)
    this.#emit({ tool_calls: [{ index, ...describeCall(call) }] })
  }

  #addDelta({ delta }: ContentDeltaEvent): void {
    switch (this.#destination) {
      case 'content': {
        const piece = this.#needsBreak ? `\n${delta}` : delta
        this.#needsBreak = false
        this.#hasText = true
        if (this.#visible.isPlain) return this.#show(piece, NONE)
        const { text, citations } = this.#visible.push(piece)
        return this.#show(text, citations)
      }
      case 'reasoning': {
        const piece = this.#needsBreak ? `\n${delta}` : delta
        this.#needsBreak = false
        this.#reasoning.add(piece)
        const fields = this.#reasoningFields(piece)
        if (fields !== undefined) this.#emit(fields)
        return
      }
      case 'call':
        return this.#addArguments(this.#calls[this.#calls.length - 1], delta)
      case 'nothing':
        return
    }
  }

  #endMessage({ kind, message, tokens, incomplete }: MessageEndEvent): void {
    const destination = this.#destination
    this.#destination = 'nothing'
    const isHiddenCall = kind === 'tool-call' && this.#settings.isHidden(message.recipient!)
    if (kind === 'reasoning' || isHiddenCall) this.#reasoningTokens += tokens.end - tokens.start
    if (destination === 'call')
      this.#endCall(this.#calls[this.#calls.length - 1], message.content, incomplete)
    // An answer that is empty is one all the same.
    if (destination === 'content' && kind === 'final' && !incomplete && !this.#hasAnswer) {
      this.#hasAnswer = true
      if (this.#content.isEmpty) this.#emit({ content: '' })
    }
  }

  #show(text: string, citations: readonly Citation[]): void {
    if (text === '' && citations.length === 0) return
    this.#content.add(text)
    if (citations.length === 0) return this.#emit({ content: text })
    const annotations = citations.map(toUrlCitation)
    for (const annotation of annotations) this.#annotations.push(annotation)
    this.#emit({ content: text, annotations })
  }

  #addArguments(call: OpenCall, delta: string): void {
    if (call.input !== undefined) return this.#addInput(call, call.input.push(delta))
    let piece = delta
    if (call.arguments.isEmpty) {
      piece = call.held + delta
      call.held = piece
      if (delta.trim() === '') return
    }
    call.arguments.add(piece)
    this.#emit({ tool_calls: [{ index: call.index, function: { arguments: piece } }] })
  }

  #addInput(call: OpenCall, piece: string): void {
    if (piece === '') return
    call.arguments.add(piece)
    this.#emit({ tool_calls: [{ index: call.index, custom: { input: piece } }] })
  }

  #endCall(call: OpenCall, content: string, isIncomplete: boolean): void {
    if (call.input !== undefined) return this.#addInput(call, call.input.end(content))
    if (!call.arguments.isEmpty || isIncomplete) return
    call.arguments.add('{}')
    this.#emit({ tool_calls: [{ index: call.index, function: { arguments: '{}' } }] })
  }

  #reasoningFields(text: string): { reasoning?: string; reasoning_content?: string } | undefined {
    if (text === '') return undefined
    switch (this.#settings.reasoningField) {
      case 'none':
        return undefined
      case 'reasoning':
        return { reasoning: text }
      case 'reasoning_content':
        return { reasoning_content: text }
      case 'both':
        return { reasoning: text, reasoning_content: text }
    }
  }
}

function toUrlCitation({ start, end, url, title }: Citation): UrlCitation {
  return { type: 'url_citation', url_citation: { start_index: start, end_index: end, title, url } }
}

const NONE: readonly Citation[] = []

function describeCall({ id, name, input, ...call }: OpenCall): ChatCompletionMessageToolCall {
  const sampled = call.arguments.toString()
  return input === undefined
    ? { id, type: 'function', function: { name, arguments: sampled } }
    : { id, type: 'custom', custom: { name, input: sampled } }
}
