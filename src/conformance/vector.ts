import type { Conversation, Role } from '../message/index.js'

/**
 * The groups of vectors: how the official library parses completions (`official`), the
 * meaning of completions that break the grammar (`recovery`), characters split between
 * tokens (`utf8`), the visible state after each token (`streaming`), and the token ids of
 * conversations (`rendering`).
 */
export const CONFORMANCE_GROUPS = ['official', 'recovery', 'utf8', 'streaming', 'rendering'] as const

export type ConformanceGroup = (typeof CONFORMANCE_GROUPS)[number]

/** A question to a Harmony implementation, and the expected answer. */
export type ConformanceVector =
  | Vector<'official', CompletionInput, ExpectedMessages | ExpectedError>
  | Vector<'recovery', CompletionInput, ExpectedRecovery>
  | Vector<'utf8', CompletionInput, ExpectedMessages>
  | Vector<'streaming', CompletionInput, ExpectedStates>
  | Vector<'rendering', ConversationInput, ExpectedTokens | ExpectedError>

interface Vector<Group extends ConformanceGroup, Input, Expected> {
  /** The group, then a name that is unique in it: `recovery/extra-stop/end-return`. */
  readonly id: string
  readonly group: Group
  readonly input: Input
  readonly expected: Expected
  /** A public thread, the official library's version, or `derived from the grammar`. */
  readonly source: string
  readonly note?: string
}

/** A completion to parse. */
export interface CompletionInput {
  /**
   * The text of the tokens, for the reader: markers as text, U+FFFD for invalid UTF-8.
   */
  readonly text: string
  readonly tokens: readonly number[]
  /**
   * The role whose header the prefill opened, or `null` if the tokens start with
   * `<|start|>`. With a role, they may do so too.
   */
  readonly role: Role | null
  /** The official parser's option. Default `true`. */
  readonly strict?: boolean
  /** Names of the tools that can be called. */
  readonly tools?: readonly string[]
  /** The engine stopped on a stop token that is not among the tokens. */
  readonly stopped?: boolean
}

/** A conversation to render. */
export interface ConversationInput {
  /**
   * Rendered as it is: a missing key is not rendered, not even with the default of the
   * Python classes.
   */
  readonly conversation: Conversation
  readonly mode: 'completion' | 'conversation' | 'training'
  /** The role of the next message, in the mode `completion`. */
  readonly next_role?: Role
  /** Default `true`. */
  readonly auto_drop_analysis?: boolean
}

export interface ExpectedMessages {
  readonly messages: readonly ExpectedMessage[]
}

export interface ExpectedRecovery extends ExpectedMessages {
  /** The codes of the repairs, in the order of their tokens. */
  readonly deviations: readonly string[]
}

/** In the official JSON form, its content as one string. */
export interface ExpectedMessage {
  readonly role: Role
  readonly name?: string
  readonly recipient?: string
  readonly content: string
  readonly channel?: string
  readonly content_type?: string
}

/**
 * The official library's error message. Only whether an implementation reports an error
 * is compared.
 */
export interface ExpectedError {
  readonly error: string
}

export interface ExpectedStates {
  /** One state after each token, and one after the end of the input. */
  readonly states: readonly VisibleState[]
}

/**
 * The header of a message while its content is open, and the text that the token made
 * visible.
 */
export interface VisibleState {
  readonly role?: Role
  readonly recipient?: string
  readonly channel?: string
  readonly content_type?: string
  readonly delta?: string
  /** The number of complete messages. */
  readonly messages: number
}

export interface ExpectedTokens {
  readonly text: string
  readonly tokens: readonly number[]
}
