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

// Conversations that keep the tokens that were sampled.
export {
  createTranscript,
  Transcript,
  type CommittedTurn,
  type TranscriptOptions,
  type TranscriptPrefill,
  type TranscriptTokens,
} from './transcript/index.js'
export type { Piece, TokenizedMessage, TranscriptSpan } from './transcript/index.js'
export type { CommitOptions } from './transcript/index.js'
export type { TranscriptJson } from './transcript/index.js'

// What a model learns, and what a conversation costs.
export {
  assertFitsContext,
  CONTEXT_LIMIT,
  fitsContext,
  TokenBudgetError,
  type ContextBudget,
} from './tokens/index.js'
export {
  countTokens,
  TOKEN_PARTS,
  type CountOptions,
  type TokenCount,
  type TokenPart,
} from './tokens/index.js'
export { dropOldestTurns, type ShortenedConversation } from './tokens/index.js'
export { lossMask, type LossMask, type LossPolicy } from './training/index.js'
export {
  renderForTraining,
  withFinalTerminators,
  type FinalTerminator,
  type FinalTerminatorChoice,
  type TrainingOptions,
} from './training/index.js'

// The tokenizer underneath.
export type { EncodeOptions } from './tokenizer/index.js'
export { fromJsTiktoken } from './tokenizer/index.js'
export { o200kHarmony } from './tokenizer/index.js'
export { SPECIAL_TOKENS } from './tokenizer/index.js'
export type { O200kTokenizer, Tokenizer } from './tokenizer/index.js'
