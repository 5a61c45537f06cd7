import { isList, isObject, type JsonValue } from '../json/index.js'

/**
 * Returns the schema without room for keys that it does not list: an object with `properties` has no others unless it says
 * so. Engines disagree on the default, and a key that a model invents is a mistake. Objects that several schemas describe
 * together (`allOf`, or `properties` beside `anyOf`) stay open, because each of them lists only its own keys.
 */
export function closed(schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema
  const isCombined = COMBINING_KEYWORDS.some((keyword) => keyword in schema)
  const isOpen = 'properties' in schema && isCombined
  const result: Record<string, JsonValue> = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (NAMED_SCHEMAS.includes(keyword) && isObject(value)) {
      result[keyword] = Object.fromEntries(
        Object.entries(value).map(([name, named]) => [name, closed(named)]),
      )
    } else if (SCHEMAS.includes(keyword) || (ALTERNATIVES.includes(keyword) && !isOpen)) {
      result[keyword] = isList(value) ? value.map(closed) : closed(value)
    } else {
      result[keyword] = value
    }
  }
  const saysSo = CLOSING_KEYWORDS.some((keyword) => keyword in schema)
  return 'properties' in schema && !isCombined && !saysSo
    ? { ...result, additionalProperties: false }
    : result
}

const NAMED_SCHEMAS = ['properties', 'patternProperties', '$defs', 'definitions']
const SCHEMAS = ['items', 'prefixItems', 'additionalProperties']
const ALTERNATIVES = ['anyOf', 'oneOf']
const COMBINING_KEYWORDS = [...ALTERNATIVES, 'allOf', 'if', 'not', '$ref', 'dependentSchemas']
const CLOSING_KEYWORDS = ['additionalProperties', 'unevaluatedProperties', 'patternProperties']
