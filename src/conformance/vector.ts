import type { Conversation, Role } from '../message/index.js'

/**
 * The groups of vectors: what the official library makes of completions (`official`), what should become of the ways in which models break
 * the grammar (`recovery`), characters between tokens (`utf8`), what is visible after each token (`streaming`), and conversations as ids
 * (`rendering`).
 */
export const CONFORMANCE_GROUPS = ['official', 'recovery', 'utf8', 'streaming', 'rendering'] as const

export type ConformanceGroup = (typeof CONFORMANCE_GROUPS)[number]

/** One question to a Harmony implementation, and what is expected of its answer. */
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
  /** The tokens' text, for the reader: markers as text, U+FFFD for what is no UTF-8. */
  readonly text: string
  readonly tokens: readonly number[]
  /** Whose header the prefill left open; `null` when the tokens start with `<|start|>`, as tokens may that have a role here, too. */
  readonly role: Role | null
  /** Of the official library's reading. Default `true`. */
  readonly strict?: boolean
  /** Names of the tools that can be called. */
  readonly tools?: readonly string[]
  /** The engine stopped on a stop token that is not among the tokens. */
  readonly stopped?: boolean
}

/** A conversation to render. */
export interface ConversationInput {
  /** As it is: a key that it lacks is not rendered, not even as the Python classes' default. */
  readonly conversation: Conversation
  readonly mode: 'completion' | 'conversation' | 'training'
  /** In the mode `completion`: whose message comes next. */
  readonly next_role?: Role
  /** Default `true`. */
  readonly auto_drop_analysis?: boolean
}

export interface ExpectedMessages {
  readonly messages: readonly ExpectedMessage[]
}

export interface ExpectedRecovery extends ExpectedMessages {
  /** The codes of the repairs, in the order of the tokens that they are about. */
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

/** What is wrong, in the official library's words; that an implementation finds fault at all is what counts. */
export interface ExpectedError {
  readonly error: string
}

export interface ExpectedStates {
  /** One after each token, and one after the end of the input. */
  readonly states: readonly VisibleState[]
}

/** While a message's content is open: its header, and the text that the token made visible. */
export interface VisibleState {
  readonly role?: Role
  readonly recipient?: string
  readonly channel?: string
  readonly content_type?: string
  readonly delta?: string
  /** How many messages are over. */
  readonly messages: number
}

export interface ExpectedTokens {
  readonly text: string
  readonly tokens: readonly number[]
}
