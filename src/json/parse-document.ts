import { HarmonyError, quote } from '../errors.js'
import { parseJson } from './written-json.js'

/**
 * Reads a document of unknown origin, as JSON text or as the value that it encodes.
 *
 * @param subject names the document in the error
 * @throws HarmonyError `invalid-json`
 */
export function parseDocument(json: unknown, subject: string): unknown {
  if (typeof json !== 'string') return json
  try {
    return parseJson(json)
  } catch (cause) {
    const evidence = quote(json)
    throw new HarmonyError('invalid-json', `${subject}: found ${evidence}, wanted JSON: ${String(cause)}`, {
      evidence,
      cause,
    })
  }
}
