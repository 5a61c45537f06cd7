import type { UncheckedObject } from '../openai/index.js'
import type { HarmonyEncoding } from '../encoding.js'
import type { DeviationCode } from '../errors.js'
import { parseTokens } from '../parse/index.js'
import { type ParsedMessage } from '../message/index.js'
import { finalTextOf, reasoningOf, toolCallsOf, type TurnAction, turnActionOf } from '../turn/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { sampledOf, tokenList, type Sampled } from './engine-output.js'
import {
  customIdOf,
  invalidLine,
  outcomeOf,
  outcomes,
  type Line,
  type LineOutcome,
  type LineReader,
} from './lines.js'
import { openedHeaderOf } from './opened-header.js'

/** One answer of an engine. */
export interface Completion {
  /** Which of several answers to the same prompt; 0 where there is one. */
  readonly index: number
  readonly messages: readonly ParsedMessage[]
  /** The analysis messages, joined by line breaks. */
  readonly reasoning: string
  /** The messages on `final`, joined by line breaks. */
  readonly final: string
  readonly toolCalls: readonly CompletionToolCall[]
  readonly finishReason: FinishReason
  /** How often the tokens broke the grammar, by kind; empty for nearly all. */
  readonly deviations: Readonly<Partial<Record<DeviationCode, number>>>
  readonly completionTokenCount: number
}

/** A call, in the form of Chat Completions. */
export interface CompletionToolCall {
  readonly id: string
  readonly type: 'function'
  readonly function: {
    /** As in the request's tools; a tool's full name where it is no function of the request's (`browser.search`). */
    readonly name: string
    /** As sampled. */
    readonly arguments: string
  }
}

export type FinishReason = 'stop' | 'tool_calls' | 'length'

/** What a line of an engine's output becomes. */
export interface CompletionRecord {
  /** The line's `custom_id`; `line-17` for a line that has none. */
  readonly customId: string
  /** The answers, several where several were asked for. */
  readonly completions: readonly Completion[]
  /** Known from the line itself, or from its prefill. */
  readonly promptTokenCount?: number
}

/** What a prefill says on how to read its answer. */
export interface PrefillInfo {
  /** The tokens behind `<|start|>assistant`. */
  readonly openedHeader: readonly number[]
  readonly promptTokenCount: number
  readonly toolNames?: Readonly<Record<string, string>>
}

export interface CompletionOptions {
  /** Looks up a line's prefill. A line whose prefill is not known then fails. */
  readonly prefillOf?: ((customId: string) => PrefillInfo | undefined) | undefined
}

/** Makes what turns one line of an engine's output into its record. */
export function completionReader(
  encoding: HarmonyEncoding,
  { prefillOf }: CompletionOptions = {},
): LineReader<CompletionRecord> {
  return (text, lineNumber) =>
    outcomeOf(text, lineNumber, (line) => {
      const ownId = customIdOf(line)
      // Lines are not counted as the prefills' were, which had other bad lines among them.
      if (ownId === undefined && prefillOf !== undefined)
        throw invalidLine(line, 'a custom_id, to find its prefill by')
      const customId = ownId ?? `line-${lineNumber}`
      const joined = prefillOf?.(customId)
      if (prefillOf !== undefined && joined === undefined)
        throw invalidLine(customId, 'a custom_id of the prefill file')
      const answers = sampledOf(line)
      // vLLM's HTTP endpoint has the prompt in each choice.
      const prefill =
        joined ?? prefillInfoOf(encoding, line) ?? prefillInfoOf(encoding, { ...line, ...answers[0].answer })
      const indexes = indexesOf(answers)
      return {
        customId,
        completions: answers.map((sampled, position) => {
          const index = indexes?.[position] ?? position
          const callIdPrefix = answers.length === 1 ? `call_${customId}` : `call_${customId}_${index}`
          return completionOf(encoding, sampled, { index, prefill, callIdPrefix })
        }),
        ...(prefill === undefined ? {} : { promptTokenCount: prefill.promptTokenCount }),
      }
    })
}

/**
 * The answers in an engine's output, line by line; blank lines are passed over. A bad line is a failure among the records and ends nothing. What
 * breaks the grammar is repaired and counted.
 *
 * @param lines JSON texts with sampled ids under `token_ids`, `output_ids`, `tokens` or `generated_tokens`, or in `outputs` or `choices`
 *
 * Source: docs/prefill.md, "Answers".
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { completionLines } from 'gpt-oss-harmony/prefill'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const lines = ['{"custom_id": "a", "token_ids": [200005, 17196, 200008, 12194, 200002]}']
 * for await (const outcome of completionLines(encoding, lines)) {
 *   if ('record' in outcome) console.log(outcome.record.completions[0]?.final) // 'Hi'
 * }
 * ```
 */
export function completionLines(
  encoding: HarmonyEncoding,
  lines: AsyncIterable<Line> | Iterable<Line>,
  options?: CompletionOptions,
): AsyncGenerator<LineOutcome<CompletionRecord>, void, undefined> {
  return outcomes(lines, completionReader(encoding, options))
}

/**
 * What a line of a prefill file, or an engine's output that repeats its prompt, says on how to read the answer; `undefined` where it has no
 * prompt.
 *
 * @throws HarmonyError `invalid-line`
 */
export function prefillInfoOf(encoding: HarmonyEncoding, line: UncheckedObject): PrefillInfo | undefined {
  const key = PROMPT_KEYS.find((candidate) => Array.isArray(line[candidate]))
  if (key === undefined) return undefined
  const promptTokenIds = tokenList(line[key], key)
  const toolNames = toolNamesOf(line['tool_names'])
  return {
    openedHeader: openedHeaderOf(encoding, promptTokenIds),
    promptTokenCount: promptTokenIds.length,
    ...(toolNames === undefined ? {} : { toolNames }),
  }
}

const PROMPT_KEYS = ['prompt_token_ids', 'tokenized_prompt'] as const

/** An object, or one written as JSON, as in a Parquet column. */
function toolNamesOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value == null) return undefined
  let names: unknown = value
  if (typeof value === 'string') {
    try {
      names = JSON.parse(value) as unknown
    } catch {
      throw invalidLine(value, 'tool_names as JSON')
    }
  }
  const isMap =
    typeof names === 'object' &&
    names !== null &&
    Object.values(names).every((name) => typeof name === 'string')
  if (!isMap) throw invalidLine(value, 'tool_names as an object of strings')
  return names as Readonly<Record<string, string>>
}

/** The engine's own, where they tell the answers apart. */
function indexesOf(answers: readonly Sampled[]): readonly number[] | undefined {
  const indexes = answers.flatMap(({ index }) => index ?? [])
  return answers.length > 1 && new Set(indexes).size === answers.length ? indexes : undefined
}

interface Surroundings {
  readonly index: number
  readonly prefill: PrefillInfo | undefined
  readonly callIdPrefix: string
}

/** @throws HarmonyError `invalid-token` */
function completionOf(
  encoding: HarmonyEncoding,
  { tokens, isStopped, stopToken }: Sampled,
  { index, prefill, callIdPrefix }: Surroundings,
): Completion {
  const last = tokens.at(-1)
  const ending = isTurnStop(last) ? last : isTurnStop(stopToken) ? stopToken : null
  const read = [
    ...(prefill?.openedHeader ?? []),
    ...tokens,
    ...(ending === null || ending === last ? [] : [ending]),
  ]
  const { messages, deviations } = parseTokens(encoding, read, { stopped: isStopped })

  // A call whose header the end has cut may be a call to another function: the name goes on.
  const isHeaderCut =
    ending === null && deviations.at(-1)?.code === 'unterminated-header' && messages.at(-1)?.content === ''
  const toolCalls = toolCallsOf(isHeaderCut ? messages.slice(0, -1) : messages).map((call, position) => ({
    id: `${callIdPrefix}_${position}`,
    type: 'function' as const,
    function: { name: nameInRequest(call.name, prefill?.toolNames), arguments: call.arguments },
  }))
  const counts: Partial<Record<DeviationCode, number>> = {}
  for (const { code } of deviations) counts[code] = (counts[code] ?? 0) + 1
  return {
    index,
    messages,
    reasoning: reasoningOf(messages),
    final: finalTextOf(messages),
    toolCalls,
    finishReason:
      FINISH_REASONS[
        ending === null && isStopped ? actionWithoutToken(messages) : turnActionOf(messages, ending)
      ],
    deviations: counts,
    completionTokenCount: tokens.length,
  }
}

const FINISH_REASONS = { return: 'stop', call: 'tool_calls', length: 'length' } as const satisfies Record<
  TurnAction,
  FinishReason
>

function isTurnStop(token: number | undefined): token is number {
  return (
    token === SPECIAL_TOKENS.RETURN || token === SPECIAL_TOKENS.CALL || token === SPECIAL_TOKENS.END_OF_TEXT
  )
}

/** The engine stopped and does not say on what: what the turn ends with tells. */
function actionWithoutToken(messages: readonly ParsedMessage[]): TurnAction {
  return turnActionOf(messages, SPECIAL_TOKENS.RETURN)
}

function nameInRequest(name: string, toolNames: Readonly<Record<string, string>> = {}): string {
  return Object.hasOwn(toolNames, name) ? toolNames[name] : name
}

/** A record in the form of output lines, keys in snake_case: one for each answer. */
export function completionRecordToJson({
  customId,
  completions,
  promptTokenCount,
}: CompletionRecord): CompletionRecordJson[] {
  return completions.map((completion) => ({
    custom_id: customId,
    ...(completions.length === 1 ? {} : { index: completion.index }),
    messages: completion.messages,
    reasoning: completion.reasoning,
    final: completion.final,
    tool_calls: completion.toolCalls,
    finish_reason: completion.finishReason,
    deviations: completion.deviations,
    ...(promptTokenCount === undefined ? {} : { num_prompt_tokens: promptTokenCount }),
    num_completion_tokens: completion.completionTokenCount,
  }))
}

export interface CompletionRecordJson {
  readonly custom_id: string
  /** Which of several answers; absent where there is one. */
  readonly index?: number
  readonly messages: readonly ParsedMessage[]
  readonly reasoning: string
  readonly final: string
  readonly tool_calls: readonly CompletionToolCall[]
  readonly finish_reason: FinishReason
  readonly deviations: Readonly<Partial<Record<DeviationCode, number>>>
  readonly num_prompt_tokens?: number
  readonly num_completion_tokens: number
}
