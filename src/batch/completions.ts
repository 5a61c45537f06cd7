import type { UncheckedObject } from '../openai/index.js'
import type { HarmonyEncoding } from '../encoding.js'
import { quote, type DeviationCode } from '../errors.js'
import type { ParsedMessage } from '../message/index.js'
import { checkEncoding } from '../parse/index.js'
import {
  type AnswerOptions,
  type Completion,
  completionOf,
  type CompletionToolCall,
  type FinishReason,
} from './completion.js'
import { engineOutputOf, sampledOf, type Sampled } from './engine-output.js'
import {
  customIdOf,
  invalidLine,
  outcomeOf,
  outcomes,
  type Line,
  type LineOutcome,
  type LineReader,
} from './lines.js'
import { type PrefillInfo, prefillInfoOf } from './prefill-info.js'

/** What a line of an engine's output becomes. */
export interface CompletionRecord {
  /** The line's `custom_id`; `line-17` for a line that has none. */
  readonly customId: string
  /** The answers, several where several were asked for. */
  readonly completions: readonly Completion[]
  /** Known from the line itself, or from its prefill. */
  readonly promptTokenCount?: number
}

export interface CompletionOptions extends AnswerOptions {
  /** Looks up a line's prefill. A line whose prefill is not known then fails. */
  readonly prefillOf?: ((customId: string) => PrefillInfo | undefined) | undefined
}

/**
 * Makes what turns one line of an engine's output into its record.
 *
 * @throws TypeError for an unknown option value
 */
export function completionReader(
  encoding: HarmonyEncoding,
  { prefillOf, ...options }: CompletionOptions = {},
): LineReader<CompletionRecord> {
  const { text: textForm } = options
  if (textForm !== undefined && textForm !== 'markers' && textForm !== 'stripped')
    throw new TypeError(`text: found ${quote(textForm)}, wanted 'markers' or 'stripped'`)
  const recordOf = (line: UncheckedObject, lineNumber: number): CompletionRecord => {
    const ownId = customIdOf(line)
    // Lines are not counted as the prefills' were, which had other bad lines among them.
    if (ownId === undefined && prefillOf !== undefined)
      throw invalidLine(line, 'a custom_id, to find its prefill by')
    const customId = ownId ?? `line-${lineNumber}`
    const output = engineOutputOf(line)
    const joined = prefillOf?.(customId)
    if (prefillOf !== undefined && joined === undefined)
      throw invalidLine(customId, 'a custom_id of the prefill file')
    const answers = sampledOf(output, textForm !== undefined)
    // vLLM's HTTP endpoint has the prompt in each choice.
    const around = { ...line, ...output }
    const prefill =
      joined ??
      prefillInfoOf(encoding, around) ??
      prefillInfoOf(encoding, { ...around, ...answers[0].answer })
    const indexes = indexesOf(answers)
    return {
      customId,
      completions: answers.map((sampled, position) => {
        const index = indexes?.[position] ?? position
        const callIdPrefix = answers.length === 1 ? `call_${customId}` : `call_${customId}_${index}`
        return completionOf(encoding, sampled, { index, prefill, callIdPrefix }, options)
      }),
      ...(prefill === undefined ? {} : { promptTokenCount: prefill.promptTokenCount }),
    }
  }
  return (text, lineNumber) =>
    outcomeOf(text, lineNumber, (line) => recordOf(line, lineNumber), ENGINE_OUTPUT)
}

/** Engines are Python programs, and write numbers as those do. */
export const ENGINE_OUTPUT = { allowsPythonNumbers: true } as const

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
  checkEncoding(encoding, 'completionLines')
  return outcomes(lines, completionReader(encoding, options))
}

/** The engine's own, where they tell the answers apart. */
function indexesOf(answers: readonly Sampled[]): readonly number[] | undefined {
  const indexes = answers.flatMap(({ index }) => index ?? [])
  return answers.length > 1 && new Set(indexes).size === answers.length ? indexes : undefined
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
