import { errorResponseOf } from '../../src/openai/index.js'
import {
  createResponsesStream,
  fromResponsesRequest,
  type FromResponsesRequestOptions,
  renderResponsesRequest,
  type ResponseContext,
  type ResponsesRequest,
} from '../../src/responses/index.js'
import { encoding, tokensOf } from './answer.js'

export interface FakeServer {
  readonly fetch: typeof fetch
  /** The prefills so far, decoded. */
  readonly prefills: string[]
}

/** Answers `POST /responses` with the given completions, one after the other, as a client's `fetch` sees it. */
export function fakeServer(
  completions: readonly (string | readonly number[])[],
  options: FromResponsesRequestOptions = {},
  context: Partial<ResponseContext> = {},
): FakeServer {
  const prefills: string[] = []
  const answer = (body: ResponsesRequest): Response => {
    const request = fromResponsesRequest(body, options)
    const prefill = renderResponsesRequest(encoding, request)
    const completion = completions[prefills.length]
    prefills.push(encoding.decode(prefill))
    const tokens = typeof completion === 'string' ? tokensOf(completion) : completion
    const stream = createResponsesStream(encoding, { ...context, request })
    const events = stream.start()
    for (const token of tokens) events.push(...stream.push(token))
    events.push(...stream.end({ promptTokens: prefill.length, cachedTokens: 3 }))
    if (body['stream'] !== true) return Response.json(stream.response)
    const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
    return new Response(text, { headers: { 'content-type': 'text/event-stream' } })
  }
  return {
    prefills,
    fetch: (_, init) => {
      try {
        return Promise.resolve(answer(JSON.parse(init?.body as string) as ResponsesRequest))
      } catch (error) {
        const { status, body } = errorResponseOf(error)
        return Promise.resolve(Response.json(body, { status }))
      }
    },
  }
}
