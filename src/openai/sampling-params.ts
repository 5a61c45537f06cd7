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
  'stop_token_ids',
  'bad_words',
  'allowed_token_ids',
  'prompt_logprobs',
  'include_stop_str_in_output',
  'skip_special_tokens',
  'spaces_between_special_tokens',
] as const

/** What a request can say on sampling. */
export type ChatSamplingParams = {
  readonly [
    key in (typeof SHARED_KEYS)[number] | 'max_completion_tokens' | 'max_tokens' | 'logprobs' | 'top_logprobs'
  ]?: unknown
}

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
