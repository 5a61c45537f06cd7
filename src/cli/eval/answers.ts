import { quote } from '../../errors.js'
import { HARMONY_EFFORTS, type HarmonyEffort } from '../../openai/index.js'
import { BadInput } from '../failure.js'
import { type Input, readJsonLines } from '../input.js'
import { check, refuseRepeated } from './lines.js'
import { customIdOf } from './requests.js'

/** What of an answer is graded and counted. */
export interface EvalAnswer {
  readonly questionId: string
  readonly effort: HarmonyEffort
  readonly sample: number
  readonly final: string
  readonly calls: readonly { readonly name: string; readonly arguments: string }[]
  readonly isCut: boolean
  readonly hasDeviations: boolean
  readonly completionTokenCount: number
}

/**
 * Reads answers as `harmony eval run` and `harmony completions` write them.
 *
 * @throws BadInput naming the line
 */
export function readAnswers(input: Input): EvalAnswer[] {
  const answers = readJsonLines(input).map(({ place, value }) => answerOf(value, place))
  refuseRepeated(
    input.name,
    'custom_id',
    answers.map(({ questionId, effort, sample }) => customIdOf(questionId, effort, sample)),
  )
  return answers
}

function answerOf(value: unknown, place: string): EvalAnswer {
  const line = check.object(value, place)
  const at = (key: string) => `${place}: ${key}`
  return {
    ...placeOf(check.string(line['custom_id'], at('custom_id')), at('custom_id')),
    final: check.string(line['final'], at('final')),
    calls: check.list(line['tool_calls'], at('tool_calls')).map((value, index) => {
      const call = check.object(
        check.object(value, at(`tool_calls[${index}]`))['function'],
        at(`tool_calls[${index}].function`),
      )
      return {
        name: check.string(call['name'], at(`tool_calls[${index}].function.name`)),
        arguments: check.string(call['arguments'], at(`tool_calls[${index}].function.arguments`)),
      }
    }),
    isCut: line['finish_reason'] === 'length',
    hasDeviations: Object.keys(check.object(line['deviations'], at('deviations'))).length > 0,
    completionTokenCount: check.count(line['num_completion_tokens'], at('num_completion_tokens')),
  }
}

/** The parts of a `custom_id`; a question's id may hold slashes itself. */
function placeOf(customId: string, path: string): Pick<EvalAnswer, 'questionId' | 'effort' | 'sample'> {
  const [, questionId, effort, sample] = /^(.+)\/(\w+)\/(\d+)$/s.exec(customId) ?? []
  const known = HARMONY_EFFORTS.find((name) => name === effort)
  if (questionId === undefined || known === undefined)
    throw new BadInput(
      `${path}: found ${quote(customId)}, wanted QUESTION/EFFORT/SAMPLE, as \`harmony eval requests\` writes it`,
    )
  return { questionId, effort: known, sample: Number(sample) }
}
