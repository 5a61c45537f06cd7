import type { ChatRequest } from '../../chat/index.js'
import type { HarmonyEffort } from '../../openai/index.js'
import { letters, type Question } from './questions.js'

export interface RequestSettings {
  readonly efforts: readonly HarmonyEffort[]
  /** Answers to each question at each effort. */
  readonly samples: number
  /** The seed of the first sample; each further one has the next number. */
  readonly seed: number
  readonly maxTokens: number | undefined
  readonly temperature: number
}

/** One answer that is wanted. */
export interface EvalRequest {
  /** `QUESTION/EFFORT/SAMPLE` */
  readonly customId: string
  readonly body: ChatRequest
}

/** Returns a Chat request for each question, effort and sample. All samples of a question follow each other. */
export function evalRequests(questions: readonly Question[], settings: RequestSettings): EvalRequest[] {
  const { efforts, samples, seed, maxTokens, temperature } = settings
  return efforts.flatMap((effort) =>
    questions.flatMap((question) =>
      Array.from({ length: samples }, (_, sample) => ({
        customId: customIdOf(question.id, effort, sample),
        body: {
          messages: [
            ...(question.instructions === undefined
              ? []
              : [{ role: 'developer', content: question.instructions }]),
            { role: 'user', content: promptOf(question) },
          ],
          reasoning_effort: effort,
          temperature,
          seed: seed + sample,
          ...(maxTokens === undefined ? {} : { max_completion_tokens: maxTokens }),
          ...(question.grader === 'call' ? { tools: question.tools } : {}),
          ...(question.grader === 'json'
            ? {
                response_format: {
                  type: 'json_schema',
                  json_schema: { name: 'answer', schema: question.schema },
                },
              }
            : {}),
        },
      })),
    ),
  )
}

export function customIdOf(questionId: string, effort: HarmonyEffort, sample: number): string {
  return `${questionId}/${effort}/${sample}`
}

/** What the model is asked, with the form of answer that the grader reads. */
function promptOf(question: Question): string {
  switch (question.grader) {
    case 'choice': {
      const names = letters(question.choices.length)
      const choices = question.choices.map((choice, index) => `(${names[index]}) ${choice}`).join('\n')
      return `${question.question}\n\n${choices}\n\nEnd with the letter of the right choice: one of ${names.join(', ')}.`
    }
    case 'integer':
      return `${question.question}\n\nReason step by step. The answer is a whole number: put it in \\boxed{}.`
    case 'exact':
      return `${question.question}\n\nReply with the answer alone.`
    case 'json':
    case 'call':
      return question.question
  }
}
