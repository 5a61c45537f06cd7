import { bigrams } from '../../scripts/engines/model.mjs'

const { stateOf, logits, unknownState } = bigrams()

/**
 * The sampled tokens that the tiny model cannot have sampled where they stand, with the token before each. None, if the
 * engine sampled from what it was given, lost no token and added none.
 */
export function impossibleAfter(prefill: readonly number[], sampled: readonly number[]): readonly string[] {
  const before = [prefill.at(-1)!, ...sampled]
  return sampled.flatMap((token, index) => {
    const following = logits[stateOf.get(before[index]) ?? unknownState]
    return following.some(([id]) => id === token) ? [] : [`${before[index]} ${token}`]
  })
}
