import { browserTool, pythonTool, type ToolNamespaceConfig } from '../message/index.js'
import {
  checkedList,
  checkedObject,
  checkFields,
  type HarmonyEffort,
  invalidRequest,
  readReasoningEffort,
  TEMPLATE_KWARGS,
  type UncheckedObject,
  unsupportedContent,
} from '../openai/index.js'

/** What a request says about its system message. */
export interface SystemSettings {
  readonly reasoningEffort?: HarmonyEffort
  readonly modelIdentity?: string
  readonly builtinTools?: readonly ToolNamespaceConfig[]
}

/**
 * Reads `reasoning_effort`, OpenRouter's `reasoning: {effort}` and the `chat_template_kwargs` of vLLM and the
 * Hugging Face template.
 *
 * @throws HarmonyError `invalid-request`, `unknown-field`, also for efforts that contradict each other
 */
export function readSystemSettings(body: UncheckedObject): SystemSettings {
  const kwargs = optionalObject(body, 'chat_template_kwargs')
  checkFields(kwargs, 'chat_template_kwargs', TEMPLATE_KWARGS)
  const reasoning = optionalObject(body, 'reasoning')
  checkFields(reasoning, 'reasoning', REASONING_FIELDS)

  let reasoningEffort: HarmonyEffort | undefined
  const takeEffort = (value: unknown, path: string) => {
    const effort = readReasoningEffort(value, path)
    if (effort !== undefined && reasoningEffort !== undefined && effort !== reasoningEffort)
      throw invalidRequest(path, value, `the effort that the request names elsewhere, ${reasoningEffort}`)
    reasoningEffort ??= effort
  }
  takeEffort(body['reasoning_effort'], 'reasoning_effort')
  takeEffort(reasoning['effort'], 'reasoning.effort')
  takeEffort(kwargs['reasoning_effort'], 'chat_template_kwargs.reasoning_effort')

  const { model_identity: identity, builtin_tools: names } = kwargs
  if (identity != null && typeof identity !== 'string')
    throw invalidRequest('chat_template_kwargs.model_identity', identity, 'a string')
  return {
    ...(reasoningEffort !== undefined && { reasoningEffort }),
    ...(identity != null && { modelIdentity: identity }),
    ...(names != null && { builtinTools: readBuiltinTools(names, 'chat_template_kwargs.builtin_tools') }),
  }
}

const REASONING_FIELDS = {
  understood: ['effort', 'exclude', 'enabled'],
  ignored: ['summary', 'generate_summary'],
  refused: { max_tokens: 'effort instead: gpt-oss takes no budget for its reasoning' },
}

function optionalObject(body: UncheckedObject, key: string): UncheckedObject {
  return body[key] == null ? EMPTY : checkedObject(body[key], key)
}

const EMPTY: UncheckedObject = {}

function readBuiltinTools(names: unknown, path: string): readonly ToolNamespaceConfig[] {
  return checkedList(names, path).map((name, index) => {
    if (name === 'browser') return browserTool()
    if (name === 'python') return pythonTool()
    throw invalidRequest(`${path}[${index}]`, name, '"browser" or "python"')
  })
}

/** What a request says about its answer. */
export interface AnswerSettings {
  /** The model's name, repeated in the answer. */
  readonly model?: string
  readonly isStream: boolean
  /** Whether a last chunk tells the usage. */
  readonly includeUsage: boolean
  readonly includeReasoning: boolean
  /** Whether the answer may have more than one call. */
  readonly allowsParallelCalls: boolean
}

/** @throws HarmonyError `invalid-request`, `unsupported-content` */
export function readAnswerSettings(body: UncheckedObject): AnswerSettings {
  const { model } = body
  if (model != null && typeof model !== 'string') throw invalidRequest('model', model, 'a string')
  checkModalities(body['modalities'])
  const streamOptions = optionalObject(body, 'stream_options')
  checkFields(streamOptions, 'stream_options', STREAM_FIELDS)
  const reasoning = optionalObject(body, 'reasoning')
  const isEnabled = flag(reasoning['enabled'], 'reasoning.enabled', true)
  if (!isEnabled)
    throw invalidRequest('reasoning.enabled', false, 'true: gpt-oss always reasons; exclude leaves it out')
  const isExcluded = flag(reasoning['exclude'], 'reasoning.exclude', false)
  return {
    isStream: flag(body['stream'], 'stream', false),
    includeUsage: flag(streamOptions['include_usage'], 'stream_options.include_usage', false),
    includeReasoning: flag(body['include_reasoning'], 'include_reasoning', true) && !isExcluded,
    allowsParallelCalls: flag(body['parallel_tool_calls'], 'parallel_tool_calls', true),
    ...(model != null && { model }),
  }
}

const STREAM_FIELDS = {
  understood: ['include_usage'],
  ignored: ['include_obfuscation', 'continuous_usage_stats'],
}

/** Reads a switch. @throws HarmonyError `invalid-request` */
export function flag(value: unknown, path: string, byDefault: boolean): boolean {
  if (value == null) return byDefault
  if (typeof value !== 'boolean') throw invalidRequest(path, value, 'true or false')
  return value
}

function checkModalities(modalities: unknown): void {
  if (modalities == null) return
  checkedList(modalities, 'modalities').forEach((modality, index) => {
    if (modality !== 'text')
      throw unsupportedContent(`modalities[${index}]`, modality, 'gpt-oss gives text alone')
  })
}
