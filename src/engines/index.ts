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
export { ggufEngine, type GgufEngine, type GgufOptions } from './gguf.js'
export type { EngineServer } from './http.js'
export { llamaServerEngine, type LlamaServerOptions } from './llama-server.js'
export { ollamaEngine } from './ollama.js'
export { sglangEngine } from './sglang.js'
export { tensorrtLlmEngine } from './tensorrt-llm.js'
export { completionsEngine, type TextEngineOptions } from './text.js'
export { vllmEngine, type VllmOptions } from './vllm.js'

// Used by other rooms.
export { checkEngine } from './engine.js'
export { EngineClient } from './http.js'
export { SglangReader } from './sglang.js'
