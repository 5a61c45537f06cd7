// The engine that an example's flags name: `--engine replay` without a model, or one of those below with `--url URL`,
// `--model NAME`; `--engine gguf --model FILE` samples in process (`npm i node-llama-cpp`).

import { parseArgs } from 'node:util'
import {
  completionsEngine,
  ggufEngine,
  llamaServerEngine,
  ollamaEngine,
  replayEngine,
  vllmEngine,
} from 'gpt-oss-harmony/engines'

/** Completions for a question about the weather in Lima, which a tool `weather` answers. */
const COMPLETIONS = [
  '<|channel|>analysis<|message|>I need the weather in Lima.<|end|><|start|>assistant' +
    '<|channel|>commentary to=functions.weather <|constrain|>json<|message|>{"city":"Lima"}<|call|>',
  '<|channel|>analysis<|message|>Sunny, says the tool.<|end|><|start|>assistant' +
    '<|channel|>final<|message|>It is sunny in Lima.<|return|>',
]

export function engineFromFlags() {
  const { engine, url, model } = parseArgs({
    options: {
      engine: { type: 'string', default: 'replay' },
      url: { type: 'string' },
      model: { type: 'string' },
    },
  }).values
  switch (engine) {
    case 'replay':
      return replayEngine(COMPLETIONS.map((text) => ({ text })))
    case 'vllm':
      return vllmEngine({ url: url ?? 'http://127.0.0.1:8000', model: model ?? 'openai/gpt-oss-20b' })
    case 'llama-server':
      return llamaServerEngine({ url: url ?? 'http://127.0.0.1:8080' })
    case 'ollama':
      return ollamaEngine({ url: url ?? 'http://127.0.0.1:11434', model: model ?? 'gpt-oss:20b' })
    case 'lm-studio':
      return completionsEngine({ url: url ?? 'http://127.0.0.1:1234', model: model ?? 'openai/gpt-oss-20b' })
    case 'gguf':
      return ggufEngine({ modelPath: model ?? 'gpt-oss-20b.gguf' })
    default:
      throw new Error(`--engine ${engine}: wanted replay, vllm, llama-server, ollama, lm-studio or gguf`)
  }
}
