import { Command, InvalidArgumentError } from 'commander'
import { type HarmonyEncoding, loadHarmonyEncoding } from '../../encoding.js'
import { wholeNumber } from '../batch/flags.js'
import { arrivalTimes } from '../bench-engine/arrivals.js'
import { harmonyMetrics } from '../bench-engine/harmony-metrics.js'
import { type Load, runLoad } from '../bench-engine/load.js'
import { benchPage } from '../bench-engine/plot.js'
import { createRequestProgress } from '../bench-engine/progress.js'
import { type Prompt, randomPrompts, readPrompts } from '../bench-engine/prompts.js'
import { seededRandom } from '../bench-engine/random.js'
import { formatReport, type LoadSettings } from '../bench-engine/report.js'
import { resultJson } from '../bench-engine/result-file.js'
import { servingMetrics } from '../bench-engine/serving-metrics.js'
import type { CreateCommand } from '../command.js'
import { Ended, EXIT, WrongUsage } from '../failure.js'
import { type EngineFlags, engineFrom } from '../serve/engine.js'
import { visible } from '../terminal.js'
import { writeReport } from '../write-report.js'
import { addEngineOptions } from './serve.js'

interface Flags extends EngineFlags {
  readonly prompts?: string
  readonly numPrompts?: number
  readonly inputLen: number
  readonly outputLen?: number
  readonly ignoreEos?: true
  readonly maxConcurrency?: number
  readonly requestRate?: number
  readonly seed: number
  readonly saveResult?: string
  readonly plot?: string
}

const RANDOM_PROMPT_COUNT = 1000
const RANDOM_OUTPUT_LENGTH = 128
/** What timers can wait for. */
const MAX_MILLISECONDS = 2 ** 31 - 1

export const benchEngineCommand: CreateCommand = (terminal) =>
  addEngineOptions(
    new Command('bench-engine').description(
      'Measure how fast an engine answers under load, with the metrics of `vllm bench serve`.',
    ),
  )
    .option('--prompts <file>', 'prompts that `harmony prefill` has written; random ones by default')
    .option('--num-prompts <n>', 'number of requests; the lines of the file, or 1000', wholeNumber(1, 1e7))
    .option('--input-len <tokens>', 'exact length of random prompts', wholeNumber(1, 131_072), 1024)
    .option(
      '--output-len <tokens>',
      "limit of each answer; by default the line's max_tokens, or 128 for random prompts",
      wholeNumber(1, 131_072),
    )
    .option('--ignore-eos', 'sample on after stop tokens, up to the limit')
    .option('--max-concurrency <n>', 'number of requests at a time; no limit by default', wholeNumber(1))
    .option(
      '--request-rate <rate>',
      'requests per second, at random intervals (Poisson); all at once by default',
      readRate,
    )
    .option('--seed <n>', 'seed of the random prompts and intervals', wholeNumber(0, 2 ** 32 - 1), 0)
    .option('--save-result <file>', 'write the result as JSON, with the keys of `vllm bench serve`')
    .option('--plot <file.html>', 'draw the distributions, and the run over time')
    .addHelpText('after', '\nExample:\n  $ harmony bench-engine --engine vllm --url http://127.0.0.1:8000')
    .action(async (flags: Flags) => {
      const { maxConcurrency = Infinity, requestRate = Infinity } = flags
      const engine = await engineFrom(flags)
      const encoding = loadHarmonyEncoding('HarmonyGptOss')
      const random = seededRandom(flags.seed)
      const prompts = await promptsOf(encoding, flags)
      const dueTimes = arrivalTimes(prompts.length, requestRate, random)
      if (dueTimes.at(-1)! > MAX_MILLISECONDS)
        throw new WrongUsage('--request-rate: the run would take more than 24 days')
      const settings: LoadSettings = {
        engine: flags.engine!,
        model: flags.model,
        promptCount: prompts.length,
        requestRate,
        maxConcurrency,
        seed: flags.seed,
      }
      const progress = createRequestProgress(terminal.stderr, prompts.length)
      const load = await runLoad(engine, {
        prompts,
        dueTimes,
        maxConcurrency,
        stop: flags.ignoreEos ? [] : encoding.stopTokensForAssistantActions(),
        onRequest: (request) => progress.add(request),
      }).finally(() => progress.stop())

      const serving = servingMetrics(load)
      const harmony = harmonyMetrics(encoding, load)
      terminal.stdout.write(formatReport(settings, serving, harmony))
      if (flags.saveResult !== undefined)
        await writeReport(
          flags.saveResult,
          `${JSON.stringify(resultJson(encoding, settings, load, serving, harmony))}\n`,
        )
      if (flags.plot !== undefined) await writeReport(flags.plot, benchPage(settings, load, serving, harmony))
      refuseFailures(load)
    })

async function promptsOf(encoding: HarmonyEncoding, flags: Flags): Promise<Prompt[]> {
  const { prompts: file, numPrompts, inputLen, outputLen, ignoreEos, seed } = flags
  const prompts =
    file === undefined
      ? randomPrompts(encoding, numPrompts ?? RANDOM_PROMPT_COUNT, {
          length: inputLen,
          maxTokens: outputLen ?? RANDOM_OUTPUT_LENGTH,
          random: seededRandom(seed),
        })
      : await readPrompts(encoding, file, outputLen)
  const count = numPrompts ?? prompts.length
  const repeated = Array.from({ length: count }, (_, index) => prompts[index % prompts.length])
  return ignoreEos ? repeated.map(ignoringStops) : repeated
}

/** The limit alone ends the answer. */
function ignoringStops({ tokens, maxTokens, sampling }: Prompt): Prompt {
  if (maxTokens === undefined) throw new WrongUsage('--ignore-eos: answers need a limit: --output-len')
  return { tokens, maxTokens, sampling: { ...sampling, stop_token_ids: undefined, ignore_eos: true } }
}

/** @throws Ended if a request failed */
function refuseFailures({ requests }: Load): void {
  const errors = requests.flatMap(({ error }) => error ?? [])
  if (errors.length === 0) return
  throw new Ended(
    `${errors.length} of ${requests.length} requests failed, the first with: ${visible(errors[0])}`,
    EXIT.SOME_FAILED,
  )
}

function readRate(text: string): number {
  const rate = text === 'inf' ? Infinity : Number(text)
  if (text.trim() === '' || !(rate > 0)) throw new InvalidArgumentError('Wanted a number above 0, or inf.')
  return rate
}
