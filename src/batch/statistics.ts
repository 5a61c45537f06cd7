/** A count of records by length: those of `from` up to, not including, `to` tokens. */
export interface HistogramBar {
  readonly from: number
  readonly to: number
  readonly count: number
}

export interface StatisticsSummary {
  readonly records: number
  readonly failed: number
  readonly failed_by_code: Readonly<Record<string, number>>
  readonly tokens: number
  readonly mean_tokens: number
  /** At least this part of the records has at most that many tokens; no more than an eighth too high. */
  readonly percentiles: Readonly<Record<'p50' | 'p90' | 'p99', number>>
  readonly longest: LongestRecord | null
  readonly tallies: Readonly<Record<string, number>>
  readonly histogram: readonly HistogramBar[]
}

export interface LongestRecord {
  readonly custom_id: string
  readonly line: number
  readonly tokens: number
}

/** What a {@link Statistics} remembers, as plain data. */
export interface StatisticsState {
  readonly tokens: number
  readonly counts: readonly number[]
  readonly failures: Readonly<Record<string, number>>
  readonly tallies: Readonly<Record<string, number>>
  readonly longest: LongestRecord | null
}

/**
 * Lengths of a batch's records, counted in bars that grow with the length, eight to each doubling: constant memory, and no bar is wider than an
 * eighth of where it begins.
 */
export class Statistics {
  #tokens: number
  readonly #counts: number[]
  readonly #failures: Record<string, number>
  readonly #tallies: Record<string, number>
  #longest: LongestRecord | null

  constructor(state: StatisticsState = { tokens: 0, counts: [], failures: {}, tallies: {}, longest: null }) {
    this.#tokens = state.tokens
    this.#counts = [...state.counts]
    this.#failures = { ...state.failures }
    this.#tallies = { ...state.tallies }
    this.#longest = state.longest
  }

  add(tokens: number): void {
    this.#tokens += tokens
    const bar = barOf(tokens)
    // Without holes: JSON would make nulls of them.
    while (this.#counts.length <= bar) this.#counts.push(0)
    this.#counts[bar]++
  }

  /** The first of several of the same length stays. */
  addLongest(record: LongestRecord): void {
    if (this.#longest === null || record.tokens > this.#longest.tokens) this.#longest = record
  }

  addFailure(code: string): void {
    this.#failures[code] = (this.#failures[code] ?? 0) + 1
  }

  tally(name: string, count: number): void {
    this.#tallies[name] = (this.#tallies[name] ?? 0) + count
  }

  get tokens(): number {
    return this.#tokens
  }

  get records(): number {
    return sum(this.#counts)
  }

  get failed(): number {
    return sum(Object.values(this.#failures))
  }

  get state(): StatisticsState {
    return {
      tokens: this.#tokens,
      counts: this.#counts,
      failures: this.#failures,
      tallies: this.#tallies,
      longest: this.#longest,
    }
  }

  summary(): StatisticsSummary {
    const { records, failed } = this
    return {
      records,
      failed,
      failed_by_code: sorted(this.#failures),
      tokens: this.#tokens,
      mean_tokens: records === 0 ? 0 : Math.round((this.#tokens / records) * 10) / 10,
      percentiles: { p50: this.#percentile(0.5), p90: this.#percentile(0.9), p99: this.#percentile(0.99) },
      longest: this.#longest,
      tallies: sorted(this.#tallies),
      histogram: this.#counts.flatMap((count, bar) =>
        count === 0 ? [] : [{ from: BAR_STARTS[bar], to: BAR_STARTS[bar + 1], count }],
      ),
    }
  }

  #percentile(share: number): number {
    const { records } = this
    let below = 0
    for (let bar = 0; bar < this.#counts.length; bar++) {
      below += this.#counts[bar]
      if (below > 0 && below >= share * records)
        return Math.min(BAR_STARTS[bar + 1] - 1, this.#longest?.tokens ?? Infinity)
    }
    return 0
  }
}

/** Where the bars begin: eight to a doubling, all equally wide on a logarithmic scale, but for those below 16, which hold one length each. */
const BAR_STARTS: readonly number[] = [
  0,
  ...new Set(Array.from({ length: 8 * 31 }, (_, k) => Math.ceil(2 ** (k / 8)))),
]

/** The last bar that begins at or before a length. */
function barOf(tokens: number): number {
  let [low, high] = [0, BAR_STARTS.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (BAR_STARTS[middle] <= tokens) low = middle
    else high = middle
  }
  return low
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function sorted(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)))
}
