export {
  assertFitsContext,
  CONTEXT_LIMIT,
  type ContextBudget,
  fitsContext,
  TokenBudgetError,
} from './context.js'
export {
  type CountOptions,
  countSpans,
  countTokens,
  TOKEN_PARTS,
  type TokenCount,
  type TokenPart,
  tokenPartOf,
} from './count-tokens.js'
export { dropOldestTurns, keptOfOldestTurns, type ShortenedConversation } from './drop-oldest-turns.js'
