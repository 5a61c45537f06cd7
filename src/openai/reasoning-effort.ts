import { invalidRequest } from './invalid-request.js'

/** The efforts that gpt-oss knows, as `systemMessage` takes them. Shortest first. */
export const HARMONY_EFFORTS = ['low', 'medium', 'high'] as const

export type HarmonyEffort = (typeof HARMONY_EFFORTS)[number]

/**
 * Reads an effort by any of OpenAI's names as the nearest of the three that gpt-oss knows. `none` is refused:
 * gpt-oss always reasons.
 *
 * @param path where the effort stands: `reasoning_effort`, or `reasoning.effort`
 * @throws HarmonyError `invalid-request`
 */
export function readReasoningEffort(effort: unknown, path = 'reasoning_effort'): HarmonyEffort | undefined {
  if (effort == null) return undefined
  if (typeof effort === 'string' && Object.hasOwn(EFFORTS, effort))
    return EFFORTS[effort as keyof typeof EFFORTS]
  throw invalidRequest(path, effort, `one of ${REASONING_EFFORTS.join(', ')}`)
}

/**
 * Returns the effort that an SDK's setting asks for. Where a request's `none` is refused, an SDK's is the nearest
 * level, `low`: agents carry one setting from model to model.
 */
export function effortOfSetting<Effort extends string | null | undefined>(effort: Effort): Effort | 'low' {
  return effort === 'none' ? 'low' : effort
}

const EFFORTS = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
} as const satisfies Readonly<Record<string, HarmonyEffort>>

/** Shortest first. */
export const REASONING_EFFORTS: readonly string[] = Object.keys(EFFORTS)
