import { loadHarmonyEncoding } from '../encoding.js'
import { checkEngine } from '../engines/index.js'
import { randomId } from '../openai/index.js'
import { Admission, readJson } from './admission.js'
import { ApiError, clientGone, describeError, errorReply, notFound } from './api-error.js'
import { answerChat } from './chat.js'
import { answerCompletions } from './completions.js'
import { type AnswerContext, AnswerRecord, type GatewayOptions } from './context.js'
import { ResponsesApi, timedOut } from './responses.js'
import { memoryStore } from './store.js'

/** OpenAI's API over an engine, as a function of fetch's types. */
export interface Gateway {
  (request: Request): Promise<Response>
  /**
   * Takes no more requests, and resolves when the answers that are being made have ended.
   *
   * @param graceMs after so many milliseconds, those that are left are aborted; 10 seconds by default
   */
  close(graceMs?: number): Promise<void>
}

/**
 * Creates a gateway: Chat Completions, Responses, Completions and Models over an engine that takes and gives token
 * ids. It runs wherever fetch's types are: Node, Bun, Deno, Workers.
 *
 * Source: docs/serving.md says what each route does.
 *
 * @example
 * ```ts
 * import { replayEngine } from 'gpt-oss-harmony/engines'
 * import { createGateway } from 'gpt-oss-harmony/gateway'
 *
 * const gateway = createGateway({
 *   engine: replayEngine([{ text: '<|channel|>final<|message|>Hello!<|return|>' }]),
 * })
 * const response = await gateway(
 *   new Request('http://localhost/v1/chat/completions', {
 *     method: 'POST',
 *     body: JSON.stringify({ model: 'gpt-oss-20b', messages: [{ role: 'user', content: 'Hi' }] }),
 *   }),
 * )
 * const { choices } = (await response.json()) as { choices: { message: { content: string } }[] }
 * console.log(choices[0]?.message.content) // 'Hello!'
 * ```
 */
export function createGateway(options: GatewayOptions): Gateway {
  checkEngine(options, 'createGateway')
  const encoding = loadHarmonyEncoding('HarmonyGptOss')
  const { limits = {}, metrics, store = memoryStore() } = options
  const { bodyBytes = 10 * 1024 * 1024, concurrency = 256, timeoutMs = 600_000 } = limits
  const admission = new Admission(concurrency)
  const responses = new ResponsesApi(store ?? undefined)
  const running = new Set<AbortController>()

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url)
    const requestId = request.headers.get('x-request-id') ?? randomId('req_')
    const { route, handle, isAnswer } = routeOf(request.method, url)
    const record = new AnswerRecord(route, metrics)
    const controller = new AbortController()
    const held: Promise<unknown>[] = []
    let isDetached = false
    const onGone = () => {
      if (!isDetached) controller.abort(clientGone())
    }
    request.signal.addEventListener('abort', onGone)
    const timer = setTimeout(() => controller.abort(timedOut(timeoutMs)), timeoutMs)
    running.add(controller)
    let leave: (() => void) | undefined

    const finish = (status: number) => {
      clearTimeout(timer)
      running.delete(controller)
      request.signal.removeEventListener('abort', onGone)
      if (leave !== undefined) metrics?.active(-1)
      leave?.()
      record.end(status)
      const { promptTokens, cachedTokens, completionTokens, deviations, error, seconds } = record
      options.onLog?.({
        requestId,
        method: request.method,
        path: url.pathname,
        status,
        milliseconds: Math.round(seconds * 1000),
        ...(error !== undefined && { error }),
        promptTokens,
        cachedTokens,
        completionTokens,
        deviations,
      })
    }

    let response: Response
    try {
      checkKey(request, route)
      if (isAnswer) {
        leave = admission.enter()
        metrics?.active(1)
      }
      const context: AnswerContext = {
        options,
        encoding,
        store: store ?? undefined,
        signal: controller.signal,
        abort: (reason) => controller.abort(reason),
        hold: (promise) => held.push(promise),
        detach: () => (isDetached = true),
        record,
      }
      response = await handle(request, context)
    } catch (error) {
      const cause: unknown = controller.signal.aborted ? controller.signal.reason : error
      record.error = describeError(cause).body.error.message
      response = errorReply(cause)
    }
    const { status } = response
    if (held.length === 0) finish(status)
    else void Promise.allSettled(held).then(() => finish(status))
    response.headers.set('x-request-id', requestId)
    return response
  }

  function routeOf(method: string, { pathname, searchParams }: URL): Route {
    const path = pathname.replace(/^\/v1(?=\/)/, '').replace(/(?<=.)\/$/, '')
    const [, responseId, action] = /^\/responses\/([^/]+)(?:\/([a-z_]+))?$/.exec(path) ?? []
    switch (`${method} ${path}`) {
      case 'GET /health':
        return simple('/health', () => Response.json({ status: 'ok', active: admission.active }))
      case 'GET /metrics':
        return simple('/metrics', metricsReply)
      case 'GET /models':
        return simple('/v1/models', () =>
          Response.json({ object: 'list', data: models().map(describeModel) }),
        )
      case 'POST /chat/completions':
        return answering('/v1/chat/completions', answerChat)
      case 'POST /completions':
        return answering('/v1/completions', answerCompletions)
      case 'POST /responses':
        return answering('/v1/responses', (body, context) => responses.create(body, context))
      case 'POST /responses/input_tokens':
        return answering('/v1/responses/input_tokens', (body, context) =>
          responses.inputTokens(body, context),
        )
      case `GET /responses/${responseId}`:
        return simple('/v1/responses/{id}', (context) =>
          responses.retrieve(responseId, searchParams, context),
        )
      case `DELETE /responses/${responseId}`:
        return simple('/v1/responses/{id}', () => responses.delete(responseId))
      case `POST /responses/${responseId}/${action}`:
        if (action !== 'cancel') break
        return simple('/v1/responses/{id}/cancel', () => responses.cancel(responseId))
      case `GET /responses/${responseId}/${action}`:
        if (action !== 'input_items') break
        return simple('/v1/responses/{id}/input_items', () => responses.inputItems(responseId, searchParams))
      default:
    }
    const model = method === 'GET' ? /^\/models\/(.+)$/.exec(path)?.[1] : undefined
    if (model !== undefined)
      return simple('/v1/models/{id}', () =>
        Response.json(describeModel(knownModel(decodeURIComponent(model)))),
      )
    return simple('unknown', () => {
      throw notFound(`There is no ${method} ${pathname}.`)
    })
  }

  function simple(route: string, reply: (context: AnswerContext) => Response | Promise<Response>): Route {
    return { route, isAnswer: false, handle: async (_request, context) => reply(context) }
  }

  function answering(
    route: string,
    reply: (body: Record<string, unknown>, context: AnswerContext) => Promise<Response>,
  ): Route {
    return {
      route,
      isAnswer: true,
      async handle(request, context) {
        const body = await readJson(request, bodyBytes)
        if (typeof body['model'] === 'string') knownModel(body['model'])
        return reply(body, context)
      },
    }
  }

  function models(): readonly string[] {
    return options.models ?? ['gpt-oss']
  }

  function knownModel(name: string): string {
    if (options.models === undefined || options.models.includes(name)) return name
    throw new ApiError({
      type: 'not_found_error',
      message: `The model '${name}' does not exist; there is ${options.models.join(', ')}.`,
      param: 'model',
      code: 'model_not_found',
    })
  }

  async function metricsReply(): Promise<Response> {
    if (metrics === undefined) throw notFound('No metrics are kept: install prom-client.')
    return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } })
  }

  function checkKey(request: Request, route: string): void {
    const { apiKeys } = options
    if (apiKeys === undefined || route === '/health') return
    const key = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
    if (key !== undefined && apiKeys.filter((known) => isSame(known, key)).length > 0) return
    throw new ApiError({
      type: 'authentication_error',
      message:
        key === undefined ? 'No API key was sent: authorization: Bearer KEY.' : 'The API key is wrong.',
      code: 'invalid_api_key',
    })
  }

  return Object.assign(answer, {
    async close(graceMs = 10_000) {
      const timer = setTimeout(() => {
        responses.close()
        for (const controller of running) controller.abort(new Error('the server is shutting down'))
      }, graceMs)
      await admission.close()
      clearTimeout(timer)
      await store?.close?.()
    },
  })
}

interface Route {
  /** Its name in metrics. */
  readonly route: string
  /** Whether it needs a place among the answers that are made at the same time. */
  readonly isAnswer: boolean
  readonly handle: (request: Request, context: AnswerContext) => Promise<Response>
}

function describeModel(id: string): object {
  return { id, object: 'model', created: 0, owned_by: 'openai' }
}

/** Compares in a time that does not say where two keys differ. */
function isSame(known: string, given: string): boolean {
  let difference = known.length ^ given.length
  for (let i = 0; i < given.length; i++)
    difference |= given.charCodeAt(i) ^ known.charCodeAt(i % known.length)
  return difference === 0
}
