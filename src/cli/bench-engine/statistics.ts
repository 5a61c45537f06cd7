/** The statistics of a metric; all 0 where there are no values, as in `vllm bench serve`. */
export interface Summary {
  readonly mean: number
  readonly median: number
  /** The population's standard deviation. */
  readonly std: number
  readonly p99: number
}

export function summaryOf(values: readonly number[]): Summary {
  if (values.length === 0) return { mean: 0, median: 0, std: 0, p99: 0 }
  const sorted = Float64Array.from(values).sort()
  const mean = sum(values) / values.length
  const variance = sum(values.map((value) => (value - mean) ** 2)) / values.length
  return { mean, median: percentile(sorted, 50), std: Math.sqrt(variance), p99: percentile(sorted, 99) }
}

/** Interpolates linearly between the two closest values, as NumPy does by default. */
function percentile(sorted: Float64Array, percent: number): number {
  const place = ((sorted.length - 1) * percent) / 100
  const below = Math.floor(place)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below)
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
