import { type JsonValue, readSchema } from '../json/index.js'

/** A schema that can check values and knows its JSON Schema: zod's from 4.2 on, and other libraries'. */
export interface StandardJsonSchema<Output = unknown> {
  readonly '~standard': {
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly jsonSchema: {
      readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>
    }
    readonly types?: { readonly output: Output } | undefined
  }
}

type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] }

interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/**
 * Returns the JSON Schema of a tool's parameters, without the `$schema` that libraries put on top.
 *
 * @throws TypeError for a schema that does not know its JSON Schema
 * @throws HarmonyError `invalid-conversation`
 */
export function jsonSchemaOf(parameters: object, path: string): JsonValue | undefined {
  if (!('~standard' in parameters)) return readSchema(parameters, path)
  if (!isStandardJsonSchema(parameters)) {
    throw new TypeError(
      `${path}: found a schema that does not know its JSON Schema, wanted zod 4.2 or newer, or a JSON Schema`,
    )
  }
  const schema = parameters['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  delete schema['$schema']
  return readSchema(schema, path)
}

export function isStandardJsonSchema(value: object): value is StandardJsonSchema {
  const standard = (value as Partial<StandardJsonSchema>)['~standard']
  return typeof standard?.validate === 'function' && typeof standard.jsonSchema?.input === 'function'
}

/** What a tool is to be called with, or why it cannot be. */
export type ToolInput = { readonly value: unknown } | { readonly error: string }

/** Checks arguments with the schema's own library. */
export async function checkWithSchema(schema: StandardJsonSchema, input: unknown): Promise<ToolInput> {
  const result = await schema['~standard'].validate(input)
  if (result.issues === undefined) return { value: result.value }
  return {
    error: result.issues
      .map(({ path = [], message }) => {
        const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment))
        return keys.length === 0 ? message : `${keys.join('.')}: ${message}`
      })
      .join('; '),
  }
}
