import type { ChatContext, FromChatRequestOptions } from '../chat/index.js'
import type { HarmonyEncoding } from '../encoding.js'
import type { Engine } from '../engines/index.js'
import type { GenerationEndEvent, TurnRunEvent } from '../generate/index.js'
import type { Deviation } from '../parse/index.js'
import type { FromResponsesRequestOptions } from '../responses/index.js'
import type { GatewayLimits } from './admission.js'
import type { HostedTools } from './hosted-tools.js'
import type { GatewayMetrics } from './metrics.js'
import type { ResponseStore } from './store.js'

export interface GatewayOptions {
  /** What samples. */
  readonly engine: Engine
  /** The names under which the model is served; any other name gets a 404. By default every name is taken. */
  readonly models?: readonly string[] | undefined
  /** The keys that clients may send as `authorization: Bearer KEY`. Without it, nobody needs one. */
  readonly apiKeys?: readonly string[] | undefined
  /** Where responses are kept; `memoryStore()` by default, `null` for nowhere. */
  readonly store?: ResponseStore | null | undefined
  /** The tools that the gateway runs itself; none by default. */
  readonly tools?: HostedTools | undefined
  readonly limits?: GatewayLimits | undefined
  readonly metrics?: GatewayMetrics | undefined
  /**
   * Whether the engine follows grammars: a JSON answer and its schema are then enforced while it samples. `false` by
   * default: the prompt alone asks for them.
   */
  readonly grammars?: boolean | undefined
  /** Whether the engine gives log probabilities; `false` by default: requests for them are refused. */
  readonly logprobs?: boolean | undefined
  /** How Chat requests are read. */
  readonly chat?: Omit<FromChatRequestOptions, 'builtinTools' | 'namespaces'> | undefined
  /** How Responses requests are read. */
  readonly responses?:
    | Omit<
        FromResponsesRequestOptions,
        'encoding' | 'hostedTools' | 'mcpServers' | 'previousItems' | 'referencedItem' | 'logprobs'
      >
    | undefined
  /** The key of the reasoning in Chat answers; `reasoning` by default. */
  readonly reasoningField?: ChatContext['reasoningField'] | undefined
  /** Takes an entry for each request that is over. It holds no text of the conversation. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined
}

/** A request that is over. */
export interface LogEntry {
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly milliseconds: number
  /** Why it failed: the answer's message, or what an answer in the background ended with. */
  readonly error?: string
  readonly promptTokens: number
  readonly cachedTokens: number
  readonly completionTokens: number
  readonly deviations: readonly string[]
}

/** What an answer of any API needs. */
export interface AnswerContext {
  readonly options: GatewayOptions
  readonly encoding: HarmonyEncoding
  readonly store: ResponseStore | undefined
  /** Aborts when the client is gone, time is up, or the gateway gives up. */
  readonly signal: AbortSignal
  /** Aborts the signal. */
  readonly abort: (reason: unknown) => void
  /** Keeps the answer's place until the promise is settled. */
  readonly hold: (running: Promise<unknown>) => void
  /** The answer no longer needs its client. */
  readonly detach: () => void
  readonly record: AnswerRecord
}

/** What is counted of one answer. */
export class AnswerRecord {
  promptTokens = 0
  cachedTokens = 0
  completionTokens = 0
  readonly deviations: string[] = []
  error: string | undefined
  readonly #metrics: GatewayMetrics | undefined
  readonly #route: string
  readonly #startedAt = performance.now()
  #hasTokens = false

  constructor(route: string, metrics: GatewayMetrics | undefined) {
    this.#route = route
    this.#metrics = metrics
  }

  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000
  }

  /** Counts an event of a run. */
  read(event: TurnRunEvent): void {
    switch (event.type) {
      case 'generation-start':
        this.countPrompt(event.prefill.length)
        break
      case 'tokens-delta':
        this.countSampled(event.tokens.length)
        break
      case 'generation-end':
        this.#countEnd(event)
        break
      default:
    }
  }

  /** Counts a repair. The answer's stream reports it when it is made: the run, only of generations that ended. */
  countDeviation({ code }: Deviation): void {
    this.deviations.push(code)
    this.#metrics?.deviation(code)
  }

  countPrompt(count: number): void {
    this.promptTokens += count
    this.#metrics?.tokens('prompt', count)
  }

  countSampled(count: number): void {
    if (!this.#hasTokens) {
      this.#hasTokens = true
      this.#metrics?.firstToken(this.#route, this.seconds)
    }
    this.completionTokens += count
  }

  #countEnd({ cachedTokens = 0, usage }: GenerationEndEvent): void {
    this.cachedTokens += cachedTokens
    this.#metrics?.tokens('cached', cachedTokens)
    this.#metrics?.tokens('reasoning', usage.reasoning)
  }

  /** The answer is over. */
  end(status: number): void {
    this.#metrics?.tokens('completion', this.completionTokens)
    this.#metrics?.requestEnded(this.#route, status, this.seconds)
  }
}
