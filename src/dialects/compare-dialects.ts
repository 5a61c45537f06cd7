import type { HarmonyEncoding } from '../encoding.js'
import { HarmonyError } from '../errors.js'
import { checkEncoding } from '../parse/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { type Dialect, type DialectOptions, DIALECTS, type Loss } from './dialect.js'
import { renderInDialect } from './render-in-dialect.js'

export interface CompareDialectsOptions extends Omit<DialectOptions, 'dialect'> {
  /** The stack that serves; the others are compared with it. */
  readonly served: Dialect
}

/** What becomes of a request in one stack, next to the stack that serves. */
export type DialectComparison = { readonly dialect: Dialect } & (
  | { readonly outcome: 'equal'; readonly lost: readonly Loss[] }
  | {
      readonly outcome: 'different'
      readonly lost: readonly Loss[]
      /** Index of the first token that differs. */
      readonly tokenIndex: number
      /** The role of the message in which it stands, in the prompt of the stack that serves. */
      readonly role: string
    }
  | { readonly outcome: 'refused'; readonly error: HarmonyError }
)

/**
 * Renders a request in every dialect and compares each prompt with that of the stack that serves.
 *
 * @throws HarmonyError as `renderInDialect`, for the stack that serves
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { compareDialects } from 'gpt-oss-harmony/dialects'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const request = {
 *   messages: [
 *     { role: 'system', content: 'Be brief.' },
 *     { role: 'user', content: 'Hi' },
 *   ],
 * }
 * const others = compareDialects(encoding, request, { served: 'vllm', date: '2025-06-28' })
 * console.log(others.filter(({ outcome }) => outcome === 'equal').map(({ dialect }) => dialect)) // ['vllm-rust', 'unsloth']
 * ```
 */
export function compareDialects(
  encoding: HarmonyEncoding,
  request: unknown,
  { served, ...options }: CompareDialectsOptions,
): readonly DialectComparison[] {
  checkEncoding(encoding, 'compareDialects')
  const { tokens } = renderInDialect(encoding, request, { ...options, dialect: served })
  return DIALECTS.filter((dialect) => dialect !== served).map((dialect): DialectComparison => {
    let other
    try {
      other = renderInDialect(encoding, request, { ...options, dialect })
    } catch (error) {
      if (!isRefusal(error)) throw error
      return { dialect, outcome: 'refused', error }
    }
    const { lost } = other
    const differing = tokens.findIndex((token, index) => token !== other.tokens[index])
    if (differing === -1 && tokens.length === other.tokens.length) return { dialect, outcome: 'equal', lost }
    const tokenIndex = differing === -1 ? tokens.length : differing
    return { dialect, outcome: 'different', lost, tokenIndex, role: roleAt(encoding, tokens, tokenIndex) }
  })
}

// `instanceof` alone would leave its type parameter `any`.
function isRefusal(error: unknown): error is HarmonyError {
  return error instanceof HarmonyError && error.code === 'refused-by-stack'
}

/** The role in the header before a token; a tool's stands for its name. */
function roleAt(encoding: HarmonyEncoding, tokens: readonly number[], tokenIndex: number): string {
  const start = tokens.lastIndexOf(SPECIAL_TOKENS.START, Math.min(tokenIndex, tokens.length - 1))
  const [role] = /^[a-z]+/.exec(encoding.decode(tokens.slice(start + 1, start + 4))) ?? ['unknown']
  return role === 'functions' ? 'tool' : role
}
