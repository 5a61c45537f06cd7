import type * as Prometheus from 'prom-client'
import { missingPackage } from '../errors.js'

/** What a gateway counts. `prometheusMetrics` keeps it for Prometheus. */
export interface GatewayMetrics {
  requestEnded(route: string, status: number, seconds: number): void
  firstToken(route: string, seconds: number): void
  tokens(kind: 'prompt' | 'cached' | 'completion' | 'reasoning', count: number): void
  deviation(code: string): void
  active(change: 1 | -1): void
  /** The text that `/metrics` answers with, and its content type. */
  text(): Promise<string>
  readonly contentType: string
}

/**
 * Creates metrics for Prometheus through the optional package `prom-client`: `harmony_requests_total`,
 * `harmony_request_seconds`, `harmony_first_token_seconds`, `harmony_tokens_total`, `harmony_deviations_total` and
 * `harmony_active_requests`.
 *
 * @throws HarmonyError `missing-package` without prom-client
 */
export async function prometheusMetrics(): Promise<GatewayMetrics> {
  let prometheus: typeof Prometheus
  try {
    prometheus = await import('prom-client')
  } catch (cause) {
    throw missingPackage('prom-client', cause)
  }
  const { Counter, Gauge, Histogram } = prometheus
  const registers: Prometheus.Registry[] = [new prometheus.Registry()]
  const requests = new Counter({
    name: 'harmony_requests_total',
    help: 'Requests by route and status.',
    labelNames: ['route', 'status'],
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'harmony_request_seconds',
    help: 'Seconds from a request to the end of its answer.',
    labelNames: ['route'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300],
    registers,
  })
  const firstTokenSeconds = new Histogram({
    name: 'harmony_first_token_seconds',
    help: 'Seconds from a request to its first sampled token.',
    labelNames: ['route'],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const tokens = new Counter({
    name: 'harmony_tokens_total',
    help: 'Tokens: prompt, cached (of the prompt), completion, reasoning (of the completion).',
    labelNames: ['kind'],
    registers,
  })
  const deviations = new Counter({
    name: 'harmony_deviations_total',
    help: 'Repairs of what the model sampled, by code.',
    labelNames: ['code'],
    registers,
  })
  const active = new Gauge({
    name: 'harmony_active_requests',
    help: 'Answers that are being made.',
    registers,
  })
  return {
    requestEnded(route, status, seconds) {
      requests.inc({ route, status })
      requestSeconds.observe({ route }, seconds)
    },
    firstToken: (route, seconds) => firstTokenSeconds.observe({ route }, seconds),
    tokens: (kind, count) => tokens.inc({ kind }, count),
    deviation: (code) => deviations.inc({ code }),
    active: (change) => active.inc(change),
    text: () => registers[0].metrics(),
    contentType: registers[0].contentType,
  }
}
