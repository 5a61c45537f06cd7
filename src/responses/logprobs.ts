import type { HarmonyEncoding } from '../encoding.js'
import type { TokenLogprob as EngineLogprob, TokenLogprobs } from '../engines/index.js'
import type { TokenLogprob } from './types.js'

/** Returns a token's log probability as Responses has it: with its text, and its bytes for tokens that are no text. */
export function describeLogprob(encoding: HarmonyEncoding, { top, ...sampled }: TokenLogprobs): TokenLogprob {
  const describe = ({ token, logprob }: EngineLogprob) => {
    const bytes = encoding.decodeBytes([token])
    return { token: new TextDecoder().decode(bytes), logprob, bytes: [...bytes] }
  }
  return { ...describe(sampled), top_logprobs: top.map(describe) }
}
