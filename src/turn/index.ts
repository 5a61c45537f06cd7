export {
  isStopToken,
  isToolCall,
  type KindOfHeader,
  MESSAGE_KINDS,
  messageKind,
  type MessageKind,
  toolNameOf,
} from './message-kind.js'
export {
  actionAfter,
  finalTextOf,
  isVisible,
  preamblesOf,
  reasoningOf,
  type ToolCall,
  toolCallsOf,
  type TurnAction,
  turnActionOf,
} from './turn.js'
