import { HarmonyError } from 'gpt-oss-harmony'
import {
  type DescribedTurn,
  describeTurn,
  readSampled,
  type SampledAnswer,
  type SampledInput,
} from '../../../src/inspect/index.js'
import type { TokenGroup, TokenMark } from '../token-rows.js'
import { encoding } from '../token-text.js'
import { headerText, toneOf } from '../tone.js'
import type { ReadSource } from './read-state.js'

/** Recognises what was pasted, or says what is wrong with it. */
export function readInput({ text }: ReadSource): SampledInput | string {
  try {
    return readSampled(encoding, text)
  } catch (error) {
    if (error instanceof HarmonyError) return error.message
    throw error
  }
}

/** A turn as it stands after some of its tokens. */
export interface ReadTurn {
  readonly described: DescribedTurn
  readonly groups: readonly TokenGroup[]
  readonly marks: readonly TokenMark[]
}

/** Reads the first `count` tokens of an answer; all of them end it, fewer leave it open. */
export function readTurn(answer: SampledAnswer, tools: string, count: number): ReadTurn {
  const { tokens, prefill, promptTokens, stopped, tools: named } = answer
  const names = tools.split(',').flatMap((name) => name.trim() || [])
  const described = describeTurn(encoding, tokens.slice(0, count), {
    prefill,
    promptTokens,
    stopped: count === tokens.length && stopped,
    tools: names.length > 0 ? names : named,
  })
  const { messages, deviations } = described
  const groups: TokenGroup[] = []
  const fillTo = (end: number, heading: string) => {
    const start = groups.at(-1)?.end ?? 0
    if (end > start) groups.push({ heading, tone: 'other', start, end })
  }
  messages.forEach(({ message, tokens: { start, end } }, index) => {
    fillTo(start, 'no message')
    groups.push({ heading: `${index} ${headerText(message)}`, tone: toneOf(message), start, end })
  })
  fillTo(count, 'no message')
  fillTo(tokens.length, 'not sampled yet')
  const marks = deviations.map(({ code, tokens: { start, end } }) => ({ label: code, start, end }))
  return { described, groups, marks }
}
