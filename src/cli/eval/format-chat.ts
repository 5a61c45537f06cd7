import { isDeepStrictEqual } from 'node:util'
import { fromChatRequest, toChatCompletion } from '../../chat/index.js'
import type { HarmonyEncoding } from '../../encoding.js'
import type { EngineClient } from '../../engines/index.js'
import { HarmonyError } from '../../errors.js'
import { isObject, type UncheckedObject } from '../../json/index.js'
import { isTokenId } from '../../inspect/index.js'
import type { FormatPrompt } from './format-prompts.js'
import { type FormatSample, readSample } from './format-sample.js'

/** What is compared of a Chat answer. */
export const CHAT_FIELDS = ['reasoning', 'content', 'tool calls'] as const

export type ChatField = (typeof CHAT_FIELDS)[number]

/** A server's own Chat answer, and how its tokens read. */
export interface ChatSample extends Pick<FormatSample, 'tokens' | 'stop' | 'turn'> {
  /** The fields that are not what the tokens say. */
  readonly different: readonly ChatField[]
}

/**
 * Asks a server's own Chat endpoint, and compares its answer with the tokens that stand beside it: `token_ids` of
 * vLLM's `return_token_ids`, or llama-server's under `__verbose`.
 *
 * @returns the error's message if the request fails, or the answer comes without tokens
 */
export async function sampleChat(
  encoding: HarmonyEncoding,
  client: EngineClient,
  model: string | undefined,
  { body }: FormatPrompt,
): Promise<ChatSample | string> {
  try {
    const answer = await client.postJson(
      '/v1/chat/completions',
      { ...body, model, return_token_ids: true, ...LLAMA_SERVER_FIELDS },
      undefined,
    )
    const [choice] = Array.isArray(answer['choices']) ? (answer['choices'] as unknown[]) : []
    if (!isObject(choice) || !isObject(choice['message'])) return 'answered without a message'
    const tokens = choice['token_ids'] ?? (isObject(answer['__verbose']) && answer['__verbose']['tokens'])
    if (!Array.isArray(tokens) || tokens.length === 0 || !tokens.every(isTokenId))
      return 'answered without its tokens: wanted a server that knows return_token_ids (vLLM) or verbose (llama-server)'
    const reason = choice['finish_reason'] === 'length' ? 'length' : 'stop'
    const sample = readSample(encoding, tokens, { reason })
    const own = toChatCompletion(encoding, sample.turn, {
      request: fromChatRequest(body),
      isHidden: () => false,
    })
    const wanted = contentsOf(own.choices[0].message as unknown as UncheckedObject)
    const found = contentsOf(choice['message'])
    return {
      ...sample,
      different: CHAT_FIELDS.filter((field) => !isDeepStrictEqual(found[field], wanted[field])),
    }
  } catch (error) {
    if (error instanceof HarmonyError) return error.message
    throw error
  }
}

/** Its own defaults are not gpt-oss's. */
const LLAMA_SERVER_FIELDS = { verbose: true, return_tokens: true, top_k: 0, min_p: 0, repeat_penalty: 1 }

/** Servers write arguments anew, so these are compared as JSON where they are JSON. */
function contentsOf(message: UncheckedObject): Record<ChatField, unknown> {
  const calls = Array.isArray(message['tool_calls']) ? (message['tool_calls'] as unknown[]) : []
  return {
    reasoning: message['reasoning'] ?? message['reasoning_content'] ?? '',
    content: message['content'] ?? '',
    'tool calls': calls.map((call) => {
      const { name, arguments: text } = isObject(call) && isObject(call['function']) ? call['function'] : {}
      return [name, parsed(text)]
    }),
  }
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text)) as unknown
  } catch {
    return text
  }
}
