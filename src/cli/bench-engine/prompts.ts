import type { HarmonyEncoding } from '../../encoding.js'
import { quote } from '../../errors.js'
import { generationSettingsOf } from '../../openai/index.js'
import { FIRST_SPECIAL_TOKEN } from '../../tokenizer/index.js'
import { systemMessage } from '../../message/index.js'
import { readPrefillRows } from '../batch/prefill-rows.js'
import { BadInput, WrongUsage } from '../failure.js'
import { isTokenId } from '../../inspect/index.js'
import type { Random } from './random.js'

/** What one request sends. */
export interface Prompt {
  readonly tokens: readonly number[]
  /** `undefined` for as many as the context has room for. */
  readonly maxTokens: number | undefined
  readonly sampling: Readonly<Record<string, unknown>> | undefined
}

/**
 * Returns prompts of exactly `length` tokens: the official system message, and a user message of random English-looking
 * words. Each word is one token in any surroundings, so that engines that take text count the same tokens.
 *
 * @throws WrongUsage for a length that has no room for a word
 */
export function randomPrompts(
  encoding: HarmonyEncoding,
  count: number,
  { length, maxTokens, random }: { length: number; maxTokens: number; random: Random },
): Prompt[] {
  const head = encoding.renderConversation({ messages: [systemMessage()] })
  const opening = encoding.encode('<|start|>user<|message|>', { allowedSpecial: 'all' })
  const ending = encoding.encode('<|end|><|start|>assistant', { allowedSpecial: 'all' })
  const wordCount = length - head.length - opening.length - ending.length
  if (wordCount < 1)
    throw new WrongUsage(
      `--input-len: found ${length}, wanted ${length - wordCount + 1} or more: the system message and headers count, too`,
    )
  const words = singleTokenWords(encoding)
  const word = () => words[Math.floor(random() * words.length)]
  return Array.from({ length: count }, () => ({
    tokens: [...head, ...opening, ...Array.from({ length: wordCount }, word), ...ending],
    maxTokens,
    sampling: undefined,
  }))
}

/** The tokens of a space and lowercase letters. The tokenizer cuts text before such a space, whatever comes before it. */
function singleTokenWords(encoding: HarmonyEncoding): number[] {
  const words: number[] = []
  const decoder = new TextDecoder()
  for (let token = 0; token < FIRST_SPECIAL_TOKEN; token++)
    if (/^ [a-z]{2,}$/.test(decoder.decode(encoding.decodeBytes([token])))) words.push(token)
  return words
}

/**
 * Reads prompts that `harmony prefill` has written: JSON lines, Parquet or NumPy arrays.
 *
 * @param maxTokens replaces the limits of the rows
 * @throws BadInput naming the row
 */
export async function readPrompts(
  encoding: HarmonyEncoding,
  path: string,
  maxTokens: number | undefined,
): Promise<Prompt[]> {
  const prompts: Prompt[] = []
  for await (const { place, row } of readPrefillRows(path)) {
    const tokens = row['prompt_token_ids']
    if (!Array.isArray(tokens) || tokens.length === 0 || !tokens.every(isTokenId))
      throw new BadInput(
        `${place}: prompt_token_ids is ${quote(tokens)}, wanted token ids as \`harmony prefill\` writes them`,
      )
    const settings = generationSettingsOf(samplingParamsIn(row['sampling_params'], place))
    const sampling = withoutUsualStops(settings.sampling, encoding)
    prompts.push({ tokens, maxTokens: maxTokens ?? settings.maxTokens, sampling })
  }
  if (prompts.length === 0) throw new BadInput(`${path}: no prompts`)
  return prompts
}

/** Parquet has them as JSON. */
function samplingParamsIn(value: unknown, place: string): Readonly<Record<string, unknown>> {
  let params: unknown = value ?? {}
  try {
    if (typeof params === 'string') params = JSON.parse(params)
  } catch {
    // Said below.
  }
  if (typeof params !== 'object' || params === null || Array.isArray(params))
    throw new BadInput(`${place}: sampling_params is ${quote(value)}, wanted an object`)
  return params as Readonly<Record<string, unknown>>
}

/** The stop tokens of every request, which `harmony prefill` writes out: some engines refuse to be told them again. */
function withoutUsualStops(
  { stop_token_ids: stops, ...sampling }: Readonly<Record<string, unknown>>,
  encoding: HarmonyEncoding,
): Prompt['sampling'] {
  const usual: readonly unknown[] = encoding.stopTokensForAssistantActions()
  const isUsual = stops == null || (Array.isArray(stops) && stops.every((token) => usual.includes(token)))
  return isUsual ? sampling : { ...sampling, stop_token_ids: stops }
}
