import type { Model, ModelProvider } from '@openai/agents'
import { type HarmonyEncoding, loadHarmonyEncoding } from '../encoding.js'
import { checkEngine, type Engine } from '../engines/index.js'
import { HarmonyModel } from './model.js'

export interface HarmonySettings {
  /** What samples: a client of `gpt-oss-harmony/engines`, or one's own. */
  readonly engine: Engine
  readonly encoding?: HarmonyEncoding | undefined
  /** `low`, `medium` or `high`, for agents that set none. Default `medium`. */
  readonly reasoningEffort?: 'low' | 'medium' | 'high' | undefined
  /**
   * Whether the engine follows grammars: forced calls then keep their reasoning, and answers always fit the output
   * type. Default `false`.
   */
  readonly grammar?: boolean | undefined
  /** The date that the system message names, such as `2026-11-25`. Default: none. */
  readonly conversationStartDate?: string | undefined
  /** Makes the ids of responses, items and calls. Default: random ones. */
  readonly createId?: ((prefix: string) => string) | undefined
}

/** Makes models by name. The name is only reported: the engine knows what it runs. */
export interface HarmonyProvider extends ModelProvider {
  getModel(modelName?: string): Model
}

/**
 * Creates a model provider of the OpenAI Agents SDK over an engine that takes and samples tokens. Output items carry
 * the tokens sampled for them in `providerData`, so that the prompt of the next step begins with exactly what the
 * engine has seen.
 *
 * @example
 * ```ts
 * import { Agent, Runner } from '@openai/agents'
 * import { createHarmony } from 'gpt-oss-harmony/agents'
 * import { replayEngine } from 'gpt-oss-harmony/engines'
 *
 * const engine = replayEngine([{ text: '<|channel|>final<|message|>Hello!<|return|>' }])
 * const runner = new Runner({ modelProvider: createHarmony({ engine }), tracingDisabled: true })
 * const { finalOutput } = await runner.run(new Agent({ name: 'Greeter', model: 'gpt-oss-20b' }), 'Hi')
 * console.log(finalOutput) // 'Hello!'
 * ```
 */
export function createHarmony(settings: HarmonySettings): HarmonyProvider {
  checkEngine(settings, 'createHarmony')
  const encoding = settings.encoding ?? loadHarmonyEncoding('HarmonyGptOss')
  return { getModel: (modelName = 'gpt-oss') => new HarmonyModel(encoding, modelName, settings) }
}
