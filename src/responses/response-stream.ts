import type { HarmonyEncoding } from '../encoding.js'
import type { TokenLogprobs } from '../engines/index.js'
import type { Message, ParsedMessage } from '../message/index.js'
import { callHeader, type CreateId, describeLogprob, type PageOfCursor, randomId } from '../openai/index.js'
import {
  checkEncoding,
  createParser,
  type Deviation,
  type MessageEndEvent,
  type ParsedTokens,
  type Parser,
  type ParserEvent,
} from '../parse/index.js'
import { type HeaderOrder, openingOf } from '../render/index.js'
import { isHostedTool } from './call-target.js'
import { fromResponsesRequest, type ResponsesConversation } from './from-request.js'
import type { CallResult, MessageEnd, WaitingCall } from './open-item.js'
import { OutputLog } from './output-log.js'
import { messageOfTokens } from './sampled-item.js'
import { ResponseWriter } from './response-writer.js'
import { sealTokens } from './sealed-tokens.js'
import type {
  LifecycleEventType,
  McpListToolsItem,
  McpTool,
  ResponseEvent,
  ResponseFailure,
  ResponseObject,
  ResponseStatus,
  ResponseUsage,
  TokenLogprob,
} from './types.js'

/** What a response is made of beside its tokens. */
export interface ResponseContext {
  /** The request that it answers, from `fromResponsesRequest`; one that says nothing by default. */
  readonly request?: ResponsesConversation | undefined
  /** The response's id; `resp_` and something random by default. */
  readonly id?: string | undefined
  /** Makes the ids of items and calls. `numberedIds()` makes ones that can be reproduced; random ones by default. */
  readonly createId?: CreateId | undefined
  /** The time in milliseconds; `Date.now` by default. */
  readonly now?: (() => number) | undefined
  /** The model's name in the response; the request's by default. */
  readonly model?: string | undefined
  /** The pages that the browser has shown; citations of them then become annotations. */
  readonly pageOf?: PageOfCursor | undefined
  /**
   * Whether items carry their sampled tokens; by default, if the request includes `reasoning.encrypted_content`. A
   * server that keeps responses sets it to have exact tokens for `previous_response_id`.
   */
  readonly sealsTokens?: boolean | undefined
  /** Takes each repair of what was sampled, when it is made. Its indexes count within its generation. */
  readonly onDeviation?: ((deviation: Deviation) => void) | undefined
}

export interface GenerationEnd {
  /** Whether the engine stopped on a stop token that it kept to itself. */
  readonly stopped?: boolean | undefined
  /** The tokens that the engine sampled from: the prefill's. */
  readonly promptTokens?: number | undefined
  /** Those of them that its cache held. */
  readonly cachedTokens?: number | undefined
}

export interface ResponsesStream {
  /**
   * Returns the events before the first token: `response.created` and `response.in_progress`, and those of tool lists
   * and approved calls. The other methods start the stream as well.
   */
  start(): ResponseEvent[]
  /**
   * Returns the events of more sampled tokens. After `endGeneration` they begin a new answer, in the header that the
   * next prefill left open.
   *
   * @param logprobs one entry a token, as engines give them
   * @throws HarmonyError `invalid-token`
   */
  push(tokens: number | readonly number[], logprobs?: readonly TokenLogprobs[]): ResponseEvent[]
  /** Says that the engine has stopped, and that the response goes on with the results of its calls. */
  endGeneration(end?: GenerationEnd): ResponseEvent[]
  /** The calls that wait for `finishCall`: those to hosted tools and MCP servers, in order. */
  readonly waitingCalls: readonly WaitingCall[]
  /** Returns the events of a call's result. Calls without one count as completed when the response ends. */
  finishCall(itemId: string, result: CallResult): ResponseEvent[]
  /** Returns the last events: the open item's, and `response.completed` or `response.incomplete`. */
  end(end?: GenerationEnd): ResponseEvent[]
  /** Returns the last events of a response that failed: `error` and `response.failed`. What was sampled stays. */
  fail(failure: ResponseFailure): ResponseEvent[]
  /** Ends a background response that was cancelled. There is no event for it. */
  cancel(): ResponseObject
  /** The response as it is now. */
  readonly response: ResponseObject
}

/**
 * Creates a stream that turns sampled tokens into the events of a Responses stream. How the tokens are cut into calls
 * changes only where the deltas are cut.
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { createResponsesStream, fromResponsesRequest } from 'gpt-oss-harmony/responses'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const stream = createResponsesStream(encoding, { request: fromResponsesRequest({ input: 'Hi' }) })
 * const events = [stream.start(), stream.push([200005, 17196, 200008, 13225, 200002]), stream.end()].flat()
 * console.log(events.at(-1)?.type) // 'response.completed'
 * ```
 */
export function createResponsesStream(
  encoding: HarmonyEncoding,
  context: ResponseContext = {},
): ResponsesStream {
  checkEncoding(encoding, 'createResponsesStream')
  return new TokenResponsesStream(encoding, context)
}

/** The stream, which can read a parsed turn too. */
export class TokenResponsesStream implements ResponsesStream {
  readonly #encoding: HarmonyEncoding
  readonly #request: ResponsesConversation
  readonly #model: string
  readonly #id: string
  readonly #createId: CreateId
  readonly #now: () => number
  readonly #createdAt: number
  readonly #log = new OutputLog()
  readonly #writer: ResponseWriter
  readonly #sealsTokens: boolean
  #onDeviation: ResponseContext['onDeviation']
  #parser: Parser | undefined
  /** The generation's tokens, for the seals, and the ids before them that its first message begins with. */
  #tokens: number[] = []
  #opening: readonly number[] = []
  /** How many of the tokens belong to messages that are over. */
  #sealedCount = 0
  #logprobs: TokenLogprob[] = []
  #status: ResponseStatus
  #failure: ResponseFailure | null = null
  #completedAt: number | null = null
  #isStarted = false
  #isFirstGeneration = true
  #isCut = false
  #usage = { prompt: 0, cached: 0, output: 0, reasoning: 0 }

  constructor(encoding: HarmonyEncoding, context: ResponseContext) {
    const { request = fromResponsesRequest({}), createId = randomId, now = Date.now } = context
    if ((request as Partial<ResponsesConversation>).echo === undefined)
      throw new TypeError('request: wanted what fromResponsesRequest returns, not the body of a request')
    this.#encoding = encoding
    this.#request = request
    this.#model = context.model ?? request.echo.model
    this.#createId = createId
    this.#id = context.id ?? createId('resp_')
    this.#now = now
    this.#createdAt = seconds(now())
    this.#status = request.echo.background ? 'queued' : 'in_progress'
    this.#sealsTokens = context.sealsTokens ?? request.sealsTokens
    this.#onDeviation = context.onDeviation
    const wantsLogprobs = request.includesLogprobs
    this.#writer = new ResponseWriter({
      log: this.#log,
      createId,
      callTargets: request.callTargets,
      parallelToolCalls: request.echo.parallel_tool_calls,
      pageOf: context.pageOf,
      containerId: `cntr_${this.#id.replace(/^resp_/, '')}`,
      logprobsOf: (start, end) => (wantsLogprobs ? this.#logprobs.slice(start, end) : []),
      sealOf: (end) => this.#sealOf(end),
    })
  }

  get response(): ResponseObject {
    const isOver = this.#status !== 'queued' && this.#status !== 'in_progress'
    return {
      id: this.#id,
      object: 'response',
      created_at: this.#createdAt,
      completed_at: this.#completedAt,
      status: this.#status,
      incomplete_details: this.#status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
      error: this.#failure,
      output: this.#log.items,
      usage: isOver ? this.#usageSoFar() : null,
      ...this.#request.echo,
      model: this.#model,
    }
  }

  get waitingCalls(): readonly WaitingCall[] {
    return this.#writer.waitingCalls
  }

  start(): ResponseEvent[] {
    this.#start()
    return this.#log.take()
  }

  push(tokens: number | readonly number[], logprobs?: readonly TokenLogprobs[]): ResponseEvent[] {
    this.#checkOpen('push')
    this.#start()
    const parser = (this.#parser ??= this.#createParser())
    if (logprobs !== undefined && this.#request.includesLogprobs)
      for (const entry of logprobs) this.#logprobs.push(describeLogprob(this.#encoding, entry))
    if (this.#sealsTokens) {
      if (typeof tokens === 'number') this.#tokens.push(tokens)
      else for (const token of tokens) this.#tokens.push(token)
    }
    parser.push(tokens)
    return this.#log.take()
  }

  /** Takes the messages of a turn in place of its tokens. */
  readTurn({ messages, extents, turn }: ParsedTokens): void {
    this.#start()
    messages.forEach((message, messageIndex) => {
      const { content, ...header } = message
      const { kind, tokens } = extents[messageIndex]
      this.#read({ type: 'message-start', messageIndex, header, kind, tokenIndex: tokens.start })
      if (content !== '') this.#read({ type: 'content-delta', messageIndex, delta: content, tokens })
      this.#read({ type: 'message-end', messageIndex, message, ...extents[messageIndex] })
    })
    this.#read({ type: 'turn-end', ...turn })
  }

  endGeneration(end: GenerationEnd = {}): ResponseEvent[] {
    this.#checkOpen('endGeneration')
    this.#start()
    this.#endGeneration(end)
    return this.#log.take()
  }

  finishCall(itemId: string, result: CallResult): ResponseEvent[] {
    this.#checkOpen('finishCall')
    if (!this.#writer.finishCall(itemId, result))
      throw new TypeError(`finishCall: no call waits under ${itemId}, wanted one of waitingCalls`)
    return this.#log.take()
  }

  end(end: GenerationEnd = {}): ResponseEvent[] {
    this.#checkOpen('end')
    this.#start()
    this.#finishOutput(end)
    this.#close(this.#isCut ? 'incomplete' : 'completed')
    this.#emitLifecycle(this.#isCut ? 'response.incomplete' : 'response.completed')
    return this.#log.take()
  }

  fail(failure: ResponseFailure): ResponseEvent[] {
    this.#checkOpen('fail')
    this.#start()
    this.#breakOffOutput()
    this.#failure = failure
    this.#close('failed')
    const { code, message } = failure
    this.#log.emit({ type: 'error', code, message, param: null, sequence_number: this.#log.number() })
    this.#emitLifecycle('response.failed')
    return this.#log.take()
  }

  cancel(): ResponseObject {
    this.#checkOpen('cancel')
    this.#start()
    this.#breakOffOutput()
    this.#close('cancelled')
    return this.response
  }

  #checkOpen(method: string): void {
    if (this.#status === 'queued' || this.#status === 'in_progress') return
    throw new TypeError(`${method}: the response has ended; create a stream for each response`)
  }

  #start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#emitLifecycle('response.created')
    if (this.#status === 'queued') {
      this.#emitLifecycle('response.queued')
      this.#status = 'in_progress'
    }
    this.#emitLifecycle('response.in_progress')
    const { mcpLists, approvedCalls } = this.#request
    for (const { label, tools, error } of mcpLists) {
      const id = this.#createId('mcpl_')
      const item = { type: 'mcp_list_tools', id, server_label: label, error } as const
      const outputIndex = this.#log.add({ ...item, tools: [] })
      this.#log.progress('response.mcp_list_tools.in_progress', outputIndex)
      const outcome = error === null ? 'completed' : 'failed'
      this.#log.progress(`response.mcp_list_tools.${outcome}`, outputIndex)
      this.#log.finish(outputIndex, { ...item, tools: tools.map(listedTool) })
    }
    for (const call of approvedCalls) this.#writer.writeApprovedCall(call)
  }

  #createParser(): Parser {
    const { forcedCall, callTargets } = this.#request
    const header =
      forcedCall !== undefined && this.#isFirstGeneration
        ? callHeader(this.#encoding, forcedCall.recipients, forcedCall)
        : []
    this.#isFirstGeneration = false
    this.#opening = [...openingOf(this.#encoding.tokenizer, 'assistant'), ...header]
    this.#tokens = []
    this.#logprobs = []
    this.#sealedCount = 0
    return createParser(this.#encoding, {
      prefill: header,
      tools: Object.keys(callTargets.tools),
      onEvent: (event) => this.#read(event),
    })
  }

  #read(event: ParserEvent): void {
    if (event.type === 'message-end') this.#countMessage(event)
    if (event.type === 'turn-end') {
      this.#usage.output += event.usage.total
      this.#isCut = event.action === 'length'
    }
    if (event.type === 'deviation') this.#onDeviation?.(event)
    this.#writer.write(event)
  }

  /** Reasoning, and the calls that serve it. */
  #countMessage({ kind, message, tokens }: MessageEndEvent): void {
    const isHosted = kind === 'tool-call' && isHostedTool(message.recipient ?? '', this.#request.callTargets)
    if (kind === 'reasoning' || isHosted) this.#usage.reasoning += tokens.end - tokens.start
  }

  /** Takes the tokens of a message that is over. Those between messages go with the one that follows. */
  #sealOf({ message, tokens }: MessageEndEvent): MessageEnd['seal'] {
    if (!this.#sealsTokens) return () => undefined
    const sampled = this.#tokens.slice(this.#sealedCount, tokens.end)
    const own = this.#sealedCount === 0 ? [...this.#opening, ...sampled] : sampled
    this.#sealedCount = tokens.end
    return (answer) => {
      // Tokens that hold more than their message, as between two messages, are not history: its own rendering is.
      const sealed = [own, this.#rendered(message, 'channel-first')].find((tokens) =>
        this.#isSealable(tokens, message),
      )
      if (sealed === undefined) return undefined
      return sealTokens({ message: sealed, answer: answer === undefined ? [] : this.#rendered(answer) })
    }
  }

  /** Whether the tokens say by themselves what the message says. */
  #isSealable(tokens: readonly number[], message: ParsedMessage): boolean {
    const read = messageOfTokens(this.#encoding, tokens, this.#request.callTargets)
    return JSON.stringify(read) === JSON.stringify(message)
  }

  #rendered(message: Message, headerOrder?: HeaderOrder): number[] {
    return this.#encoding.render(message, { headerOrder })
  }

  #endGeneration({ stopped = false, promptTokens = 0, cachedTokens = 0 }: GenerationEnd): void {
    this.#parser?.end({ stopped })
    this.#parser = undefined
    this.#usage.prompt += promptTokens
    this.#usage.cached += cachedTokens
  }

  #finishOutput(end: GenerationEnd): void {
    this.#endGeneration(end)
    for (const { itemId } of this.#writer.waitingCalls) this.#writer.finishCall(itemId, undefined)
  }

  #breakOffOutput(): void {
    // It is not the model's doing that its tokens end here.
    this.#onDeviation = undefined
    this.#finishOutput({})
  }

  #close(status: ResponseStatus): void {
    this.#status = status
    if (status === 'completed') this.#completedAt = seconds(this.#now())
  }

  #emitLifecycle(type: LifecycleEventType): void {
    this.#log.emit({ type, response: this.response, sequence_number: this.#log.number() })
  }

  #usageSoFar(): ResponseUsage {
    const { prompt, cached, output, reasoning } = this.#usage
    return {
      input_tokens: prompt,
      input_tokens_details: { cached_tokens: cached, cache_write_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: reasoning },
      total_tokens: prompt + output,
    }
  }
}

function listedTool({
  name,
  description,
  input_schema,
  annotations,
}: McpTool): McpListToolsItem['tools'][number] {
  return { name, description: description ?? null, input_schema, annotations: annotations ?? null }
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}
