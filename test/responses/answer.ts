import { loadHarmonyEncoding } from '../../src/encoding.js'
import { numberedIds } from '../../src/openai/index.js'
import {
  createResponsesStream,
  fromResponsesRequest,
  type FromResponsesRequestOptions,
  type GenerationEnd,
  type ResponseContext,
  type ResponseEvent,
  type ResponsesRequest,
  type ResponsesStream,
} from '../../src/responses/index.js'

export const encoding = loadHarmonyEncoding('HarmonyGptOss')

/** The ids of a completion with its markers written out. */
export function tokensOf(text: string): number[] {
  return encoding.encode(text, { allowedSpecial: 'all' })
}

export const REASONING = '<|channel|>analysis<|message|>Think.<|end|>'
export const NEXT = '<|start|>assistant'
export const ANSWER = '<|channel|>final<|message|>Hello, world!<|return|>'
export const WEATHER_CALL =
  '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Tōkyō"}<|call|>'

export const WEATHER = {
  type: 'function',
  name: 'get_weather',
  description: 'Gets the weather.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
} as const

export interface Scenario {
  readonly body?: ResponsesRequest
  readonly options?: FromResponsesRequestOptions
  readonly context?: Omit<ResponseContext, 'request'>
  /** How many tokens are pushed at once. */
  readonly chunk?: number
  readonly end?: GenerationEnd
}

export function streamFor({ body = {}, options, context }: Scenario): ResponsesStream {
  return createResponsesStream(encoding, {
    request: fromResponsesRequest({ input: 'Hi', model: 'gpt-oss-20b', ...body }, options),
    createId: numberedIds(),
    now: () => 1_764_000_000_000,
    ...context,
  })
}

/** The events of a completion. */
export function eventsOf(completion: string | readonly number[], scenario: Scenario = {}): ResponseEvent[] {
  const tokens = typeof completion === 'string' ? tokensOf(completion) : completion
  const stream = streamFor(scenario)
  const events = stream.start()
  const { chunk = 1 } = scenario
  for (let i = 0; i < tokens.length; i += chunk) events.push(...stream.push(tokens.slice(i, i + chunk)))
  events.push(...stream.end(scenario.end))
  return events
}

export type EventOf<Type extends ResponseEvent['type']> = Extract<ResponseEvent, { readonly type: Type }>

/** The events of one type. */
export function only<Type extends ResponseEvent['type']>(
  events: readonly ResponseEvent[],
  type: Type,
): EventOf<Type>[] {
  return events.filter((event): event is EventOf<Type> => event.type === type)
}
