import type { HarmonyEncoding } from '../encoding.js'
import { DIALECTS, type DialectOptions, type Loss } from './dialect.js'
import { ollamaPrompt } from './ollama.js'
import { encodePrompt } from './prompt.js'
import { readStackRequest, type StackRequest } from './stack-request.js'
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
  const { dialect, date, builtinTools = [], guard = false } = options
  if (typeof date !== 'string')
    throw new TypeError(`date: found ${String(date)}, wanted a date as 2025-06-28`)
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

/** What no stack prints. */
function generalLosses({ body, messages }: StackRequest): Loss[] {
  const lost: Loss[] = []
  const format = body['response_format'] as { readonly type?: unknown } | null | undefined
  if (format != null && format.type !== 'text')
    lost.push({ path: 'response_format', reason: 'response-format' })
  for (const { path, role, fields } of messages) {
    if (role === 'user' && typeof fields['name'] === 'string')
      lost.push({ path: `${path}.name`, reason: 'user-name' })
  }
  return lost
}
