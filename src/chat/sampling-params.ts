import type { UncheckedObject } from './invalid-request.js'

/** Sampling parameters by their names in vLLM's `SamplingParams`. */
export type SamplingParams = Readonly<Record<string, unknown>>

/** Keys that Chat Completions and vLLM's extensions of it share with `SamplingParams`. */
const SHARED_KEYS = [
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'n',
  'seed',
  'stop',
  'presence_penalty',
  'frequency_penalty',
  'repetition_penalty',
  'logit_bias',
  'min_tokens',
  'ignore_eos',
] as const

/** What a request says on sampling, carried through unchecked: the engine knows best what it takes. */
export function samplingParamsOf(request: UncheckedObject): SamplingParams {
  const params: Record<string, unknown> = {}
  for (const key of SHARED_KEYS) if (request[key] != null) params[key] = request[key]
  const maxTokens = request['max_completion_tokens'] ?? request['max_tokens']
  if (maxTokens != null) params['max_tokens'] = maxTokens
  // vLLM's `logprobs` is a count where Chat Completions has a switch and a count.
  if (request['logprobs'] === true) params['logprobs'] = request['top_logprobs'] ?? 0
  return params
}
