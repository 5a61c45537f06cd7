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

/** Reads the rows that conformance/pack.mjs has written. */
function readVectors(): readonly ConformanceVector[] {
  const rows = JSON.parse(VECTORS_JSON) as readonly Row[]
  let source: string
  return rows.map(([id, input, expected, newSource, note]) => {
    source = newSource ?? source
    const group = id.slice(0, id.indexOf('/'))
    return { id, group, input, expected, source, ...(note !== undefined && { note }) } as ConformanceVector
  })
}

type Row = readonly [id: string, input: object, expected: object, source: string | null, note?: string]
