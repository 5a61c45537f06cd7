import type { HarmonyEncoding } from '../encoding.js'
import { callHeader } from '../openai/index.js'
import { checkEncoding } from '../parse/index.js'
import type { RenderConversationOptions } from '../render/index.js'
import { SPECIAL_TOKENS, type Tokenizer } from '../tokenizer/index.js'
import type { ChatConversation } from './from-request.js'
import type { OpenMessage } from './open-message.js'

/** What is rendered of a request. */
export type RenderableChat = Pick<ChatConversation, 'conversation' | 'forcedCall' | 'openMessage'>

/**
 * Returns the tokens from which an engine samples the answer to a request. A call that the request demands is
 * opened: its header stands in the prefill as far as it is certain, with one function up to its arguments, with
 * several as far as their names agree. A message that the request wants gone on with stays open.
 *
 * @throws HarmonyError as `renderConversationForCompletion`
 * @throws TypeError for a request body, which is not what `fromChatRequest` returns
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { fromChatRequest, renderChatRequest } from 'gpt-oss-harmony/chat'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const chat = fromChatRequest({
 *   messages: [{ role: 'user', content: 'What is the weather in Tokyo?' }],
 *   tools: [{ type: 'function', function: { name: 'get_weather' } }],
 *   tool_choice: 'required',
 * })
 * const prefill = renderChatRequest(encoding, chat)
 * const header = encoding.decode(prefill).split('<|start|>assistant').at(-1)
 * console.log(header) // '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>'
 * ```
 */
export function renderChatRequest(
  encoding: HarmonyEncoding,
  chat: RenderableChat,
  options?: RenderConversationOptions,
): number[] {
  checkEncoding(encoding, 'renderChatRequest')
  if (typeof (chat as Partial<RenderableChat> | undefined)?.conversation !== 'object')
    throw new TypeError('renderChatRequest: chat has no conversation; pass what fromChatRequest returns')
  const tokens = encoding.renderConversationForCompletion(chat.conversation, 'assistant', options)
  for (const token of openedTokens(encoding, chat)) tokens.push(token)
  return tokens
}

/** The tokens of a prefill after its last `<|start|>assistant`: none unless the request opens a message. */
export function openedTokens(
  encoding: HarmonyEncoding,
  { forcedCall, openMessage }: Pick<RenderableChat, 'forcedCall' | 'openMessage'>,
): number[] {
  const tokens = forcedCall === undefined ? [] : callHeader(encoding, forcedCall.recipients, forcedCall)
  if (openMessage !== undefined) appendOpenMessage(encoding.tokenizer, openMessage, tokens)
  return tokens
}

/**
 * Appends the header and the text of the message that goes on.
 *
 *   <|start|>assistant<|channel|>final<|message|>The answer is
 *                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
 */
function appendOpenMessage(tokenizer: Tokenizer, { channel, content }: OpenMessage, into: number[]): void {
  into.push(SPECIAL_TOKENS.CHANNEL)
  tokenizer.encodeInto(channel, into)
  into.push(SPECIAL_TOKENS.MESSAGE)
  tokenizer.encodeInto(content, into)
}
