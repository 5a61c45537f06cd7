/**
 * A conversation: plain objects in the JSON form that the official library's core reads
 * and writes. A key that is missing, `undefined` or `null` is not rendered. The builders
 * and `parseConversation` fill in defaults.
 *
 * Source: openai/harmony, `to_json` of its Python package.
 */
export interface Conversation {
  readonly messages: readonly Message[]
}

export const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const

export type Role = (typeof ROLES)[number]

/** The channels that gpt-oss was trained on. */
export const CHANNELS = ['analysis', 'commentary', 'final'] as const

export type Channel = (typeof CHANNELS)[number]

export function isChannel(name: string): name is Channel {
  return (CHANNELS as readonly string[]).includes(name)
}

export interface Message {
  readonly role: Role
  /**
   * The author's name. Required for tools (`functions.get_weather`), optional for other
   * roles (`user:alice`).
   */
  readonly name?: string | null | undefined
  /** Text, or a list of parts, whose texts are joined without a separator. */
  readonly content: string | readonly Content[]
  /** `analysis`, `commentary` or `final` for an assistant's message. */
  readonly channel?: string | null | undefined
  /** The addressee, such as `functions.get_weather`. `all` is the same as none. */
  readonly recipient?: string | null | undefined
  /** For example `json` or `<|constrain|>json`. */
  readonly content_type?: string | null | undefined
}

export type Content = TextContent | SystemContent | DeveloperContent

export interface TextContent {
  readonly type: 'text'
  readonly text: string
}

/** The sections of a system message. Only system messages may contain it. */
export interface SystemContent {
  readonly type: 'system_content'
  readonly model_identity?: string | null | undefined
  readonly reasoning_effort?: ReasoningEffort | null | undefined
  /** `Current date: …`, an ISO date by convention. */
  readonly conversation_start_date?: string | null | undefined
  readonly knowledge_cutoff?: string | null | undefined
  readonly channel_config?: ChannelConfig | null | undefined
  /**
   * Tool namespaces by name. Built-in tools belong here, the user's functions in a
   * developer message.
   */
  readonly tools?: ToolNamespaces | null | undefined
}

/** Least effort first, spelled as in the JSON form. */
export const REASONING_EFFORTS = ['Low', 'Medium', 'High'] as const

export type ReasoningEffort = (typeof REASONING_EFFORTS)[number]

export interface ChannelConfig {
  readonly valid_channels: readonly string[]
  readonly channel_required: boolean
}

/**
 * The sections of a developer message: instructions, then tools. Only developer messages
 * may contain it.
 */
export interface DeveloperContent {
  readonly type: 'developer_content'
  readonly instructions?: string | null | undefined
  readonly tools?: ToolNamespaces | null | undefined
}

/**
 * Namespaces by key. They are rendered in the order of their keys' UTF-8 bytes, each
 * under its `name`.
 */
export type ToolNamespaces = Readonly<Record<string, ToolNamespaceConfig>>

/**
 * Tools under a common name: `functions` holds the user's own, `browser` and `python` are
 * built in.
 */
export interface ToolNamespaceConfig {
  readonly name: string
  readonly description?: string | null | undefined
  /** May be empty, as for `python`, which only has a description. */
  readonly tools: readonly ToolDescription[]
}

export interface ToolDescription {
  readonly name: string
  readonly description: string
  /**
   * A JSON Schema, read as `JSON.stringify` writes it. Without one, or with `null`, the
   * tool takes no argument. At most 118 levels of nesting: the official library reads 127
   * levels of JSON, and a schema starts at the tenth.
   */
  readonly parameters?: unknown
}
