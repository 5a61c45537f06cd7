import { isList, isObject, type JsonObject, type JsonValue, memberNode, writtenKeys } from '../json/index.js'
import { jsonText } from './json-text.js'

/**
 * Converts a JSON Schema to the TypeScript type that the official library renders,
 * character for character, including missing indentation, repetitions and missing
 * escapes. It supports `type`, `properties`, `required`, `items`, `enum`, `oneOf` and
 * `nullable`, and writes `title`, `description`, `default` and `examples` as comments.
 * Everything else, such as `anyOf` and `$ref`, is `any`.
 *
 * @param indent precedes each line of an object's properties and its closing brace, but
 *   not the first line
 */
export function jsonSchemaToTypeScript(schema: JsonValue, indent: string): string {
  const { type, oneOf } = keywordsOf(schema)
  if (isList(oneOf)) return unionText(oneOf, indent)
  if (isList(type)) {
    const names = type.filter((name) => typeof name === 'string')
    return names.length === 0
      ? 'any'
      : names.map((name) => (name === 'integer' ? 'number' : name)).join(' | ')
  }
  switch (type) {
    case 'object':
      return objectText(keywordsOf(schema), indent)
    case 'string':
      return stringText(keywordsOf(schema))
    case 'number':
    case 'integer':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'array': {
      const { items } = keywordsOf(schema)
      return items === undefined ? 'Array<any>' : `${jsonSchemaToTypeScript(items, indent)}[]`
    }
    default:
      return 'any'
  }
}

/**
 * Renders a `oneOf` outside properties: one line per variant, followed by its description
 * and default.
 */
function unionText(variants: readonly JsonValue[], indent: string): string {
  let text = ''
  for (const variant of variants) {
    const keywords = keywordsOf(variant)
    const { description, default: byDefault } = keywords
    const comments: string[] = []
    if (typeof description === 'string') comments.push(description)
    // Not defaultText: with an enum, a string is quoted and escaped here, and bare in a
    // property.
    if (byDefault !== undefined) {
      const isBare = typeof byDefault === 'string' && !hasEnum(variant)
      comments.push(`default: ${isBare ? `"${byDefault}"` : jsonText(memberNode(keywords, 'default'))}`)
    }
    text += `\n${indent} | ${nullableText(variant, `${indent}   `)}${trailingComment(comments)}`
  }
  return text
}

function stringText({ enum: values }: JsonObject): string {
  if (!isList(values)) return 'string'
  const literals = values.filter((value) => typeof value === 'string').map((value) => `"${value}"`)
  return literals.length === 0 ? 'string' : literals.join(' | ')
}

function objectText({ description, properties, required }: JsonObject, indent: string): string {
  let text = typeof description === 'string' ? `${indent}// ${description}\n` : ''
  text += '{\n'
  if (isObject(properties)) {
    const requiredNames = new Set(isList(required) ? required : [])
    for (const name of writtenKeys(properties)) {
      const property = properties[name]
      const key = requiredNames.has(name) ? name : `${name}?`
      const { oneOf } = keywordsOf(property)
      text += headComments(property, indent)
      text += isList(oneOf)
        ? unionPropertyText(key, property, oneOf, indent)
        : propertyText(key, property, indent)
    }
  }
  return `${text}${indent}}`
}

/** Renders the comments above a property: title, description and examples. */
function headComments(property: JsonValue, indent: string): string {
  const { title, description, examples, oneOf } = keywordsOf(property)
  let text = ''
  if (typeof title === 'string') text += `${indent}// ${title}\n${indent}//\n`
  if (typeof description === 'string' && oneOf === undefined) text += `${indent}// ${description}\n`
  if (isList(examples) && examples.length > 0) {
    text += `${indent}// Examples:\n`
    for (const example of examples) if (typeof example === 'string') text += `${indent}// - "${example}"\n`
  }
  return text
}

function propertyText(key: string, property: JsonValue, indent: string): string {
  const { default: byDefault, oneOf } = keywordsOf(property)
  let text = `${indent}${key}: ${nullableText(property, `${indent}    `)},`
  // A `oneOf` that is not a list is not a union, but still suppresses the default.
  if (byDefault !== undefined && oneOf === undefined) text += ` // default: ${defaultText(property)}`
  return `${text}\n`
}

/**
 * Renders a property with `oneOf`: description and default above the name, then one line
 * per variant.
 */
function unionPropertyText(
  key: string,
  property: JsonValue,
  variants: readonly JsonValue[],
  indent: string,
): string {
  const { description, default: byDefault } = keywordsOf(property)
  const describesAbove =
    typeof description === 'string' && description !== keywordsOf(variants[0]).description

  let text = ''
  if (describesAbove) text += `${indent}// ${description}\n`
  if (byDefault !== undefined) text += `${indent}// default: ${defaultText(property)}\n`
  text += `${indent}${key}:\n`

  variants.forEach((variant, i) => {
    const { description: variantDescription, default: variantDefault } = keywordsOf(variant)
    const comments: string[] = []
    const silent = i === 0 && describesAbove
    if (!silent && typeof variantDescription === 'string' && variantDescription !== description)
      comments.push(variantDescription)
    if (variantDefault !== undefined) comments.push(`default: ${defaultText(variant)}`)
    text += `${indent} | ${nullableText(variant, `${indent}   `)}${trailingComment(comments)}\n`
  })
  return `${text}${indent},\n`
}

/**
 * Returns the type of `schema`, with `| null` if it is nullable and the type does not
 * contain the word `null`, even in a comment.
 */
function nullableText(schema: JsonValue, indent: string): string {
  const text = jsonSchemaToTypeScript(schema, indent)
  return keywordsOf(schema).nullable === true && !text.includes('null') ? `${text} | null` : text
}

/**
 * Returns a property's default for its comment: a string is quoted, but bare if the
 * property has an `enum`.
 */
function defaultText(schema: JsonValue): string {
  const keywords = keywordsOf(schema)
  const { default: value } = keywords
  if (typeof value !== 'string') return jsonText(memberNode(keywords, 'default'))
  return hasEnum(schema) ? value : `"${value}"`
}

function trailingComment(comments: readonly string[]): string {
  return comments.length === 0 ? '' : ` // ${comments.join(' ')}`
}

function hasEnum(schema: JsonValue): boolean {
  const { enum: values } = keywordsOf(schema)
  return isList(values) && values.length > 0
}

const NO_KEYWORDS: JsonObject = {}

/** Returns a schema's keywords. `true`, `5` and the like have none. */
function keywordsOf(schema: JsonValue | undefined): JsonObject {
  return isObject(schema) ? schema : NO_KEYWORDS
}
