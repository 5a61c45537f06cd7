import { assertFitsContext, CONTEXT_LIMIT, countTokens, dropOldestTurns } from '../tokens/index.js'
import { type ChatRequest, fromChatRequest, type RenderableChat, renderChatRequest } from '../chat/index.js'
import {
  ASSISTANT_MARKUP,
  checkedObject,
  invalidRequest,
  readReasoningEffort,
  type SamplingParams,
  samplingParamsOf,
  type UncheckedObject,
} from '../openai/index.js'
import { type Dialect, DIALECTS, type Loss, renderInDialect } from '../dialects/index.js'
import { loadHarmonyEncoding, type HarmonyEncoding } from '../encoding.js'
import { HarmonyError, quote } from '../errors.js'
import { MAX_SCHEMA_DEPTH } from '../json/index.js'
import { type Conversation, withOfficialDefaults } from '../message/index.js'
import { checkEncoding } from '../parse/index.js'
import { DROP_RULES, HEADER_ORDERS, type RenderConversationOptions } from '../render/index.js'
import { applySettings, builtinTools } from './apply-settings.js'
import { tokenList } from './engine-output.js'
import { LINE_KINDS, readLine, type LineKind, type ReadLine } from './line-kind.js'
import { customIdOf, outcomeOf, outcomes, type Line, type LineOutcome, type LineReader } from './lines.js'
import { rememberingTokenizer } from './repeated-texts.js'
import { BUILTIN_TOOL_NAMES, SETTING_FIELDS, withFieldsOf, type PrefillSettings } from './settings.js'

/** What a line becomes: all that an engine needs to go on with its conversation. */
export interface PrefillRecord {
  /** The line's `custom_id`; `line-17` for a line that has none. */
  readonly customId: string
  readonly promptTokenIds: readonly number[]
  readonly stopTokenIds: readonly number[]
  /** Absent where the line says nothing on sampling. */
  readonly samplingParams?: SamplingParams
  /** The functions whose names had to change, for the answers' way back; absent where there are none. */
  readonly toolNames?: Readonly<Record<string, string>>
  /** What the dialect left out of the prompt; absent where that is nothing. */
  readonly lost?: readonly Loss[]
}

export interface PrefillOptions extends PrefillSettings {
  /** What the lines are; by default each is looked at. */
  readonly from?: LineKind | undefined
  /** The most tokens that a prefill may have, with the reserve. Default 131072, the context of gpt-oss. */
  readonly maxPromptTokens?: number | undefined
  /** How many of them to keep for the answer. By default the line's `max_tokens`, or 0 if it has none. */
  readonly reserve?: number | undefined
  /**
   * What becomes of longer ones: a failure by default. `keep` writes them as they are; `drop-oldest-turns` leaves out what is oldest, never a call
   * without its result, and fails where the last turn alone is too long.
   */
  readonly overLong?: OverLong | undefined
  /** Renders Chat bodies as another stack does, on the conversation's start date. Conversations are then refused. */
  readonly dialect?: Dialect | undefined
}

export const OVER_LONG = ['error', 'keep', 'drop-oldest-turns'] as const
export type OverLong = (typeof OVER_LONG)[number]

/**
 * Makes what turns one line into its record. Nothing passes from line to line but the tokens of texts that they have in common.
 *
 * @throws TypeError, RangeError for options of the wrong kind
 */
export function prefillReader(
  { name, tokenizer }: HarmonyEncoding,
  options: PrefillOptions = {},
): LineReader<PrefillRecord> {
  const { from, maxPromptTokens = CONTEXT_LIMIT, reserve, overLong = 'error', dialect, ...settings } = options
  checkCount('maxPromptTokens', maxPromptTokens)
  if (reserve !== undefined) checkCount('reserve', reserve)
  checkChoice('from', from, LINE_KINDS)
  checkChoice('overLong', overLong, OVER_LONG)
  checkChoice('dialect', dialect, DIALECTS)
  if (dialect !== undefined && overLong === 'drop-oldest-turns')
    throw new TypeError("overLong: found 'drop-oldest-turns', wanted 'error' or 'keep' with a dialect")
  checkChoice('dropAnalysis', settings.dropAnalysis, DROP_RULES)
  checkChoice('headerOrder', settings.headerOrder, HEADER_ORDERS)
  checkChoice('assistantMarkup', settings.assistantMarkup, ASSISTANT_MARKUP)
  for (const name of settings.builtinTools ?? []) checkChoice('builtinTools', name, BUILTIN_TOOL_NAMES)
  const encoding = loadHarmonyEncoding(name, { tokenizer: rememberingTokenizer(tokenizer) })
  const stopTokenIds = encoding.stopTokensForAssistantActions()

  const recordOf = (line: UncheckedObject, lineNumber: number): PrefillRecord => {
    const read = readLine(line, from)
    const merged = withFieldsOf(read.places, settings)
    const settled = dialect === undefined ? settledLine(read, merged) : undefined
    const { stop_token_ids: ownStopTokens, ...samplingParams } = withOwnSamplingParams(
      read.places,
      settled?.chat.samplingParams ?? samplingParamsOf(read.body),
    )
    checkCarried(samplingParams, 'sampling_params')
    const budget = { limit: maxPromptTokens, reserve: reserve ?? answerTokensOf(samplingParams) }
    const rendered =
      settled === undefined
        ? renderDialectWithin(encoding, read, merged, dialect!, overLong === 'keep' ? undefined : budget)
        : { tokens: renderWithin(encoding, settled.chat, settled.options, budget, overLong), lost: [] }
    return {
      customId: customIdOf(line) ?? `line-${lineNumber}`,
      promptTokenIds: rendered.tokens,
      stopTokenIds:
        ownStopTokens == null
          ? stopTokenIds
          : [...new Set([...stopTokenIds, ...tokenList(ownStopTokens, 'stop_token_ids')])],
      ...(hasKeys(samplingParams) ? { samplingParams } : {}),
      ...(settled !== undefined && hasKeys(settled.chat.toolNames)
        ? { toolNames: settled.chat.toolNames }
        : {}),
      ...(rendered.lost.length === 0 ? {} : { lost: rendered.lost }),
    }
  }
  return (text, lineNumber) => outcomeOf(text, lineNumber, (line) => recordOf(line, lineNumber))
}

/**
 * The records of a batch's lines, in their order; blank lines are passed over. A bad line is a failure among the records and ends nothing.
 *
 * @param lines JSON texts, as `linesOf` gives them
 *
 * Source: docs/prefill.md says which lines there are and what becomes of them.
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { prefillLines } from 'gpt-oss-harmony/prefill'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const lines = ['{"custom_id": "a", "messages": [{"role": "user", "content": "Hi"}]}', '{"messages": 5}']
 * for await (const outcome of prefillLines(encoding, lines, { reasoningEffort: 'low' })) {
 *   if ('record' in outcome) console.log(outcome.record.customId) // 'a'
 *   else console.log(outcome.error.code, outcome.lineNumber) // 'invalid-line', 2
 * }
 * ```
 */
export function prefillLines(
  encoding: HarmonyEncoding,
  lines: AsyncIterable<Line> | Iterable<Line>,
  options?: PrefillOptions,
): AsyncGenerator<LineOutcome<PrefillRecord>, void, undefined> {
  checkEncoding(encoding, 'prefillLines')
  return outcomes(lines, prefillReader(encoding, options))
}

/** A record in the form of an output line, keys in snake_case. */
export function prefillRecordToJson(record: PrefillRecord): PrefillRecordJson {
  return {
    custom_id: record.customId,
    prompt_token_ids: record.promptTokenIds,
    stop_token_ids: record.stopTokenIds,
    ...(record.samplingParams === undefined ? {} : { sampling_params: record.samplingParams }),
    num_prompt_tokens: record.promptTokenIds.length,
    ...(record.toolNames === undefined ? {} : { tool_names: record.toolNames }),
    ...(record.lost === undefined ? {} : { lost: record.lost }),
  }
}

export interface PrefillRecordJson {
  readonly custom_id: string
  readonly prompt_token_ids: readonly number[]
  readonly stop_token_ids: readonly number[]
  readonly sampling_params?: SamplingParams
  readonly num_prompt_tokens: number
  readonly tool_names?: Readonly<Record<string, string>>
  readonly lost?: readonly Loss[]
}

interface SettledChat extends RenderableChat {
  readonly toolNames: Readonly<Record<string, string>>
  readonly samplingParams: SamplingParams
}

/** A conversation, from wherever it comes, and how to render it. */
interface RenderableLine {
  readonly chat: SettledChat
  readonly options: RenderConversationOptions
}

/** A line's conversation with its settings. @throws HarmonyError as `fromChatRequest` and `applySettings` */
export function settledLine(read: ReadLine, settings: PrefillSettings): RenderableLine {
  return read.kind === 'conversation'
    ? settledConversation(read.body, settings)
    : settledRequest(read, settings)
}

function settledConversation(body: UncheckedObject, settings: PrefillSettings): RenderableLine {
  for (const key of CHAT_KEYS) {
    if (body[key] != null)
      throw invalidRequest(
        key,
        body[key],
        'none: a Harmony conversation has no place for it, and a Chat Completions body has',
      )
  }
  const { dropAnalysis, headerOrder } = settings
  // Rendering checks the conversation that it is given.
  const settled = applySettings(withOfficialDefaults(body as unknown as Conversation), settings)
  return {
    chat: { ...settled, samplingParams: samplingParamsOf(body) },
    options: { dropAnalysis, headerOrder },
  }
}

const CHAT_KEYS = [
  'tool_choice',
  'response_format',
  'reasoning',
  'chat_template_kwargs',
  'continue_final_message',
  'add_generation_prompt',
] as const

function settledRequest({ body }: ReadLine, settings: PrefillSettings): RenderableLine {
  const {
    dropAnalysis = 'completed-turns',
    headerOrder,
    reasoningEffort,
    tools,
    builtinTools: builtinNames,
    ...options
  } = settings
  const isDroppedHere = dropAnalysis === 'completed-turns'
  const chat = fromChatRequest(chatBodyOf(body, tools), {
    reasoningEffort: readReasoningEffort(reasoningEffort),
    builtinTools: builtinTools(builtinNames),
    dropAnalysis: isDroppedHere ? dropAnalysis : 'none',
    ...options,
  })
  for (const [key, value] of Object.entries(chat.engineParams)) {
    // The ids of an answer are what a batch is read by, asked for or not.
    if (key !== 'return_token_ids')
      throw invalidRequest(key, value, 'none: a prefill has no place for it; give it to the engine')
  }
  return { chat, options: { dropAnalysis: isDroppedHere ? 'none' : dropAnalysis, headerOrder } }
}

/** The request in a line, without the fields of lines. */
function chatBodyOf(body: UncheckedObject, tools: unknown): ChatRequest {
  // The usual body is a request as it is, and copies of it are slow to read.
  if (body['tools'] === tools && !Object.keys(body).some((field) => LINE_FIELDS.has(field)))
    return body as unknown as ChatRequest
  const fields = Object.entries(body).filter(([field]) => !LINE_FIELDS.has(field))
  return { ...Object.fromEntries(fields), tools } as unknown as ChatRequest
}

const LINE_FIELDS: ReadonlySet<string> = new Set([
  'custom_id',
  'sampling_params',
  ...SETTING_FIELDS.filter((field) => field !== 'tools' && field !== 'reasoning_effort'),
])

/** @throws HarmonyError `token-budget-exceeded`, and as `renderInDialect` */
function renderDialectWithin(
  encoding: HarmonyEncoding,
  { kind, body }: ReadLine,
  { conversationStartDate: date, tools, builtinTools, reasoningEffort }: PrefillSettings,
  dialect: Dialect,
  budget: { readonly limit: number; readonly reserve: number } | undefined,
): { readonly tokens: readonly number[]; readonly lost: readonly Loss[] } {
  if (kind === 'conversation')
    throw invalidRequest('messages', body['messages'], 'a Chat Completions body: dialects have no other')
  if (date === undefined)
    throw invalidRequest('conversation_start_date', date, 'a date: every dialect prints one')
  const request = { ...chatBodyOf(body, tools), reasoning_effort: reasoningEffort }
  const rendered = renderInDialect(encoding, request, { dialect, date, builtinTools })
  if (budget !== undefined && rendered.tokens.length + budget.reserve > budget.limit) {
    throw new HarmonyError(
      'token-budget-exceeded',
      `prompt: ${rendered.tokens.length} tokens and ${budget.reserve} in reserve, wanted at most ${budget.limit}`,
    )
  }
  return rendered
}

/** @throws TokenBudgetError */
function renderWithin(
  encoding: HarmonyEncoding,
  chat: RenderableChat,
  options: RenderConversationOptions,
  { limit, reserve }: { readonly limit: number; readonly reserve: number },
  overLong: OverLong,
): number[] {
  const tokens = renderChatRequest(encoding, chat, options)
  if (tokens.length + reserve <= limit || overLong === 'keep') return tokens

  const counting = { ...options, nextRole: 'assistant' } as const
  const count = countTokens(encoding, chat.conversation, counting)
  // The header of a forced call, which no conversation can do without.
  const budget = { limit, reserve: reserve + tokens.length - count.total }
  if (overLong === 'error') assertFitsContext(count, budget)
  const { conversation } = dropOldestTurns(encoding, chat.conversation, { ...counting, ...budget })
  return renderChatRequest(encoding, { ...chat, conversation }, options)
}

/** How many tokens the line lets the answer have. */
function answerTokensOf({ max_tokens: count }: SamplingParams): number {
  return Number.isSafeInteger(count) && (count as number) > 0 ? (count as number) : 0
}

/** With the parameters that a line gives outright, under the engine's names. @param places first choice first */
function withOwnSamplingParams(places: readonly UncheckedObject[], params: SamplingParams): SamplingParams {
  return places.reduceRight((merged, { sampling_params: own }) => {
    return own == null ? merged : { ...merged, ...checkedObject(own, 'sampling_params') }
  }, params)
}

/**
 * Makes sure that parameters which nobody here looks into come out as they went in: JSON has numbers that JavaScript has not (`seed` goes up to 2⁶⁴), and
 * texts that nest deeper than it can write.
 *
 * @throws HarmonyError `invalid-request`
 */
function checkCarried(value: unknown, path: string, depth = MAX_SCHEMA_DEPTH): void {
  if (typeof value === 'number') {
    const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
    if (!isExact) throw invalidRequest(path, value, 'a number that JavaScript holds exactly')
  } else if (typeof value === 'object' && value !== null) {
    if (depth === 0)
      throw invalidRequest(
        path.split('.', 2).join('.'),
        value,
        `JSON that is nested at most ${MAX_SCHEMA_DEPTH} levels deep`,
      )
    for (const [key, inner] of Object.entries(value)) checkCarried(inner, `${path}.${key}`, depth - 1)
  }
}

/** @throws RangeError */
function checkCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0)
    throw new RangeError(`${name}: found ${String(value)}, wanted a whole number, 0 or more`)
}

/** @throws TypeError */
function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (value === undefined || choices.some((choice) => choice === value)) return
  throw new TypeError(`${name}: found ${quote(value)}, wanted one of ${choices.join(', ')}`)
}

function hasKeys(object: object): boolean {
  for (const _ in object) return true
  return false
}
