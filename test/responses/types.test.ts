import type OpenAI7 from 'openai'
import type OpenAI6 from 'openai6'
import { expectTypeOf, test } from 'vitest'
import type {
  ResponseEvent,
  ResponseItem,
  ResponseObject,
  ResponsesRequest,
} from '../../src/responses/index.js'

type LifecycleEvent = Extract<ResponseEvent, { readonly response: unknown }>
type SmallEvent = Exclude<ResponseEvent, LifecycleEvent>

test('requests of the OpenAI SDK fit', () => {
  expectTypeOf<OpenAI7.Responses.ResponseCreateParams>().toExtend<ResponsesRequest>()
  expectTypeOf<OpenAI6.Responses.ResponseCreateParams>().toExtend<ResponsesRequest>()
})

test('items and events are those of the OpenAI SDK', () => {
  expectTypeOf<ResponseItem>().toExtend<OpenAI7.Responses.ResponseOutputItem>()
  expectTypeOf<SmallEvent>().toExtend<OpenAI7.Responses.ResponseStreamEvent>()
  // Version 6 takes an MCP call's error for a string, and knows no web search that was cut off.
  type SameInBoth = Exclude<ResponseItem, { readonly type: 'mcp_call' | 'web_search_call' }>
  expectTypeOf<SameInBoth>().toExtend<OpenAI6.Responses.ResponseOutputItem>()
})

test('a response has the fields of the OpenAI SDK, apart from those that the SDK adds', () => {
  type Added = 'output_text' | 'access_programs'
  /** Repeated as the request wrote them. */
  type Echoed = 'tools' | 'tool_choice' | 'text' | 'reasoning' | 'service_tier'
  /** `null` until the response is over, as OpenAI sends it. */
  type Late = 'usage'
  expectTypeOf<Omit<ResponseObject, Echoed | Late>>().toExtend<
    Omit<OpenAI7.Responses.Response, Added | Echoed | Late>
  >()
})
