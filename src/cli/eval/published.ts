import type { HarmonyEffort } from '../../openai/index.js'

/**
 * Published scores in percent at low, medium and high effort.
 *
 * Source: OpenAI, "gpt-oss-120b & gpt-oss-20b Model Card" (2025), without tools.
 */
export const PUBLISHED_SCORES = {
  'gpt-oss-120b/gpqa': { low: 65.3, medium: 72.4, high: 79.4 },
  'gpt-oss-120b/aime25': { low: 51.2, medium: 79.6, high: 93.0 },
  'gpt-oss-20b/gpqa': { low: 56.8, medium: 67.5, high: 70.9 },
  'gpt-oss-20b/aime25': { low: 38.8, medium: 75.0, high: 85.8 },
} as const satisfies Readonly<Record<string, Readonly<Record<HarmonyEffort, number>>>>

export type PublishedName = keyof typeof PUBLISHED_SCORES

export const PUBLISHED_NAMES = Object.keys(PUBLISHED_SCORES) as PublishedName[]
