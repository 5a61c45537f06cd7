import { invalidRequest, unsupportedContent } from './invalid-request.js'
import type { ParsedMessage } from '../message/index.js'
import { createTextParser } from '../parse/index.js'

/** What becomes of Harmony's markers in the text of an assistant's message. */
export const ASSISTANT_MARKUP = [
  /** An error: such text is mostly an answer that a server failed to parse. */
  'error',
  /** The messages that the markup stands for. */
  'read',
  /** Plain text: the assistant wrote about the format. */
  'text',
] as const

export type AssistantMarkup = (typeof ASSISTANT_MARKUP)[number]

/** @throws TypeError for an unknown value of the option */
export function checkAssistantMarkup(markup: unknown): void {
  if (ASSISTANT_MARKUP.some((known) => known === markup)) return
  throw new TypeError(
    `assistantMarkup: found ${String(markup)}, wanted one of ${ASSISTANT_MARKUP.join(', ')}`,
  )
}

/**
 * Returns the messages that the markup in an assistant's text stands for; `undefined` if the text is to be
 * taken as it is.
 *
 * @throws HarmonyError `unsupported-content` with the policy `error`, `invalid-request` for markup that stands
 *   for no message
 */
export function readAssistantMarkup(
  text: string,
  path: string,
  markup: AssistantMarkup,
): readonly ParsedMessage[] | undefined {
  if (markup === 'text') return undefined
  const found = MARKER.exec(text)
  if (found === null) return undefined
  if (markup === 'error') {
    throw unsupportedContent(
      path,
      text,
      `an assistant's text with Harmony's marker ${found[0]} is mostly an answer that was not parsed: send its ` +
        "parts as reasoning, content and tool_calls, or set the option assistantMarkup to 'read' or 'text'",
    )
  }
  const messages: ParsedMessage[] = []
  const parser = createTextParser({
    onEvent(event) {
      if (event.type === 'message-end') messages.push(event.message)
    },
  })
  parser.push(text)
  parser.end({ stopped: true })
  if (messages.length === 0)
    throw invalidRequest(path, text, 'text, or markup of at least one Harmony message')
  return messages
}

const MARKER = /<\|(?:start|end|message|channel|constrain|return|call)\|>/
