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
} from './events.js'
export {
  createParser,
  type ParsedTokens,
  type Parser,
  type ParserOptions,
  type ParserState,
  parseTokens,
  type ReadingOptions,
} from './parser.js'
export {
  parseMessagesFromCompletionTokens,
  type ParseOptions,
  StreamableParser,
  type StreamState,
} from './streamable-parser.js'
export { HarmonyParserStream, parseStream, type StreamOptions } from './parse-stream.js'
export { createTextTokenizer, type TextTokenizer } from './text-tokens.js'
export { createTextParser, type TextParser, type TextParserOptions } from './text-parser.js'
export type { ParsingEncoding } from './parsing-encoding.js'

// Used by other rooms.
export { checkEncoding } from './parsing-encoding.js'
