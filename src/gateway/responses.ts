import { HarmonyError } from '../errors.js'
import { browserTool, type ToolNamespaceConfig } from '../message/index.js'
import { checkedList, randomId, type UncheckedObject } from '../openai/index.js'
import {
  createResponsesStream,
  fromResponsesRequest,
  renderResponsesRequest,
  type ResponseEvent,
  type ResponsesConversation,
  type ResponsesStream,
} from '../responses/index.js'
import { createToolSet } from '../tools/index.js'
import { ApiError, badRequest, describeError, notFound } from './api-error.js'
import type { AnswerContext } from './context.js'
import { eventStream } from './event-stream.js'
import { type AnswerTools, listedMcpServers, responsesTools } from './hosted-tools.js'
import { LiveResponse } from './live-response.js'
import { type EmitEvents, runResponse } from './response-run.js'
import type { ResponseStore, StoredResponse } from './store.js'

/** The routes under `/v1/responses`. */
export class ResponsesApi {
  readonly #store: ResponseStore | undefined
  /** The responses that this process makes in the background. */
  readonly #live = new Map<string, LiveResponse>()

  constructor(store: ResponseStore | undefined) {
    this.#store = store
  }

  /** `POST /v1/responses` */
  async create(body: Record<string, unknown>, context: AnswerContext): Promise<Response> {
    const request = await this.#read(body, context)
    const tools = responsesTools(context.options.tools ?? {}, request.callTargets)
    const stream = createResponsesStream(context.encoding, {
      request,
      id: randomId('resp_'),
      pageOf: tools.pageOf,
      // Kept tokens make the prefill after previous_response_id exact.
      sealsTokens: request.sealsTokens || request.echo.store,
      onDeviation: (deviation) => context.record.countDeviation(deviation),
    })
    if (request.echo.background) return this.#inBackground(body, request, stream, tools, context)

    if (body['stream'] !== true) {
      await runResponse(request, stream, tools, context, () => undefined)
      await this.#keep(request, stream)
      return Response.json(visible(stream.response, request))
    }
    return eventStream({
      onGone: context.abort,
      hold: context.hold,
      produce: async (send) => {
        const emit: EmitEvents = (events) => send(textOf(events, request))
        try {
          await runResponse(request, stream, tools, context, emit)
        } catch (error) {
          await emit(stream.fail(failureOf(error, context)))
        }
        if (!context.signal.aborted) await this.#keep(request, stream)
      },
    })
  }

  /** `GET /v1/responses/{id}` */
  async retrieve(id: string, query: URLSearchParams, context: AnswerContext): Promise<Response> {
    const stored = await this.#stored(id)
    if (query.get('stream') !== 'true') return Response.json(withoutSeals(stored.response))
    const startingAfter = Number(query.get('starting_after') ?? -1)
    if (!Number.isInteger(startingAfter))
      throw badRequest('starting_after is no whole number.', 'starting_after')
    const live = this.#live.get(id)
    if (live === undefined && !stored.response.background)
      throw badRequest('Only a response that was made in the background can be streamed again.', 'stream')
    return eventStream({
      onGone: context.abort,
      hold: context.hold,
      async produce(send) {
        const events = live?.follow(startingAfter) ?? keptEvents(stored, startingAfter)
        for await (const event of events) {
          if (context.signal.aborted) return
          await send(textOf([event]))
        }
      },
    })
  }

  /** `DELETE /v1/responses/{id}` */
  async delete(id: string): Promise<Response> {
    await this.#stored(id)
    const live = this.#live.get(id)
    live?.cancel()
    await live?.ended()
    await this.#store?.delete(id)
    return Response.json({ id, object: 'response', deleted: true })
  }

  /** `POST /v1/responses/{id}/cancel` */
  async cancel(id: string): Promise<Response> {
    const { response } = await this.#stored(id)
    if (!response.background)
      throw badRequest('Only a response that is made in the background can be cancelled.')
    const live = this.#live.get(id)
    if (response.status === 'cancelled') return Response.json(withoutSeals(response))
    if (live === undefined)
      throw badRequest(`The response cannot be cancelled: its status is ${response.status}.`)
    live.cancel()
    await live.ended()
    return Response.json(withoutSeals((await this.#stored(id)).response))
  }

  /** `GET /v1/responses/{id}/input_items` */
  async inputItems(id: string, query: URLSearchParams): Promise<Response> {
    const { inputItems } = await this.#stored(id)
    const limit = Number(query.get('limit') ?? 20)
    if (!Number.isInteger(limit) || limit < 1 || limit > 100)
      throw badRequest('limit is no whole number from 1 to 100.', 'limit')
    const items = inputItems.map((item, index) => ({
      id: `item_${id.slice(-8)}_${index}`,
      ...(item as object),
    }))
    if (query.get('order') !== 'asc') items.reverse()
    const after = query.get('after')
    const start = after === null ? 0 : items.findIndex((item) => item.id === after) + 1
    const data = items.slice(start, start + limit)
    return Response.json({
      object: 'list',
      data: withoutSeals(data),
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
      has_more: start + limit < items.length,
    })
  }

  /** `POST /v1/responses/input_tokens` */
  async inputTokens(body: Record<string, unknown>, context: AnswerContext): Promise<Response> {
    const request = await this.#read(body, context)
    const count = renderResponsesRequest(context.encoding, request).length
    return Response.json({ object: 'response.input_tokens', input_tokens: count })
  }

  /** Cancels what is made in the background. */
  close(): void {
    for (const live of this.#live.values()) live.cancel()
  }

  async #read(
    body: Record<string, unknown>,
    { options, encoding }: AnswerContext,
  ): Promise<ResponsesConversation> {
    const { tools = {}, logprobs } = options
    const store = this.#store
    const previousId = body['previous_response_id']
    const previous = typeof previousId === 'string' ? await store?.get(previousId) : undefined
    const referenced = store === undefined ? undefined : await referencedItems(body['input'], store)
    return fromResponsesRequest(body, {
      ...options.responses,
      encoding,
      hostedTools: hostedTools(tools),
      mcpServers: listedMcpServers(tools),
      logprobs,
      ...(store !== undefined && {
        previousItems: () => previous && [...previous.inputItems, ...previous.response.output],
        referencedItem: (itemId: string) => referenced?.get(itemId),
      }),
    })
  }

  async #inBackground(
    body: Record<string, unknown>,
    request: ResponsesConversation,
    stream: ResponsesStream,
    tools: AnswerTools,
    context: AnswerContext,
  ): Promise<Response> {
    const { id } = stream.response
    const live = new LiveResponse(stream, request.inputItems, context.abort)
    this.#live.set(id, live)
    context.detach()
    const queued = stream.response
    await this.#keep(request, stream)
    const run = async () => {
      try {
        await runResponse(request, stream, tools, context, (events) => {
          live.add(events)
          return undefined
        })
      } catch (error) {
        if (live.isCancelled) stream.cancel()
        else live.add(stream.fail(failureOf(error, context)))
      }
      try {
        await this.#keep(request, stream, live.events)
      } finally {
        this.#live.delete(id)
        live.end()
      }
    }
    context.hold(run())
    if (body['stream'] !== true) return Response.json(visible(queued, request))
    return eventStream({
      onGone: () => {},
      hold: () => {},
      async produce(send) {
        for await (const event of live.follow(-1)) await send(textOf([event], request))
      },
    })
  }

  async #keep(
    request: ResponsesConversation,
    { response }: ResponsesStream,
    events: readonly ResponseEvent[] = [],
  ): Promise<void> {
    if (!request.echo.store) return
    await this.#store?.set(response.id, { response, inputItems: request.inputItems, events })
  }

  async #stored(id: string): Promise<StoredResponse> {
    const stored = this.#live.get(id)?.stored ?? (await this.#store?.get(id))
    if (stored === undefined) throw notFound(`Response with id '${id}' not found.`)
    return stored
  }
}

/** What the system message says of the tools that the gateway runs. */
function hostedTools({
  browser,
  python,
}: NonNullable<AnswerContext['options']['tools']>): ToolNamespaceConfig[] {
  return [
    ...(browser === undefined ? [] : [browserTool()]),
    ...(python === undefined ? [] : createToolSet([python]).builtins),
  ]
}

async function referencedItems(input: unknown, store: ResponseStore): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>()
  if (typeof input !== 'object' || input === null) return found
  for (const item of checkedList(input, 'input')) {
    const { id, type } = (item ?? {}) as UncheckedObject
    if (typeof id !== 'string' || (type !== 'item_reference' && type != null)) continue
    found.set(id, await store.findItem(id))
  }
  return found
}

function failureOf(error: unknown, { signal, record }: AnswerContext) {
  const cause: unknown = signal.aborted ? signal.reason : error
  const { message } = describeError(cause).body.error
  record.error = message
  const isRefused = cause instanceof HarmonyError && cause.code === 'engine-refused'
  return { code: isRefused ? 'invalid_prompt' : 'server_error', message } as const
}

async function* keptEvents(
  { events, response }: StoredResponse,
  startingAfter: number,
): AsyncGenerator<ResponseEvent> {
  yield* events.filter((event) => event.sequence_number > startingAfter)
  // The server stopped before the response was over: its events went with it, its state did not.
  if (events.length === 0 && response.status === 'failed')
    yield { type: 'response.failed', response, sequence_number: startingAfter + 1 }
}

/** Events as text; tokens that the gateway keeps for itself are left out. */
function textOf(events: readonly ResponseEvent[], request?: ResponsesConversation): string {
  let text = ''
  for (const event of events) {
    const shown = 'response' in event || 'item' in event ? visible(event, request) : event
    text += `event: ${event.type}\ndata: ${JSON.stringify(shown)}\n\n`
  }
  return text
}

function visible<T>(value: T, request: ResponsesConversation | undefined): T {
  return request?.sealsTokens === true ? value : withoutSeals(value)
}

/** The value without the sampled tokens, which the client has not asked for. */
function withoutSeals<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key === 'encrypted_content' ? undefined : inner)),
  ) as T
}

/** The error for an answer that took too long. */
export function timedOut(milliseconds: number): ApiError {
  return new ApiError({
    type: 'server_error',
    status: 504,
    message: `The answer took longer than ${milliseconds} ms.`,
    code: 'timeout',
  })
}
