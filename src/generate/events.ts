import type { TokenLogprobs } from '../engines/index.js'
import type { Message } from '../message/index.js'
import type {
  ContentDeltaEvent,
  DeviationEvent,
  MessageEndEvent,
  MessageStartEvent,
  TurnEnd,
} from '../parse/index.js'
import type { KnownTool, ToolOutput } from '../tools/index.js'
import type { MessageKind, ToolCall } from '../turn/index.js'
import type { TurnResult } from './result.js'

/**
 * What a run reports, in order. The parser's events carry the index of their generation; their `messageIndex` counts
 * the sampled messages of the whole run, and their token ranges the tokens of the generation.
 */
export type TurnRunEvent =
  | GenerationStartEvent
  | TokensDeltaEvent
  | (InGeneration & MessageStartEvent)
  | (InGeneration & ContentDeltaEvent & { readonly kind: MessageKind })
  | (InGeneration & MessageEndEvent)
  | (InGeneration & DeviationEvent)
  | GenerationEndEvent
  | ToolStartEvent
  | ToolEndEvent
  | RunEndEvent

export interface InGeneration {
  /** Counts the samplings of the run from 0. */
  readonly generationIndex: number
}

/** A prefill goes to the engine. */
export interface GenerationStartEvent extends InGeneration {
  readonly type: 'generation-start'
  readonly prefill: readonly number[]
  /** How many of its tokens the engine has seen. */
  readonly cachedPrefixLength: number
}

/** The engine has sampled tokens. The parser's events for them follow. */
export interface TokensDeltaEvent extends InGeneration {
  readonly type: 'tokens-delta'
  readonly tokens: readonly number[]
  readonly logprobs?: readonly TokenLogprobs[]
}

/** The engine has stopped, and the transcript holds what it sampled. */
export interface GenerationEndEvent extends InGeneration, TurnEnd {
  readonly type: 'generation-end'
  /** How many of the prefill's tokens came from the engine's cache, if it says so. */
  readonly cachedTokens?: number
}

/** A tool starts. All calls of a turn start before the first one ends. */
export interface ToolStartEvent {
  readonly type: 'tool-start'
  /** Counts the calls of the run from 0. */
  readonly callIndex: number
  readonly call: ToolCall
  /** Absent if there is no such tool. */
  readonly tool?: KnownTool
}

/** A tool has come to an end, well or not. */
export interface ToolEndEvent {
  readonly type: 'tool-end'
  readonly callIndex: number
  readonly call: ToolCall
  readonly output: ToolOutput
  /** What the transcript gets, after the results of the calls before this one. */
  readonly message: Message
}

/** The run is over. Always the last event. */
export interface RunEndEvent {
  readonly type: 'run-end'
  readonly result: TurnResult
}
