import { generationSettingsOf, type UncheckedObject } from '../openai/index.js'
import type { ToolEndEvent } from '../generate/index.js'
import {
  type CallResult,
  type GenerationEnd,
  piecesOfRequest,
  renderResponsesRequest,
  type ResponseEvent,
  type ResponsesConversation,
  type ResponsesStream,
} from '../responses/index.js'
import { transcriptOfPieces } from '../transcript/index.js'
import { toolCallsOf } from '../turn/index.js'
import type { AnswerContext } from './context.js'
import type { AnswerTools } from './hosted-tools.js'
import { startRun } from './start-run.js'

/** Takes events in order. A promise is to be awaited: the client reads slower than they come. */
export type EmitEvents = (events: readonly ResponseEvent[]) => Promise<void> | undefined

/**
 * Samples a response to its end, hosted calls in between.
 *
 * @throws what the engine throws, or the signal's reason; the stream is then still open
 */
export async function runResponse(
  request: ResponsesConversation,
  stream: ResponsesStream,
  { toolSet }: AnswerTools,
  context: AnswerContext,
  emit: EmitEvents,
): Promise<void> {
  const { encoding, signal, record } = context
  const transcript = transcriptOfPieces(encoding, piecesOfRequest(encoding, request))
  await emit(stream.start())

  // Approved calls run first: what the model samples follows their results.
  for (const [index, { itemId }] of stream.waitingCalls.entries()) {
    const { recipient, arguments: content } = request.approvedCalls[index]
    const [call] = toolCallsOf([{ role: 'assistant', channel: 'commentary', recipient, content }])
    if (toolSet === undefined) break
    const output = await toolSet.run(call, { signal })
    const message = toolSet.message(call, output)
    transcript.append(message)
    await emit(stream.finishCall(itemId, resultOf({ output, message })))
  }

  const opening = renderResponsesRequest(encoding, request).slice(transcript.prefill().tokens.length)
  const { maxTokens, sampling } = generationSettingsOf(request.samplingParams)
  const { max_tool_calls: maxToolCalls } = request.echo
  const run = startRun(context, {
    transcript,
    opening,
    toolSet,
    responseFormat: request.responseFormat,
    hasTools: Object.keys(request.callTargets.tools).length > 0,
    sampling,
    maxTokens,
    maxToolCalls: maxToolCalls ?? undefined,
  })
  let promptTokens = 0
  let end: GenerationEnd = {}
  let isEnded = true
  /** The items of the calls that run, by the call's index in the run. */
  const itemOfCall = new Map<number, string>()
  const endGeneration = async () => {
    if (isEnded) return
    isEnded = true
    await emit(stream.endGeneration(end))
  }
  for await (const events of run.batches) {
    for (const event of events) {
      record.read(event)
      switch (event.type) {
        case 'generation-start':
          await endGeneration()
          promptTokens = event.prefill.length
          break
        case 'tokens-delta': {
          const pushed = emit(stream.push(event.tokens, event.logprobs))
          if (pushed !== undefined) await pushed
          break
        }
        case 'generation-end':
          end = { stopped: event.action !== 'length', promptTokens, cachedTokens: event.cachedTokens }
          isEnded = false
          break
        case 'tool-start': {
          await endGeneration()
          const taken = new Set(itemOfCall.values())
          const item = stream.waitingCalls.find(
            ({ itemId, recipient }) => recipient === event.call.recipient && !taken.has(itemId),
          )
          if (item !== undefined) itemOfCall.set(event.callIndex, item.itemId)
          break
        }
        case 'tool-end': {
          const itemId = itemOfCall.get(event.callIndex)
          itemOfCall.delete(event.callIndex)
          if (itemId !== undefined) await emit(stream.finishCall(itemId, resultOf(event)))
          break
        }
        default:
      }
    }
  }
  await emit(stream.end(isEnded ? {} : end))
}

/** What a call's item shows of its result. */
function resultOf({ output, message }: Pick<ToolEndEvent, 'output' | 'message'>): CallResult {
  const { text, isError, value } = output
  const action = typeof value === 'object' && value !== null ? (value as UncheckedObject) : {}
  const sources = action['sources']
  return {
    message,
    ...(isError ? { error: text } : { output: text }),
    ...(typeof action['url'] === 'string' && { url: action['url'] }),
    ...(Array.isArray(sources) && {
      sources: sources.map((source: unknown) =>
        typeof source === 'string' ? source : String((source as UncheckedObject | null)?.['url']),
      ),
    }),
  }
}
