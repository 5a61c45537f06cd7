import type { HarmonyEncoding } from '../encoding.js'
import { checkEncoding } from '../parse/index.js'
import type { RenderedConversation } from '../render/index.js'
import { DIALECTS, type DialectOptions, type Loss } from './dialect.js'
import { ollamaPrompt } from './ollama.js'
import { encodePrompt } from './prompt.js'
import { hasResponseFormat, readStackRequest, type StackRequest } from './stack-request.js'
import { templateStackPrompt } from './template-stacks.js'
import { vllmTokens } from './vllm.js'

/** A prompt as a stack renders it. */
export interface DialectPrompt {
  readonly tokens: readonly number[]
  /** What of the request is not in the prompt, in the order of the request's paths as far as the stack reads them so. */
  readonly lost: readonly Loss[]
}

/**
 * Renders a Chat Completions body to the tokens that another stack makes of it, and lists what that stack leaves out.
 *
 * @throws HarmonyError `refused-by-stack` for a request that the stack answers with an error; `invalid-request` and
 *   `unsupported-content` for what is no such body
 * @throws TypeError for an unknown dialect, or without a date
 *
 * Source: docs/dialects.md names the versions, and how each was compared.
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { renderInDialect } from 'gpt-oss-harmony/dialects'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const request = {
 *   messages: [
 *     { role: 'user', content: 'Is it raining?' },
 *     { role: 'assistant', content: 'No.', reasoning: 'I see the sun.' },
 *     { role: 'user', content: 'And now?' },
 *   ],
 * }
 * const { lost } = renderInDialect(encoding, request, { dialect: 'sglang', date: '2025-06-28' })
 * console.log(lost) // [{ path: 'messages[1].reasoning', reason: 'unread-reasoning' }]
 * ```
 */
export function renderInDialect(
  encoding: HarmonyEncoding,
  request: unknown,
  options: DialectOptions,
): DialectPrompt {
  checkEncoding(encoding, 'renderInDialect')
  const { dialect, date, builtinTools = [], guard = false } = options
  checkDate(date)
  const read = readStackRequest(request)
  const lost: Loss[] = generalLosses(read)
  const lose = (path: string, reason: Loss['reason']): void => void lost.push({ path, reason })
  switch (dialect) {
    case 'vllm':
    case 'vllm-rust':
      return { tokens: vllmTokens(encoding, read, { dialect, date, lose }), lost }
    case 'hf':
    case 'unsloth':
    case 'sglang':
    case 'llama.cpp': {
      const prompt = templateStackPrompt(read, {
        dialect,
        date,
        builtinTools,
        addGenerationPrompt: true,
        lose,
      })
      return { tokens: encodePrompt(encoding, prompt, guard).tokens, lost }
    }
    case 'ollama':
      return { tokens: encodePrompt(encoding, ollamaPrompt(read, { date, lose }), guard).tokens, lost }
    default:
      throw new TypeError(
        `dialect: found ${String(dialect satisfies never)}, wanted one of ${DIALECTS.join(', ')}`,
      )
  }
}

export const TRAINING_DIALECTS = ['hf', 'unsloth'] as const

/** The dialects in which models are fine-tuned. */
export type TrainingDialect = (typeof TRAINING_DIALECTS)[number]

export interface DialectTrainingOptions extends Omit<DialectOptions, 'dialect'> {
  readonly dialect: TrainingDialect
}

export interface DialectTrainingText extends RenderedConversation {
  readonly lost: readonly Loss[]
}

/**
 * Renders a conversation to train on as the template does without a generation prompt: an answer at its end has its
 * reasoning and closes with `<|return|>`. The spans are for `lossMask`; their indexes count the template's messages.
 *
 * @throws HarmonyError as {@link renderInDialect}
 * @throws TypeError for another dialect, or without a date
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding, lossMask } from 'gpt-oss-harmony'
 * import { renderInDialectForTraining } from 'gpt-oss-harmony/dialects'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const messages = [
 *   { role: 'user', content: 'Hi' },
 *   { role: 'assistant', thinking: 'A greeting.', content: 'Hello!' },
 * ]
 * const options = { dialect: 'hf', date: '2025-06-28' } as const
 * const { labels } = lossMask(renderInDialectForTraining(encoding, { messages }, options))
 * const learned = encoding.decode(labels.filter((label) => label !== -100))
 * console.log(learned.startsWith('<|channel|>analysis<|message|>A greeting.<|end|>')) // true
 * ```
 */
export function renderInDialectForTraining(
  encoding: HarmonyEncoding,
  conversation: unknown,
  { dialect, date, builtinTools = [], guard = false }: DialectTrainingOptions,
): DialectTrainingText {
  checkEncoding(encoding, 'renderInDialectForTraining')
  checkDate(date)
  if (!TRAINING_DIALECTS.includes(dialect))
    throw new TypeError(`dialect: found ${String(dialect)}, wanted one of ${TRAINING_DIALECTS.join(', ')}`)
  const read = readStackRequest(conversation)
  const lost: Loss[] = generalLosses(read)
  const lose = (path: string, reason: Loss['reason']): void => void lost.push({ path, reason })
  const prompt = templateStackPrompt(read, { dialect, date, builtinTools, addGenerationPrompt: false, lose })
  return { ...encodePrompt(encoding, prompt, guard), lost }
}

function checkDate(date: unknown): void {
  if (typeof date !== 'string')
    throw new TypeError(`date: found ${String(date)}, wanted a date as 2025-06-28`)
}

/** What no stack prints. */
function generalLosses(request: StackRequest): Loss[] {
  const lost: Loss[] = []
  if (hasResponseFormat(request)) lost.push({ path: 'response_format', reason: 'response-format' })
  for (const { path, role, fields } of request.messages) {
    if (role === 'user' && typeof fields['name'] === 'string')
      lost.push({ path: `${path}.name`, reason: 'user-name' })
  }
  return lost
}
