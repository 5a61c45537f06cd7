import { quote } from '../errors.js'
import { SYSTEM_DEFAULTS } from './official-defaults.js'
import {
  REASONING_EFFORTS,
  type Content,
  type DeveloperContent,
  type Message,
  type ReasoningEffort,
  type SystemContent,
  type ToolDescription,
  type ToolNamespaceConfig,
  type ToolNamespaces,
} from './types.js'

export interface SystemMessageOptions {
  /** `You are ChatGPT, a large language model trained by OpenAI.` by default. */
  readonly modelIdentity?: string | null | undefined
  /** `medium` by default. The spelling of the JSON form, `Medium`, works too. */
  readonly reasoningEffort?: Lowercase<ReasoningEffort> | ReasoningEffort | null | undefined
  /** The current date, by convention `YYYY-MM-DD`. None by default. */
  readonly conversationStartDate?: string | null | undefined
  /** `2024-06` by default. */
  readonly knowledgeCutoff?: string | null | undefined
  /** `analysis`, `commentary` and `final` by default. */
  readonly channels?: readonly string[] | null | undefined
  /**
   * Whether every message must name its channel. `true` by default; no effect if
   * `channels` is `null`.
   */
  readonly channelRequired?: boolean | undefined
  /**
   * Built-in tools and other namespaces. The user's functions go into a developer
   * message. None by default.
   */
  readonly tools?: readonly ToolNamespaceConfig[] | null | undefined
}

/**
 * Builds a system message with the official defaults. `null` leaves a line out.
 *
 * @throws TypeError if two tool namespaces have the same name, or for an unknown effort
 *
 * Source: the official library's `SystemContent.new()`; format guide, "System message
 * format".
 *
 * @example
 * ```ts
 * import { browserTool, systemMessage } from 'gpt-oss-harmony'
 *
 * const message = systemMessage({ reasoningEffort: 'high', conversationStartDate: '2025-06-28', tools: [browserTool()] })
 * ```
 */
export function systemMessage(options: SystemMessageOptions = {}): Message {
  const {
    modelIdentity = SYSTEM_DEFAULTS.model_identity,
    reasoningEffort = 'medium',
    conversationStartDate,
    knowledgeCutoff = SYSTEM_DEFAULTS.knowledge_cutoff,
    channels = SYSTEM_DEFAULTS.channel_config.valid_channels,
    channelRequired = true,
    tools,
  } = options
  const content: SystemContent = {
    type: 'system_content',
    ...(modelIdentity === null ? {} : { model_identity: modelIdentity }),
    ...(reasoningEffort === null ? {} : { reasoning_effort: effortOf(reasoningEffort) }),
    ...(conversationStartDate == null ? {} : { conversation_start_date: conversationStartDate }),
    ...(knowledgeCutoff === null ? {} : { knowledge_cutoff: knowledgeCutoff }),
    ...(channels === null
      ? {}
      : { channel_config: { valid_channels: channels, channel_required: channelRequired } }),
    ...toolsOf(tools),
  }
  return { role: 'system', content: [content] }
}

/** @throws TypeError */
function effortOf(effort: string): ReasoningEffort {
  const found = REASONING_EFFORTS.find((known) => known === effort || known.toLowerCase() === effort)
  if (found !== undefined) return found
  throw new TypeError(`reasoningEffort: found ${quote(effort)}, wanted 'low', 'medium' or 'high'`)
}

export interface DeveloperMessageOptions {
  readonly instructions?: string | null | undefined
  /** Functions, which go into the namespace `functions`, and whole namespaces. */
  readonly tools?: readonly (ToolDescription | ToolNamespaceConfig)[] | null | undefined
}

/**
 * Builds a developer message: instructions and tools.
 *
 * @throws TypeError if two tool namespaces have the same name, including `functions` for
 *   single functions
 *
 * Source: the official library's `DeveloperContent.with_instructions` and
 * `.with_function_tools`; format guide, "Developer message format".
 *
 * @example
 * ```ts
 * import { developerMessage } from 'gpt-oss-harmony'
 *
 * const message = developerMessage({
 *   instructions: 'Answer in riddles.',
 *   tools: [
 *     {
 *       name: 'get_weather',
 *       description: 'Gets the weather of a city.',
 *       parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
 *     },
 *   ],
 * })
 * ```
 */
export function developerMessage({ instructions, tools }: DeveloperMessageOptions = {}): Message {
  const functions: ToolDescription[] = []
  const namespaces: ToolNamespaceConfig[] = []
  for (const tool of tools ?? []) {
    if ('tools' in tool) namespaces.push(tool)
    else functions.push(tool)
  }
  if (functions.length > 0) namespaces.push({ name: 'functions', tools: functions })
  const content: DeveloperContent = {
    type: 'developer_content',
    ...(instructions == null ? {} : { instructions }),
    ...toolsOf(namespaces),
  }
  return { role: 'developer', content: [content] }
}

function toolsOf(namespaces: readonly ToolNamespaceConfig[] | null | undefined): { tools?: ToolNamespaces } {
  if (namespaces == null || namespaces.length === 0) return {}
  const names = new Set(namespaces.map((namespace) => namespace.name))
  if (names.size < namespaces.length)
    throw new TypeError(`tools: two namespaces have the same name, found ${[...names].join(', ')}`)
  return { tools: Object.fromEntries(namespaces.map((namespace) => [namespace.name, namespace])) }
}

/** The content of a message: text, or a list of parts. */
export type MessageContent = string | readonly Content[]

/**
 * Builds a user message.
 *
 * @example
 * ```ts
 * import { userMessage } from 'gpt-oss-harmony'
 *
 * const message = userMessage('What is the weather in Tokyo?')
 * ```
 */
export function userMessage(
  content: MessageContent,
  { name }: { readonly name?: string | undefined } = {},
): Message {
  return { role: 'user', ...(name === undefined ? {} : { name }), content }
}

export interface MessageHeaderOptions {
  /** `analysis`, `commentary` or `final`. */
  readonly channel?: string | undefined
  /** The addressee, such as `functions.get_weather`. */
  readonly recipient?: string | undefined
  /** For example `<|constrain|>json`. */
  readonly contentType?: string | undefined
}

/**
 * Builds an assistant message: reasoning, an answer, or a tool call.
 *
 * @example
 * ```ts
 * import { assistantMessage } from 'gpt-oss-harmony'
 *
 * const call = assistantMessage('{"city":"Tokyo"}', {
 *   channel: 'commentary',
 *   recipient: 'functions.get_weather',
 *   contentType: '<|constrain|>json',
 * })
 * ```
 */
export function assistantMessage(content: MessageContent, header: MessageHeaderOptions = {}): Message {
  return { role: 'assistant', content, ...headerKeys(header) }
}

/**
 * Builds a tool message: the result of a call. It fills in nothing: the format guide
 * addresses results to the assistant, on the call's channel.
 *
 * @param name the tool's full name
 *
 * Source: format guide, "Handling tool calls".
 *
 * @example
 * ```ts
 * import { toolMessage } from 'gpt-oss-harmony'
 *
 * const result = toolMessage('functions.get_weather', '{"sunny":true}', { channel: 'commentary', recipient: 'assistant' })
 * ```
 */
export function toolMessage(
  name: string,
  content: MessageContent,
  header: MessageHeaderOptions = {},
): Message {
  return { role: 'tool', name, content, ...headerKeys(header) }
}

function headerKeys({
  channel,
  recipient,
  contentType,
}: MessageHeaderOptions): Pick<Message, 'channel' | 'recipient' | 'content_type'> {
  return {
    ...(channel === undefined ? {} : { channel }),
    ...(recipient === undefined ? {} : { recipient }),
    ...(contentType === undefined ? {} : { content_type: contentType }),
  }
}
