import { quote } from '../errors.js'

/** What a run may cost. A run that reaches one ends; another run goes on from there. */
export interface TurnLimits {
  /** Sampled tokens, all generations together: the run ends with `length`. Default: what the engine's context holds. */
  readonly maxTokens?: number | undefined
  /** Samplings: the run ends with `limit`. Default 100. */
  readonly maxGenerations?: number | undefined
  /** Calls that tools run: the run ends with `limit` before the call after them. Default: as many as there are. */
  readonly maxToolCalls?: number | undefined
}

/** Limits with their defaults; `Infinity` for none. */
export type CheckedLimits = { readonly [Limit in keyof TurnLimits]-?: number }

/** @throws RangeError for what is no count */
export function checkedLimits({
  maxTokens = Infinity,
  maxGenerations = 100,
  maxToolCalls = Infinity,
}: TurnLimits): CheckedLimits {
  const limits = { maxTokens, maxGenerations, maxToolCalls }
  for (const [name, limit] of Object.entries(limits)) {
    if (limit !== Infinity && !(Number.isInteger(limit) && limit >= 0))
      throw new RangeError(`limits.${name}: found ${quote(limit)}, wanted a whole number from 0`)
  }
  return limits
}
