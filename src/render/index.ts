export { developerText, systemText } from './content.js'
export {
  AnalysisDrop,
  bringsFunctionTools,
  DROP_RULES,
  type DropAnalysis,
  dropAnalysisBefore,
  dropRuleOf,
  isFinal,
  openingOf,
  renderConversation,
  type RenderConversationOptions,
  type RenderedConversation,
  renderOpening,
} from './conversation.js'
export {
  appendMessage,
  checkHeaderOrder,
  HEADER_ORDERS,
  type HeaderOrder,
  type MessageSpan,
  renderMessage,
  type RenderMessageOptions,
} from './message.js'
export { TokenCollector, TokenCounter, type TokenSink } from './token-sink.js'
export { toolsText } from './tools.js'
