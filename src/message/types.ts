/**
 * What a conversation is: plain objects in the official JSON form, the one that the official library's core takes and writes. A key
 * that is missing, `undefined` or `null` is not rendered; filling in defaults is the builders' work.
 *
 * Source: openai/harmony, `to_json` of its Python package.
 */
export interface Conversation {
  readonly messages: readonly Message[]
}

export const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const

export type Role = (typeof ROLES)[number]

export interface Message {
  readonly role: Role
  /** The author's name: a tool's message must have one (`functions.get_weather`), other roles may (`user:alice`). */
  readonly name?: string | null | undefined
  /** Text, or a list of parts; their texts follow each other without a separator. */
  readonly content: string | readonly Content[]
  /** `analysis`, `commentary` or `final` for an assistant's message. */
  readonly channel?: string | null | undefined
  /** Whom the message is for, as in `functions.get_weather`; `all` is the same as none. */
  readonly recipient?: string | null | undefined
  /** As in `json` or `<|constrain|>json`. */
  readonly content_type?: string | null | undefined
}

export type Content = TextContent | SystemContent | DeveloperContent

export interface TextContent {
  readonly type: 'text'
  readonly text: string
}

/** What a system message says, section by section. Allowed in system messages only. */
export interface SystemContent {
  readonly type: 'system_content'
  readonly model_identity?: string | null | undefined
  readonly reasoning_effort?: ReasoningEffort | null | undefined
  /** `Current date: …`, an ISO date by convention. */
  readonly conversation_start_date?: string | null | undefined
  readonly knowledge_cutoff?: string | null | undefined
  readonly channel_config?: ChannelConfig | null | undefined
  /** Tool namespaces by name: built-in tools stand here, the user's functions in a developer message. */
  readonly tools?: ToolNamespaces | null | undefined
}

/** Shortest first, as the JSON form spells them. */
export const REASONING_EFFORTS = ['Low', 'Medium', 'High'] as const

export type ReasoningEffort = (typeof REASONING_EFFORTS)[number]

export interface ChannelConfig {
  readonly valid_channels: readonly string[]
  readonly channel_required: boolean
}

/** What a developer message says: instructions, then tools. Allowed in developer messages only. */
export interface DeveloperContent {
  readonly type: 'developer_content'
  readonly instructions?: string | null | undefined
  readonly tools?: ToolNamespaces | null | undefined
}

/** Namespaces by name; rendered in the order of the keys' UTF-8 bytes, each under the `name` that it holds. */
export type ToolNamespaces = Readonly<Record<string, ToolNamespaceConfig>>

/** Tools under a common name: `functions` holds the user's own, `browser` and `python` are built in. */
export interface ToolNamespaceConfig {
  readonly name: string
  readonly description?: string | null | undefined
  /** May be empty, as for `python`, which is described in words alone. */
  readonly tools: readonly ToolDescription[]
}

export interface ToolDescription {
  readonly name: string
  readonly description: string
  /**
   * A JSON Schema, read as `JSON.stringify` writes it. Without one, or with `null`, the tool takes no argument. At most 118 levels of
   * nesting: the official library reads 127 levels of JSON, and a schema starts at the tenth.
   */
  readonly parameters?: unknown
}
