import { type JsonValue, type UncheckedObject, writtenText } from '../json/index.js'
import { checkedName, checkedObject, checkedSchema, invalidRequest } from './invalid-request.js'
import { checkFields } from './request-fields.js'

/** The form that a request wants its answer in. */
export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json_object'; readonly schema?: JsonValue }
  | {
      readonly type: 'json_schema'
      readonly name: string
      readonly description?: string
      readonly schema: JsonValue
      readonly strict: boolean
    }

/**
 * Reads `response_format` of Chat Completions, or `text.format` of Responses. A `json_object` may have a
 * `schema`, as clients of llama.cpp, Together and Fireworks send it.
 *
 * @throws HarmonyError `invalid-request`, `unknown-field`
 */
export function readResponseFormat(format: unknown, path = 'response_format'): ResponseFormat {
  if (format == null) return { type: 'text' }
  const object = checkedObject(format, path)
  switch (object['type']) {
    case 'text':
      checkFields(object, path, { understood: ['type'] })
      return { type: 'text' }
    case 'json_object': {
      checkFields(object, path, { understood: ['type', 'schema'] })
      const { schema } = object
      return {
        type: 'json_object',
        ...(schema != null && { schema: checkedSchema(schema, `${path}.schema`) }),
      }
    }
    case 'json_schema': {
      // Nested in Chat Completions, flat in Responses.
      if (object['json_schema'] === undefined && object['schema'] !== undefined) {
        checkFields(object, path, { understood: ['type', ...SCHEMA_FIELDS] })
        return readJsonSchema(object, path)
      }
      checkFields(object, path, { understood: ['type', 'json_schema'] })
      const schemaPath = `${path}.json_schema`
      const nested = checkedObject(object['json_schema'], schemaPath)
      checkFields(nested, schemaPath, { understood: SCHEMA_FIELDS })
      return readJsonSchema(nested, schemaPath)
    }
    default:
      throw invalidRequest(`${path}.type`, object['type'], '"text", "json_object" or "json_schema"')
  }
}

const SCHEMA_FIELDS = ['name', 'description', 'schema', 'strict']

function readJsonSchema(
  { name, description, schema, strict }: UncheckedObject,
  path: string,
): ResponseFormat & { readonly type: 'json_schema' } {
  if (description != null && typeof description !== 'string')
    throw invalidRequest(`${path}.description`, description, 'a string or null')
  return {
    type: 'json_schema',
    name: checkedName(name, `${path}.name`),
    ...(description != null && { description }),
    schema: checkedSchema(schema, `${path}.schema`),
    strict: strict === true,
  }
}

/**
 * Returns the developer message's section for the JSON Schema that the answer has to follow; `undefined` if
 * there is none. A `json_object` without a schema has none: OpenAI asks callers to say in their own words that
 * they want JSON.
 *
 * Source: format guide, "Structured output".
 */
export function responseFormatSection(format: ResponseFormat): string | undefined {
  switch (format.type) {
    case 'text':
      return undefined
    case 'json_object':
      return format.schema === undefined ? undefined : section('answer', undefined, format.schema)
    case 'json_schema':
      return section(format.name, format.description, format.schema)
  }
}

function section(name: string, description: string | undefined, schema: JsonValue): string {
  const comments = description ? description.split(/\r?\n/).map((line) => `// ${line}`) : []
  return ['# Response Formats', '', `## ${name}`, '', ...comments, writtenText(schema)].join('\n')
}
