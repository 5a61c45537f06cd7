/**
 * The codes of {@link HarmonyError}, except the deviation codes, which `createParser`
 * throws only on request. `docs/errors.md` has a row for each; a test compares the two.
 */
export const ERROR_CODES = [
  'disallowed-special-token',
  'engine-failed',
  'engine-refused',
  'failed-request',
  'invalid-conversation',
  'invalid-header',
  'invalid-json',
  'invalid-line',
  'invalid-request',
  'invalid-token',
  'invalid-utf8',
  'line-too-long',
  'misplaced-content',
  'missing-package',
  'missing-tool-name',
  'refused-by-stack',
  'token-budget-exceeded',
  'unexpected-end',
  'unexpected-token',
  'unknown-encoding',
  'unknown-field',
  'unknown-reference',
  'unknown-role',
  'unknown-tool-call',
  'unsupported-content',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/**
 * The ways in which models break the grammar. The parser repairs and reports each of
 * them. `docs/deviations.md` has a row for each, with an example, the repair and where it
 * was seen; a test compares the two.
 */
export const DEVIATION_CODES = [
  'repeated-channel',
  'missing-message',
  'missing-start',
  'missing-role',
  'repeated-start',
  'repeated-role',
  'extra-stop',
  'text-between-messages',
  'text-before-header',
  'no-markup',
  'implicit-end',
  'empty-channel',
  'unknown-channel',
  'repeated-recipient',
  'header-noise',
  'header-spacing',
  'glued-content-type',
  'misplaced-recipient',
  'empty-recipient',
  'constrain-text',
  'foreign-author',
  'stray-call',
  'stray-marker',
  'end-of-text',
  'unterminated',
  'unterminated-header',
  'invalid-utf8',
] as const

export type DeviationCode = (typeof DEVIATION_CODES)[number]

/**
 * The values of `code` of a {@link HarmonyError}. Deviation codes occur only with
 * `onDeviation: 'error'`.
 */
export type HarmonyErrorCode = ErrorCode | DeviationCode

/** The place of an error in the input, and what was found there. */
export interface ErrorDetails {
  /** Index of the offending token in the given tokens, from 0. */
  readonly tokenIndex?: number | undefined
  /** JSON path of the offending value, such as `messages[2].content[0].text`. */
  readonly path?: string | undefined
  /** What was found there, shortened. */
  readonly evidence?: string | undefined
  readonly cause?: unknown
}

/**
 * The error for bad input: text, tokens or conversations that this library cannot read.
 * Wrong kinds of argument are `TypeError`s.
 *
 * @example
 * ```ts
 * import { HarmonyError, loadHarmonyEncoding } from 'gpt-oss-harmony'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * try {
 *   encoding.encode('<|end|>')
 * } catch (error) {
 *   console.log(error instanceof HarmonyError && error.code) // 'disallowed-special-token'
 * }
 * ```
 */
export class HarmonyError extends Error {
  override readonly name = 'HarmonyError'
  readonly code: HarmonyErrorCode
  readonly tokenIndex?: number
  readonly path?: string
  readonly evidence?: string

  constructor(code: HarmonyErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    if (details.tokenIndex !== undefined) this.tokenIndex = details.tokenIndex
    if (details.path !== undefined) this.path = details.path
    if (details.evidence !== undefined) this.evidence = details.evidence
  }
}

/**
 * Returns the error for an optional package that is not installed or cannot be loaded.
 */
export function missingPackage(name: string, cause: unknown): HarmonyError {
  return new HarmonyError(
    'missing-package',
    `${name}: cannot be loaded, wanted it installed: npm install ${name}`,
    {
      evidence: name,
      cause,
    },
  )
}

/** Returns a value as JSON for an error message, shortened to 60 characters. */
export function quote(value: unknown): string {
  let text: string | undefined
  try {
    text = typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)
  } catch {
    // Circular, too deep, or a toJSON that throws: only its type is shown.
  }
  text ??= Array.isArray(value) ? 'a list' : typeof value
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`
}
