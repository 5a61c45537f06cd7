import type { JsonValue } from '../json/index.js'

/** The parameters of a custom tool in Harmony: a function of one string. */
export const CUSTOM_TOOL_PARAMETERS: JsonValue = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
}

/** Returns the arguments of a call whose custom tool got `input`. */
export function customToolArguments(input: string): string {
  return JSON.stringify({ input })
}

/**
 * Returns the text that a custom tool gets: the string under `input` in the sampled arguments. Arguments of
 * any other shape are passed on as sampled, so that nothing is lost.
 */
export function customToolInput(argumentsText: string): string {
  try {
    const value = JSON.parse(argumentsText) as unknown
    if (typeof value === 'object' && value !== null && 'input' in value && typeof value.input === 'string')
      return value.input
  } catch {
    // Broken or cut JSON.
  }
  return argumentsText
}
