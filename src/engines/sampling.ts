import { engineFailed, engineRefused } from './engine-error.js'
import type { GenerateOptions } from './engine.js'

/** The sampling parameters of an engine: vLLM's name → its own. */
export type SamplingNames = Readonly<Record<string, string>>

/** Returns names that an engine shares with vLLM. */
export function sameNames(names: readonly string[]): SamplingNames {
  return Object.fromEntries(names.map((name) => [name, name]))
}

/** The parameters that every server has, as most of them spell them. */
export const COMMON_NAMES = sameNames([
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'repetition_penalty',
])

/**
 * Returns sampling parameters under an engine's own names.
 *
 * @throws HarmonyError `engine-refused` for a parameter that the engine does not have
 */
export function translateSampling(
  engine: string,
  sampling: GenerateOptions['sampling'],
  names: SamplingNames,
): Record<string, unknown> {
  const translated: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(sampling ?? {})) {
    if (value === undefined) continue
    if (!Object.hasOwn(names, name))
      throw engineRefused(engine, `${name} cannot be expressed, wanted it left out`, `sampling.${name}`)
    translated[names[name]] = value
  }
  return translated
}

/** Returns the ids to stop at: the caller's, and those of the request. */
export function stopTokenIds({ stop, sampling }: GenerateOptions): number[] {
  const requested = sampling?.['stop_token_ids']
  return [...new Set([...stop, ...(Array.isArray(requested) ? (requested as number[]) : [])])]
}

/** Returns a checked list of token ids; none for a field that is absent. */
export function tokenIds(engine: string, value: unknown): readonly number[] {
  if (value == null) return []
  if (Array.isArray(value) && value.every((token) => Number.isInteger(token) && token >= 0))
    return value as number[]
  throw engineFailed(engine, `answered with ids that are none: ${JSON.stringify(value).slice(0, 80)}`)
}
