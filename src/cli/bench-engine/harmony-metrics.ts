import type { HarmonyEncoding } from '../../encoding.js'
import type { DeviationCode } from '../../errors.js'
import { createParser, type TurnUsage } from '../../parse/index.js'
import type { Load } from './load.js'
import type { MeasuredRequest } from './measured-request.js'
import { sum, summaryOf, type Summary } from './statistics.js'

/** What `vllm bench serve` cannot see, because it does not read Harmony. */
export interface HarmonyMetrics {
  /** From sending a request to the first token of its answer's text, over the requests that have one. */
  readonly ttfftMs: Summary
  /** For each request in milliseconds, or `null` if it failed or did not get to an answer. */
  readonly firstFinalTimes: readonly (number | null)[]
  readonly usage: TurnUsage
  /** Of all sampled tokens, the part spent on reasoning: from 0 to 1. */
  readonly reasoningShare: number
  readonly deviations: Readonly<Partial<Record<DeviationCode, number>>>
  readonly requestsWithDeviations: number
  /** Of the prompts' tokens, how many came from the engine's prefix cache; `null` if it never says so. */
  readonly cachedTokens: number | null
}

/** Parses what the completed requests have sampled. */
export function harmonyMetrics(encoding: HarmonyEncoding, { requests }: Load): HarmonyMetrics {
  const usage = { total: 0, reasoning: 0, calls: 0, preamble: 0, final: 0 }
  const deviations: Partial<Record<DeviationCode, number>> = {}
  let requestsWithDeviations = 0
  const firstFinalTimes = requests.map((request) => {
    if (request.error !== undefined) return null
    const reading = readingOf(encoding, request)
    for (const kind of USAGE_KEYS) usage[kind] += reading.usage[kind]
    for (const code of reading.deviations) deviations[code] = (deviations[code] ?? 0) + 1
    if (reading.deviations.length > 0) requestsWithDeviations++
    return reading.firstFinalIndex === undefined
      ? null
      : arrivalTimeOf(request, reading.firstFinalIndex) - request.startTime
  })
  const cached = requests.flatMap(({ error, cachedTokens }) =>
    error === undefined && cachedTokens !== undefined ? [cachedTokens] : [],
  )
  return {
    ttfftMs: summaryOf(firstFinalTimes.filter((time) => time !== null)),
    firstFinalTimes,
    usage,
    reasoningShare: usage.total === 0 ? 0 : usage.reasoning / usage.total,
    deviations,
    requestsWithDeviations,
    cachedTokens: cached.length === 0 ? null : sum(cached),
  }
}

const USAGE_KEYS = ['total', 'reasoning', 'calls', 'preamble', 'final'] as const

interface Reading {
  readonly usage: TurnUsage
  readonly deviations: readonly DeviationCode[]
  /** The index of the first sampled token of the answer's text. */
  readonly firstFinalIndex: number | undefined
}

function readingOf(encoding: HarmonyEncoding, { arrivals, isStopWithheld }: MeasuredRequest): Reading {
  const deviations: DeviationCode[] = []
  let usage!: TurnUsage
  let isFinal = false
  let firstFinalIndex: number | undefined
  const parser = createParser(encoding, {
    onEvent(event) {
      if (event.type === 'message-start') isFinal = event.kind === 'final'
      else if (event.type === 'content-delta' && isFinal) firstFinalIndex ??= event.tokens.start
      else if (event.type === 'deviation') deviations.push(event.code)
      else if (event.type === 'turn-end') usage = event.usage
    },
  })
  for (const { tokens } of arrivals) parser.push(tokens)
  parser.end({ stopped: isStopWithheld })
  return { usage, deviations, firstFinalIndex }
}

function arrivalTimeOf({ arrivals }: MeasuredRequest, tokenIndex: number): number {
  let end = 0
  return arrivals.find(({ tokens }) => tokenIndex < (end += tokens.length))!.time
}
