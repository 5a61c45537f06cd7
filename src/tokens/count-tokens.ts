import type { HarmonyEncoding } from '../encoding.js'
import type { Conversation, DeveloperContent, Message, Role, SystemContent } from '../message/index.js'
import { checkEncoding } from '../parse/index.js'
import {
  developerText,
  type MessageSpan,
  renderConversation,
  type RenderConversationOptions,
  renderOpening,
  systemText,
  TokenCounter,
  toolsText,
} from '../render/index.js'
import { encode, type Tokenizer } from '../tokenizer/index.js'
import { type KindOfHeader, messageKind, type MessageKind } from '../turn/index.js'

/** The parts of a prompt that are counted separately. */
export const TOKEN_PARTS = [
  /** System messages, without their tools. */
  'system',
  /** The sections `# Tools` of system and developer messages. */
  'tools',
  /** Developer messages, without their tools. */
  'instructions',
  'user',
  /** The assistant's messages on `analysis`, except calls. */
  'reasoning',
  /**
   * The assistant's messages on `commentary` or another channel, except calls: its words
   * before calling tools.
   */
  'preambles',
  /** The assistant's messages to a recipient, on any channel. */
  'calls',
  /** Tool messages. */
  'toolResults',
  /** The assistant's messages on `final`, and those without a channel. */
  'final',
  /** `<|start|>` and the next role, if one is given. */
  'opening',
] as const

export type TokenPart = (typeof TOKEN_PARTS)[number]

/**
 * The number of tokens of a conversation. Each breakdown adds up to `total`. Dropped
 * messages count 0.
 */
export interface TokenCount {
  readonly total: number
  readonly byPart: Readonly<Record<TokenPart, number>>
  readonly byRole: Readonly<Record<Role, number>>
  /** Messages without a channel and the opening count under `''`. */
  readonly byChannel: Readonly<Record<string, number>>
  /** By message index; 0 for a dropped message. Excludes the opening. */
  readonly byMessage: readonly number[]
}

export interface CountOptions extends RenderConversationOptions {
  /**
   * The role whose message the prompt opens. Without it, there is no opening to count.
   */
  readonly nextRole?: Role | undefined
}

/**
 * Counts the tokens of a conversation, in total and by part. The total is the length of
 * its rendering.
 *
 * Each message counts with its header and markers. If a token of a system or developer
 * message spans the end of one section and the beginning of the next, it counts for the
 * first.
 *
 * @throws HarmonyError as `encoding.renderConversationForCompletion`
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { countTokens } from 'gpt-oss-harmony/tokens'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const conversation = { messages: [{ role: 'user', content: 'Hi' }] as const }
 * const { total, byPart } = countTokens(encoding, conversation, { nextRole: 'assistant' })
 * console.log(total, byPart.user, byPart.opening) // 7, 5, 2
 * ```
 */
export function countTokens(
  encoding: HarmonyEncoding,
  conversation: Conversation,
  { nextRole, ...options }: CountOptions = {},
): TokenCount {
  checkEncoding(encoding, 'countTokens')
  const counter = new TokenCounter(encoding.tokenizer)
  const spans: MessageSpan[] = []
  renderConversation(conversation, counter, options, spans)
  const messagesLength = counter.length
  if (nextRole !== undefined) renderOpening(nextRole, counter)
  const opening = counter.length - messagesLength
  return countSpans(encoding.tokenizer, conversation.messages, spans, nextRole, opening)
}

/**
 * Counts the tokens of rendered messages.
 *
 * @param spans of all messages that were not dropped
 * @param opening the number of tokens of `<|start|>` and `nextRole`
 */
export function countSpans(
  tokenizer: Tokenizer,
  messages: readonly Message[],
  spans: readonly MessageSpan[],
  nextRole: Role | undefined,
  opening: number,
): TokenCount {
  const byPart: Record<TokenPart, number> = {
    system: 0,
    tools: 0,
    instructions: 0,
    user: 0,
    reasoning: 0,
    preambles: 0,
    calls: 0,
    toolResults: 0,
    final: 0,
    opening,
  }
  const byRole: Record<Role, number> = { system: 0, developer: 0, user: 0, assistant: 0, tool: 0 }
  if (nextRole !== undefined) byRole[nextRole] = opening
  const byChannel = new Map<string, number>(opening === 0 ? [] : [['', opening]])
  const byMessage = messages.map(() => 0)

  for (const span of spans) {
    const length = span.terminator.end - span.start.start
    const inTools = toolTokens(tokenizer, messages[span.messageIndex])
    byPart[tokenPartOf(span)] += length - inTools
    byPart.tools += inTools
    byRole[span.role] += length
    byChannel.set(span.channel ?? '', (byChannel.get(span.channel ?? '') ?? 0) + length)
    byMessage[span.messageIndex] = length
  }
  return {
    total: (spans.at(-1)?.terminator.end ?? 0) + opening,
    byPart,
    byRole,
    byChannel: Object.fromEntries(byChannel),
    byMessage,
  }
}

const PART_OF_KIND = {
  reasoning: 'reasoning',
  preamble: 'preambles',
  'tool-call': 'calls',
  final: 'final',
  other: 'preambles',
} as const satisfies Record<MessageKind, TokenPart>

/** Returns the part that a message counts for, its tools aside. */
export function tokenPartOf(header: KindOfHeader): TokenPart {
  switch (header.role) {
    case 'system':
      return 'system'
    case 'developer':
      return 'instructions'
    case 'user':
      return 'user'
    case 'tool':
      return 'toolResults'
    case 'assistant':
      return PART_OF_KIND[messageKind(header)]
  }
}

/** Returns how many of a message's tokens are in sections `# Tools`. */
function toolTokens(tokenizer: Tokenizer, { content }: Message): number {
  if (typeof content === 'string') return 0
  return content.reduce((sum, part) => sum + (part.type === 'text' ? 0 : toolTokensOf(tokenizer, part)), 0)
}

function toolTokensOf(tokenizer: Tokenizer, content: SystemContent | DeveloperContent): number {
  const tools = content.tools == null ? undefined : toolsText(content.tools, '')
  if (tools === undefined) return 0
  const [text, before] =
    content.type === 'system_content'
      ? [
          systemText(content, false, ''),
          systemText({ ...content, tools: null, channel_config: null }, false, ''),
        ]
      : [developerText(content, ''), developerText({ ...content, tools: null }, '')]
  const start = before === '' ? 0 : byteLength(`${before}\n\n`)
  const end = start + byteLength(tools)

  // Parts are encoded separately: no token spans two of them.
  let count = 0
  let position = 0
  for (const token of encode(tokenizer, text, { disallowedSpecial: [] })) {
    if (position >= start && position < end) count++
    position += tokenizer.tokenBytes(token)?.length ?? 0
  }
  return count
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
