import { invalidRequest, type UncheckedObject } from '../openai/index.js'
import type { RequestAssistantMessage, RequestMessage } from './request-messages.js'
import { flag } from './request-settings.js'

/** The message that the prefill leaves open, for the model to go on with. */
export interface OpenMessage {
  readonly channel: 'analysis' | 'final'
  readonly content: string
}

/**
 * Whether the request wants its last message gone on with: by `continue_final_message`,
 * `add_generation_prompt: false`, or `prefix` or `partial` in the message.
 *
 * @throws HarmonyError `invalid-request` if the last message is not the assistant's
 */
export function wantsContinuation(
  body: UncheckedObject,
  messages: readonly RequestMessage[],
  isLastPartial: boolean,
): boolean {
  const isContinued = flag(body['continue_final_message'], 'continue_final_message', false)
  const { add_generation_prompt: prompt } = body
  const hasPrompt = flag(prompt, 'add_generation_prompt', !isContinued)
  if (isContinued && hasPrompt)
    throw invalidRequest('add_generation_prompt', prompt, 'false, or no continue_final_message')
  if (!isContinued && hasPrompt) return isLastPartial
  if (messages.at(-1)?.role === 'assistant') return true
  const key = isContinued ? 'continue_final_message' : 'add_generation_prompt'
  throw invalidRequest(key, body[key], "an assistant's message at the end, to go on with")
}

/**
 * Takes the message that stays open off the last message: its content, or its reasoning if it has no content.
 *
 * @returns what is left of the last message, and the open one
 * @throws HarmonyError `invalid-request` for a message with calls, or with nothing to go on with
 */
export function openedMessage(
  last: RequestAssistantMessage,
  path: string,
): { readonly rest: RequestAssistantMessage; readonly open: OpenMessage } {
  const { content, reasoning, calls, messages } = last
  if (calls.length > 0)
    throw invalidRequest(`${path}.tool_calls`, calls, 'none: a message with calls cannot be gone on with')
  if (messages !== undefined)
    throw invalidRequest(`${path}.content`, content, 'text without markup, to go on with')
  if (content !== undefined) {
    return {
      rest: { role: 'assistant', calls, ...(reasoning !== undefined && { reasoning }) },
      open: { channel: 'final', content },
    }
  }
  if (reasoning !== undefined)
    return { rest: { role: 'assistant', calls }, open: { channel: 'analysis', content: reasoning } }
  throw invalidRequest(`${path}.content`, content, 'text or reasoning, to go on with')
}
