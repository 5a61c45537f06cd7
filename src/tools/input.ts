import { isObject, type SchemaChecker } from '../json/index.js'
import type { ToolCall } from '../turn/index.js'
import { checkWithSchema, isStandardJsonSchema, type ToolInput } from './parameters.js'

/**
 * Reads a call's arguments.
 *
 * @param parse reads the text, for tools that do not take JSON as it is
 * @param check checks by the tool's JSON Schema
 */
export async function readJsonInput(
  call: ToolCall,
  parameters: object | undefined,
  parse: ((text: string) => unknown) | undefined,
  check: SchemaChecker | undefined,
): Promise<ToolInput> {
  if (call.error !== undefined)
    return { error: `the arguments are not valid JSON (${call.error.message}). Send one JSON object.` }
  const { json } = call
  if (!isObject(json)) return { error: 'the arguments are not a JSON object. Send one JSON object.' }

  if (parameters !== undefined && isStandardJsonSchema(parameters)) {
    const checked = await checkWithSchema(parameters, json)
    return 'error' in checked
      ? { error: `the arguments do not fit the tool's schema: ${checked.error}` }
      : checked
  }
  const problem = check?.(json)
  if (problem !== undefined) return { error: `the arguments do not fit the tool's schema: ${problem}` }
  if (parse === undefined) return { value: json }
  try {
    return { value: await parse(call.arguments) }
  } catch (error) {
    return {
      error: `the arguments cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}
