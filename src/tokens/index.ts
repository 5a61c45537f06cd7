export {
  assertFitsContext,
  CONTEXT_LIMIT,
  type ContextBudget,
  fitsContext,
  TokenBudgetError,
} from './context.js'
export {
  type CountOptions,
  countRendered,
  countTokens,
  TOKEN_PARTS,
  type TokenCount,
  type TokenPart,
} from './count-tokens.js'
export { dropOldestTurns, keptOfOldestTurns, type ShortenedConversation } from './drop-oldest-turns.js'

// Used by other rooms.
export { tokenPartOf } from './count-tokens.js'
