import type { ConformanceVector } from './vector.js'
import { VECTORS_JSON } from './vectors.generated.js'

/**
 * The vectors of `conformance/vectors`, all groups one after the other.
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { compareResult, conformanceVectors } from 'gpt-oss-harmony/conformance'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * for (const vector of conformanceVectors) {
 *   if (vector.group !== 'utf8') continue
 *   const messages = encoding.parseMessagesFromCompletionTokens(vector.input.tokens, vector.input.role)
 *   const { outcome, differences } = compareResult(vector, { messages })
 *   if (outcome !== 'passed') throw new Error(`${vector.id}: ${differences.join('; ')}`)
 * }
 * ```
 */
export const conformanceVectors: readonly ConformanceVector[] = /* @__PURE__ */ readVectors()

function readVectors(): readonly ConformanceVector[] {
  return JSON.parse(VECTORS_JSON) as readonly ConformanceVector[]
}
