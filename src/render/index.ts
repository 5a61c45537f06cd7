export { developerText, systemText } from './content.js'
export {
  AnalysisDrop,
  bringsFunctionTools,
  DROP_RULES,
  type DropAnalysis,
  dropAnalysisBefore,
  dropRuleOf,
  renderConversationForCompletionInto,
  renderConversationForTrainingInto,
  renderConversationInto,
  type RenderConversationOptions,
  type RenderedConversation,
} from './conversation.js'
export {
  appendMessage,
  checkHeaderOrder,
  HEADER_ORDERS,
  type HeaderOrder,
  type MessageSpan,
  renderMessageInto,
  type RenderMessageOptions,
} from './message.js'
export { toolsText } from './tools.js'
