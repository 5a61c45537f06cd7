/** What an answer cost, in tokens. Markup counts as well: it is sampled like the rest. */
export interface TokenUsage {
  readonly promptTokens: number
  /** Those of the prompt that the engine did not have to compute. */
  readonly cachedTokens: number
  /** All sampled tokens. */
  readonly completionTokens: number
  /** Those of them in analysis messages and in calls to built-in tools. */
  readonly reasoningTokens: number
}

export const NO_USAGE: TokenUsage = {
  promptTokens: 0,
  cachedTokens: 0,
  completionTokens: 0,
  reasoningTokens: 0,
}

/** Adds up the usage of several samplings. */
export function addUsage(one: TokenUsage, other: TokenUsage): TokenUsage {
  return {
    promptTokens: one.promptTokens + other.promptTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    completionTokens: one.completionTokens + other.completionTokens,
    reasoningTokens: one.reasoningTokens + other.reasoningTokens,
  }
}
