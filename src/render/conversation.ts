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
import {
  appendMessage,
  appendOrRestore,
  checkHeaderOrder,
  type HeaderOrder,
  type MessageSpan,
} from './message.js'

/**
 * Which old reasoning, that is, which messages on the channel `analysis`, is left out:
 *
 * - `before-first-final`, as in the official library: if the last assistant message is on `final`, the analysis before the conversation's first
 *   `final`; otherwise none.
 * - `completed-turns`, as in vLLM and the format guide: all analysis before the last assistant message on `final`. A turn that is still open,
 *   with tool calls and no `final` yet, keeps its reasoning, and those before it lose theirs.
 * - `past-turns`, for training: all analysis before the last user message. The last turn keeps its reasoning, though its `final` follows, and
 *   comes after what an engine sees when it samples that turn.
 * - `none`.
 */
export type DropAnalysis = (typeof DROP_RULES)[number]

export const DROP_RULES = ['before-first-final', 'completed-turns', 'past-turns', 'none'] as const

/** A conversation's tokens, and where each message lies in them. */
export interface RenderedConversation {
  readonly tokens: readonly number[]
  /** In order. Together they cover the tokens exactly; a message that was dropped has none. */
  readonly spans: readonly MessageSpan[]
}

export interface RenderConversationOptions {
  /** The official switch, `true` by default: `false` is `dropAnalysis: 'none'`, and wins over another `dropAnalysis` beside it. */
  readonly autoDropAnalysis?: boolean | undefined
  /** `before-first-final` by default. */
  readonly dropAnalysis?: DropAnalysis | undefined
  /** `recipient-first` by default. */
  readonly headerOrder?: HeaderOrder | undefined
}

/**
 * Appends a conversation's tokens to `into`, as the official library's `render_conversation` does; after an error, `into` and
 * `spans` are as they were.
 *
 * @param spans receives where each message lies; dropped messages have no span. Together they cover exactly what was appended.
 * @throws HarmonyError as `renderMessageInto`
 * @throws TypeError for an unknown option value
 */
export function renderConversationInto(
  tokenizer: Tokenizer,
  conversation: Conversation,
  into: number[],
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
  appendOrRestore(into, spans, () => {
    for (let i = 0; i < messages.length; i++) {
      const message = messages[i]
      if (i < dropBefore && message.channel === 'analysis') continue
      appendMessage(tokenizer, message, `messages[${i}]`, i, into, messageOptions, spans)
    }
  })
}

/**
 * Appends a conversation and the beginning of the next message, `<|start|>` and its role, for the model to go on. With `spans`, what follows
 * the last one is that beginning.
 *
 * @throws HarmonyError as `renderConversationInto`; `unknown-role` for `nextTurnRole`
 */
export function renderConversationForCompletionInto(
  tokenizer: Tokenizer,
  conversation: Conversation,
  nextTurnRole: Role,
  into: number[],
  options: RenderConversationOptions = {},
  spans?: MessageSpan[],
): void {
  if (!isRole(nextTurnRole)) throw unknownRole(nextTurnRole)
  renderConversationInto(tokenizer, conversation, into, options, spans)
  into.push(SPECIAL_TOKENS.START)
  tokenizer.encodeInto(nextTurnRole, into)
}

/**
 * Appends a conversation to train on: where its last message is the assistant's on `final`, it ends with `<|return|>` in place of its
 * terminator.
 *
 * @throws HarmonyError as `renderConversationInto`
 */
export function renderConversationForTrainingInto(
  tokenizer: Tokenizer,
  conversation: Conversation,
  into: number[],
  options: RenderConversationOptions = {},
  spans?: MessageSpan[],
): void {
  renderConversationInto(tokenizer, conversation, into, options, spans)
  const last = conversation.messages.at(-1)
  if (last !== undefined && isFinal(last)) into[into.length - 1] = SPECIAL_TOKENS.RETURN
}

export function dropRuleOf({
  autoDropAnalysis,
  dropAnalysis = 'before-first-final',
}: RenderConversationOptions): DropAnalysis {
  if (!DROP_RULES.includes(dropAnalysis))
    throw new TypeError(`dropAnalysis: found ${quote(dropAnalysis)}, wanted one of ${DROP_RULES.join(', ')}`)
  return autoDropAnalysis === false ? 'none' : dropAnalysis
}

/** The index of the message before which analysis is dropped; 0 where all of it stays. */
export function dropAnalysisBefore(messages: readonly Message[], rule: DropAnalysis): number {
  const drop = new AnalysisDrop(rule)
  for (const message of messages) drop.add(message)
  return drop.before
}

/** {@link dropAnalysisBefore} for a conversation that grows, at constant cost per message. */
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
    // Whoever's message it is: the official rule looks at the channel alone.
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

/** Whether a message declares function tools, in developer content, wherever that stands. */
export function bringsFunctionTools({ content }: Message): boolean {
  if (typeof content === 'string') return false
  return content.some((part) => {
    if (part.type !== 'developer_content' || part.tools == null || !Object.hasOwn(part.tools, 'functions'))
      return false
    return part.tools['functions'].tools.length > 0
  })
}
