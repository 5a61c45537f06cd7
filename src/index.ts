// One conversation to tokens and back, as the official library does it.
export {
  HarmonyEncoding,
  loadHarmonyEncoding,
  type HarmonyEncodingName,
  type LoadOptions,
} from './encoding.js'
export {
  DEVIATION_CODES,
  ERROR_CODES,
  HarmonyError,
  type DeviationCode,
  type ErrorCode,
  type ErrorDetails,
  type HarmonyErrorCode,
} from './errors.js'
export { StreamableParser, type ParseOptions, type StreamState } from './parse/index.js'
export type { RenderConversationOptions, RenderedConversation, DropAnalysis } from './render/index.js'
export type { HeaderOrder, RenderMessageOptions, MessageSpan } from './render/index.js'
export type { TokenRange } from './tokenizer/index.js'

// Messages: types, builders and the check of unknown input.
export { ROLES } from './message/index.js'
export type {
  ChannelConfig,
  Content,
  Conversation,
  DeveloperContent,
  Message,
  MessageHeader,
  ParsedMessage,
  ReasoningEffort,
  Role,
  SystemContent,
  TextContent,
  ToolDescription,
  ToolNamespaceConfig,
  ToolNamespaces,
} from './message/index.js'
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
} from './message/index.js'
export { browserTool, pythonTool } from './message/index.js'
export { parseConversation, parseMessage } from './message/index.js'

// The parser that reads what models really write.
export {
  createParser,
  parseTokens,
  type ParsedTokens,
  type Parser,
  type ParserOptions,
  type ParserState,
  type ReadingOptions,
} from './parse/index.js'
export { HarmonyParserStream, parseStream, type StreamOptions } from './parse/index.js'
export { createTextParser, type TextParser, type TextParserOptions } from './parse/index.js'
export type { ParsingEncoding } from './parse/index.js'
export {
  type ContentDeltaEvent,
  type Deviation,
  type DeviationEvent,
  type MessageEndEvent,
  type MessageExtent,
  type MessageStartEvent,
  type ParserEvent,
  type TurnEnd,
  type TurnEndEvent,
  type TurnUsage,
} from './parse/index.js'
export {
  finalTextOf,
  isToolCall,
  MESSAGE_KINDS,
  messageKind,
  preamblesOf,
  reasoningOf,
  toolCallsOf,
  turnActionOf,
  type KindOfHeader,
  type MessageKind,
  type ToolCall,
  type TurnAction,
} from './turn/index.js'

// The tokenizer underneath.
export type { EncodeOptions } from './tokenizer/index.js'
export { fromJsTiktoken } from './tokenizer/index.js'
export { o200kHarmony } from './tokenizer/index.js'
export { SPECIAL_TOKENS } from './tokenizer/index.js'
export type { O200kTokenizer, Tokenizer } from './tokenizer/index.js'

// Old names, until 1.0.
export {
  assertFitsContext,
  CONTEXT_LIMIT,
  countTokens,
  createTranscript,
  dropOldestTurns,
  fitsContext,
  lossMask,
  renderForTraining,
  TOKEN_PARTS,
  TokenBudgetError,
  Transcript,
  withFinalTerminators,
  type CommitOptions,
  type CommittedTurn,
  type ContextBudget,
  type CountOptions,
  type FinalTerminator,
  type FinalTerminatorChoice,
  type LossMask,
  type LossPolicy,
  type Piece,
  type ShortenedConversation,
  type TokenCount,
  type TokenizedMessage,
  type TokenPart,
  type TrainingOptions,
  type TranscriptJson,
  type TranscriptOptions,
  type TranscriptPrefill,
  type TranscriptSpan,
  type TranscriptTokens,
} from './deprecated.js'
