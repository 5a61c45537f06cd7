import { createHash } from 'node:crypto'
import { Command, InvalidArgumentError, Option } from 'commander'
import { loadHarmonyEncoding } from '../../encoding.js'
import { HARMONY_EFFORTS, type HarmonyEffort } from '../../openai/index.js'
import { wholeNumber } from '../batch/flags.js'
import { lockOutputs } from '../batch/run-lock.js'
import { createRequestProgress } from '../bench-engine/progress.js'
import type { CreateCommand } from '../command.js'
import { readAnswers } from '../eval/answers.js'
import { createGrader } from '../eval/grade.js'
import { importQuestions, type Layout, LAYOUTS } from '../eval/layouts.js'
import { evalPage } from '../eval/plot.js'
import { PUBLISHED_NAMES, type PublishedName } from '../eval/published.js'
import { type Question, readQuestions } from '../eval/questions.js'
import { formatComparison, formatScores } from '../eval/report.js'
import { evalRequests, type RequestSettings } from '../eval/requests.js'
import { answeredIn, sampleAnswers } from '../eval/sample-answers.js'
import { compareScores, type Score, scoresOf } from '../eval/scores.js'
import { BadInput, Ended, EXIT } from '../failure.js'
import { readDocument } from '../input.js'
import { type EngineFlags, engineFrom } from '../serve/engine.js'
import { type Terminal, visible } from '../terminal.js'
import { writeReport } from '../write-report.js'
import { evalFormatCommand } from './eval-format.js'
import { addEngineOptions } from './serve.js'

interface SettingFlags {
  readonly efforts?: readonly HarmonyEffort[]
  readonly samples: number
  readonly seed: number
  readonly maxTokens?: number
  readonly temperature: number
}

interface ScoreFlags {
  readonly published?: PublishedName
  readonly compare?: string
  readonly saveResult?: string
  readonly plot?: string
}

export const evalCommand: CreateCommand = (terminal) =>
  new Command('eval')
    .description('Ask a model graded questions, and score its answers.')
    .addCommand(runCommand(terminal))
    .addCommand(requestsCommand(terminal))
    .addCommand(scoreCommand(terminal))
    .addCommand(evalFormatCommand(terminal))
    .addCommand(importCommand(terminal))
    .addHelpText(
      'after',
      '\nExample:\n  $ harmony eval run questions.jsonl -o answers.jsonl --engine vllm \\\n      --url http://127.0.0.1:8000 --published gpt-oss-20b/gpqa',
    )

const runCommand: CreateCommand = (terminal) =>
  addScoreOptions(addSettings(addEngineOptions(new Command('run'))))
    .summary('sample answers, and score them')
    .description(
      'Sample answers from an engine, and score them. A run that was stopped goes on where it was.',
    )
    .argument('<questions>', 'questions, as JSON lines')
    .requiredOption('-o, --output <file>', 'the answers, as JSON lines')
    .option('--date <date>', "the system message's date, YYYY-MM-DD; none by default")
    .option('--max-concurrency <n>', 'number of requests at a time', wholeNumber(1), 16)
    .action(async (file: string, flags: EngineFlags & SettingFlags & ScoreFlags & RunFlags) => {
      const questions = await questionsIn(file, terminal)
      const settings = settingsOf(flags)
      const requests = evalRequests(questions, settings)
      // A schema that cannot be compiled is refused before hours of sampling.
      await Promise.all(questions.map(createGrader))
      const engine = await engineFrom(flags)
      const lock = await lockOutputs([flags.output])
      try {
        const run = runNameOf(questions, settings, flags)
        const answered = await answeredIn(flags.output, run)
        const open = requests.filter(({ customId }) => !answered.has(customId))
        const progress = createRequestProgress(terminal.stderr, open.length)
        const failures = await sampleAnswers(loadHarmonyEncoding('HarmonyGptOss'), engine, {
          requests: open,
          file: flags.output,
          run,
          date: flags.date,
          maxConcurrency: flags.maxConcurrency,
          onAnswer: (outputLength, error) => progress.add({ outputLength, error }),
        }).finally(() => progress.stop())
        if (open.length < requests.length)
          terminal.stderr.write(
            `harmony: ${requests.length - open.length} of ${requests.length} answers were there already\n`,
          )
        if (failures.length < requests.length) await score(questions, flags.output, flags, terminal)
        if (failures.length > 0)
          throw new Ended(
            `${failures.length} of ${requests.length} requests failed, the first with: ${visible(failures[0])}; run again to retry them`,
            EXIT.SOME_FAILED,
          )
      } finally {
        await lock.release()
      }
    })

interface RunFlags {
  readonly output: string
  readonly date?: string
  readonly maxConcurrency: number
}

const requestsCommand: CreateCommand = (terminal) =>
  addSettings(new Command('requests'))
    .summary('write requests for offline engines')
    .description('Write the requests as Chat bodies, for `harmony prefill` and an offline engine.')
    .argument('<questions>', 'questions, as JSON lines')
    .action(async (file: string, flags: SettingFlags) => {
      for (const { customId, body } of evalRequests(await questionsIn(file, terminal), settingsOf(flags)))
        terminal.stdout.write(`${JSON.stringify({ custom_id: customId, ...body })}\n`)
    })

const scoreCommand: CreateCommand = (terminal) =>
  addScoreOptions(new Command('score'))
    .summary('score answers')
    .description('Score answers that `harmony eval run` or `harmony completions` has written.')
    .argument('<questions>', 'questions, as JSON lines')
    .argument('<answers>', 'answers, as JSON lines')
    .action(async (file: string, answers: string, flags: ScoreFlags) =>
      score(await questionsIn(file, terminal), answers, flags, terminal),
    )

const importCommand: CreateCommand = (terminal) =>
  new Command('import')
    .summary('read a published data set')
    .description('Turn a published data set, as CSV or JSON lines, into questions.')
    .addOption(new Option('--layout <name>', 'whose columns it has').choices(LAYOUTS).makeOptionMandatory())
    .option('--seed <n>', "seed of the order of GPQA's choices", wholeNumber(0, 2 ** 32 - 1), 0)
    .argument('[file]', 'CSV or JSON lines; - for standard input')
    .action(async (file: string | undefined, { layout, seed }: { layout: Layout; seed: number }) => {
      const input = await readDocument(file, 'rows of a data set, as CSV or JSON lines', terminal)
      for (const question of importQuestions(input, layout, seed))
        terminal.stdout.write(`${JSON.stringify(question)}\n`)
    })

function addSettings(command: Command): Command {
  return command
    .option('--efforts <list>', 'reasoning efforts; all three by default', readEfforts)
    .option('--samples <n>', 'answers to each question at each effort', wholeNumber(1, 10_000), 1)
    .option(
      '--seed <n>',
      'seed of the first sample; the next has the next number',
      wholeNumber(0, 2 ** 31),
      0,
    )
    .option('--max-tokens <n>', 'limit of each answer; none by default', wholeNumber(1, 131_072))
    .option('--temperature <t>', 'of sampling', readTemperature, 1)
}

function addScoreOptions(command: Command): Command {
  return command
    .addOption(new Option('--published <name>', 'show published figures beside').choices(PUBLISHED_NAMES))
    .option('--compare <answers>', "another run's answers, compared question by question")
    .option('--save-result <file>', 'write the scores as JSON')
    .option('--plot <file.html>', "draw the scores, and the samples' spread")
}

function settingsOf({
  efforts = HARMONY_EFFORTS,
  samples,
  seed,
  maxTokens,
  temperature,
}: SettingFlags): RequestSettings {
  return { efforts, samples, seed, maxTokens, temperature }
}

async function questionsIn(file: string, terminal: Terminal): Promise<Question[]> {
  return readQuestions(await readDocument(file, 'questions, as JSON lines', terminal))
}

/** A digest of everything that makes answers comparable. */
function runNameOf(
  questions: readonly Question[],
  settings: RequestSettings,
  { engine, model, modelPath, date }: EngineFlags & RunFlags,
): string {
  // More samples or efforts may be asked for later.
  const { seed, maxTokens, temperature } = settings
  const parts = [questions, seed, maxTokens, temperature, engine, model, modelPath, date]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

async function score(
  questions: readonly Question[],
  file: string,
  { published, compare, saveResult, plot }: ScoreFlags,
  terminal: Terminal,
): Promise<void> {
  const scoresIn = async (path: string): Promise<Score[]> => {
    const answers = readAnswers(await readDocument(path, 'answers, as JSON lines', terminal))
    refuseStrangers(questions, answers, path)
    return scoresOf(questions, answers)
  }
  const scores = await scoresIn(file)
  const comparison = compare === undefined ? [] : compareScores(await scoresIn(compare), scores)
  terminal.stdout.write(formatScores(scores, published))
  if (compare !== undefined)
    terminal.stdout.write(`\nagainst ${visible(compare)}\n${formatComparison(comparison)}`)
  if (plot !== undefined) await writeReport(plot, evalPage(scores, published, file))
  if (saveResult === undefined) return
  const result = {
    scores: scores.map(({ byQuestion, ...rest }) => ({
      ...rest,
      byQuestion: Object.fromEntries(byQuestion),
    })),
    ...(compare !== undefined && { comparison }),
  }
  await writeReport(saveResult, `${JSON.stringify(result)}\n`)
}

function refuseStrangers(
  questions: readonly Question[],
  answers: readonly { readonly questionId: string }[],
  path: string,
): void {
  const ids = new Set(questions.map(({ id }) => id))
  const stranger = answers.find(({ questionId }) => !ids.has(questionId))
  if (stranger !== undefined)
    throw new BadInput(
      `${path}: an answer to ${JSON.stringify(stranger.questionId)}, which is none of the questions`,
    )
}

function readEfforts(text: string): HarmonyEffort[] {
  return text.split(',').map((name) => {
    const effort = HARMONY_EFFORTS.find((known) => known === name.trim())
    if (effort === undefined)
      throw new InvalidArgumentError(`Wanted ${HARMONY_EFFORTS.join(', ')}, with commas.`)
    return effort
  })
}

function readTemperature(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 2))
    throw new InvalidArgumentError('Wanted a number from 0 to 2.')
  return value
}
