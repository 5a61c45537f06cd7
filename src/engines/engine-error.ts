import { HarmonyError, quote } from '../errors.js'

/** The error for an engine that cannot be reached, broke off or failed. What it says goes into the message. */
export function engineFailed(engine: string, words: string, cause?: unknown): HarmonyError {
  return new HarmonyError('engine-failed', `${engine}: ${words}`, { evidence: shortened(words), cause })
}

/** The error for a request that an engine does not take. What it says goes into the message. */
export function engineRefused(engine: string, words: string, path?: string): HarmonyError {
  return new HarmonyError('engine-refused', `${engine}: ${words}`, {
    evidence: shortened(words),
    ...(path !== undefined && { path }),
  })
}

/**
 * Returns an engine's own words for what went wrong: `{"error":{"message":…}}`, `{"message":…}`, `{"detail":…}`
 * or text.
 */
export function wordsIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value !== 'object' || value === null) return undefined
  const { error, message, detail } = value as Readonly<Record<string, unknown>>
  const words = wordsIn(error) ?? wordsIn(message) ?? wordsIn(detail)
  // FastAPI lists what it has against a body.
  return words ?? (Array.isArray(detail) ? quote(detail) : undefined)
}

function shortened(words: string): string {
  return words.length <= 200 ? words : `${words.slice(0, 199)}…`
}
