export {
  assistantMessage,
  developerMessage,
  type DeveloperMessageOptions,
  type MessageContent,
  type MessageHeaderOptions,
  systemMessage,
  type SystemMessageOptions,
  toolMessage,
  userMessage,
} from './builders.js'
export { browserTool, pythonTool } from './builtin-tools.js'
export { checkConversation, checkMessage, isRole, unknownRole } from './check.js'
export { invalidConversation } from './invalid.js'
export { parseConversation, parseMessage } from './parse-conversation.js'
export {
  type ChannelConfig,
  type Content,
  type Conversation,
  type DeveloperContent,
  type Message,
  type ReasoningEffort,
  type Channel,
  type Role,
  CHANNELS,
  isChannel,
  ROLES,
  type SystemContent,
  type TextContent,
  type ToolDescription,
  type ToolNamespaceConfig,
  type ToolNamespaces,
} from './types.js'
export { type MessageHeader, messageOf, type ParsedMessage } from './parsed-message.js'
export { withOfficialDefaults } from './official-defaults.js'
