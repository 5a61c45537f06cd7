import { HARMONY_EFFORTS, type HarmonyEffort } from '../../openai/index.js'
import type { EvalAnswer } from './answers.js'
import { createGrader, type Grade } from './grade.js'
import type { Question } from './questions.js'

/** The score of one effort. Shares are from 0 to 1. */
export interface Score {
  readonly effort: HarmonyEffort
  readonly questions: number
  readonly answers: number
  /** The mean over questions of each one's share of correct samples. */
  readonly mean: number
  /** Of `mean`, for other questions of the same kind: the deviation of the questions' means. */
  readonly standardError: number
  /** Of `mean`, for other samples of the same questions; `undefined` with one sample each. */
  readonly samplingError: number | undefined
  readonly unanswered: number
  readonly cut: number
  readonly withDeviations: number
  readonly meanTokens: number
  /** By question's id, in the order of the questions. */
  readonly byQuestion: ReadonlyMap<string, number>
}

/** Grades answers, and returns a score for each effort that they have. Answers to other questions are not read. */
export async function scoresOf(
  questions: readonly Question[],
  answers: readonly EvalAnswer[],
): Promise<Score[]> {
  const byQuestion = new Map(questions.map(({ id }): [string, EvalAnswer[]] => [id, []]))
  for (const answer of answers) byQuestion.get(answer.questionId)?.push(answer)
  const graded: GradedQuestion[] = []
  for (const question of questions) {
    const grade = await createGrader(question)
    const samples = byQuestion.get(question.id)!.map((answer) => ({ answer, ...grade(answer) }))
    graded.push({ id: question.id, samples })
  }
  return HARMONY_EFFORTS.flatMap((effort) => {
    const own = graded
      .map(({ id, samples }) => ({ id, samples: samples.filter(({ answer }) => answer.effort === effort) }))
      .filter(({ samples }) => samples.length > 0)
    return own.length === 0 ? [] : [scoreOf(effort, own)]
  })
}

interface GradedQuestion {
  readonly id: string
  readonly samples: readonly (Grade & { readonly answer: EvalAnswer })[]
}

function scoreOf(effort: HarmonyEffort, graded: readonly GradedQuestion[]): Score {
  const samples = graded.flatMap(({ samples }) => samples)
  const outcomes = graded.map(({ samples }) => samples.map(({ isCorrect }) => Number(isCorrect)))
  const means = outcomes.map(meanOf)
  const repeated = outcomes.every((own) => own.length > 1)
  return {
    effort,
    questions: graded.length,
    answers: samples.length,
    mean: meanOf(means),
    standardError: standardErrorOf(means),
    samplingError: repeated ? Math.hypot(...outcomes.map(standardErrorOf)) / outcomes.length : undefined,
    unanswered: samples.filter(({ given }) => given === undefined).length,
    cut: samples.filter(({ answer }) => answer.isCut).length,
    withDeviations: samples.filter(({ answer }) => answer.hasDeviations).length,
    meanTokens: meanOf(samples.map(({ answer }) => answer.completionTokenCount)),
    byQuestion: new Map(graded.map(({ id }, index) => [id, means[index]])),
  }
}

/** What two runs differ by, over the questions that both have. */
export interface PairedComparison {
  readonly effort: HarmonyEffort
  readonly questions: number
  /** The second run's mean less the first's. */
  readonly difference: number
  readonly standardError: number
  /** The probability of a difference at least as large, either way, if the runs are equally good. */
  readonly pValue: number
}

/** Compares two runs question by question, which is sharper than comparing their means. */
export function compareScores(first: readonly Score[], second: readonly Score[]): PairedComparison[] {
  return first.flatMap((one) => {
    const other = second.find(({ effort }) => effort === one.effort)
    const differences = [...one.byQuestion].flatMap(([id, mean]) => {
      const otherMean = other?.byQuestion.get(id)
      return otherMean === undefined ? [] : otherMean - mean
    })
    if (differences.length === 0) return []
    const difference = meanOf(differences)
    const standardError = standardErrorOf(differences)
    return {
      effort: one.effort,
      questions: differences.length,
      difference,
      standardError,
      pValue: difference === 0 ? 1 : 2 * upperTail(Math.abs(difference) / standardError),
    }
  })
}

/** The bounds of a 95 % confidence interval, within 0 and 1. */
export function intervalOf({ mean, standardError }: Pick<Score, 'mean' | 'standardError'>): [number, number] {
  const reach = 1.959964 * standardError
  return [Math.max(0, mean - reach), Math.min(1, mean + reach)]
}

function meanOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}

/** Of a mean, from the sample's variance (n − 1); 0 for a single value. */
function standardErrorOf(values: readonly number[]): number {
  if (values.length < 2) return 0
  const mean = meanOf(values)
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1) / values.length)
}

/**
 * The standard normal distribution above `z` ≥ 0, to 7 digits.
 *
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17.
 */
function upperTail(z: number): number {
  if (z === Infinity) return 0
  const t = 1 / (1 + 0.2316419 * z)
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial
}
