import { checkedName, checkedObject, checkedSchema, invalidRequest } from './invalid-request.js'

/**
 * The developer message's section for a JSON Schema that the answer shall follow; `undefined` where the request asks for none. A `json_object`
 * gives none either: OpenAI asks callers to say in their own words that they want JSON.
 *
 * Source: format guide, "Structured output".
 *
 * @throws HarmonyError `invalid-request`
 */
export function responseFormatSection(format: unknown): string | undefined {
  if (format == null) return undefined
  const { type, json_schema: jsonSchema } = checkedObject(format, 'response_format')
  if (type === 'text' || type === 'json_object') return undefined
  if (type !== 'json_schema')
    throw invalidRequest('response_format.type', type, '"text", "json_object" or "json_schema"')

  const path = 'response_format.json_schema'
  const { name, description, schema } = checkedObject(jsonSchema, path)
  if (description != null && typeof description !== 'string')
    throw invalidRequest(`${path}.description`, description, 'a string or null')
  const lines = [`# Response Formats`, '', `## ${checkedName(name, `${path}.name`)}`, '']
  if (description) lines.push(...description.split(/\r?\n/).map((line) => `// ${line}`))
  lines.push(JSON.stringify(checkedSchema(schema, `${path}.schema`)))
  return lines.join('\n')
}
