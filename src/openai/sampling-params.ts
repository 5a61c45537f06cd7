import type { UncheckedObject } from '../json/index.js'
import { invalidRequest } from './invalid-request.js'

/** Sampling parameters by their names in vLLM's `SamplingParams`. */
export type SamplingParams = Readonly<Record<string, unknown>>

const NUMBERS = [
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'n',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'repetition_penalty',
  'min_tokens',
  'prompt_logprobs',
] as const

/** Carried as they are: the engine knows best what it takes. */
const CARRIED = [
  'logit_bias',
  'ignore_eos',
  'stop_token_ids',
  'bad_words',
  'allowed_token_ids',
  'include_stop_str_in_output',
  'skip_special_tokens',
  'spaces_between_special_tokens',
  'structured_outputs',
] as const

const LIMITS = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'] as const

/** The fields of a request that {@link samplingParamsOf} reads. */
export const SAMPLING_FIELDS = [
  ...NUMBERS,
  ...CARRIED,
  ...LIMITS,
  'stop',
  'logprobs',
  'top_logprobs',
] as const

const FIELDS: ReadonlySet<string> = new Set(SAMPLING_FIELDS)

/** What a request can say about sampling. */
export type ChatSamplingParams = {
  readonly [key in Exclude<(typeof SAMPLING_FIELDS)[number], 'max_output_tokens'>]?: unknown
}

/**
 * Returns what a request says about sampling.
 *
 * @throws HarmonyError `invalid-request` for a parameter of the wrong kind, `NaN` and infinity included
 */
export function samplingParamsOf(request: UncheckedObject): SamplingParams {
  const params: Record<string, unknown> = {}
  // A request has few fields: looking for each of the parameters takes longer.
  if (!Object.keys(request).some((field) => FIELDS.has(field))) return params
  for (const key of NUMBERS) if (request[key] != null) params[key] = checkedNumber(request[key], key)
  for (const key of CARRIED) if (request[key] != null) params[key] = request[key]
  if (request['stop'] != null) params['stop'] = checkedStop(request['stop'])
  const limit = LIMITS.find((key) => request[key] != null)
  if (limit !== undefined) params['max_tokens'] = checkedNumber(request[limit], limit)
  const { top_logprobs: top } = request
  if (top != null && top !== 0 && request['logprobs'] !== true)
    throw invalidRequest('top_logprobs', top, 'none without logprobs: true')
  if (request['logprobs'] != null) {
    if (typeof request['logprobs'] !== 'boolean')
      throw invalidRequest('logprobs', request['logprobs'], 'true or false')
    // vLLM's `logprobs` is a count; Chat Completions has a switch and a count.
    if (request['logprobs']) params['logprobs'] = checkedNumber(top ?? 0, 'top_logprobs')
  }
  return params
}

/** The sampling parameters of a request, sorted by who heeds them. */
export interface GenerationSettings {
  /** How many answers are wanted. */
  readonly choiceCount: number
  readonly maxTokens?: number
  /**
   * Strings to stop at in the visible text. They are not for the engine, which would find them in reasoning and
   * headers as well.
   */
  readonly stopStrings: readonly string[]
  /** The parameters left, for the engine. */
  readonly sampling: SamplingParams
}

/** Sorts the parameters of {@link samplingParamsOf} for an engine that is driven answer by answer. */
export function generationSettingsOf(params: SamplingParams): GenerationSettings {
  const { n = 1, max_tokens: maxTokens, stop = [], ...sampling } = params
  return {
    choiceCount: n as number,
    ...(maxTokens !== undefined && { maxTokens: maxTokens as number }),
    stopStrings: typeof stop === 'string' ? [stop] : (stop as readonly string[]),
    sampling,
  }
}

function checkedNumber(value: unknown, path: string): number {
  const isCount = COUNTS.has(path)
  const isFine =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (!isCount || (Number.isInteger(value) && value >= COUNTS.get(path)!))
  if (isFine) return value
  throw invalidRequest(path, value, isCount ? `a whole number from ${COUNTS.get(path)}` : 'a number')
}

/** Parameters that count something, and the least they may be. */
const COUNTS: ReadonlyMap<string, number> = new Map([
  ['n', 1],
  ['min_tokens', 0],
  ['top_logprobs', 0],
  ...LIMITS.map((limit) => [limit, 1] as const),
])

/** A string, or a list of them; an empty one would stop every answer at once. */
function checkedStop(stop: unknown): unknown {
  const list: readonly unknown[] = Array.isArray(stop) ? stop : [stop]
  for (const [index, value] of list.entries()) {
    if (typeof value === 'string' && value !== '') continue
    throw invalidRequest(Array.isArray(stop) ? `stop[${index}]` : 'stop', value, 'a string that is not empty')
  }
  return stop
}
