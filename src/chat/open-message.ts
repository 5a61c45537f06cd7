import type { Channel } from '../message/index.js'
import { invalidRequest, type UncheckedObject } from '../openai/index.js'
import type { RequestAssistantMessage, RequestMessage } from './request-messages.js'
import { flag } from './request-settings.js'

/** The message that the prefill leaves open, for the model to go on with. */
export interface OpenMessage {
  readonly channel: Exclude<Channel, 'commentary'>
  readonly content: string
}

/**
 * Takes the message that stays open off the last message, if the request wants that one gone on with: by
 * `continue_final_message`, `add_generation_prompt: false`, or `prefix` or `partial` in the message. It is the last
 * message's content, or its reasoning if it has no content.
 *
 * @throws HarmonyError `invalid-request` if the last message is not the assistant's, has calls, or has nothing to go
 *   on with
 */
export function takeOpenMessage(
  body: UncheckedObject,
  messages: readonly RequestMessage[],
  isLastPartial: boolean,
): { readonly messages: readonly RequestMessage[]; readonly openMessage?: OpenMessage } {
  const key = continuationKey(body)
  if (key === undefined && !isLastPartial) return { messages }
  const index = messages.length - 1
  const last = messages[index] as RequestMessage | undefined
  if (last?.role !== 'assistant')
    throw invalidRequest(
      key ?? 'messages',
      body[key ?? 'messages'],
      "an assistant's message at the end, to go on with",
    )
  const { rest, open } = opened(last, `messages[${index}]`)
  return { messages: messages.with(index, rest), openMessage: open }
}

/** The field of the body that asks for the last message to go on. */
function continuationKey(body: UncheckedObject): string | undefined {
  const isContinued = flag(body['continue_final_message'], 'continue_final_message', false)
  const { add_generation_prompt: prompt } = body
  const hasPrompt = flag(prompt, 'add_generation_prompt', !isContinued)
  if (isContinued && hasPrompt)
    throw invalidRequest('add_generation_prompt', prompt, 'false, or no continue_final_message')
  if (isContinued) return 'continue_final_message'
  return hasPrompt ? undefined : 'add_generation_prompt'
}

/** What is left of a message, and the part of it that stays open. */
function opened(
  { content, reasoning, calls, messages }: RequestAssistantMessage,
  path: string,
): { readonly rest: RequestAssistantMessage; readonly open: OpenMessage } {
  if (calls.length > 0)
    throw invalidRequest(`${path}.tool_calls`, calls, 'none: a message with calls cannot be gone on with')
  if (messages !== undefined)
    throw invalidRequest(`${path}.content`, messages, 'text without markup, to go on with')
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
