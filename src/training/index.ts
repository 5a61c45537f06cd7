export { lossMask, type LossMask, type LossPolicy } from './loss-mask.js'
export {
  type FinalTerminator,
  type FinalTerminatorChoice,
  renderForTraining,
  type TrainingOptions,
  withFinalTerminators,
} from './render-for-training.js'
