import type { Model, ModelRequest, ModelResponse, StreamEvent } from '@openai/agents'
import type { HarmonyEncoding } from '../encoding.js'
import { HarmonyError } from '../errors.js'
import { runTurn } from '../generate/index.js'
import { createGrammar } from '../grammar/index.js'
import { describedNamespaces, generationSettingsOf } from '../openai/index.js'
import {
  createResponsesStream,
  fromResponsesRequest,
  piecesOfRequest,
  renderResponsesRequest,
  type ResponseEvent,
  type ResponseObject,
  type ResponseUsage,
  type ResponsesConversation,
} from '../responses/index.js'
import { transcriptOfPieces } from '../transcript/index.js'
import { toOutputItem } from './output-items.js'
import type { HarmonySettings } from './provider.js'
import { toResponsesRequest } from './request-body.js'
import { ModelUsage } from './usage.js'

/** A model of the Agents SDK. It samples one answer a call; tools and handoffs are run by the SDK's runner. */
export class HarmonyModel implements Model {
  readonly #encoding: HarmonyEncoding
  readonly #name: string
  readonly #settings: HarmonySettings

  constructor(encoding: HarmonyEncoding, name: string, settings: HarmonySettings) {
    this.#encoding = encoding
    this.#name = name
    this.#settings = settings
  }

  async getResponse(request: ModelRequest): Promise<ModelResponse> {
    let done: ResponseObject | undefined
    for await (const event of this.#respond(request))
      if (event.type === 'response.completed') done = event.response
    const { id, output, usage } = done!
    return {
      usage: new ModelUsage(usage!),
      output: output.map(toOutputItem),
      responseId: id,
      ...rawUsageOf(request, usage),
    }
  }

  async *getStreamedResponse(request: ModelRequest): AsyncGenerator<StreamEvent, void, undefined> {
    for await (const event of this.#respond(request)) {
      if (event.type === 'response.created') yield { type: 'response_started', providerData: { ...event } }
      else if (event.type === 'response.output_text.delta') {
        const { delta, ...providerData } = event
        yield { type: 'output_text_delta', delta, itemId: event.item_id, providerData }
      } else if (event.type === 'response.completed') {
        const { id, output, usage } = event.response
        const response = { id, output: output.map(toOutputItem), usage: { ...new ModelUsage(usage!) } }
        yield { type: 'response_done', response: { ...response, ...rawUsageOf(request, usage) } }
      }
      yield { type: 'model', event }
    }
  }

  /**
   * Samples an answer. The last event is `response.completed`.
   *
   * @throws HarmonyError as `fromResponsesRequest`; `unexpected-end` for an answer that was cut off
   */
  async *#respond(request: ModelRequest): AsyncGenerator<ResponseEvent, void, undefined> {
    const encoding = this.#encoding
    const { engine, createId, reasoningEffort, conversationStartDate } = this.#settings
    const read = fromResponsesRequest(
      { ...toResponsesRequest(request), model: this.#name },
      { encoding, reasoningEffort, conversationStartDate, hostedTools: [] },
    )
    const grammar = this.#settings.grammar === true ? grammarOf(read) : undefined
    // A grammar describes whole turns, and forces the call by itself.
    const { forcedCall, ...unforced } = read
    const asked = grammar === undefined ? read : unforced

    const transcript = transcriptOfPieces(encoding, piecesOfRequest(encoding, asked))
    const opening = renderResponsesRequest(encoding, asked).slice(transcript.prefill().tokens.length)
    const { maxTokens, sampling } = generationSettingsOf(asked.samplingParams)
    const stream = createResponsesStream(encoding, { request: asked, createId, sealsTokens: true })
    yield* stream.start()
    let promptTokens = 0
    const limits = { maxTokens, maxGenerations: 1 }
    const { signal } = request
    for await (const event of runTurn({ engine, transcript, opening, grammar, sampling, limits, signal })) {
      if (event.type === 'generation-start') promptTokens = event.prefill.length
      else if (event.type === 'tokens-delta') yield* stream.push(event.tokens)
      else if (event.type === 'generation-end') {
        const { action, cachedTokens } = event
        // A cut call must not run, and a cut text is no answer.
        if (action === 'length')
          throw new HarmonyError(
            'unexpected-end',
            'the answer was cut off before its end, wanted more maxTokens, or an engine with a longer context',
          )
        yield* stream.end({ stopped: true, promptTokens, cachedTokens })
      }
    }
  }
}

function rawUsageOf({ modelSettings }: ModelRequest, usage: ResponseUsage | null) {
  return modelSettings.preserveRawUsage === true && { rawUsage: { ...usage } }
}

/** What the answer may be: none where it is free text and no call is demanded. */
function grammarOf({ conversation, forcedCall, responseFormat }: ResponsesConversation) {
  if (forcedCall === undefined && responseFormat.type === 'text') return undefined
  return createGrammar({
    tools: { namespaces: describedNamespaces(conversation.messages) },
    toolChoice: forcedCall?.recipients ?? 'auto',
    format: responseFormat,
  })
}
