import { isList, isObject } from '../json/index.js'
import { CHANNELS, type Content, type Conversation, type Message, type SystemContent } from './types.js'

/**
 * The values of `SystemContent` in the official Python library for keys that the JSON
 * lacks.
 */
export const SYSTEM_DEFAULTS = {
  model_identity: 'You are ChatGPT, a large language model trained by OpenAI.',
  reasoning_effort: 'Medium',
  knowledge_cutoff: '2024-06',
  channel_config: { valid_channels: CHANNELS, channel_required: true },
} as const satisfies Partial<SystemContent>

/**
 * Fills in the keys that system content lacks, as the official Python library does when
 * it reads JSON. A `null` stays and leaves its line out. Returns the same object if
 * nothing is missing. Does not check the conversation: values of the wrong shape are
 * returned unchanged.
 *
 * Source: openai/harmony 0.0.8, `Conversation.from_json`.
 */
export function withOfficialDefaults(conversation: Conversation): Conversation {
  const messages: unknown = conversation.messages
  if (!isList(messages)) return conversation
  const filled = messages.map((message) => withMessageDefaults(message as Message))
  return filled.some((message, i) => message !== messages[i])
    ? { ...conversation, messages: filled }
    : conversation
}

/** Does for one message what {@link withOfficialDefaults} does for a conversation. */
export function withMessageDefaults(message: Message): Message {
  const content: unknown = isObject(message) ? message.content : undefined
  if (!isList(content) || !content.some(lacksDefaults)) return message
  return { ...message, content: content.map((part) => filled(part as Content)) }
}

function filled(part: Content): Content {
  if (!lacksDefaults(part)) return part
  const missing = DEFAULTED_KEYS.filter((key) => part[key] === undefined)
  return { ...part, ...Object.fromEntries(missing.map((key) => [key, SYSTEM_DEFAULTS[key]])) }
}

function lacksDefaults(part: unknown): part is SystemContent {
  return (
    isObject(part) &&
    part['type'] === 'system_content' &&
    DEFAULTED_KEYS.some((key) => part[key] === undefined)
  )
}

const DEFAULTED_KEYS = Object.keys(SYSTEM_DEFAULTS) as readonly (keyof typeof SYSTEM_DEFAULTS)[]
