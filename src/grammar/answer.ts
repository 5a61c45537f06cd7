import { createSchemaChecker, readSchema } from '../json/index.js'
import type { AnswerFormat } from './create-grammar.js'

/** An answer in the form that was wanted, or what is wrong with it. */
export type ReadAnswer = { readonly value: unknown } | { readonly problem: string }

/**
 * Returns a reader of answers: it parses the text of an answer as JSON and checks it against the format's schema, by the
 * package `ajv`. With a grammar or without one, a model can be cut off in the middle of an answer.
 *
 * @throws HarmonyError `missing-package` without `ajv`; `invalid-request` for a schema that cannot be compiled;
 *   `invalid-conversation` for one that is no JSON
 *
 * @example
 * ```ts
 * import { createAnswerReader } from 'gpt-oss-harmony/grammar'
 *
 * const read = await createAnswerReader({
 *   type: 'json_schema',
 *   schema: { type: 'object', properties: { celsius: { type: 'number' } }, required: ['celsius'] },
 * })
 * console.log(read('{"celsius": 21}')) // { value: { celsius: 21 } }
 * console.log(read('{"celsius": "warm"}')) // { problem: '/celsius must be number' }
 * ```
 */
export async function createAnswerReader(format: AnswerFormat): Promise<(text: string) => ReadAnswer> {
  if (format.type === 'text') return (text) => ({ value: text })
  const schema = format.schema == null ? undefined : readSchema(format.schema, 'format.schema')
  const check = await createSchemaChecker(schema ?? { type: 'object' })
  return (text) => {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      return { problem: `the answer is not valid JSON: ${(error as SyntaxError).message}` }
    }
    const problem = check(value)
    return problem === undefined ? { value } : { problem }
  }
}
