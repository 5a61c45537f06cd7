import { quote } from '../errors.js'
import {
  checkConversation,
  type Conversation,
  isRole,
  type Message,
  type Role,
  unknownRole,
} from '../message/index.js'
import { SPECIAL_TOKENS, type Tokenizer } from '../tokenizer/index.js'
import { appendMessage, checkHeaderOrder, type HeaderOrder, type MessageSpan, spanOf } from './message.js'
import { TokenCollector, type TokenSink } from './token-sink.js'

/**
 * Which old reasoning (messages on the channel `analysis`) is dropped:
 *
 * - `before-first-final`, as in the official library: if the last assistant message is on
 *   `final`, the analysis before the first `final` of the conversation; otherwise
 *   nothing.
 * - `completed-turns`, as in vLLM and the format guide: all analysis before the last
 *   assistant message on `final`. A turn that is still open, with tool calls and no
 *   `final` yet, keeps its reasoning; earlier turns lose theirs.
 * - `past-turns`, for training: all analysis before the last user message. The last turn
 *   keeps its reasoning even if it has its `final`, so that the model is trained on the
 *   prompt that an engine gives it.
 * - `none`: nothing.
 */
export type DropAnalysis = (typeof DROP_RULES)[number]

export const DROP_RULES = ['before-first-final', 'completed-turns', 'past-turns', 'none'] as const

/** A conversation's tokens, with the span of each message. */
export interface RenderedConversation {
  readonly tokens: readonly number[]
  /** In order. Together they cover the tokens exactly. A dropped message has no span. */
  readonly spans: readonly MessageSpan[]
}

export interface RenderConversationOptions {
  /**
   * The official switch, `true` by default. `false` means `dropAnalysis: 'none'` and
   * overrides `dropAnalysis`.
   */
  readonly autoDropAnalysis?: boolean | undefined
  /** `before-first-final` by default. */
  readonly dropAnalysis?: DropAnalysis | undefined
  /** `recipient-first` by default. */
  readonly headerOrder?: HeaderOrder | undefined
}

/**
 * Renders a conversation, like the official library's `render_conversation`.
 *
 * @param spans receives the span of each message that is not dropped. Together they cover
 *   the tokens exactly.
 * @throws HarmonyError as `renderMessage`
 * @throws TypeError for an unknown option value
 */
export function renderConversation(
  conversation: Conversation,
  into: TokenSink,
  options: RenderConversationOptions = {},
  spans?: MessageSpan[],
): void {
  const rule = dropRuleOf(options)
  checkHeaderOrder(options.headerOrder)
  checkConversation(conversation)

  const { messages } = conversation
  const messageOptions = {
    headerOrder: options.headerOrder,
    conversationHasFunctionTools: messages.some(bringsFunctionTools),
  }
  const dropBefore = dropAnalysisBefore(messages, rule)
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i]
    if (i < dropBefore && message.channel === 'analysis') continue
    const start = into.length
    const content = appendMessage(message, `messages[${i}]`, into, messageOptions)
    spans?.push(spanOf(message, i, { start, content, end: into.length }))
  }
}

/**
 * Renders the opening of the next message, `<|start|>` and its role, for the model to
 * continue.
 *
 * @throws HarmonyError `unknown-role`
 */
export function renderOpening(nextTurnRole: Role, into: TokenSink): void {
  if (!isRole(nextTurnRole)) throw unknownRole(nextTurnRole)
  into.addToken(SPECIAL_TOKENS.START)
  into.addText(nextTurnRole)
}

/** Returns the tokens of {@link renderOpening} alone. @throws HarmonyError `unknown-role` */
export function openingOf(tokenizer: Tokenizer, nextTurnRole: Role): number[] {
  const tokens = new TokenCollector(tokenizer)
  renderOpening(nextTurnRole, tokens)
  return tokens.finish()
}

export function dropRuleOf({
  autoDropAnalysis,
  dropAnalysis = 'before-first-final',
}: RenderConversationOptions): DropAnalysis {
  if (!DROP_RULES.includes(dropAnalysis))
    throw new TypeError(`dropAnalysis: found ${quote(dropAnalysis)}, wanted one of ${DROP_RULES.join(', ')}`)
  return autoDropAnalysis === false ? 'none' : dropAnalysis
}

/** Returns the index of the message before which analysis is dropped; 0 if none is. */
export function dropAnalysisBefore(messages: readonly Message[], rule: DropAnalysis): number {
  const drop = new AnalysisDrop(rule)
  for (const message of messages) drop.add(message)
  return drop.before
}

/**
 * {@link dropAnalysisBefore} for a conversation that grows, at constant cost per message.
 */
export class AnalysisDrop {
  readonly #rule: DropAnalysis
  #count = 0
  #firstOnFinalChannel = 0
  #hasFinalChannel = false
  #lastFinal = 0
  #lastOfUser = 0
  #isLastOfAssistantFinal = false

  constructor(rule: DropAnalysis) {
    this.#rule = rule
  }

  add(message: Message): void {
    const index = this.#count++
    // From any role: the official rule only looks at the channel.
    if (message.channel === 'final' && !this.#hasFinalChannel) {
      this.#hasFinalChannel = true
      this.#firstOnFinalChannel = index
    }
    if (message.role === 'user') this.#lastOfUser = index
    if (message.role === 'assistant') this.#isLastOfAssistantFinal = isFinal(message)
    if (isFinal(message)) this.#lastFinal = index
  }

  get before(): number {
    switch (this.#rule) {
      case 'none':
        return 0
      case 'completed-turns':
        return this.#lastFinal
      case 'past-turns':
        return this.#lastOfUser
      case 'before-first-final':
        return this.#isLastOfAssistantFinal ? this.#firstOnFinalChannel : 0
    }
  }
}

export function isFinal(message: Message): boolean {
  return message.role === 'assistant' && message.channel === 'final'
}

/** Returns whether a message declares function tools in any of its developer content. */
export function bringsFunctionTools({ content }: Message): boolean {
  if (typeof content === 'string') return false
  return content.some((part) => {
    if (part.type !== 'developer_content' || part.tools == null || !Object.hasOwn(part.tools, 'functions'))
      return false
    return part.tools['functions'].tools.length > 0
  })
}
