export {
  DIALECT_TRAITS,
  DIALECTS,
  LOSS_REASONS,
  type Dialect,
  type DialectOptions,
  type DialectTraits,
  type Loss,
  type LossReason,
} from './dialect.js'
export { renderInDialect, type DialectPrompt } from './render-in-dialect.js'
