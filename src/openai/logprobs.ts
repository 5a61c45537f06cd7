import type { HarmonyEncoding } from '../encoding.js'

/** A sampled token's log probability, and those of the likeliest tokens at its place, as engines give them. */
interface SampledLogprobs extends SampledLogprob {
  readonly top: readonly SampledLogprob[]
}

interface SampledLogprob {
  readonly token: number
  readonly logprob: number
}

/** A log probability as both of OpenAI's APIs have it. */
export interface DescribedLogprob {
  readonly token: string
  readonly logprob: number
  readonly bytes: number[]
}

/** Returns a token's log probability with its text, and its bytes for tokens that are no text by themselves. */
export function describeLogprob(
  encoding: HarmonyEncoding,
  { top, ...sampled }: SampledLogprobs,
): DescribedLogprob & { readonly top_logprobs: DescribedLogprob[] } {
  const describe = ({ token, logprob }: SampledLogprob): DescribedLogprob => ({
    token: encoding.decode([token]),
    logprob,
    bytes: [...encoding.decodeBytes([token])],
  })
  return { ...describe(sampled), top_logprobs: top.map(describe) }
}
