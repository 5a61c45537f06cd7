import { invalidRequest } from './invalid-request.js'

/**
 * An effort by any of OpenAI's names as one of the three that gpt-oss knows: the nearest. `none` is not among them, as gpt-oss always reasons.
 *
 * @throws HarmonyError `invalid-request`
 */
export function readReasoningEffort(effort: unknown): 'low' | 'medium' | 'high' | undefined {
  if (effort == null) return undefined
  const known =
    typeof effort === 'string' && Object.hasOwn(EFFORTS, effort)
      ? EFFORTS[effort as keyof typeof EFFORTS]
      : undefined
  if (known === undefined)
    throw invalidRequest('reasoning_effort', effort, `one of ${REASONING_EFFORTS.join(', ')}`)
  return known
}

const EFFORTS = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
} as const

/** Shortest first. */
export const REASONING_EFFORTS: readonly string[] = Object.keys(EFFORTS)
