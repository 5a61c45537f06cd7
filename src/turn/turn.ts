import { quote } from '../errors.js'
import { isToolCall, type KindOfHeader, messageKind, type MessageKind, toolNameOf } from './message-kind.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import type { ParsedMessage } from '../message/index.js'

/** A call that a turn makes. */
export interface ToolCall {
  /** The recipient as written, as in `functions.get_weather`. */
  readonly recipient: string
  /** The recipient without the namespace `functions.`. */
  readonly name: string
  /** The arguments as sampled; `{}` if the model wrote nothing or only white space. */
  readonly arguments: string
  /** The arguments read as JSON; absent where they are none. */
  readonly json?: unknown
  /** Why the arguments are no JSON. */
  readonly error?: SyntaxError
  readonly channel?: string
}

/** What a turn ended with: an answer, a call, or the end of its tokens. */
export type TurnAction = 'return' | 'call' | 'length'

/**
 * A turn's reasoning: its analysis messages that are no calls, joined by line breaks.
 *
 * @example
 * ```ts
 * import { finalTextOf, reasoningOf } from 'gpt-oss-harmony'
 *
 * const messages = [
 *   { role: 'assistant', channel: 'analysis', content: 'Greeting.' },
 *   { role: 'assistant', channel: 'final', content: 'Hello!' },
 * ] as const
 * console.log(reasoningOf(messages)) // 'Greeting.'
 * console.log(finalTextOf(messages)) // 'Hello!'
 * ```
 */
export function reasoningOf(messages: readonly ParsedMessage[]): string {
  checkMessages(messages, 'reasoningOf')
  return textOf('reasoning', messages).join('\n')
}

/**
 * A turn's answer, joined by line breaks: its messages on `final` and those without a channel, and what it says
 * on a channel that gpt-oss does not know, so that an answer on a misspelt channel is never hidden.
 */
export function finalTextOf(messages: readonly ParsedMessage[]): string {
  checkMessages(messages, 'finalTextOf')
  return textsOf(messages, isVisible).join('\n')
}

/** Whether a message is for the user: the answer, or an assistant's message on an unknown channel. */
export function isVisible(header: KindOfHeader): boolean {
  const kind = messageKind(header)
  return kind === 'final' || (kind === 'other' && header.role === 'assistant')
}

/** What a turn says to the user before it calls tools: its commentary messages that are no calls. */
export function preamblesOf(messages: readonly ParsedMessage[]): readonly string[] {
  checkMessages(messages, 'preamblesOf')
  return textOf('preamble', messages)
}

/**
 * The calls of a turn: its messages with a recipient, on whatever channel.
 *
 * @example
 * ```ts
 * import { toolCallsOf } from 'gpt-oss-harmony'
 *
 * const [call] = toolCallsOf([{ role: 'assistant', channel: 'commentary', recipient: 'functions.add', content: '{"a": 1}' }])
 * console.log(call?.name) // 'add'
 * console.log(call?.json) // { a: 1 }
 * ```
 */
export function toolCallsOf(messages: readonly ParsedMessage[]): readonly ToolCall[] {
  checkMessages(messages, 'toolCallsOf')
  return messages.filter(isToolCall).map((message) => {
    const { recipient } = message
    const argumentsText = message.content.trim() === '' ? '{}' : message.content
    return {
      recipient,
      name: toolNameOf(recipient),
      arguments: argumentsText,
      ...parsedJson(argumentsText),
      ...(message.channel !== undefined && { channel: message.channel }),
    }
  })
}

/**
 * Returns what a turn ended with. A turn with a call ends in `call`, even if an answer follows the call; a
 * turn without one never does, even if it ends on `<|call|>`. A turn that stops after reasoning or a preamble
 * alone is unfinished (`length`), unless the model ended it with `<|return|>` or `<|endoftext|>`.
 *
 * @param stopToken the last message's stop token: `stopToken` of its `message-end` event, or the engine's stop
 *   reason; `null` if the tokens ran out
 */
export function turnActionOf(messages: readonly ParsedMessage[], stopToken: number | null): TurnAction {
  checkMessages(messages, 'turnActionOf')
  return actionAfter(messages.map(messageKind), stopToken)
}

/** What a turn ended with, by the kinds of its messages. */
export function actionAfter(kinds: readonly MessageKind[], stopToken: number | null): TurnAction {
  if (stopToken === null) return 'length'
  if (kinds.includes('tool-call')) return 'call'
  const isEndedByModel = stopToken === SPECIAL_TOKENS.RETURN || stopToken === SPECIAL_TOKENS.END_OF_TEXT
  const isUnfinished = !isEndedByModel && kinds.length > 0 && kinds.every(isBeforeAnswer)
  return isUnfinished ? 'length' : 'return'
}

/** @throws TypeError for what is no list */
function checkMessages(messages: unknown, caller: string): void {
  if (Array.isArray(messages)) return
  throw new TypeError(`${caller}: found ${quote(messages)}, wanted a list of messages`)
}

function isBeforeAnswer(kind: MessageKind): boolean {
  return kind === 'reasoning' || kind === 'preamble'
}

function textOf(kind: MessageKind, messages: readonly ParsedMessage[]): string[] {
  return textsOf(messages, (message) => messageKind(message) === kind)
}

/** The contents of some messages. An empty one, as a turn cut after its header leaves, adds nothing. */
function textsOf(
  messages: readonly ParsedMessage[],
  isWanted: (message: ParsedMessage) => boolean,
): string[] {
  return messages
    .filter((message) => message.content !== '' && isWanted(message))
    .map((message) => message.content)
}

function parsedJson(text: string): { json: unknown } | { error: SyntaxError } {
  try {
    return { json: JSON.parse(text) as unknown }
  } catch (error) {
    return { error: error as SyntaxError }
  }
}
