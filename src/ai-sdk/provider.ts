import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3Content,
  LanguageModelV3FinishReason,
  LanguageModelV3GenerateResult,
  LanguageModelV3StreamPart,
  LanguageModelV3StreamResult,
} from '@ai-sdk/provider'
import { type HarmonyEncoding, loadHarmonyEncoding } from '../encoding.js'
import { checkEngine, type Engine } from '../engines/index.js'
import { runTurn, type TurnResult } from '../generate/index.js'
import { type PageOfCursor, randomId } from '../openai/index.js'
import { parseTokens } from '../parse/index.js'
import { PartWriter } from './part-writer.js'
import { type ModelCall, readCall, type ReadCallSettings } from './read-call.js'

export interface HarmonySettings extends ReadCallSettings {
  /** What samples: a client of `gpt-oss-harmony/engines`, or one's own. */
  readonly engine: Engine
  readonly encoding?: HarmonyEncoding | undefined
  /** `low`, `medium` or `high`, for calls that name none. Default `medium`. */
  readonly reasoningEffort?: string | undefined
  /** Whether the engine follows grammars: forced calls then keep their reasoning, and JSON always fits its schema. Default `false`. */
  readonly grammar?: boolean | undefined
  /** The date that the system message names, such as `2026-11-25`. Default: none. */
  readonly conversationStartDate?: string | undefined
  /**
   * The pages that citations such as `【1†L3】` name: `createBrowser().pageOf`, if the model's tools run on a browser of
   * `gpt-oss-harmony/tools`. Each page that the text cites becomes a source.
   */
  readonly pageOf?: PageOfCursor | undefined
  /** Makes the ids of parts, calls and responses. Default: random ones. */
  readonly createId?: ((prefix: string) => string) | undefined
}

/** Makes models by name. The name is only reported: the engine knows what it runs. */
export interface HarmonyProvider {
  (modelId: string): LanguageModelV3
  languageModel(modelId: string): LanguageModelV3
}

/**
 * Creates a provider of the Vercel AI SDK (ai 6 and 7) over an engine that takes and samples tokens. The parts of an answer carry
 * the tokens sampled for them as provider metadata, so that the prompt of the next step begins with exactly what
 * the engine has seen.
 *
 * @example
 * ```ts
 * import { createHarmony } from 'gpt-oss-harmony/ai-sdk'
 * import { replayEngine } from 'gpt-oss-harmony/engines'
 *
 * const harmony = createHarmony({ engine: replayEngine([{ text: '<|channel|>final<|message|>Hello!<|return|>' }]) })
 * const model = harmony('gpt-oss-120b')
 * // With the SDK: const { text } = await generateText({ model, prompt: 'Hi' })
 * const { content } = await model.doGenerate({ prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] })
 * console.log(content[0]?.type === 'text' && content[0].text) // 'Hello!'
 * ```
 */
export function createHarmony(settings: HarmonySettings): HarmonyProvider {
  checkEngine(settings, 'createHarmony')
  const encoding = settings.encoding ?? loadHarmonyEncoding('HarmonyGptOss')
  const languageModel = (modelId: string): LanguageModelV3 => ({
    specificationVersion: 'v3',
    provider: 'harmony',
    modelId,
    supportedUrls: {},
    doStream: (options) => stream(encoding, modelId, options, settings),
    async doGenerate(options) {
      return collected(await stream(encoding, modelId, options, settings))
    },
  })
  return Object.assign(languageModel, { languageModel })
}

async function stream(
  encoding: HarmonyEncoding,
  modelId: string,
  options: LanguageModelV3CallOptions,
  settings: HarmonySettings,
): Promise<LanguageModelV3StreamResult> {
  const call = readCall(encoding, options, settings)
  const parts = partsOf(call, modelId, options.abortSignal, settings)
  // What fails before the engine has sampled anything fails the call, and not the stream.
  const first = await parts.next()
  return {
    stream: new ReadableStream<LanguageModelV3StreamPart>({
      start(controller) {
        if (!first.done) controller.enqueue(first.value)
      },
      async pull(controller) {
        try {
          const { done, value } = await parts.next()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          controller.enqueue({ type: 'error', error })
          controller.close()
        }
      },
      async cancel() {
        await parts.return(undefined)
      },
    }),
  }
}

async function* partsOf(
  { transcript, opening, grammar, sampling, maxTokens, stopSequences, toolNames, warnings }: ModelCall,
  modelId: string,
  signal: AbortSignal | undefined,
  { engine, pageOf, createId = randomId }: HarmonySettings,
): AsyncGenerator<LanguageModelV3StreamPart, undefined, undefined> {
  const parts: LanguageModelV3StreamPart[] = []
  const writer = new PartWriter(
    {
      toolNames,
      stopSequences,
      pageOf,
      createId: () => createId('call_'),
      emit: (part) => parts.push(part),
    },
    opening,
  )
  parts.push({ type: 'stream-start', warnings })
  parts.push({ type: 'response-metadata', id: createId('resp_'), modelId })
  let promptTokens = 0
  const limits = { maxTokens, maxGenerations: 1 }
  for await (const event of runTurn({ engine, transcript, opening, grammar, sampling, limits, signal })) {
    if (event.type === 'generation-start') promptTokens = event.prefill.length
    else if (event.type === 'tokens-delta') writer.sampled(event.tokens)
    else if (event.type === 'message-start') writer.messageStarted(event)
    else if (event.type === 'content-delta') writer.contentRead(event)
    else if (event.type === 'message-end') writer.messageEnded(event)
    else if (event.type === 'generation-end') writer.end()
    else if (event.type === 'run-end')
      parts.push(finishOf(event.result.action, event.result.action, event.result.usage))
    if (writer.isStopped) {
      const { usage } = parseTokens(transcript.encoding, writer.tokens, { prefill: opening }).turn
      parts.push(
        finishOf('return', 'stop-sequence', { promptTokens, cachedTokens: undefined, sampled: usage }),
      )
    }
    yield* parts.splice(0)
    if (writer.isStopped) return
  }
}

interface AnswerUsage {
  readonly promptTokens: number
  readonly cachedTokens: number | undefined
  readonly sampled: { readonly total: number; readonly reasoning: number }
}

function finishOf(
  action: TurnResult['action'],
  raw: string,
  { promptTokens, cachedTokens, sampled }: AnswerUsage,
): Extract<LanguageModelV3StreamPart, { type: 'finish' }> {
  return {
    type: 'finish',
    finishReason: { unified: FINISH_REASONS[action], raw },
    usage: {
      inputTokens: {
        total: promptTokens,
        noCache: cachedTokens === undefined ? undefined : promptTokens - cachedTokens,
        cacheRead: cachedTokens,
        cacheWrite: undefined,
      },
      outputTokens: {
        total: sampled.total,
        text: sampled.total - sampled.reasoning,
        reasoning: sampled.reasoning,
      },
    },
  }
}

const FINISH_REASONS = {
  return: 'stop',
  call: 'tool-calls',
  length: 'length',
  limit: 'tool-calls',
} as const satisfies Record<TurnResult['action'], LanguageModelV3FinishReason['unified']>

/** The whole of a stream as one result. @throws what the stream reports as an error */
async function collected({
  stream: parts,
}: LanguageModelV3StreamResult): Promise<LanguageModelV3GenerateResult> {
  const content: LanguageModelV3Content[] = []
  const texts = new Map<string, string>()
  let result: Omit<LanguageModelV3GenerateResult, 'content'> | undefined
  let warnings: LanguageModelV3GenerateResult['warnings'] = []
  let response: LanguageModelV3GenerateResult['response'] = {}
  const reader = parts.getReader()
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    const part = step.value
    switch (part.type) {
      case 'stream-start':
        warnings = part.warnings
        break
      case 'response-metadata': {
        const { type, ...metadata } = part
        response = metadata
        break
      }
      case 'text-delta':
      case 'reasoning-delta':
        texts.set(part.id, (texts.get(part.id) ?? '') + part.delta)
        break
      case 'text-end':
      case 'reasoning-end': {
        const type = part.type === 'text-end' ? 'text' : 'reasoning'
        const { providerMetadata } = part
        content.push({ type, text: texts.get(part.id) ?? '', ...(providerMetadata && { providerMetadata }) })
        break
      }
      case 'tool-call':
      case 'source':
        content.push(part)
        break
      case 'finish':
        result = { finishReason: part.finishReason, usage: part.usage, response, warnings }
        break
      case 'error':
        throw part.error
      default:
    }
  }
  return { content, ...result! }
}
