export {
  finalTextOf,
  preamblesOf,
  reasoningOf,
  type ToolCall,
  toolCallsOf,
  type TurnAction,
  turnActionOf,
} from './turn.js'
