import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadHarmonyEncoding } from 'gpt-oss-harmony'
import { type Engine, type EngineChunk, type ReplayCompletion, replayEngine } from 'gpt-oss-harmony/engines'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { arrivalTimes } from '../../src/cli/bench-engine/arrivals.js'
import { harmonyMetrics } from '../../src/cli/bench-engine/harmony-metrics.js'
import { type Load, type LoadOptions, runLoad } from '../../src/cli/bench-engine/load.js'
import { randomPrompts } from '../../src/cli/bench-engine/prompts.js'
import { seededRandom } from '../../src/cli/bench-engine/random.js'
import {
  runningOverTime,
  servingMetrics,
  tokensOverTime,
} from '../../src/cli/bench-engine/serving-metrics.js'
import { harmony } from './harmony.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const STOP = encoding.stopTokensForAssistantActions()

// <|channel|> final <|message|> Hello ! <|return|>
const ANSWER = [200005, 17196, 200008, 13225, 0, 200002]

/** Runs a load in fake time, where a timer of 10 ms takes 10 ms to the digit and all else takes none. */
async function runInFakeTime(
  engine: Engine,
  options: Partial<LoadOptions> & { count: number },
): Promise<Load> {
  const { count, ...rest } = options
  const load = runLoad(engine, {
    prompts: Array.from({ length: count }, () => ({
      tokens: [1, 2, 3, 4],
      maxTokens: undefined,
      sampling: undefined,
    })),
    dueTimes: Array.from({ length: count }, () => 0),
    maxConcurrency: Infinity,
    stop: STOP,
    onRequest() {},
    ...rest,
  })
  await vi.runAllTimersAsync()
  return load
}

type TimedChunk = EngineChunk & { readonly after: number }

/** Answers each request with the next list of chunks, each so many milliseconds after the one before. */
function timedEngine(...answers: readonly (readonly TimedChunk[])[]): Engine {
  let next = 0
  return {
    async *generate() {
      for (const { after, ...chunk } of answers[next++ % answers.length]) {
        await new Promise((resolve) => setTimeout(resolve, after))
        yield chunk
      }
    },
  }
}

describe('in fake time', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('a closed loop begins a request when another ends', async () => {
    // 6 tokens, one every 10 ms: 60 ms a request. 5 requests in 2 slots: 0, 0, 60, 60, 120.
    const engine = replayEngine([{ token_ids: ANSWER, delay_ms: 10 }])
    const load = await runInFakeTime(engine, { count: 5, maxConcurrency: 2 })

    expect(load.requests.map(({ startTime }) => startTime - load.startTime)).toEqual([0, 0, 60, 60, 120])
    expect(servingMetrics(load)).toEqual({
      completed: 5,
      failed: 0,
      durationSeconds: 0.18,
      inputTokens: 20,
      outputTokens: 30,
      requestThroughput: 5 / 0.18,
      outputThroughput: 30 / 0.18,
      totalTokenThroughput: 50 / 0.18,
      peakOutputThroughput: 30,
      // All run within the first second, which is what vLLM counts.
      peakConcurrency: 5,
      ttftMs: { mean: 10, median: 10, std: 0, p99: 10 },
      tpotMs: { mean: 10, median: 10, std: 0, p99: 10 },
      itlMs: { mean: 10, median: 10, std: 0, p99: 10 },
      e2elMs: { mean: 60, median: 60, std: 0, p99: 60 },
    })
  })

  test('an open loop sends requests when they are due, however slow the engine is', async () => {
    const engine = replayEngine([{ token_ids: ANSWER, delay_ms: 100 }])
    const load = await runInFakeTime(engine, { count: 3, dueTimes: [50, 150, 1000] })

    expect(load.requests.map(({ startTime }) => startTime - load.startTime)).toEqual([50, 150, 1000])
    const { durationSeconds, peakConcurrency, peakOutputThroughput, e2elMs } = servingMetrics(load)
    // The last request ends 600 ms after 1000.
    expect(durationSeconds).toBe(1.6)
    // In the second from 50 to 1050 both early requests end, and the last begins.
    expect(peakConcurrency).toBe(3)
    expect(peakOutputThroughput).toBe(12)
    expect(e2elMs).toEqual({ mean: 600, median: 600, std: 0, p99: 600 })
  })

  test('counts tokens and running requests in parts of the run', async () => {
    // 6 tokens, one every 100 ms, due at 0 and 200: the run takes 800 ms.
    const engine = replayEngine([{ token_ids: ANSWER, delay_ms: 100 }])
    const load = await runInFakeTime(engine, { count: 2, dueTimes: [0, 200] })
    // Tokens at 100, 200 … 600 and 300, 400 … 800; the last one belongs to the last part. A part has 200 ms.
    expect(tokensOverTime(load, 4)).toEqual([5, 15, 20, 20])
    // The first one ends at 600, where the last part begins.
    expect(runningOverTime(load, 4)).toEqual([1, 2, 2, 2])
    expect(runningOverTime(load, 8)).toEqual([1, 1, 2, 2, 2, 2, 2, 1])
  })

  test('a request that waits for a slot is timed from when it is sent', async () => {
    const engine = replayEngine([{ token_ids: ANSWER, delay_ms: 10 }])
    const load = await runInFakeTime(engine, { count: 2, dueTimes: [0, 20], maxConcurrency: 1 })
    const [, second] = load.requests

    expect([second.dueTime, second.startTime].map((time) => time - load.startTime)).toEqual([20, 60])
    expect(servingMetrics(load).ttftMs.mean).toBe(10)
  })

  test('summarises over requests, and latencies between chunks over all chunks', async () => {
    // First chunks after 100, 200, 300 ms; then 5 tokens in one chunk 50 ms later, or two chunks 40 and 60 ms later.
    const end: TimedChunk = { after: 0, tokens: [], finish: { reason: 'stop', stopToken: 200002 } }
    const head = ANSWER.slice(0, 1)
    const engine = timedEngine(
      [{ after: 100, tokens: head }, { after: 50, tokens: ANSWER.slice(1) }, end],
      [
        { after: 200, tokens: head },
        { after: 40, tokens: ANSWER.slice(1, 3) },
        { after: 60, tokens: ANSWER.slice(3) },
        end,
      ],
      [{ after: 300, tokens: head }, { after: 50, tokens: ANSWER.slice(1) }, end],
    )
    const { ttftMs, tpotMs, itlMs, e2elMs } = servingMetrics(await runInFakeTime(engine, { count: 3 }))

    // P99 of three values lies 98 % of the way from the second to the third.
    expect(ttftMs.mean).toBe(200)
    expect(ttftMs.median).toBe(200)
    expect(ttftMs.p99).toBeCloseTo(298, 9)
    expect(ttftMs.std).toBeCloseTo(Math.sqrt(20_000 / 3), 9)
    // (50 + 100 + 50) / 5 tokens after the first / 3 requests
    expect(tpotMs.mean).toBeCloseTo(40 / 3, 9)
    expect(tpotMs.median).toBe(10)
    // 40, 50, 50, 60
    expect(itlMs).toMatchObject({ mean: 50, median: 50 })
    expect(itlMs.p99).toBeCloseTo(59.7, 9)
    // 150, 300, 350
    expect(e2elMs).toMatchObject({ median: 300 })
    expect(e2elMs.mean).toBeCloseTo(800 / 3, 9)
  })

  test('a stop token that the engine withholds counts when sampling ends', async () => {
    const withheld = (stopToken: number | undefined) =>
      timedEngine([
        { after: 10, tokens: ANSWER.slice(0, 5) },
        { after: 20, tokens: [], finish: { reason: 'stop', stopToken } },
      ])
    for (const stopToken of [200002, undefined]) {
      const load = await runInFakeTime(withheld(stopToken), { count: 1 })
      expect(servingMetrics(load)).toMatchObject({
        outputTokens: 6,
        e2elMs: { mean: 30 },
        tpotMs: { mean: 4 },
      })
      expect(harmonyMetrics(encoding, load).deviations).toEqual({})
    }
  })

  test('an answer of one token has no time per output token', async () => {
    const engine = timedEngine([
      { after: 10, tokens: [200005] },
      { after: 0, tokens: [], finish: { reason: 'length' } },
    ])
    const { tpotMs, ttftMs } = servingMetrics(await runInFakeTime(engine, { count: 2 }))
    expect(tpotMs).toEqual({ mean: 0, median: 0, std: 0, p99: 0 })
    expect(ttftMs.mean).toBe(10)
  })

  test('failed requests count as failed and in the duration alone', async () => {
    const completions: ReplayCompletion[] = [
      { token_ids: ANSWER, delay_ms: 10 },
      { token_ids: ANSWER.slice(0, 3), delay_ms: 100, error: 'out of memory' },
      { token_ids: [300_000] },
    ]
    const load = await runInFakeTime(replayEngine(completions), { count: 3 })
    expect(servingMetrics(load)).toMatchObject({
      completed: 1,
      failed: 2,
      durationSeconds: 0.3,
      inputTokens: 4,
      outputTokens: 6,
      ttftMs: { mean: 10, p99: 10 },
    })
    expect(load.requests[1].error).toContain('out of memory')
    expect(load.requests[2].error).toContain('300000')
    expect(harmonyMetrics(encoding, load)).toMatchObject({
      usage: { total: 6 },
      firstFinalTimes: [40, null, null],
    })
  })

  test('finds the first token of the answer, the share of reasoning, cached tokens and deviations', async () => {
    // <|channel|>analysis<|message|>Hm<|end|>: 5 tokens. <|start|>assistant, then 3 of a header, and Hello ! <|return|>.
    const reasoning = [200005, 35644, 200008, 198558, 200007]
    const answer = [200006, 173781, ...ANSWER]
    const engine = timedEngine(
      [
        { after: 10, tokens: reasoning },
        { after: 10, tokens: answer.slice(0, 5) },
        { after: 10, tokens: answer.slice(5) },
        { after: 0, tokens: [], finish: { reason: 'stop', stopToken: 200002, cachedTokens: 3 } },
      ],
      // The limit came before the answer.
      [
        { after: 10, tokens: reasoning },
        { after: 0, tokens: [], finish: { reason: 'length', cachedTokens: 1 } },
      ],
    )
    const load = await runInFakeTime(engine, { count: 2 })
    const metrics = harmonyMetrics(encoding, load)
    expect(metrics.firstFinalTimes).toEqual([30, null])
    expect(metrics.ttfftMs).toEqual({ mean: 30, median: 30, std: 0, p99: 30 })
    expect(metrics.usage).toMatchObject({ total: 18, reasoning: 10, final: 8 })
    expect(metrics.reasoningShare).toBe(10 / 18)
    expect(metrics.cachedTokens).toBe(4)
    expect(metrics.deviations).toEqual({})
  })
})

describe('arrivals', () => {
  test('are those of a Poisson process, scaled to the rate, and the same for the same seed', () => {
    const times = arrivalTimes(10_000, 20, seededRandom(7))
    expect(times).toEqual(arrivalTimes(10_000, 20, seededRandom(7)))
    expect(times).not.toEqual(arrivalTimes(10_000, 20, seededRandom(8)))
    expect(times.at(-1)).toBeCloseTo(500_000, 3)
    const gaps = times.map((time, index) => time - (times[index - 1] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0)
    // Of exponential gaps with a mean of 50 ms, 1 / e are longer than the mean, and the deviation is the mean.
    expect(gaps.filter((gap) => gap > 50).length / 10_000).toBeCloseTo(Math.exp(-1), 1)
    expect(Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - 50) ** 2, 0) / 10_000)).toBeCloseTo(50, -1)
  })

  test('are all at once without a rate', () => {
    expect(arrivalTimes(3, Infinity, seededRandom(0))).toEqual([0, 0, 0])
  })
})

describe('random prompts', () => {
  test('have exactly so many tokens, as ids and as text', () => {
    for (const length of [80, 257]) {
      const options = { length, maxTokens: 1, random: seededRandom(3) }
      const prompts = randomPrompts(encoding, 4, options)
      expect(new Set(prompts.map(({ tokens }) => tokens.join())).size).toBe(4)
      for (const { tokens } of prompts) {
        expect(tokens).toHaveLength(length)
        expect(encoding.encode(encoding.decode(tokens), { allowedSpecial: 'all' })).toEqual(tokens)
      }
    }
  })
})

describe('the command', () => {
  let folder: string
  let completions: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'harmony-bench-'))
    completions = join(folder, 'completions.jsonl')
    // The second one lacks its channel: a deviation.
    writeFileSync(
      completions,
      [{ token_ids: ANSWER, delay_ms: 1 }, { text: 'Hello!<|return|>' }]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    )
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('prints the table and writes the result', async () => {
    const result = join(folder, 'result.json')
    const argv = ['bench-engine', '--engine', 'replay', '--completions', completions]
    const { code, stdout, stderr } = await harmony([
      ...argv,
      ...['--num-prompts', '6', '--input-len', '100', '--max-concurrency', '2', '--save-result', result],
    ])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toContain('============ Serving Benchmark Result ============\n')
    expect(stdout).toMatch(/^Successful requests: {20} {1}6$/m)
    expect(stdout).toMatch(/^Total input tokens: +600$/m)
    expect(stdout).toMatch(/^Requests with deviations: +3$/m)
    const json = JSON.parse(readFileSync(result, 'utf8')) as Record<string, unknown>
    expect(json).toMatchObject({
      num_prompts: 6,
      request_rate: 'inf',
      max_concurrency: 2,
      completed: 6,
      total_input_tokens: 600,
      output_lens: [6, 3, 6, 3, 6, 3],
      harmony: { requests_with_deviations: 3, cached_tokens: null },
    })
    for (const metric of ['ttft', 'tpot', 'itl', 'e2el'])
      for (const statistic of ['mean', 'median', 'std', 'p99'])
        expect(json[`${statistic}_${metric}_ms`]).toBeTypeOf('number')
  })

  test('draws the distributions and the run over time, without a script or anything to load', async () => {
    const plot = join(folder, 'plot.html')
    const argv = ['bench-engine', '--engine', 'replay', '--completions', completions]
    await harmony([...argv, '--num-prompts', '6', '--input-len', '100', '--plot', plot, '--model', '<tiny>'])
    const html = readFileSync(plot, 'utf8')
    const labels = [...html.matchAll(/<div role="img" aria-label="([^"]+)"/g)].map(([, label]) => label)
    expect(labels).toEqual([
      ...['TTFT', 'TPOT', 'ITL', 'E2EL', 'TTFFT'].map((name) => `Histogram of ${name}`),
      'sampled tokens per second, over time',
      'requests running, over time',
    ])
    // The bars of the first histogram stand for all six requests.
    const [first] = html.split('</figure>')
    const counts = [...first.matchAll(/ ms: (\d+)</g)].map(([, count]) => Number(count))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(6)
    expect(html).not.toMatch(/<script|<link|src=|href=|url\(|@import|<tiny>|NaN|Infinity/)
  })

  test('sends prompts that harmony prefill has written, over and over', async () => {
    const prompts = join(folder, 'prompts.jsonl')
    const row = {
      prompt_token_ids: [200006, 173781],
      sampling_params: { max_tokens: 2, stop_token_ids: STOP },
    }
    writeFileSync(prompts, `${JSON.stringify(row)}\n`)
    const argv = ['bench-engine', '--engine', 'replay', '--completions', completions, '--prompts', prompts]
    const { stdout } = await harmony([...argv, '--num-prompts', '4'])
    expect(stdout).toMatch(/^Total input tokens: +8$/m)
    expect(stdout).toMatch(/^Total generated tokens: +8$/m)
  })

  test('ends with 3 and the first reason if requests fail', async () => {
    const failing = join(folder, 'failing.jsonl')
    writeFileSync(failing, '{"error":"out of memory"}')
    const argv = ['bench-engine', '--engine', 'replay', '--completions', failing, '--num-prompts', '2']
    const { code, stdout, stderr } = await harmony(argv)
    expect(code).toBe(3)
    expect(stderr).toBe('harmony: 2 of 2 requests failed, the first with: replay: out of memory\n')
    expect(stdout).toMatch(/^Failed requests: +2$/m)
  })

  test.each([
    [['--input-len', '10'], /^harmony: --input-len: found 10, wanted \d+ or more/],
    [['--request-rate', '0'], /Wanted a number above 0/],
    [['--request-rate', '0.0000001'], /more than 24 days/],
  ])('refuses %j', async (flags, message) => {
    const { code, stderr } = await harmony([
      ...['bench-engine', '--engine', 'replay', '--completions', completions],
      ...flags,
    ])
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })

  test('names the line that is no prompt', async () => {
    const prompts = join(folder, 'chat.jsonl')
    writeFileSync(prompts, '{"messages":[]}\n')
    const argv = ['bench-engine', '--engine', 'replay', '--completions', completions, '--prompts', prompts]
    const { code, stderr } = await harmony(argv)
    expect(code).toBe(1)
    expect(stderr).toContain('chat.jsonl: line 1: prompt_token_ids')
  })
})
