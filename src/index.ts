// One conversation to tokens and back, as the official library does it.
export { HarmonyEncoding, loadHarmonyEncoding, type HarmonyEncodingName, type LoadOptions } from './encoding.js'
export { ERROR_CODES, HarmonyError, type ErrorCode, type ErrorDetails } from './errors.js'
export { StreamableParser, type ParseOptions, type StreamState } from './parse/streamable-parser.js'
export type { RenderConversationOptions, RenderedConversation, DropAnalysis } from './render/conversation.js'
export type { HeaderOrder, RenderMessageOptions, MessageSpan, TokenRange } from './render/message.js'

// Messages: types, builders and the check of unknown input.
export { ROLES } from './message/types.js'
export type {
  ChannelConfig,
  Content,
  Conversation,
  DeveloperContent,
  Message,
  ReasoningEffort,
  Role,
  SystemContent,
  TextContent,
  ToolDescription,
  ToolNamespaceConfig,
  ToolNamespaces,
} from './message/types.js'
export {
  assistantMessage,
  developerMessage,
  systemMessage,
  toolMessage,
  userMessage,
  type DeveloperMessageOptions,
  type MessageContent,
  type MessageHeaderOptions,
  type SystemMessageOptions,
} from './message/builders.js'
export { browserTool, pythonTool } from './message/builtin-tools.js'
export { parseConversation, parseMessage } from './message/parse-conversation.js'

// The parser that reads what models really write.
export { createParser, parseTokens, type ParsedTokens, type Parser, type ParserOptions, type ReadingOptions } from './parse/parser.js'
export { HarmonyParserStream, parseStream, type StreamOptions } from './parse/parse-stream.js'
export { createTextParser, type TextParser, type TextParserOptions } from './parse/text-parser.js'
export type { ParsingEncoding } from './parse/parsing-encoding.js'
export {
  DEVIATION_CODES,
  type ContentDeltaEvent,
  type Deviation,
  type DeviationCode,
  type DeviationEvent,
  type MessageEndEvent,
  type MessageHeader,
  type MessageStartEvent,
  type ParsedMessage,
  type ParserEvent,
} from './parse/events.js'
export { finalTextOf, preamblesOf, reasoningOf, toolCallsOf, turnActionOf, type ToolCall, type TurnAction } from './parse/turn.js'

// Conversations that keep the tokens that were sampled.
export {
  createTranscript,
  Transcript,
  type CommittedTurn,
  type TranscriptOptions,
  type TranscriptPrefill,
  type TranscriptTokens,
} from './transcript/transcript.js'
export type { Piece, TranscriptSpan } from './transcript/piece.js'
export type { CommitOptions } from './transcript/sampled-pieces.js'
export type { TranscriptJson } from './transcript/transcript-json.js'

// What a model learns, and what a conversation costs.
export { assertFitsContext, CONTEXT_LIMIT, fitsContext, TokenBudgetError, type ContextBudget } from './budget/context.js'
export { countTokens, TOKEN_PARTS, type CountOptions, type TokenCount, type TokenPart } from './budget/count-tokens.js'
export { dropOldestTurns, type ShortenedConversation } from './budget/drop-oldest-turns.js'
export { lossMask, type LossMask, type LossPolicy } from './training/loss-mask.js'
export {
  renderForTraining,
  withFinalTerminators,
  type FinalTerminator,
  type FinalTerminatorChoice,
  type TrainingOptions,
} from './training/render-for-training.js'

// The tokenizer underneath.
export type { EncodeOptions } from './tokenizer/encode.js'
export { fromJsTiktoken } from './tokenizer/js-tiktoken.js'
export { o200kHarmony } from './tokenizer/o200k.js'
export { SPECIAL_TOKENS } from './tokenizer/special-tokens.js'
export type { Tokenizer } from './tokenizer/tokenizer.js'
