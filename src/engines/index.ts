export {
  type Engine,
  type EngineChunk,
  type EngineFinish,
  type EngineGrammar,
  FINISH_REASONS,
  type FinishReason,
  type GenerateOptions,
  type TokenLogprob,
  type TokenLogprobs,
} from './engine.js'
export { type ReplayCompletion, replayEngine, type ReplayOptions } from './replay.js'
