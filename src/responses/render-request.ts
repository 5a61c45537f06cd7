import type { HarmonyEncoding } from '../encoding.js'
import { checkConversation, type Message } from '../message/index.js'
import { callHeader } from '../openai/index.js'
import { checkEncoding } from '../parse/index.js'
import {
  appendMessage,
  bringsFunctionTools,
  checkHeaderOrder,
  type HeaderOrder,
  renderOpening,
  TokenCollector,
} from '../render/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { isStopToken } from '../turn/index.js'
import type { ResponsesConversation } from './from-request.js'

/** What is rendered of a request. */
export type RenderableRequest = Pick<ResponsesConversation, 'conversation' | 'sampledTokens' | 'forcedCall'>

export interface RenderResponsesOptions {
  /** How messages without sampled tokens are rendered. Default `recipient-first`. */
  readonly headerOrder?: HeaderOrder | undefined
}

/**
 * Returns the tokens from which an engine samples the answer to a request. Messages whose sampled tokens are known keep
 * them. A call that the request demands is opened: its header stands in the prefill as far as it is certain.
 *
 * @throws HarmonyError as `renderConversationForCompletion`
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { fromResponsesRequest, renderResponsesRequest } from 'gpt-oss-harmony/responses'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const request = fromResponsesRequest({
 *   input: 'What is the weather in Tokyo?',
 *   tools: [{ type: 'function', name: 'get_weather' }],
 *   tool_choice: { type: 'function', name: 'get_weather' },
 * })
 * const header = encoding.decode(renderResponsesRequest(encoding, request)).split('<|start|>assistant').at(-1)
 * console.log(header) // '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>'
 * ```
 */
export function renderResponsesRequest(
  encoding: HarmonyEncoding,
  request: RenderableRequest,
  options: RenderResponsesOptions = {},
): number[] {
  checkEncoding(encoding, 'renderResponsesRequest')
  checkRenderable(request, 'renderResponsesRequest')
  const pieces = piecesOfRequest(encoding, request, options)
  const tokens = new TokenCollector(encoding.tokenizer)
  for (const piece of pieces) for (const token of piece.tokens) tokens.addToken(token)
  renderOpening('assistant', tokens)
  const { forcedCall } = request
  if (forcedCall !== undefined)
    for (const token of callHeader(encoding, forcedCall.recipients, forcedCall)) tokens.addToken(token)
  return tokens.finish()
}

/** A message of a request with the tokens that stand for it, as a transcript keeps it. */
export interface RequestPiece {
  readonly message: Message
  readonly tokens: readonly number[]
  /** Whether the tokens are those that an engine sampled, not the renderer's. */
  readonly sampled: boolean
}

/**
 * Returns the messages of a request, each with its tokens: those that were sampled for it where they are known.
 *
 * @throws HarmonyError as `renderConversation`
 */
export function piecesOfRequest(
  encoding: HarmonyEncoding,
  request: RenderableRequest,
  { headerOrder }: RenderResponsesOptions = {},
): RequestPiece[] {
  checkEncoding(encoding, 'piecesOfRequest')
  checkRenderable(request, 'piecesOfRequest')
  const { conversation, sampledTokens } = request
  checkHeaderOrder(headerOrder)
  checkConversation(conversation)
  const { messages } = conversation
  const conversationHasFunctionTools = messages.some(bringsFunctionTools)
  const sound = soundTokens(messages.length, sampledTokens)
  return messages.map((message, index) => {
    const sampled = sound[index]
    if (sampled !== undefined) return { message, tokens: sampled, sampled: true }
    // The rest of a turn that was sampled: the model writes the channel first.
    const followsSampled = sound[index - 1] !== undefined && message.role === 'assistant'
    const order = followsSampled ? 'channel-first' : headerOrder
    const tokens = new TokenCollector(encoding.tokenizer)
    const options = { headerOrder: order, conversationHasFunctionTools }
    appendMessage(message, `messages[${index}]`, tokens, options)
    return { message, tokens: tokens.finish(), sampled: false }
  })
}

/** @throws TypeError for a body, and for anything else that `fromResponsesRequest` did not return */
function checkRenderable(request: Partial<RenderableRequest> | undefined, caller: string): void {
  if (typeof request?.conversation === 'object' && typeof request.sampledTokens === 'object') return
  throw new TypeError(`${caller}: request has no conversation; pass what fromResponsesRequest returns`)
}

/**
 * The sampled tokens that can stand where they are. Where a model left out the markers between two messages, their
 * tokens hold together only if those of both are known.
 */
function soundTokens(
  count: number,
  sampledTokens: RenderableRequest['sampledTokens'],
): (readonly number[] | undefined)[] {
  const sound = Array.from({ length: count }, (_, index) => sampledTokens[index])
  for (let i = 0; i < count; i++)
    if (sound[i] !== undefined && sound[i]![0] !== SPECIAL_TOKENS.START && sound[i - 1] === undefined)
      sound[i] = undefined
  for (let i = count - 1; i >= 0; i--)
    if (sound[i] !== undefined && !isStopToken(sound[i]!.at(-1)) && sound[i + 1] === undefined)
      sound[i] = undefined
  return sound
}
