import { readReasoningEffort, readTools, toolDescription, ToolNames } from '../openai/index.js'
import {
  browserTool,
  checkConversation,
  type Content,
  type Conversation,
  invalidConversation,
  type Message,
  pythonTool,
  type SystemContent,
  systemMessage,
  type SystemMessageOptions,
  type ToolNamespaceConfig,
} from '../message/index.js'
import type { BuiltinToolName, PrefillSettings } from './settings.js'

const BUILTIN_TOOLS: Readonly<Record<BuiltinToolName, ToolNamespaceConfig>> = {
  browser: browserTool(),
  python: pythonTool(),
}

export function builtinTools(names: readonly BuiltinToolName[] = []): readonly ToolNamespaceConfig[] {
  return [...new Set(names)].map((name) => BUILTIN_TOOLS[name])
}

export interface SettledConversation {
  readonly conversation: Conversation
  /** The functions whose names had to change: the name in the conversation → the name in the setting. */
  readonly toolNames: Readonly<Record<string, string>>
}

/**
 * A Harmony conversation as the settings want it: what they name takes the place of what its system and developer content say, or stands in
 * messages of its own where it has none.
 *
 * @throws HarmonyError `unknown-role`, `invalid-conversation`; `invalid-request` for the settings' tools and effort
 */
export function applySettings(conversation: Conversation, settings: PrefillSettings): SettledConversation {
  const { tools } = settings
  const overrides = systemOverrides(settings)
  if (overrides === undefined && tools === undefined) return { conversation, toolNames: {} }

  checkConversation(conversation)
  let { messages } = conversation
  if (overrides !== undefined) messages = withSystem(messages, overrides)
  if (tools === undefined) return { conversation: { messages }, toolNames: {} }

  const functions = readTools(tools)
  const names = new ToolNames(functions.map(({ name }) => name))
  messages = withFunctions(messages, {
    name: 'functions',
    tools: functions.map((tool) => toolDescription(tool, names)),
  })
  return { conversation: { messages: withNames(messages, names) }, toolNames: names.changed }
}

function systemOverrides(settings: PrefillSettings): SystemMessageOptions | undefined {
  const { modelIdentity, conversationStartDate, knowledgeCutoff } = settings
  const overrides = {
    ...(settings.reasoningEffort === undefined
      ? {}
      : { reasoningEffort: readReasoningEffort(settings.reasoningEffort) }),
    ...(modelIdentity === undefined ? {} : { modelIdentity }),
    ...(conversationStartDate === undefined ? {} : { conversationStartDate }),
    ...(knowledgeCutoff === undefined ? {} : { knowledgeCutoff }),
    ...(settings.builtinTools === undefined ? {} : { tools: builtinTools(settings.builtinTools) }),
  }
  return Object.keys(overrides).length === 0 ? undefined : overrides
}

function withSystem(messages: readonly Message[], overrides: SystemMessageOptions): readonly Message[] {
  const index = messages.findIndex((message) => message.role === 'system')
  if (index === -1) return [systemMessage(overrides), ...messages]
  // As the builder writes them, without what it fills in.
  const bare = systemMessage({
    modelIdentity: null,
    reasoningEffort: null,
    knowledgeCutoff: null,
    channels: null,
    ...overrides,
  })
  const [content] = bare.content as readonly [SystemContent]
  // It leaves out a list of tools that is empty.
  const noTools = overrides.tools === undefined ? {} : { tools: null }
  return withPart(messages, index, 'system_content', (part) => ({ ...part, ...noTools, ...content }))
}

function withFunctions(messages: readonly Message[], functions: ToolNamespaceConfig): readonly Message[] {
  const others = messages.map(withoutFunctions)
  if (functions.tools.length === 0) return others
  const withPlace = messages.findIndex(
    ({ content }) => typeof content !== 'string' && content.some(({ type }) => type === 'developer_content'),
  )
  const index = withPlace === -1 ? messages.findIndex((message) => message.role === 'developer') : withPlace
  if (index === -1) {
    const developer: Message = {
      role: 'developer',
      content: [{ type: 'developer_content', tools: { functions } }],
    }
    const afterSystem = others.findIndex((message) => message.role !== 'system')
    return others.toSpliced(afterSystem === -1 ? others.length : afterSystem, 0, developer)
  }
  return withPart(others, index, 'developer_content', (part) => ({
    ...part,
    tools: { ...part.tools, functions },
  }))
}

function withoutFunctions(message: Message): Message {
  if (typeof message.content === 'string') return message
  const content = message.content.map((part) => {
    if (part.type !== 'developer_content' || part.tools == null) return part
    const others = Object.entries(part.tools).filter(([name]) => name !== 'functions')
    return { ...part, tools: others.length === 0 ? null : Object.fromEntries(others) }
  })
  return { ...message, content }
}

/** Calls and results by the names that the functions have now. */
function withNames(messages: readonly Message[], names: ToolNames): readonly Message[] {
  const renamed = (name: string): string =>
    name.startsWith(FUNCTIONS) ? `${FUNCTIONS}${names.toHarmony(name.slice(FUNCTIONS.length))}` : name
  return messages.map((message) => ({
    ...message,
    ...(message.recipient == null ? {} : { recipient: renamed(message.recipient) }),
    ...(message.name == null ? {} : { name: renamed(message.name) }),
  }))
}

const FUNCTIONS = 'functions.'

/** The messages with the first part of that type in the message at `index` changed. */
function withPart<Type extends 'system_content' | 'developer_content'>(
  messages: readonly Message[],
  index: number,
  type: Type,
  change: (part: Content & { readonly type: Type }) => Content,
): readonly Message[] {
  const message = messages[index]
  const parts = typeof message.content === 'string' ? [] : message.content
  const partIndex = parts.findIndex((part) => part.type === type)
  if (partIndex === -1)
    throw invalidConversation(
      `messages[${index}].content`,
      message.content,
      `a part of type ${type}, for the settings to go into`,
    )
  const changed = parts.with(partIndex, change(parts[partIndex] as Content & { readonly type: Type }))
  return messages.with(index, { ...message, content: changed })
}
