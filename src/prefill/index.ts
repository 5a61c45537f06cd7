export { linesOf, type Line, type LineFailure, type LineOutcome, type LineSuccess } from './lines.js'
export type { LineKind } from './line-kind.js'
export {
  prefillLines,
  prefillRecordToJson,
  type OverLong,
  type PrefillOptions,
  type PrefillRecord,
  type PrefillRecordJson,
} from './prefill.js'
export type { BuiltinToolName, PrefillSettings } from './settings.js'
export {
  completionLines,
  completionRecordToJson,
  prefillInfoOf,
  type Completion,
  type CompletionOptions,
  type CompletionRecord,
  type CompletionRecordJson,
  type CompletionToolCall,
  type FinishReason,
  type PrefillInfo,
} from './completions.js'
