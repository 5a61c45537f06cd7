import { parseKeeping } from '../json/index.js'

/**
 * Reads a Chat Completions body for `renderInDialect`. Templates print the arguments of
 * calls and the defaults of parameters as Python does, `1.0` as `1.0`, and properties in
 * their order, which `JSON.parse` does not keep.
 *
 * @throws SyntaxError as `JSON.parse`
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { parseDialectRequest, renderInDialect } from 'gpt-oss-harmony/dialects'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const call = '{"function": {"name": "pour", "arguments": {"litres": 1.0}}}'
 * const messages = `[{"role": "user", "content": "Pour"}, {"role": "assistant", "tool_calls": [${call}]}]`
 * const request = parseDialectRequest(`{"messages": ${messages}}`)
 * const { tokens } = renderInDialect(encoding, request, { dialect: 'hf', date: '2025-06-28' })
 * console.log(encoding.decode(tokens).includes('{"litres": 1.0}<|call|>')) // true
 * ```
 */
export function parseDialectRequest(text: string): unknown {
  return parseKeeping(text, ['arguments', 'parameters'])
}
