import type { UncheckedObject } from '../../json/index.js'
import { quote } from '../../errors.js'
import { BadInput } from '../failure.js'
import { type Input, readJsonLines } from '../input.js'
import { check, refuseRepeated } from './lines.js'

export const GRADERS = ['choice', 'integer', 'exact', 'json', 'call'] as const

export type Grader = (typeof GRADERS)[number]

interface Asked {
  readonly id: string
  readonly question: string
  /** Goes into the developer message. */
  readonly instructions: string | undefined
}

/** A question, and what its answer is compared with. docs/eval.md has the file format. */
export type Question = Asked &
  (
    | { readonly grader: 'choice'; readonly choices: readonly string[]; readonly answer: string }
    | { readonly grader: 'integer'; readonly answer: number }
    | { readonly grader: 'exact'; readonly answers: readonly string[] }
    | { readonly grader: 'json'; readonly schema: UncheckedObject; readonly answer: unknown }
    | {
        readonly grader: 'call'
        readonly tools: readonly unknown[]
        readonly name: string
        readonly arguments: unknown
      }
  )

const KEYS: Readonly<Record<Grader, readonly string[]>> = {
  choice: ['choices', 'answer'],
  integer: ['answer'],
  exact: ['answer'],
  json: ['schema', 'answer'],
  call: ['tools', 'answer'],
}
const SHARED_KEYS = ['id', 'question', 'instructions', 'grader'] as const

/** @throws BadInput naming the line */
export function readQuestions(input: Input): Question[] {
  const questions = readJsonLines(input).map(({ place, value }) => questionOf(value, place))
  refuseRepeated(
    input.name,
    'id',
    questions.map(({ id }) => id),
  )
  return questions
}

function questionOf(value: unknown, place: string): Question {
  const line = check.object(value, place)
  const at = (key: string) => `${place}: ${key}`
  const grader = check.choice(line['grader'], at('grader'), GRADERS)
  const known = [...SHARED_KEYS, ...KEYS[grader]]
  const unknown = Object.keys(line).find((key) => !known.includes(key))
  if (unknown !== undefined)
    throw new BadInput(`${at(unknown)}: is no key of a ${grader} question, wanted ${known.join(', ')}`)
  const asked = {
    id: check.name(line['id'], at('id')),
    question: check.name(line['question'], at('question')),
    instructions: check.optionalString(line['instructions'], at('instructions')) ?? undefined,
  }
  const answer = line['answer']
  switch (grader) {
    case 'choice': {
      const choices = check
        .list(line['choices'], at('choices'))
        .map((choice, index) => check.name(choice, at(`choices[${index}]`)))
      if (choices.length < 2 || choices.length > 26)
        throw new BadInput(`${at('choices')}: found ${choices.length}, wanted 2 to 26`)
      return {
        ...asked,
        grader,
        choices,
        answer: check.choice(answer, at('answer'), letters(choices.length)),
      }
    }
    case 'integer':
      if (!Number.isSafeInteger(answer))
        throw new BadInput(`${at('answer')}: found ${quote(answer)}, wanted a whole number`)
      return { ...asked, grader, answer: answer as number }
    case 'exact':
      return {
        ...asked,
        grader,
        answers: (Array.isArray(answer) ? answer : [answer]).map((text) => check.name(text, at('answer'))),
      }
    case 'json':
      return { ...asked, grader, schema: check.object(line['schema'], at('schema')), answer }
    case 'call': {
      const call = check.object(answer, at('answer'))
      return {
        ...asked,
        grader,
        tools: check.list(line['tools'], at('tools')),
        name: check.name(call['name'], at('answer.name')),
        arguments: check.object(call['arguments'], at('answer.arguments')),
      }
    }
  }
}

/** `A`, `B` … */
export function letters(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String.fromCharCode(65 + index))
}
