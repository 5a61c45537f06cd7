import {
  type ChatConversation,
  fromChatRequest,
  generationSettingsOf,
  renderChatRequest,
} from '../../chat/index.js'
import type { HarmonyEncoding } from '../../encoding.js'
import type { Engine, EngineFinish } from '../../engines/index.js'
import { HarmonyError } from '../../errors.js'
import { type ParsedTokens, parseTokens } from '../../parse/index.js'
import type { FormatPrompt } from './format-prompts.js'

/** How sampling ended. */
export const STOPS = ['stop token', 'withheld', 'limit', 'elsewhere', 'ran on'] as const

export type Stop = (typeof STOPS)[number]

/** What an engine sampled, and how it reads. */
export interface FormatSample {
  readonly kind: string
  readonly chat: ChatConversation
  readonly tokens: readonly number[]
  readonly stop: Stop
  readonly turn: ParsedTokens
}

/**
 * Samples an answer from the engine's tokens.
 *
 * @returns the error's message if the request fails
 */
export async function sampleFormat(
  encoding: HarmonyEncoding,
  engine: Engine,
  { kind, body }: FormatPrompt,
): Promise<FormatSample | string> {
  const chat = fromChatRequest(body)
  const { maxTokens, sampling } = generationSettingsOf(chat.samplingParams)
  const stop = encoding.stopTokensForAssistantActions()
  const tokens: number[] = []
  let finish: EngineFinish | undefined
  try {
    const chunks = engine.generate(renderChatRequest(encoding, chat), { stop, maxTokens, sampling })
    for await (const chunk of chunks) {
      for (const token of chunk.tokens) tokens.push(token)
      finish = chunk.finish ?? finish
    }
    return { kind, chat, ...readSample(encoding, tokens, finish) }
  } catch (error) {
    if (error instanceof HarmonyError) return error.message
    throw error
  }
}

/** Reads sampled tokens; a stop token that the engine keeps to itself but names is among the result's. */
export function readSample(
  encoding: HarmonyEncoding,
  sampled: readonly number[],
  finish: EngineFinish | undefined,
): Pick<FormatSample, 'tokens' | 'stop' | 'turn'> {
  const stopTokens = encoding.stopTokensForAssistantActions()
  const named = finish?.stopToken
  const isNamedMissing = named != null && sampled.at(-1) !== named
  const tokens = isNamedMissing ? [...sampled, named] : sampled
  const stop = stopOf(tokens, finish, stopTokens)
  return { tokens, stop, turn: parseTokens(encoding, tokens, { stopped: stop === 'withheld' }) }
}

function stopOf(
  tokens: readonly number[],
  finish: EngineFinish | undefined,
  stopTokens: readonly number[],
): Stop {
  const first = tokens.findIndex((token) => stopTokens.includes(token))
  if (first >= 0) return first === tokens.length - 1 ? 'stop token' : 'ran on'
  if (finish?.reason === 'length') return 'limit'
  // `<|end|>` and `<|endoftext|>` end no turn, and neither does another token that the engine names.
  return finish?.stopToken != null || [200007, 199999].includes(tokens.at(-1)!) ? 'elsewhere' : 'withheld'
}
