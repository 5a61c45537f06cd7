import type { HarmonyEncoding } from '../encoding.js'
import type { TokenLogprobs } from '../engines/index.js'
import { checkAnswer } from '../openai/index.js'
import { checkEncoding, type ParsedTokens } from '../parse/index.js'
import { type GenerationEnd, type ResponseContext, TokenResponsesStream } from './response-stream.js'
import type { ResponseObject } from './types.js'

/** What the engine sampled, beside its tokens. */
export interface ToResponseContext extends ResponseContext, GenerationEnd {
  /** One entry a token, as engines give them. */
  readonly logprobs?: readonly TokenLogprobs[] | undefined
}

/**
 * Returns the response for a whole completion: what `createResponsesStream` ends with.
 *
 * @param answer the sampled tokens, or what `parseTokens` made of them
 * @throws HarmonyError `invalid-token`
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { fromResponsesRequest, toResponse } from 'gpt-oss-harmony/responses'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const request = fromResponsesRequest({ input: 'Hi' })
 * const { status, output } = toResponse(encoding, [200005, 17196, 200008, 13225, 200002], { request })
 * console.log(status, output[0]?.type) // 'completed', 'message'
 * ```
 */
export function toResponse(
  encoding: HarmonyEncoding,
  answer: readonly number[] | ParsedTokens,
  { logprobs, ...context }: ToResponseContext = {},
): ResponseObject {
  checkEncoding(encoding, 'toResponse')
  checkAnswer(answer, 'toResponse')
  const stream = new TokenResponsesStream(encoding, context)
  if ('messages' in answer) stream.readTurn(answer)
  else stream.push(answer, logprobs)
  stream.end(context)
  return stream.response
}
