export { compareTokens, type TokenComparison } from './compare-tokens.js'
export { cutIntoParts, type MarkerPart } from './cut-into-parts.js'
export type { DescribedDeviation, DescribedMessage, DescribedTokens, TokenCost } from './describe-messages.js'
export { describePrompt, type DescribedPrompt, isPrompt } from './describe-prompt.js'
export { describeTurn, type DescribedTurn, type DescribeTurnOptions } from './describe-turn.js'
export { DEVIATION_TEXTS } from './deviation-texts.js'
export {
  readSampled,
  type ReadSampledOptions,
  SAMPLED_SOURCES,
  type SampledAnswer,
  type SampledInput,
  type SampledSource,
} from './read-sampled.js'
export { isTokenId, parseTokenIds } from './token-ids.js'
