import type { HarmonyEncoding } from '../encoding.js'
import type { RenderConversationOptions } from '../render/index.js'
import { SPECIAL_TOKENS, type Tokenizer } from '../tokenizer/index.js'
import type { ChatConversation, ForcedCall } from './from-request.js'
import type { OpenMessage } from './open-message.js'

/** What is rendered of a request. */
export type RenderableChat = Pick<ChatConversation, 'conversation' | 'forcedCall' | 'openMessage'>

/**
 * Returns the tokens from which an engine samples the answer to a request. A call that the request demands is
 * opened: its header stands in the prefill as far as it is certain, with one function up to its arguments, with
 * several as far as their names agree. A message that the request wants gone on with stays open.
 *
 * @throws HarmonyError as `renderConversationForCompletion`
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
  const tokens = encoding.renderConversationForCompletion(chat.conversation, 'assistant', options)
  if (chat.forcedCall !== undefined) appendForcedCall(encoding.tokenizer, chat.forcedCall, tokens)
  if (chat.openMessage !== undefined) appendOpenMessage(encoding.tokenizer, chat.openMessage, tokens)
  return tokens
}

/**
 * Appends the header of a call behind `<|start|>assistant`, channel first, as the model itself writes it.
 *
 *   <|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>
 *                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
 */
function appendForcedCall(
  tokenizer: Tokenizer,
  { recipients, contentType }: ForcedCall,
  into: number[],
): void {
  into.push(SPECIAL_TOKENS.CHANNEL)
  tokenizer.encodeInto('commentary', into)
  const headers = recipients.map((recipient) => recipientTokens(tokenizer, recipient, contentType))
  // Tokens, not letters: a name cut inside a token is followed by tokens that the model has never seen there.
  const [shortest] = headers.toSorted((a, b) => a.length - b.length)
  for (let i = 0; i < shortest.length && headers.every((header) => header[i] === shortest[i]); i++)
    into.push(shortest[i])
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

function recipientTokens(tokenizer: Tokenizer, recipient: string, contentType: string): number[] {
  const tokens: number[] = []
  tokenizer.encodeInto(` to=${recipient}`, tokens)
  if (contentType.startsWith(CONSTRAIN)) {
    tokenizer.encodeInto(' ', tokens)
    tokens.push(SPECIAL_TOKENS.CONSTRAIN)
    tokenizer.encodeInto(contentType.slice(CONSTRAIN.length), tokens)
  } else {
    tokenizer.encodeInto(` ${contentType}`, tokens)
  }
  tokens.push(SPECIAL_TOKENS.MESSAGE)
  return tokens
}

const CONSTRAIN = '<|constrain|>'
