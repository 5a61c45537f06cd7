import {
  asWritten,
  isList,
  isObject,
  type JsonObject,
  type JsonValue,
  MAX_SCHEMA_DEPTH,
} from '../json/index.js'

/**
 * Returns a JSON Schema rewritten in the keywords that the model's tool texts can say, so that less of it
 * becomes `any`: local `$ref`s are put in place, `anyOf` becomes `oneOf`, a list of types or `nullable`, `const`
 * becomes an `enum` of one value, `allOf` is merged, and titles and `null` defaults, which only add noise, are
 * dropped. A `$ref` that contains itself ends in `{}`, as do references beyond 10,000 schemas or 118 levels.
 *
 * Source: the official library's `json_schema_to_typescript` knows `type`, `properties`, `required`, `items`,
 * `enum`, `oneOf` and `nullable`.
 *
 * @example
 * ```ts
 * import { prepareSchema } from 'gpt-oss-harmony/chat'
 *
 * const optional = { anyOf: [{ type: 'string' }, { type: 'null' }], default: null, title: 'Unit' }
 * console.log(prepareSchema(optional)) // { type: ['string', 'null'] }
 * console.log(prepareSchema({ const: 'celsius' })) // { type: 'string', enum: ['celsius'] }
 * ```
 */
export function prepareSchema(schema: JsonValue): JsonValue {
  return new SchemaPreparation(schema).prepare(schema, [], 1)
}

const MAX_SCHEMAS = 10_000

class SchemaPreparation {
  readonly #root: JsonValue
  #count = 0

  constructor(root: JsonValue) {
    this.#root = root
  }

  /** @param refs the references that led here: one that comes up again is cut */
  prepare(schema: JsonValue, refs: readonly string[], depth: number): JsonValue {
    if (!isObject(schema)) return schema
    if (++this.#count > MAX_SCHEMAS || depth >= MAX_SCHEMA_DEPTH - 1) return {}

    const { $ref: ref, ...beside } = schema
    if (typeof ref === 'string') {
      const target = refs.includes(ref) ? undefined : this.#resolve(ref)
      const resolved = isObject(target) ? target : {}
      return this.prepare(asWritten({ ...resolved, ...beside }, resolved, schema), [...refs, ref], depth)
    }
    const { allOf, ...rest } = schema
    if (isList(allOf)) {
      const parts = allOf.map((part) => this.prepare(part, refs, depth)).filter((part) => isObject(part))
      // What stands beside `allOf` speaks for the whole, as a description does.
      return this.prepare(asWritten(merged(parts.reduce(merged, {}), rest), ...parts, schema), refs, depth)
    }

    // An enumeration gives its type to alternatives, and a single alternative may bring an enumeration.
    const prepared = withAlternatives(withTypeOfEnum(this.#keywords(schema, refs, depth)))
    return asWritten(withSingleType(withTypeOfEnum(prepared)), prepared, schema)
  }

  /** The keywords that stay, schemas inside them prepared. */
  #keywords(schema: JsonObject, refs: readonly string[], depth: number): JsonObject {
    const entries: [string, JsonValue][] = []
    for (const [key, value] of Object.entries(schema)) {
      if (DROPPED.has(key) || (key === 'default' && value === null)) continue
      if (key === 'properties' && isObject(value)) {
        const properties = Object.entries(value).map(
          ([name, property]) => [name, this.prepare(property, refs, depth + 2)] as const,
        )
        entries.push([key, asWritten(Object.fromEntries(properties), value)])
      } else if (key === 'items' && isObject(value)) {
        entries.push([key, this.prepare(value, refs, depth + 1)])
      } else if ((key === 'anyOf' || key === 'oneOf') && isList(value)) {
        entries.push([key, value.map((variant) => this.prepare(variant, refs, depth + 2))])
      } else if (key === 'const') {
        entries.push(['enum', [value]])
      } else {
        entries.push([key, value])
      }
    }
    return Object.fromEntries(entries)
  }

  /** The schema at a JSON pointer within the root, as in `#/$defs/City`. */
  #resolve(ref: string): JsonValue | undefined {
    if (!ref.startsWith('#')) return undefined
    let found: JsonValue | undefined = this.#root
    for (const step of decoded(ref.slice(1)).split('/').slice(1)) {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
      if (isList(found)) found = found[Number(key)]
      else if (isObject(found) && Object.hasOwn(found, key)) found = found[key]
      else return undefined
    }
    return found
  }
}

const DROPPED: ReadonlySet<string> = new Set(['title', '$schema', '$id', '$defs', 'definitions', '$comment'])

/** `anyOf` and `oneOf` as a list of types, one schema, or `oneOf`. */
function withAlternatives(schema: JsonObject): JsonObject {
  const { anyOf, oneOf, ...rest } = schema
  const alternatives = isList(anyOf) ? anyOf : isList(oneOf) ? oneOf : undefined
  if (alternatives === undefined) return schema
  // Such alternatives only say which keys belong together (`anyOf: [{required: […]}]`).
  if (rest['properties'] !== undefined) return rest

  const isNullable = alternatives.some(isNull)
  const variants = alternatives.filter((variant) => !isNull(variant))
  const types = [...variants, ...(isNullable ? [{ type: 'null' }] : [])].flatMap(bareTypes)
  if (types.every((type) => type !== undefined)) return { ...rest, type: [...new Set(types)] }
  if (variants.length === 1 && isObject(variants[0])) {
    // The description outside is the property's, that inside the type's.
    return asWritten({ ...variants[0], ...rest, ...(isNullable && { nullable: true }) }, variants[0])
  }
  const withType = variants.map((variant) =>
    isObject(variant) && variant['type'] === undefined && rest['type'] !== undefined
      ? asWritten({ ...variant, type: rest['type'] }, variant)
      : variant,
  )
  // A type that is the word `null` is `any` in the official text, a list of it is not.
  return { ...rest, oneOf: isNullable ? [...withType, { type: ['null'] }] : withType }
}

/** The types of a schema that says nothing else; `[undefined]` if it says more. */
function bareTypes(schema: JsonValue): readonly (JsonValue | undefined)[] {
  if (!isObject(schema) || Object.keys(schema).length !== 1) return [undefined]
  const { type } = schema
  const types = isList(type) ? type : [type]
  return types.map((name) => (typeof name === 'string' && SIMPLE_TYPES.has(name) ? name : undefined))
}

const SIMPLE_TYPES: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean', 'null'])

function isNull(schema: JsonValue): boolean {
  if (!isObject(schema)) return false
  const { type, enum: values } = schema
  if (type === 'null' || (isList(type) && type.length === 1 && type[0] === 'null')) return true
  return isList(values) && values.length === 1 && values[0] === null
}

/** An `enum` of strings has their type, and one with `null` in it is nullable. */
function withTypeOfEnum(schema: JsonObject): JsonObject {
  const { enum: values, type } = schema
  if (!isList(values) || values.length === 0) return schema
  const others = values.filter((value) => value !== null)
  const types = [...new Set(others.map((value) => typeof value))]
  const [only = 'null'] = types
  if (types.length > 1 || !SIMPLE_TYPES.has(only)) return schema
  if (only === 'null') return { ...schema, type: ['null'] }
  const isSame = others.length === values.length
  const ownType = typeof type === 'string' ? type : only
  return { ...schema, type: ownType, ...(isSame ? {} : { enum: others, nullable: true }) }
}

/** One type where details follow, which a list of types leaves out; `object` and `array` where they go without saying. */
function withSingleType(schema: JsonObject): JsonObject {
  const { type, properties, items, oneOf } = schema
  if (type === undefined && oneOf === undefined) {
    if (properties !== undefined) return { ...schema, type: 'object' }
    if (items !== undefined) return { ...schema, type: 'array' }
    return schema
  }
  if (!isList(type) || type.some((name) => typeof name !== 'string')) return schema
  const named = type.filter((name) => name !== 'null')
  if (named.length !== 1) return schema
  if (properties === undefined && items === undefined && schema['enum'] === undefined && type.length > 1)
    return schema
  return { ...schema, type: named[0], ...(named.length < type.length && { nullable: true }) }
}

/** Two schemas that both hold: their properties and required names together. */
function merged(one: JsonObject, other: JsonObject): JsonObject {
  const { properties, required } = one
  const both: Record<string, JsonValue> = { ...one, ...other }
  if (isObject(properties) && isObject(other['properties']))
    both['properties'] = asWritten({ ...properties, ...other['properties'] }, properties, other['properties'])
  if (isList(required) && isList(other['required']))
    both['required'] = [...new Set([...required, ...other['required']])]
  return both
}

function decoded(pointer: string): string {
  try {
    return decodeURIComponent(pointer)
  } catch {
    return pointer
  }
}
