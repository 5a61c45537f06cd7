import type { HarmonyEncoding } from '../../encoding.js'
import {
  type DescribedPrompt,
  type DescribedTurn,
  describePrompt,
  describeTurn,
  isPrompt,
  type SampledAnswer,
  type SampledInput,
} from '../../inspect/index.js'

/** One answer or prompt of an input, described. */
export interface Inspected {
  /** What it was recognised as: `SGLang /generate, a stream`. */
  readonly source: string
  readonly tokens: readonly number[]
  readonly described: DescribedTurn | DescribedPrompt
}

/** Describes each answer of an input. @throws HarmonyError `invalid-token` */
export function inspectedOf(encoding: HarmonyEncoding, input: SampledInput): readonly Inspected[] {
  return input.answers.map((answer, index) => {
    const { tokens } = answer
    const described = isPrompt(encoding, tokens)
      ? describePrompt(encoding, tokens)
      : describeTurn(encoding, tokens, answer)
    return { source: sourceOf(input, answer, index), tokens, described }
  })
}

function sourceOf({ source, isStream, lines, answers }: SampledInput, answer: SampledAnswer, index: number) {
  return [
    source,
    ...(isStream ? ['a stream'] : []),
    ...(lines === undefined ? [] : [`line ${lines.number}; ${lines.count} lines`]),
    ...(answers.length === 1 ? [] : [`answer ${index + 1} of ${answers.length}`]),
    ...(answer.isExact ? [] : ['ids that spell the text']),
  ].join(', ')
}
