import { HarmonyError, missingPackage } from '../errors.js'
import type { JsonValue } from './json-value.js'

/** Checks a value. Returns what is wrong with it, or `undefined` if nothing is. */
export type SchemaChecker = (value: unknown) => string | undefined

/**
 * Returns a checker of values by a JSON Schema, which the package `ajv` compiles. Formats
 * are not checked.
 *
 * @throws HarmonyError `missing-package` without `ajv`; `invalid-request` for a schema
 *   that it cannot compile
 */
export async function createSchemaChecker(schema: JsonValue): Promise<SchemaChecker> {
  const ajv = new (await validatorFor(schema))({
    allErrors: true,
    strict: false,
    validateFormats: false,
    logger: false,
  })
  try {
    const validate = ajv.compile(schema as object | boolean)
    return (value) => {
      if (validate(value)) return undefined
      const problems = (validate.errors ?? []).map(
        ({ instancePath, message = 'is wrong', params }) =>
          `${instancePath === '' ? 'the value' : instancePath} ${message}${detailOf(params)}`,
      )
      return [...new Set(problems)].join('; ')
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new HarmonyError('invalid-request', `schema: cannot be compiled: ${reason}`, { cause })
  }
}

/** Two drafts have classes of their own in ajv: tuples, for instance, changed. */
async function validatorFor(schema: JsonValue) {
  try {
    const dialect: unknown = schema instanceof Object && '$schema' in schema ? schema['$schema'] : undefined
    return typeof dialect === 'string' && /draft-0[67]/.test(dialect)
      ? (await import('ajv')).Ajv
      : (await import('ajv/dist/2020.js')).Ajv2020
  } catch (cause) {
    throw missingPackage('ajv', cause)
  }
}

/**
 * What ajv's message leaves out: the name that is too much, and the values that would do.
 */
function detailOf(params: Readonly<Record<string, unknown>>): string {
  const { additionalProperty, allowedValues } = params
  if (typeof additionalProperty === 'string') return `: ${JSON.stringify(additionalProperty)}`
  return allowedValues === undefined ? '' : `: ${JSON.stringify(allowedValues)}`
}
