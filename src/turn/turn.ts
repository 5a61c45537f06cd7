import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import type { ParsedMessage } from '../parse/index.js'

/** A call that a turn makes. */
export interface ToolCall {
  /** The recipient as written, as in `functions.get_weather`. */
  readonly recipient: string
  /** The recipient without the namespace `functions.`. */
  readonly name: string
  /** The arguments as sampled. */
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
  return textOn('analysis', messages).join('\n')
}

/** A turn's answer: its messages on `final`, and those without a channel, joined by line breaks. */
export function finalTextOf(messages: readonly ParsedMessage[]): string {
  return messages
    .filter((message) => isSpoken(message) && (message.channel === 'final' || message.channel === undefined))
    .map((message) => message.content)
    .join('\n')
}

/** What a turn says to the user before it calls tools: its commentary messages that are no calls. */
export function preamblesOf(messages: readonly ParsedMessage[]): readonly string[] {
  return textOn('commentary', messages)
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
  return messages.filter(isCall).map((message) => {
    const recipient = message.recipient!
    return {
      recipient,
      name: recipient.startsWith('functions.') ? recipient.slice('functions.'.length) : recipient,
      arguments: message.content,
      ...parsedJson(message.content),
      ...(message.channel !== undefined && { channel: message.channel }),
    }
  })
}

/**
 * What a turn ended with.
 *
 * @param stopToken the last message's stop token: `stopToken` of its `message-end` event, or the engine's stop reason
 */
export function turnActionOf(messages: readonly ParsedMessage[], stopToken: number | null): TurnAction {
  if (stopToken === SPECIAL_TOKENS.CALL) return 'call'
  if (stopToken === null) return 'length'
  const last = messages.at(-1)
  return last !== undefined && isCall(last) ? 'call' : 'return'
}

function textOn(channel: string, messages: readonly ParsedMessage[]): string[] {
  return messages
    .filter((message) => isSpoken(message) && message.channel === channel)
    .map((message) => message.content)
}

function isCall(message: ParsedMessage): boolean {
  return message.role === 'assistant' && message.recipient !== undefined && message.recipient !== 'all'
}

function isSpoken(message: ParsedMessage): boolean {
  return message.role === 'assistant' && !isCall(message)
}

function parsedJson(text: string): { json: unknown } | { error: SyntaxError } {
  try {
    return { json: JSON.parse(text) as unknown }
  } catch (error) {
    return { error: error as SyntaxError }
  }
}
