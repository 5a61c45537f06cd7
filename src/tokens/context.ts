import { HarmonyError, quote } from '../errors.js'
import type { TokenCount, TokenPart } from './count-tokens.js'

/** The context length of gpt-oss, in tokens. */
export const CONTEXT_LIMIT = 131072

export interface ContextBudget {
  /** The engine's context length, for prompt and completion together. Default 131072. */
  readonly limit?: number | undefined
  /** The number of tokens to reserve for the completion. Default 0. */
  readonly reserve?: number | undefined
}

/**
 * The error for a prompt that exceeds the budget. Its message names the longest parts and
 * the longest message.
 */
export class TokenBudgetError extends HarmonyError {
  readonly count: TokenCount
  readonly limit: number
  readonly reserve: number

  constructor(count: TokenCount, { limit, reserve }: CheckedBudget) {
    const parts = (Object.entries(count.byPart) as [TokenPart, number][]).filter(([, tokens]) => tokens > 0)
    parts.sort(([, a], [, b]) => b - a)
    const longest = parts.slice(0, 3).map(([part, tokens]) => `${part} ${tokens}`)
    const longestMessage = count.byMessage.indexOf(count.byMessage.reduce((a, b) => Math.max(a, b), 0))
    const path = longestMessage === -1 ? undefined : `messages[${longestMessage}]`
    const inMessage =
      path === undefined ? '' : `; the longest message is ${path} with ${count.byMessage[longestMessage]}`
    super(
      'token-budget-exceeded',
      `context: found ${count.total} tokens (${longest.join(', ')}${inMessage}), wanted at most ${limit - reserve}` +
        (reserve === 0 ? '' : `, ${limit} less ${reserve} in reserve`),
      { evidence: longest.join(', '), ...(path !== undefined && { path }) },
    )
    this.count = count
    this.limit = limit
    this.reserve = reserve
  }
}

/**
 * Returns whether a prompt leaves room for the reserve.
 *
 * @param count the result of `countTokens`, or a number of tokens
 * @throws RangeError for a limit or reserve that is negative or not a whole number; TypeError for another `count`
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { countTokens, fitsContext } from 'gpt-oss-harmony/tokens'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const count = countTokens(encoding, { messages: [{ role: 'user', content: 'Hi' }] }, { nextRole: 'assistant' })
 * console.log(fitsContext(count, { reserve: 16384 })) // true
 * console.log(fitsContext(count, { limit: 1024, reserve: 1020 })) // false
 * ```
 */
export function fitsContext(count: TokenCount | number, budget: ContextBudget = {}): boolean {
  const { limit, reserve } = checkedBudget(budget)
  const total: unknown = typeof count === 'number' ? count : (count as TokenCount | undefined)?.total
  // NaN is neither too large nor right.
  if (typeof total !== 'number' || Number.isNaN(total))
    throw new TypeError(
      `count: found ${quote(count)}, wanted what countTokens returns, or a number of tokens`,
    )
  return total + reserve <= limit
}

/**
 * Checks that a prompt leaves room for the reserve.
 *
 * @throws TokenBudgetError if it does not
 * @throws RangeError and TypeError as `fitsContext`
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { assertFitsContext, countTokens, TokenBudgetError } from 'gpt-oss-harmony/tokens'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const count = countTokens(encoding, { messages: [{ role: 'tool', name: 'functions.read', content: 'word '.repeat(500) }] })
 * try {
 *   assertFitsContext(count, { limit: 400 })
 * } catch (error) {
 *   console.log(error instanceof TokenBudgetError && error.path) // 'messages[0]'
 * }
 * ```
 */
export function assertFitsContext(count: TokenCount, budget: ContextBudget = {}): void {
  if (!fitsContext(count, budget)) throw new TokenBudgetError(count, checkedBudget(budget))
}

interface CheckedBudget {
  readonly limit: number
  readonly reserve: number
}

function checkedBudget({ limit = CONTEXT_LIMIT, reserve = 0 }: ContextBudget): CheckedBudget {
  for (const [name, value] of Object.entries({ limit, reserve })) {
    if (!Number.isInteger(value) || value < 0)
      throw new RangeError(`${name}: found ${String(value)}, wanted a whole number, 0 or more`)
  }
  return { limit, reserve }
}
