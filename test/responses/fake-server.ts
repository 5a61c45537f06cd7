import type { Message } from '../../src/message/index.js'
import { errorResponseOf } from '../../src/openai/index.js'
import {
  createResponsesStream,
  fromResponsesRequest,
  type FromResponsesRequestOptions,
  renderResponsesRequest,
  type ResponseContext,
  type ResponseEvent,
  type ResponseObject,
  type ResponsesRequest,
} from '../../src/responses/index.js'
import { encoding, tokensOf } from './answer.js'

export interface FakeServer {
  readonly fetch: typeof fetch
  /** The prefills of the requests so far, decoded. */
  readonly prefills: string[]
}

/**
 * Answers `POST /responses` as a client's `fetch` sees it, with the given completions, one after the other. Hosted
 * calls get `OUTPUT`, and the next completion goes on after it. Background responses can be retrieved once.
 */
export function fakeServer(
  completions: readonly (string | readonly number[])[],
  options: FromResponsesRequestOptions = {},
  context: Partial<ResponseContext> = {},
): FakeServer {
  const prefills: string[] = []
  const rest = [...completions]
  const kept = new Map<string, ResponseObject>()

  const answer = (body: ResponsesRequest): Response => {
    const request = fromResponsesRequest(body, options)
    const prefill = renderResponsesRequest(encoding, request)
    prefills.push(encoding.decode(prefill))
    const stream = createResponsesStream(encoding, { ...context, request })
    const queued = stream.response
    const events: ResponseEvent[] = stream.start()
    for (;;) {
      const completion = rest.shift() ?? []
      for (const token of typeof completion === 'string' ? tokensOf(completion) : completion)
        events.push(...stream.push(token))
      events.push(...stream.endGeneration({ promptTokens: prefill.length, cachedTokens: 3 }))
      if (stream.waitingCalls.length === 0 || rest.length === 0) break
      for (const { itemId, recipient } of stream.waitingCalls)
        events.push(...stream.finishCall(itemId, { output: OUTPUT, message: answerOf(recipient) }))
    }
    events.push(...stream.end())
    if (body.background === true) {
      kept.set(queued.id, stream.response)
      return Response.json(queued)
    }
    if (body.stream !== true) return Response.json(stream.response)
    const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
    return new Response(text, { headers: { 'content-type': 'text/event-stream' } })
  }

  return {
    prefills,
    fetch: (url, init) => {
      try {
        const id = /\/responses\/(\w+)/.exec(String(url))?.[1]
        if (id !== undefined) return Promise.resolve(Response.json(kept.get(id)))
        return Promise.resolve(answer(JSON.parse(init?.body as string) as ResponsesRequest))
      } catch (error) {
        const { status, body } = errorResponseOf(error)
        return Promise.resolve(Response.json(body, { status }))
      }
    },
  }
}

export const OUTPUT = 'It rains.'

function answerOf(recipient: string): Message {
  return { role: 'tool', name: recipient, recipient: 'assistant', channel: 'commentary', content: OUTPUT }
}
