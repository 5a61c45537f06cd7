import type { HarmonyEncoding } from '../../encoding.js'
import type { HarmonyMetrics } from './harmony-metrics.js'
import type { Load } from './load.js'
import type { LoadSettings } from './report.js'
import { chunkGapsOf, firstTokenTimeOf, latencyOf, type ServingMetrics } from './serving-metrics.js'
import type { Summary } from './statistics.js'

/**
 * Returns the JSON that `vllm bench serve --save-result --save-detailed` writes for a generation run, under the same
 * keys, and Harmony's own figures under `harmony`. Lists are in the order of the prompts and in seconds, as there.
 */
export function resultJson(
  encoding: HarmonyEncoding,
  settings: LoadSettings,
  { requests, startTime }: Load,
  serving: ServingMetrics,
  harmony: HarmonyMetrics,
): Record<string, unknown> {
  const seconds = (milliseconds: number) => milliseconds / 1000
  return {
    date: new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15),
    backend: settings.engine,
    model_id: settings.model ?? null,
    num_prompts: settings.promptCount,
    request_rate: settings.requestRate === Infinity ? 'inf' : settings.requestRate,
    burstiness: 1,
    max_concurrency: settings.maxConcurrency === Infinity ? null : settings.maxConcurrency,
    seed: settings.seed,
    duration: serving.durationSeconds,
    completed: serving.completed,
    failed: serving.failed,
    total_input_tokens: serving.inputTokens,
    total_output_tokens: serving.outputTokens,
    request_throughput: serving.requestThroughput,
    request_goodput: null,
    output_throughput: serving.outputThroughput,
    total_token_throughput: serving.totalTokenThroughput,
    max_output_tokens_per_s: serving.peakOutputThroughput,
    max_concurrent_requests: serving.peakConcurrency,
    ...summaryFields('ttft', serving.ttftMs),
    ...summaryFields('tpot', serving.tpotMs),
    ...summaryFields('itl', serving.itlMs),
    ...summaryFields('e2el', serving.e2elMs),
    harmony: {
      ...summaryFields('ttfft', harmony.ttfftMs),
      ttffts: harmony.firstFinalTimes.map((time) => (time === null ? null : seconds(time))),
      usage: harmony.usage,
      reasoning_share: harmony.reasoningShare,
      deviations: harmony.deviations,
      requests_with_deviations: harmony.requestsWithDeviations,
      cached_tokens: harmony.cachedTokens,
    },
    input_lens: requests.map(({ promptLength }) => promptLength),
    output_lens: requests.map(({ error, outputLength }) => (error === undefined ? outputLength : 0)),
    ttfts: requests.map((request) => seconds(firstTokenTimeOf(request))),
    itls: requests.map((request) => chunkGapsOf(request).map(seconds)),
    latencies: requests.map((request) => seconds(latencyOf(request))),
    start_times: requests.map((request) => seconds(request.startTime - startTime)),
    queue_times: requests.map((request) => seconds(request.startTime - request.dueTime)),
    generated_texts: requests.map(({ error, arrivals }) =>
      error === undefined ? encoding.decode(arrivals.flatMap(({ tokens }) => tokens)) : '',
    ),
    errors: requests.map(({ error }) => error ?? ''),
  }
}

function summaryFields(name: string, { mean, median, std, p99 }: Summary): Record<string, number> {
  return {
    [`mean_${name}_ms`]: mean,
    [`median_${name}_ms`]: median,
    [`std_${name}_ms`]: std,
    [`p99_${name}_ms`]: p99,
  }
}
