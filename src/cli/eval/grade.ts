import { isDeepStrictEqual } from 'node:util'
import { createSchemaChecker, type JsonValue } from '../../json/index.js'
import type { EvalAnswer } from './answers.js'
import { letters, type Question } from './questions.js'

export interface Grade {
  readonly isCorrect: boolean
  /** What was read as the answer; `undefined` if the model gave none. */
  readonly given: string | undefined
}

/** Grades an answer by its final channel and its calls; reasoning never counts. */
export type GradeAnswer = (answer: Pick<EvalAnswer, 'final' | 'calls'>) => Grade

/**
 * Returns the grader of a question's answers. The forms are those that the published evaluations read: the last
 * letter, or the last boxed or plain integer.
 *
 * @throws HarmonyError `missing-package` for a JSON question without `ajv`; `invalid-request` for its schema
 */
export async function createGrader(question: Question): Promise<GradeAnswer> {
  switch (question.grader) {
    case 'choice':
      return ({ final }) => {
        const given = lastLetterIn(final, question.choices.length)
        return { isCorrect: given === question.answer, given }
      }
    case 'integer':
      return ({ final }) => {
        const given = lastIntegerIn(final)
        return { isCorrect: given === question.answer, given: given?.toString() }
      }
    case 'exact':
      return ({ final }) => {
        const given = normalized(final)
        return {
          isCorrect: question.answers.some((answer) => normalized(answer) === given),
          given: given === '' ? undefined : given,
        }
      }
    case 'json': {
      const problemIn = await createSchemaChecker(question.schema as JsonValue)
      const isRight = (value: unknown) =>
        problemIn(value) === undefined &&
        (question.answer === undefined || isDeepStrictEqual(value, question.answer))
      return ({ final }) => {
        const given = final.trim()
        const value = parsed(final)
        return {
          isCorrect: value !== undefined && isRight(value),
          given: given === '' ? undefined : given,
        }
      }
    }
    case 'call':
      return ({ calls }) => {
        const given = calls.map((call) => `${call.name}(${call.arguments})`).join(' ')
        const [call] = calls
        const isCorrect =
          calls.length === 1 &&
          call.name === question.name &&
          isDeepStrictEqual(parsed(call.arguments), question.arguments)
        return { isCorrect, given: given === '' ? undefined : given }
      }
  }
}

/**
 * The last letter that stands for a choice: boxed, in parentheses, in bold, or alone. An `A` or `I` before a word
 * in small letters is an English word.
 */
function lastLetterIn(text: string, choiceCount: number): string | undefined {
  const last = letters(choiceCount).at(-1)!
  const letter = new RegExp(`(?<![\\p{L}\\p{N}'’])([A-${last}])(?![\\p{L}\\p{N}'’])(?! +\\p{Ll})`, 'gu')
  return [...text.matchAll(letter)].at(-1)?.[1]
}

/** The last boxed integer; without one, the last integer. `1,024` is one, `2.5` is none. */
function lastIntegerIn(text: string): number | undefined {
  const boxed = [...text.matchAll(/\\boxed\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}/g)].map(([, inside]) =>
    integersIn(inside),
  )
  return (boxed.filter((found) => found.length > 0).at(-1) ?? integersIn(text)).at(-1)
}

function integersIn(text: string): number[] {
  const numbers =
    text
      .replace(/\\[,!]|\{,\}/g, ',')
      .match(/(?<![\p{L}\d.,])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?![\p{L}\d])/gu) ?? []
  return numbers
    .map((number) => Number(number.replace(/,/g, '').replace('−', '-')))
    .filter(Number.isSafeInteger)
}

function normalized(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim()
}

/** `undefined` for text that is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
