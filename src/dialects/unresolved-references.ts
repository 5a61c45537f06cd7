import type { JsonObject, JsonValue } from '../json/index.js'

/**
 * Refuses a schema whose references lead nowhere, as llama.cpp does when it builds a grammar from it. Only what takes part
 * in that grammar is looked at: alternatives hide a type, and a type list hides constants.
 *
 * Source: llama.cpp b11434, common/json-schema.cpp.
 */
export function refuseUnresolvedReferences(
  root: JsonValue,
  path: string,
  refuse: (path: string, found: unknown, reason: string) => Error,
): void {
  const seen = new Set<string>()
  const visit = (schema: JsonValue | undefined): void => {
    if (!isObject(schema)) return
    const { $ref: reference, oneOf, anyOf, type, enum: values, properties, additionalProperties } = schema
    if (reference !== undefined) {
      if (typeof reference !== 'string' || !reference.startsWith('#/'))
        throw refuse(path, reference, 'references lead into the same schema')
      if (seen.has(reference)) return
      seen.add(reference)
      const target = resolved(root, reference)
      if (target === undefined) throw refuse(path, reference, 'the reference leads nowhere')
      visit(target)
      return
    }
    const alternatives = oneOf ?? anyOf
    if (alternatives !== undefined) {
      if (isList(alternatives)) alternatives.forEach(visit)
      return
    }
    if (!isList(type) && (schema['const'] !== undefined || values !== undefined)) return
    const types = isList(type) ? type : [type]
    if (
      types.includes('object') ||
      (type === undefined && (properties ?? additionalProperties) !== undefined)
    ) {
      if (isObject(properties)) Object.values(properties).forEach(visit)
      visit(additionalProperties)
    }
    if (types.includes('array') || type === undefined) {
      const items = schema['items'] ?? schema['prefixItems']
      if (isList(items)) items.forEach(visit)
      else visit(items)
    }
    if (isList(schema['allOf']) && properties === undefined) schema['allOf'].forEach(visit)
  }
  visit(root)
}

function resolved(root: JsonValue, reference: string): JsonValue | undefined {
  let target: JsonValue | undefined = root
  for (const step of reference.slice(2).split('/')) {
    if (isList(target)) target = target[Number(step)]
    else if (isObject(target) && Object.hasOwn(target, step)) target = target[step]
    else return undefined
  }
  return target
}

const isList: (value: JsonValue | undefined) => value is readonly JsonValue[] = Array.isArray

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value)
}
