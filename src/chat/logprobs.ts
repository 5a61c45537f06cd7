import type { ChatCompletionTokenLogprob } from 'openai/resources/chat/completions'
import type { HarmonyEncoding } from '../encoding.js'
import type { TokenLogprob, TokenLogprobs } from '../engines/index.js'

/** Returns a token's log probability as Chat Completions has it: with its text and its bytes. */
export function describeLogprob(
  encoding: HarmonyEncoding,
  { top, ...sampled }: TokenLogprobs,
): ChatCompletionTokenLogprob {
  const describe = ({ token, logprob }: TokenLogprob) => ({
    token: encoding.decode([token]),
    logprob,
    bytes: [...encoding.decodeBytes([token])],
  })
  return { ...describe(sampled), top_logprobs: top.map(describe) }
}
