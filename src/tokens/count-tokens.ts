import type { HarmonyEncoding } from '../encoding.js'
import type { Content, Conversation, Message, Role } from '../message/index.js'
import {
  bringsFunctionTools,
  developerText,
  type MessageSpan,
  type RenderConversationOptions,
  type RenderedConversation,
  systemText,
  toolsText,
} from '../render/index.js'
import type { Tokenizer } from '../tokenizer/index.js'
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
  const rendered = encoding.renderWithSpans(conversation, options)
  const opening =
    nextRole === undefined ? 0 : encoding.renderConversationForCompletion({ messages: [] }, nextRole).length
  return countRendered(encoding.tokenizer, conversation.messages, rendered, nextRole, opening)
}

/**
 * Counts the tokens of rendered messages.
 *
 * @param opening the tokens of `<|start|>` and `nextRole`
 */
export function countRendered(
  tokenizer: Tokenizer,
  messages: readonly Message[],
  { tokens, spans }: RenderedConversation,
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
  const hasFunctionTools = messages.some(bringsFunctionTools)

  for (const span of spans) {
    const length = span.terminator.end - span.start.start
    const inTools = toolTokens(tokenizer, messages[span.messageIndex], tokens, span, hasFunctionTools)
    byPart[tokenPartOf(span)] += length - inTools
    byPart.tools += inTools
    byRole[span.role] += length
    byChannel.set(span.channel ?? '', (byChannel.get(span.channel ?? '') ?? 0) + length)
    byMessage[span.messageIndex] = length
  }
  return {
    total: tokens.length + opening,
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
function toolTokens(
  tokenizer: Tokenizer,
  { content }: Message,
  tokens: readonly number[],
  span: MessageSpan,
  hasFunctionTools: boolean,
): number {
  if (typeof content === 'string' || !content.some((part) => part.type !== 'text' && part.tools != null))
    return 0
  let count = 0
  let at = span.content.start
  let position = 0
  let partStart = 0
  for (const part of content) {
    const { text, before, tools } = sectionsOf(part, hasFunctionTools)
    const partEnd = partStart + byteLength(text)
    const toolsStart = partStart + byteLength(before)
    const toolsEnd = toolsStart + byteLength(tools)
    // Parts are encoded separately: no token spans two of them.
    for (; position < partEnd && at < span.content.end; at++) {
      if (position >= toolsStart && position < toolsEnd) count++
      position += tokenizer.tokenBytes(tokens[at])?.length ?? 0
    }
    partStart = partEnd
  }
  return count
}

/** Returns the text of content, its tools section, and the text before that section. */
function sectionsOf(
  part: Content,
  hasFunctionTools: boolean,
): { text: string; before: string; tools: string } {
  if (part.type === 'text') return { text: part.text, before: '', tools: '' }
  const tools = part.tools == null ? '' : (toolsText(part.tools, '') ?? '')
  const [text, before] =
    part.type === 'system_content'
      ? [
          systemText(part, hasFunctionTools, ''),
          systemText({ ...part, tools: null, channel_config: null }, false, ''),
        ]
      : [developerText(part, ''), developerText({ ...part, tools: null }, '')]
  return { text, before: before === '' ? '' : `${before}\n\n`, tools }
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
