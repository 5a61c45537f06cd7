export { lossMask, type LossMask } from './loss-mask.js'
export type { LossPolicy } from './loss-policy.js'
export {
  type FinalTerminator,
  type FinalTerminatorChoice,
  renderForTraining,
  type TrainingOptions,
  withFinalTerminators,
} from './render-for-training.js'
