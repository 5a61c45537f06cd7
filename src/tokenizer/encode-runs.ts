import type { Tokenizer } from './tokenizer.js'

/**
 * Hands over the ids of `text`, some at a time: the first `count` of `ids`, which may hold
 * other ids after `use` returns.
 */
export function encodeRuns(
  tokenizer: Tokenizer,
  text: string,
  use: (ids: ArrayLike<number>, count: number) => void,
): void {
  if (tokenizer.encodeRuns !== undefined) {
    tokenizer.encodeRuns(text, use)
    return
  }
  const ids: number[] = []
  tokenizer.encodeInto(text, ids)
  use(ids, ids.length)
}
