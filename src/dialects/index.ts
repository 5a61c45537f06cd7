export { compareDialects, type CompareDialectsOptions, type DialectComparison } from './compare-dialects.js'
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
export {
  renderInDialect,
  renderInDialectForTraining,
  TRAINING_DIALECTS,
  type DialectPrompt,
  type DialectTrainingOptions,
  type DialectTrainingText,
  type TrainingDialect,
} from './render-in-dialect.js'
