// Vectors that any Harmony implementation can be measured with, and the comparison of its
// answers.
export { compareResult, type Comparison } from './compare.js'
export {
  CONFORMANCE_GROUPS,
  type CompletionInput,
  type ConformanceGroup,
  type ConformanceVector,
  type ConversationInput,
  type ExpectedError,
  type ExpectedMessage,
  type ExpectedMessages,
  type ExpectedRecovery,
  type ExpectedStates,
  type ExpectedTokens,
  type VisibleState,
} from './vector.js'
export { conformanceVectors } from './vectors.js'
