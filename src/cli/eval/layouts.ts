import { quote } from '../../errors.js'
import type { UncheckedObject } from '../../json/index.js'
import { seededRandom } from '../bench-engine/random.js'
import { BadInput } from '../failure.js'
import { type Input, readJsonLines } from '../input.js'
import { readCsv } from './csv.js'
import { check } from './lines.js'
import { letters } from './questions.js'

export const LAYOUTS = ['gpqa', 'aime'] as const

export type Layout = (typeof LAYOUTS)[number]

/**
 * Turns rows of a published data set, as JSON lines or CSV, into questions.
 *
 * @param seed of the order of GPQA's choices, whose file has the right one first
 * @throws BadInput naming the line and the column
 */
export function importQuestions(input: Input, layout: Layout, seed: number): UncheckedObject[] {
  const random = seededRandom(seed)
  const rows = input.text.trimStart().startsWith('{') ? readJsonLines(input) : readCsv(input)
  return rows.map(({ place, value }, index) => {
    const row = check.object(value, place)
    return layout === 'gpqa' ? gpqaQuestion(row, place, index, random) : aimeQuestion(row, place, index)
  })
}

function gpqaQuestion(
  row: UncheckedObject,
  place: string,
  index: number,
  random: () => number,
): UncheckedObject {
  const column = (name: string) => check.name(row[name], `${place}: ${name}`).trim()
  const right = column('Correct Answer')
  const choices = [right, ...[1, 2, 3].map((number) => column(`Incorrect Answer ${number}`))]
  // Fisher–Yates
  for (let last = choices.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[choices[last], choices[other]] = [choices[other], choices[last]]
  }
  return {
    id: typeof row['Record ID'] === 'string' ? row['Record ID'] : `gpqa-${index + 1}`,
    grader: 'choice',
    question: column('Question'),
    choices,
    answer: letters(choices.length)[choices.indexOf(right)],
  }
}

function aimeQuestion(row: UncheckedObject, place: string, index: number): UncheckedObject {
  const question = row['problem'] ?? row['question'] ?? row['Problem'] ?? row['Question']
  const answer = row['answer'] ?? row['Answer']
  const value = typeof answer === 'string' ? Number(/^\s*(\d+)/.exec(answer)?.[1] ?? NaN) : answer
  if (!Number.isSafeInteger(value))
    throw new BadInput(`${place}: answer: found ${quote(answer)}, wanted a whole number`)
  const id = row['id'] ?? row['ID'] ?? row['problem_idx']
  return {
    id: id == null ? `aime-${index + 1}` : String(id),
    grader: 'integer',
    question: check.name(question, `${place}: problem`),
    answer: value,
  }
}
