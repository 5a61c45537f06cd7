/** Two prompts, or a prompt and its next rendering. */
export interface TokenComparison {
  readonly isEqual: boolean
  /** Length of the shared prefix, and index of the first token that differs, unless the two are equal. */
  readonly sharedTokens: number
  /** What becomes of the second prompt in an engine whose prefix cache holds the first. */
  readonly cache: {
    /** Tokens of the shared prefix in whole blocks: the engine does not compute them again. */
    readonly kept: number
    /** Tokens of the first prompt that the second cannot use. */
    readonly lost: number
    /** Tokens of the second prompt that the engine computes. */
    readonly computed: number
  }
}

/**
 * Compares two lists of tokens from their beginning.
 *
 * @param blockSize how many tokens a block of the prefix cache has: 16 in vLLM, 1 in SGLang
 */
export function compareTokens(
  first: readonly number[],
  second: readonly number[],
  blockSize = 16,
): TokenComparison {
  const length = Math.min(first.length, second.length)
  let sharedTokens = 0
  while (sharedTokens < length && first[sharedTokens] === second[sharedTokens]) sharedTokens++
  const kept = sharedTokens - (sharedTokens % blockSize)
  return {
    isEqual: sharedTokens === first.length && sharedTokens === second.length,
    sharedTokens,
    cache: { kept, lost: first.length - kept, computed: second.length - kept },
  }
}
