import { checkEngine, type Engine, type EngineGrammar } from '../engines/index.js'
import type { KnownTool, ToolSet } from '../tools/index.js'
import type { Transcript } from '../transcript/index.js'
import type { ToolCall } from '../turn/index.js'
import type { TurnRunEvent } from './events.js'
import { checkedLimits, type TurnLimits } from './limits.js'
import type { TurnResult } from './result.js'
import { runLoop } from './run-loop.js'

export interface RunTurnOptions {
  readonly engine: Engine
  /** The conversation so far, which the run extends. */
  readonly transcript: Transcript
  /** What runs the model's calls. Without it, every call is the caller's. */
  readonly tools?: ToolSet | undefined
  /**
   * What becomes of calls to tools that `tools` does not have: `answer`, the default, tells the model so; `leave` ends
   * the run with the call pending, because someone else may know the tool.
   */
  readonly unknownCalls?: 'answer' | 'leave' | undefined
  /** Asked before a tool that needs an approval. Without it, the run ends there, with the call pending. */
  readonly approve?: ((call: ToolCall, tool: KnownTool) => boolean | Promise<boolean>) | undefined
  /** Tokens that the first prefill ends with: a header that forces a call, as `callHeader` returns it. */
  readonly opening?: readonly number[] | undefined
  /** What each generation may sample; a function chooses by the generation's index. */
  readonly grammar?: EngineGrammar | ((generationIndex: number) => EngineGrammar | undefined) | undefined
  /** Sampling parameters by their names in vLLM's `SamplingParams`. */
  readonly sampling?: Readonly<Record<string, unknown>> | undefined
  readonly limits?: TurnLimits | undefined
  /**
   * Which events the run reports: `all`, the default, or `tokens` for callers who read the sampled tokens themselves.
   * Messages are then reported neither as they come nor whole, and deviations at the end of their generation.
   */
  readonly events?: 'all' | 'tokens' | undefined
  /** Stops the engine and the tools. */
  readonly signal?: AbortSignal | undefined
}

/** A run: its events, once, and its result. */
export interface TurnRun extends AsyncIterable<TurnRunEvent> {
  /** The same events, in lists of those that are there at once: less work a token where an engine is fast. */
  readonly batches: AsyncIterable<readonly TurnRunEvent[]>
  /**
   * Returns the result, after running on to the end if that is not reached.
   *
   * @throws what the engine threw, or the signal's reason
   * @throws TypeError after an iteration that was left early
   */
  result(): Promise<TurnResult>
}

/**
 * Runs a turn to its end: samples, runs the calls that the model makes, samples on from their results, until the model
 * answers, calls a tool that is the caller's, or reaches a limit. Calls of one turn run at the same time. What a tool
 * throws becomes its result.
 *
 * The transcript gets all that was sampled, token for token, and each prefill extends the one before it. A run that ends,
 * fails or is aborted leaves it whole: another run goes on from there, beginning with calls that have no result.
 *
 * Nothing happens before the first event or the result is asked for. Leaving the iteration stops engine and tools.
 *
 * @throws RangeError for a limit that is no count; TypeError without an engine or a transcript
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { createTranscript } from 'gpt-oss-harmony/transcript'
 * import { replayEngine } from 'gpt-oss-harmony/engines'
 * import { runTurn } from 'gpt-oss-harmony/generate'
 * import { createToolSet } from 'gpt-oss-harmony/tools'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const engine = replayEngine([
 *   { text: '<|channel|>commentary to=functions.add <|constrain|>json<|message|>{"a": 1, "b": 2}<|call|>' },
 *   { text: '<|channel|>final<|message|>The sum is 3.<|return|>' },
 * ])
 * const run = runTurn({
 *   engine,
 *   transcript: createTranscript(encoding, { messages: [{ role: 'user', content: 'Add 1 and 2.' }] }),
 *   tools: createToolSet([{ name: 'add', execute: ({ a, b }: { a: number; b: number }) => a + b }]),
 * })
 * for await (const event of run) if (event.type === 'tool-end') console.log(event.output.text) // '3'
 * const { action, finalText, usage } = await run.result()
 * console.log(finalText) // 'The sum is 3.'
 * console.log(action, usage.generations) // 'return', 2
 * ```
 */
export function runTurn(turnOptions: RunTurnOptions): TurnRun {
  checkEngine(turnOptions, 'runTurn')
  const { limits, signal, ...options } = turnOptions
  if (typeof (options.transcript as Transcript | undefined)?.prefill !== 'function')
    throw new TypeError('runTurn: options.transcript is missing, wanted what createTranscript returns')
  const controller = new AbortController()
  const events = runLoop({
    ...options,
    limits: checkedLimits(limits ?? {}),
    signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
  })
  let result: TurnResult | undefined
  let failure: { readonly error: unknown } | undefined

  const batches: AsyncIterator<readonly TurnRunEvent[], void> = {
    async next() {
      try {
        const step = await events.next()
        const last = step.value?.at(-1)
        if (last?.type === 'run-end') result = last.result
        return step
      } catch (error) {
        failure = { error }
        // Nobody waits for the other tools of a turn that failed.
        controller.abort(error)
        throw error
      }
    },
    async return() {
      controller.abort()
      return events.return()
    },
  }

  let ready: readonly TurnRunEvent[] = []
  let readyIndex = 0
  const iterator: AsyncIterator<TurnRunEvent, void> = {
    async next() {
      while (readyIndex === ready.length) {
        const step = await batches.next()
        if (step.done) return step
        ready = step.value
        readyIndex = 0
      }
      return { done: false, value: ready[readyIndex++] }
    },
    async return() {
      ready = []
      readyIndex = 0
      await batches.return!()
      return { done: true, value: undefined }
    },
  }

  return {
    [Symbol.asyncIterator]: () => iterator,
    batches: { [Symbol.asyncIterator]: () => batches },
    async result() {
      for (let step; result === undefined && !step?.done && failure === undefined;)
        step = await batches.next()
      if (failure !== undefined) throw failure.error
      if (result === undefined) throw new TypeError('result: the run was left before its end')
      return result
    },
  }
}
