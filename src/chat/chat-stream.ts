import type { ChatCompletionTokenLogprob } from 'openai/resources/chat/completions'
import type { CompletionUsage } from 'openai/resources/completions'
import type { HarmonyEncoding } from '../encoding.js'
import type { TokenLogprobs } from '../engines/index.js'
import {
  checkEncoding,
  createParser,
  type Deviation,
  type ParsedTokens,
  type Parser,
  type ParserEvent,
  type TurnEnd,
} from '../parse/index.js'
import {
  addUsage,
  checkAnswer,
  type CreateId,
  describeLogprob,
  generationSettingsOf,
  invalidRequest,
  NO_USAGE,
  type PageOfCursor,
  randomId,
  type TokenUsage,
  VisibleText,
} from '../openai/index.js'
import type { ChatAnswer, ChatAnswerChunk, ChatAnswerDelta } from './answer-types.js'
import {
  type ChoiceSettings,
  ChoiceWriter,
  type FinishReason,
  REASONING_FIELDS,
  type ReasoningField,
} from './choice-writer.js'
import { type ChatConversation, fromChatRequest } from './from-request.js'
import { openedTokens } from './render-request.js'

/** What an answer is made of beside its tokens. */
export interface ChatContext {
  /** The request that is answered, from `fromChatRequest`; one that says nothing by default. */
  readonly request?: ChatConversation | undefined
  /** The answer's id; `chatcmpl-` and something random by default. */
  readonly id?: string | undefined
  /** Makes the ids of calls. `numberedIds()` makes ones that can be reproduced; random ones by default. */
  readonly createId?: CreateId | undefined
  /** The time in milliseconds; `Date.now` by default. */
  readonly now?: (() => number) | undefined
  /** The model's name in the answer; the request's by default. */
  readonly model?: string | undefined
  /**
   * The key of the reasoning: `reasoning` by default, as vLLM and Ollama have it; `reasoning_content`, as SGLang,
   * llama.cpp and DeepSeek do; `both`; or `none` to leave reasoning out, as `include_reasoning: false` does.
   */
  readonly reasoningField?: ReasoningField | undefined
  /**
   * Whether the server runs the calls to a recipient itself, so that they do not show; by default, those to
   * `browser`, `python`, `container` and the request's `hostedNamespaces` that are no tools of the request.
   * `() => false` passes all calls on.
   */
  readonly isHidden?: ((recipient: string) => boolean) | undefined
  /** The pages that the browser has shown; citations of them then become annotations. */
  readonly pageOf?: PageOfCursor | undefined
  /**
   * Takes each repair of what was sampled, when it is made; after a stop string, none. Its indexes count within its
   * generation.
   */
  readonly onDeviation?: ((deviation: Deviation) => void) | undefined
}

export interface ChatGenerationEnd {
  /** Whether the engine stopped on a stop token that it kept to itself. */
  readonly stopped?: boolean | undefined
  /** The tokens that the engine sampled from: the prefill's. */
  readonly promptTokens?: number | undefined
  /** Those of them that its cache held. */
  readonly cachedTokens?: number | undefined
}

export interface ChatStream {
  /** Returns the first chunks, which name the role. The other methods start the stream as well. */
  start(): ChatAnswerChunk[]
  /**
   * Returns the chunks of more sampled tokens. After `endGeneration` they begin a new generation, in the header
   * that a prefill without a demanded call leaves open.
   *
   * @param logprobs one entry a token, as engines give them; for all tokens or for none. Without effect unless the
   *   request asks for them
   * @param choice which of several answers, from 0
   * @throws HarmonyError `invalid-token`
   */
  push(
    tokens: number | readonly number[],
    logprobs?: readonly TokenLogprobs[],
    choice?: number,
  ): ChatAnswerChunk[]
  /** Says that the engine has stopped, and that the answer goes on with the results of calls that do not show. */
  endGeneration(end?: ChatGenerationEnd, choice?: number): ChatAnswerChunk[]
  /** Whether a stop string has ended a choice: the engine need not sample on. */
  isStopped(choice?: number): boolean
  /** Returns the last chunks of a choice, and after the last choice the usage if the request asked for it. */
  end(end?: ChatGenerationEnd, choice?: number): ChatAnswerChunk[]
  /** The whole answer, as it is now. */
  readonly completion: ChatAnswer
}

/**
 * Creates a stream that turns sampled tokens into the chunks of a Chat Completions answer. How the tokens are cut
 * into calls changes only where the deltas are cut; joined, they are the whole answer.
 *
 * @throws HarmonyError `invalid-request` for more than 128 choices; TypeError for an unknown `reasoningField`. Its
 *   methods throw a RangeError for a choice that the request did not ask for, a TypeError for one that has ended
 *
 * Source: docs/chat.md says what becomes of each message.
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { createChatStream } from 'gpt-oss-harmony/chat'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const stream = createChatStream(encoding, { model: 'gpt-oss-20b' })
 * const chunks = [stream.push([200005, 17196, 200008, 13225, 200002]), stream.end()].flat()
 * console.log(chunks.map(({ choices: [choice] }) => choice?.delta)) // [{ role: 'assistant' }, { content: 'Hello' }, {}]
 * console.log(stream.completion.choices[0]?.finish_reason) // 'stop'
 * ```
 */
export function createChatStream(encoding: HarmonyEncoding, context: ChatContext = {}): ChatStream {
  checkEncoding(encoding, 'createChatStream')
  return new TokenChatStream(encoding, context)
}

/**
 * Returns the whole answer for the tokens of a completion, or for a turn that `parseTokens` has read. It is what
 * `createChatStream` adds up to. It has one choice; several go through a stream.
 *
 * @throws HarmonyError `invalid-token`
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { toChatCompletion } from 'gpt-oss-harmony/chat'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const completion = toChatCompletion(encoding, [200005, 17196, 200008, 13225, 200002])
 * console.log(completion.choices[0]?.message.content) // 'Hello'
 * ```
 */
export function toChatCompletion(
  encoding: HarmonyEncoding,
  answer: readonly number[] | ParsedTokens,
  context: ChatCompletionContext = {},
): ChatAnswer {
  checkEncoding(encoding, 'toChatCompletion')
  checkAnswer(answer, 'toChatCompletion')
  const stream = new TokenChatStream(encoding, context, 1)
  if ('messages' in answer) stream.readTurn(answer, context)
  else stream.push(answer, context.logprobs)
  stream.end(context)
  return stream.completion
}

export interface ChatCompletionContext extends ChatContext, ChatGenerationEnd {
  /** One entry a token, as engines give them. */
  readonly logprobs?: readonly TokenLogprobs[] | undefined
}

/** As at OpenAI. */
const MAX_CHOICES = 128

/** One of the answers. */
interface Choice {
  readonly index: number
  readonly writer: ChoiceWriter
  readonly logprobs: ChatCompletionTokenLogprob[]
  parser: Parser | undefined
  /** The log probabilities of the generation's tokens. */
  sampledLogprobs: TokenLogprobs[]
  /** The entries that no chunk has taken yet. */
  newLogprobs: ChatCompletionTokenLogprob[]
  turnEnd: TurnEnd | undefined
  finishReason: FinishReason | undefined
}

class TokenChatStream implements ChatStream {
  readonly #encoding: HarmonyEncoding
  readonly #request: ChatConversation
  readonly #id: string
  readonly #created: number
  readonly #model: string
  readonly #choices: readonly Choice[]
  readonly #toolNames: readonly string[]
  readonly #wantsLogprobs: boolean
  readonly #onDeviation: ChatContext['onDeviation']
  #usage: TokenUsage = NO_USAGE
  #isStarted = false
  /** The chunks of the call that is being answered. */
  #chunks: ChatAnswerChunk[] = []

  /** @param choiceCount the request's by default */
  constructor(encoding: HarmonyEncoding, context: ChatContext, choiceCount?: number) {
    const { request = fromChatRequest({ messages: [] }), createId = randomId, now = Date.now } = context
    if ((request as Partial<ChatConversation>).answer === undefined)
      throw new TypeError('request: wanted what fromChatRequest returns, not the body of a request')
    this.#encoding = encoding
    this.#request = request
    this.#id = context.id ?? createId('chatcmpl-')
    this.#created = Math.floor(now() / 1000)
    this.#model = context.model ?? request.answer.model ?? 'gpt-oss'
    const { choiceCount: wanted, stopStrings } = generationSettingsOf(request.samplingParams)
    if (wanted > MAX_CHOICES) throw invalidRequest('n', wanted, `at most ${MAX_CHOICES}`)
    const keepsStopString = request.samplingParams['include_stop_str_in_output'] === true
    this.#wantsLogprobs = request.samplingParams['logprobs'] !== undefined
    this.#onDeviation = context.onDeviation
    const settings = choiceSettings(context, request, createId)
    const names = new Map(Object.entries(request.toolNames).map(([harmony, own]) => [own, harmony]))
    this.#toolNames = request.tools.map(({ name }) => names.get(name) ?? name)
    this.#choices = Array.from({ length: choiceCount ?? wanted }, (_, index) => ({
      index,
      writer: new ChoiceWriter(
        settings,
        new VisibleText(stopStrings, keepsStopString, context.pageOf),
        (delta) => this.#add(this.#chunk(index, delta)),
      ),
      logprobs: [],
      parser: undefined,
      sampledLogprobs: [],
      newLogprobs: [],
      turnEnd: undefined,
      finishReason: undefined,
    }))
  }

  start(): ChatAnswerChunk[] {
    this.#start()
    return this.#taken()
  }

  push(
    tokens: number | readonly number[],
    logprobs?: readonly TokenLogprobs[],
    choice = 0,
  ): ChatAnswerChunk[] {
    this.#start()
    const open = this.#open(choice, 'push')
    open.parser ??= this.#createParser(open, [])
    if (logprobs === undefined || !this.#wantsLogprobs) {
      open.parser.push(tokens)
    } else {
      for (const entry of logprobs) open.sampledLogprobs.push(entry)
      open.parser.push(tokens)
      this.#giveLogprobs(open)
    }
    return this.#taken()
  }

  /** Takes the messages of a turn in place of its tokens. */
  readTurn({ messages, extents, turn }: ParsedTokens, end: ChatGenerationEnd): void {
    this.#isStarted = true
    const choice = this.#choices[0]
    messages.forEach((message, messageIndex) => {
      const { content, ...header } = message
      const extent = extents[messageIndex]
      const { kind, tokens } = extent
      choice.writer.read({ type: 'message-start', messageIndex, header, kind, tokenIndex: tokens.start })
      if (content !== '') choice.writer.read({ type: 'content-delta', messageIndex, delta: content, tokens })
      choice.writer.read({ type: 'message-end', messageIndex, message, ...extent })
    })
    this.#count(choice, turn, end)
  }

  endGeneration(end: ChatGenerationEnd = {}, choice = 0): ChatAnswerChunk[] {
    this.#start()
    const open = this.#open(choice, 'endGeneration')
    const parser = open.parser ?? this.#createParser(open, [])
    parser.end({ stopped: end.stopped })
    this.#giveLogprobs(open)
    open.parser = undefined
    open.sampledLogprobs = []
    this.#count(open, open.turnEnd!, end)
    return this.#taken()
  }

  #count(choice: Choice, turnEnd: TurnEnd, { promptTokens = 0, cachedTokens = 0 }: ChatGenerationEnd): void {
    choice.turnEnd = turnEnd
    // All choices are sampled from one prefill.
    const isCounted = choice.index === 0
    this.#usage = addUsage(this.#usage, {
      promptTokens: isCounted ? promptTokens : 0,
      cachedTokens: isCounted ? cachedTokens : 0,
      completionTokens: turnEnd.usage.total,
      reasoningTokens: 0,
    })
  }

  isStopped(choice = 0): boolean {
    return this.#choice(choice).writer.isStopped
  }

  end(end: ChatGenerationEnd = {}, choice = 0): ChatAnswerChunk[] {
    this.#start()
    const open = this.#open(choice, 'end')
    const chunks = open.parser === undefined ? this.#taken() : this.endGeneration(end, choice)
    open.finishReason = open.writer.end(open.turnEnd!.action)
    this.#add(this.#chunk(choice, {}, open.finishReason))
    const isLast = this.#choices.every(({ finishReason }) => finishReason !== undefined)
    if (isLast && this.#request.answer.includeUsage)
      this.#add({
        ...this.#envelope('chat.completion.chunk'),
        choices: [],
        usage: this.#describeUsage(),
      })
    return [...chunks, ...this.#taken()]
  }

  get completion(): ChatAnswer {
    return {
      ...this.#envelope('chat.completion'),
      choices: this.#choices.map(({ index, writer, logprobs, finishReason }) => ({
        index,
        message: writer.message(),
        logprobs: logprobs.length > 0 ? { content: [...logprobs], refusal: null } : null,
        finish_reason: finishReason ?? 'length',
      })),
      usage: this.#describeUsage(),
    }
  }

  #start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    for (const choice of this.#choices) {
      this.#add(this.#chunk(choice.index, { role: 'assistant' }))
      choice.parser = this.#createParser(choice, openedTokens(this.#encoding, this.#request))
    }
  }

  #createParser(choice: Choice, prefill: readonly number[]): Parser {
    const { writer } = choice
    return createParser(this.#encoding, {
      prefill,
      tools: this.#toolNames,
      onEvent: (event) => {
        if (event.type === 'content-delta' && choice.sampledLogprobs.length > 0 && writer.isShowing)
          this.#collectLogprobs(choice, event)
        if (event.type === 'turn-end') choice.turnEnd = event
        if (event.type === 'deviation' && !writer.isStopped) this.#onDeviation?.(event)
        writer.read(event)
      },
    })
  }

  #collectLogprobs(choice: Choice, { tokens }: ParserEvent & { readonly type: 'content-delta' }): void {
    for (let i = tokens.start; i < tokens.end; i++) {
      const sampled = choice.sampledLogprobs[i]
      if (sampled !== undefined) choice.newLogprobs.push(describeLogprob(this.#encoding, sampled))
    }
  }

  /** Puts new entries into the last chunk with text, or into one of their own while the text is held back. */
  #giveLogprobs(choice: Choice): void {
    const { newLogprobs, index } = choice
    if (newLogprobs.length === 0) return
    choice.newLogprobs = []
    for (const logprob of newLogprobs) choice.logprobs.push(logprob)
    let chunk = this.#chunks.findLast(({ choices: [only] }) => only?.delta.content !== undefined)
    if (chunk === undefined) this.#add((chunk = this.#chunk(index, { content: '' })))
    chunk.choices[0].logprobs = { content: newLogprobs, refusal: null }
  }

  #choice(index: number): Choice {
    const choice = this.#choices[index] as Choice | undefined
    if (choice !== undefined) return choice
    throw new RangeError(
      `choice: found ${index}, wanted one of the ${this.#choices.length} that the request asks for`,
    )
  }

  #open(index: number, method: string): Choice {
    const choice = this.#choice(index)
    if (choice.finishReason === undefined) return choice
    throw new TypeError(`${method}: choice ${index} has ended`)
  }

  #add(chunk: ChatAnswerChunk): void {
    // As a rule there is one: a literal has room for it, the first push onto an empty list makes room for 17.
    if (this.#chunks.length === 0) this.#chunks = [chunk]
    else this.#chunks.push(chunk)
  }

  #taken(): ChatAnswerChunk[] {
    const chunks = this.#chunks
    this.#chunks = []
    return chunks
  }

  #chunk(index: number, delta: ChatAnswerDelta, finishReason: FinishReason | null = null): ChatAnswerChunk {
    const chunk: ChatAnswerChunk = {
      id: this.#id,
      object: 'chat.completion.chunk',
      created: this.#created,
      model: this.#model,
      choices: [{ index, delta, logprobs: null, finish_reason: finishReason }],
    }
    if (this.#request.answer.includeUsage) chunk.usage = null
    return chunk
  }

  #envelope<Kind extends string>(object: Kind): { id: string; object: Kind; created: number; model: string } {
    return { id: this.#id, object, created: this.#created, model: this.#model }
  }

  #describeUsage(): CompletionUsage {
    const { promptTokens, cachedTokens, completionTokens } = this.#usage
    const reasoningTokens = this.#choices.reduce((sum, { writer }) => sum + writer.reasoningTokens, 0)
    return {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
      prompt_tokens_details: { cached_tokens: cachedTokens },
      completion_tokens_details: { reasoning_tokens: reasoningTokens },
    }
  }
}

function choiceSettings(
  { reasoningField = 'reasoning', isHidden }: ChatContext,
  { toolNames, tools, answer, hostedNamespaces }: ChatConversation,
  createId: CreateId,
): ChoiceSettings {
  if (!REASONING_FIELDS.includes(reasoningField))
    throw new TypeError(
      `reasoningField: found ${String(reasoningField)}, wanted one of ${REASONING_FIELDS.join(', ')}`,
    )
  const nameOf = (name: string) => (Object.hasOwn(toolNames, name) ? toolNames[name] : name)
  const hosted = new Set([...BUILTIN_NAMESPACES, ...hostedNamespaces])
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  return {
    reasoningField: answer.includeReasoning ? reasoningField : 'none',
    allowsParallelCalls: answer.allowsParallelCalls,
    createId,
    nameOf,
    isCustom: (name) => byName.get(name)?.type === 'custom',
    isHidden:
      isHidden ?? ((recipient) => hosted.has(recipient.split('.', 1)[0]) && !byName.has(nameOf(recipient))),
  }
}

const BUILTIN_NAMESPACES = ['browser', 'python', 'container']
