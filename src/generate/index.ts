export {
  type GenerationEndEvent,
  type GenerationStartEvent,
  type InGeneration,
  type RunEndEvent,
  type TokensDeltaEvent,
  type ToolEndEvent,
  type ToolStartEvent,
  type TurnRunEvent,
} from './events.js'
export { type TurnLimits } from './limits.js'
export { type RunDeviation, type RunUsage, type TurnResult } from './result.js'
export { runTurn, type RunTurnOptions, type TurnRun } from './run-turn.js'
