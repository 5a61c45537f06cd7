import type { LanguageModelV3CallOptions, SharedV3Warning } from '@ai-sdk/provider'
import { fromChatRequest } from '../chat/index.js'
import type { HarmonyEncoding } from '../encoding.js'
import type { EngineGrammar } from '../engines/index.js'
import { callHeader, createGrammar } from '../grammar/index.js'
import { describedNamespaces, effortOfSetting } from '../openai/index.js'
import type { Transcript } from '../transcript/index.js'
import { buildTranscript, sampledAnswersOf } from './build-transcript.js'
import { toChatMessages } from './read-prompt.js'

export interface ReadCallSettings {
  readonly reasoningEffort?: string | undefined
  /** Whether the engine follows grammars. */
  readonly grammar?: boolean | undefined
  readonly conversationStartDate?: string | undefined
}

/** A call of the AI SDK as an engine takes it. */
export interface ModelCall {
  readonly transcript: Transcript
  readonly opening: readonly number[]
  readonly grammar: EngineGrammar | undefined
  readonly sampling: Readonly<Record<string, unknown>>
  readonly maxTokens: number | undefined
  readonly stopSequences: readonly string[]
  readonly toolNames: Readonly<Record<string, string>>
  readonly warnings: SharedV3Warning[]
}

/** @throws HarmonyError as `fromChatRequest` */
export function readCall(
  encoding: HarmonyEncoding,
  options: LanguageModelV3CallOptions,
  settings: ReadCallSettings,
): ModelCall {
  const { prompt, responseFormat, toolChoice } = options
  const warnings: SharedV3Warning[] = []
  const tools = (options.tools ?? []).flatMap((tool) => {
    if (tool.type === 'function') {
      const { name, description, inputSchema } = tool
      return [
        {
          type: 'function',
          function: { name, ...(description && { description }), parameters: inputSchema },
        },
      ]
    }
    warnings.push({
      type: 'unsupported',
      feature: `tool ${tool.id}`,
      details: 'The engine has no tools of its own.',
    })
    return []
  })
  const answers = sampledAnswersOf(encoding, prompt)
  // From the first message whose tokens are known on, a prompt is a transcript.
  const firstSampled = answers.findIndex((answer) => answer !== undefined)
  const start = firstSampled < 0 ? prompt.length : firstSampled
  const chat = fromChatRequest(
    {
      messages: toChatMessages(prompt.slice(0, start)),
      ...(tools.length > 0 && { tools, tool_choice: chatToolChoice(toolChoice) }),
      reasoning_effort: effortOf(options, settings),
      response_format: chatFormat(responseFormat),
    },
    { dropAnalysis: 'none', conversationStartDate: settings.conversationStartDate },
  )
  const inHarmony = new Map(Object.entries(chat.toolNames).map(([harmony, own]) => [own, harmony]))
  const { forcedCall } = chat
  const isForced = forcedCall !== undefined
  const usesGrammar = settings.grammar === true && (isForced || responseFormat?.type === 'json')
  return {
    transcript: buildTranscript(
      encoding,
      chat.conversation.messages,
      prompt,
      start,
      answers,
      (name) => inHarmony.get(name) ?? name,
    ),
    opening: isForced && !usesGrammar ? callHeader(encoding, forcedCall.recipients, forcedCall) : [],
    grammar: usesGrammar
      ? createGrammar({
          tools: { namespaces: describedNamespaces(chat.conversation.messages) },
          toolChoice: forcedCall?.recipients ?? 'auto',
          format: formatOf(responseFormat),
        })
      : undefined,
    sampling: samplingOf(options),
    maxTokens: options.maxOutputTokens,
    stopSequences: options.stopSequences ?? [],
    toolNames: chat.toolNames,
    warnings,
  }
}

function chatToolChoice(choice: LanguageModelV3CallOptions['toolChoice']): unknown {
  return choice?.type === 'tool'
    ? { type: 'function', function: { name: choice.toolName } }
    : (choice?.type ?? 'auto')
}

function chatFormat(format: LanguageModelV3CallOptions['responseFormat']): unknown {
  if (format?.type !== 'json') return undefined
  const { schema, name = 'answer', description } = format
  if (schema === undefined) return { type: 'json_object' }
  return { type: 'json_schema', json_schema: { name, schema, ...(description && { description }) } }
}

function formatOf(format: LanguageModelV3CallOptions['responseFormat']) {
  if (format?.type !== 'json') return { type: 'text' } as const
  return format.schema === undefined
    ? ({ type: 'json_object' } as const)
    : ({ type: 'json_schema', schema: format.schema } as const)
}

/** `reasoning` is ai 7's option: 6 does not know it. Names of both that gpt-oss does not have are the nearest one. */
function effortOf(options: LanguageModelV3CallOptions, settings: ReadCallSettings): string | undefined {
  const { reasoning, providerOptions } = options as LanguageModelV3CallOptions & {
    readonly reasoning?: string
  }
  const own = providerOptions?.['harmony']?.['reasoningEffort']
  if (typeof own === 'string') return own
  if (reasoning === undefined || reasoning === 'provider-default') return settings.reasoningEffort
  return effortOfSetting(reasoning)
}

function samplingOf(options: LanguageModelV3CallOptions): Readonly<Record<string, unknown>> {
  const named = {
    temperature: options.temperature,
    top_p: options.topP,
    top_k: options.topK,
    presence_penalty: options.presencePenalty,
    frequency_penalty: options.frequencyPenalty,
    seed: options.seed,
  }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
}
