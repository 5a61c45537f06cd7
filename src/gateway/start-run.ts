import { runTurn, type TurnRun } from '../generate/index.js'
import { createGrammar } from '../grammar/index.js'
import type { ResponseFormat } from '../openai/index.js'
import type { ToolSet } from '../tools/index.js'
import type { Transcript } from '../transcript/index.js'
import type { AnswerContext } from './context.js'

/** What an answer is sampled from and how, whichever API asks for it. */
export interface AnswerRun {
  readonly transcript: Transcript
  /** Tokens that the prefill ends with. */
  readonly opening: readonly number[]
  readonly toolSet: ToolSet | undefined
  readonly responseFormat: ResponseFormat
  /** Whether the request brings tools of its own. */
  readonly hasTools: boolean
  readonly sampling: Readonly<Record<string, unknown>>
  readonly maxTokens: number | undefined
  readonly maxToolCalls?: number | undefined
}

/** Starts the run of an answer, within the gateway's limits. */
export function startRun({ options, signal }: AnswerContext, answer: AnswerRun): TurnRun {
  const { transcript, opening, toolSet, sampling, maxTokens, maxToolCalls } = answer
  return runTurn({
    engine: options.engine,
    transcript,
    tools: toolSet,
    unknownCalls: 'leave',
    opening,
    grammar: options.grammars === true ? grammarOf(answer) : undefined,
    sampling,
    // The answer's stream reads the tokens.
    events: 'tokens',
    limits: {
      maxTokens: leastOf(maxTokens, options.limits?.maxTokens),
      maxGenerations: options.limits?.maxGenerations ?? 20,
      maxToolCalls,
    },
    signal,
  })
}

/** A grammar describes whole turns: it cannot begin within a message that the prefill has opened. */
function grammarOf({ opening, responseFormat, hasTools }: AnswerRun) {
  if (opening.length > 0 || responseFormat.type === 'text' || hasTools) return undefined
  return createGrammar({ format: responseFormat })
}

export function leastOf(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return Math.min(one, other)
}
