/**
 * What a conversation is: plain objects in the official JSON form, the one that the official library's core takes and writes. A key
 * that is missing or `null` is not rendered; filling in defaults is the builders' work.
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
  readonly name?: string | null
  /** Text, or a list of parts; their texts follow each other without a separator. */
  readonly content: string | readonly Content[]
  /** `analysis`, `commentary` or `final` for an assistant's message. */
  readonly channel?: string | null
  /** Whom the message is for, as in `functions.get_weather`; `all` is the same as none. */
  readonly recipient?: string | null
  /** As in `json` or `<|constrain|>json`. */
  readonly content_type?: string | null
}

export type Content = TextContent | SystemContent | DeveloperContent

export interface TextContent {
  readonly type: 'text'
  readonly text: string
}

/** What a system message says, section by section. Allowed in system messages only. */
export interface SystemContent {
  readonly type: 'system_content'
  readonly model_identity?: string | null
  readonly reasoning_effort?: ReasoningEffort | null
  /** `Current date: …`, an ISO date by convention. */
  readonly conversation_start_date?: string | null
  readonly knowledge_cutoff?: string | null
  readonly channel_config?: ChannelConfig | null
  /** Tool namespaces by name: built-in tools stand here, the user's functions in a developer message. */
  readonly tools?: ToolNamespaces | null
}

export type ReasoningEffort = 'Low' | 'Medium' | 'High'

export interface ChannelConfig {
  readonly valid_channels: readonly string[]
  readonly channel_required: boolean
}

/** What a developer message says: instructions, then tools. Allowed in developer messages only. */
export interface DeveloperContent {
  readonly type: 'developer_content'
  readonly instructions?: string | null
  readonly tools?: ToolNamespaces | null
}

/** Namespaces by name; rendered in the names' byte order. */
export type ToolNamespaces = Readonly<Record<string, ToolNamespaceConfig>>

export interface ToolNamespaceConfig {
  readonly name: string
  readonly description?: string | null
  readonly tools: readonly ToolDescription[]
}

export interface ToolDescription {
  readonly name: string
  readonly description: string
  /** A JSON Schema. Without one the tool takes no argument. */
  readonly parameters?: unknown
}
