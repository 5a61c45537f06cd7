export {
  type ByteStream,
  linesOf,
  type Line,
  type LineFailure,
  type LineOutcome,
  type LineSuccess,
} from './lines.js'
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
export type { AnswerOptions, Completion, CompletionToolCall, FinishReason } from './completion.js'
export {
  completionLines,
  completionRecordToJson,
  type CompletionOptions,
  type CompletionRecord,
  type CompletionRecordJson,
} from './completions.js'
export { prefillInfoOf, type PrefillInfo } from './prefill-info.js'

// Used by other rooms.
export { completionReader, ENGINE_OUTPUT } from './completions.js'
export { endOf, engineOutputOf, outputsIn, type Sampled, sampledOf } from './engine-output.js'
export { readLine, chatKeyIn, LINE_KINDS } from './line-kind.js'
export {
  customIdOf,
  decodeLine,
  isBlank,
  type LineReader,
  lineTooLong,
  MAX_LINE_BYTES,
  outcomeOf,
} from './lines.js'
export { OVER_LONG, prefillReader } from './prefill.js'
export { BUILTIN_TOOL_NAMES } from './settings.js'
export { type HistogramBar, Statistics, type StatisticsState, type StatisticsSummary } from './statistics.js'
export {
  packedRows,
  TRAINING_LOSSES,
  TRAINING_TEXTS,
  type TrainingFileOptions,
  trainingReader,
  type TrainingRecord,
  trainingRow,
  type TrainingRow,
} from './training.js'
