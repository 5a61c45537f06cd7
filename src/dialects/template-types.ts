import type { JsonObject, JsonValue } from '../json/index.js'
import { PYTHON_JSON, readJsonText, writeJson } from './json-text.js'

/** Says that the template stops on a schema, and why. */
export type RefuseSchema = (found: unknown, reason: string) => Error

export interface TemplateTypeOptions {
  readonly refuse: RefuseSchema
  /**
   * llama.cpp's own Jinja adds any value to a text. It finds the dictionary's method `items` where a list's schema has
   * no such key, and stops.
   */
  readonly hasOwnJinja: boolean
}

/**
 * The parameters of a function as the Hugging Face template prints them: `(_: {…}) => any`, or `() => any` without
 * properties.
 */
export function templateParameters(parameters: JsonValue, options: TemplateTypeOptions): string {
  const { properties, required } = keywordsOf(parameters)
  if (!isTruthy(properties)) return '() => any'
  const requiredNames = listOf(required)
  let text = '(_: {\n'
  for (const [name, schema] of entriesOf(properties)) {
    const { description, default: byDefault, enum: values, oneOf } = keywordsOf(schema)
    if (isTruthy(description)) text += `// ${textOf(description, options)}\n`
    text += `${name}${requiredNames.includes(name) ? '' : '?'}: ${templateType(schema, options)}`
    if (byDefault !== undefined) {
      if (isTruthy(values)) text += `, // default: ${textOf(byDefault, options)}`
      else if (isTruthy(oneOf)) text += `// default: ${textOf(byDefault, options)}`
      else text += `, // default: ${pythonJson(byDefault)}`
    }
    text += ',\n'
  }
  return `${text}}) => any`
}

/** A type in the template's spelling: other than the official one wherever schemas nest or offer a choice. */
function templateType(schema: JsonValue, options: TemplateTypeOptions): string {
  const keywords = keywordsOf(schema)
  const { type, oneOf, enum: values, nullable, properties, required } = keywords
  const orNull = isTruthy(nullable) ? ' | null' : ''
  if (type === 'array') return `${listType(keywords, options)}${orNull}`
  if (isArray(type) && type.length > 0) return type.map(pythonText).join(' | ')
  if (isTruthy(oneOf)) return choiceType(listOf(oneOf), options)
  switch (type) {
    case 'string':
      return isTruthy(values) ? `"${listOf(values).map(pythonText).join('" | "')}"` : `string${orNull}`
    case 'number':
    case 'integer':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'object': {
      if (!isTruthy(properties)) return 'object'
      const requiredNames = listOf(required)
      const lines = entriesOf(properties).map(
        ([name, property]) =>
          `${name}${requiredNames.includes(name) ? '' : '?'}: \n${INDENT}${templateType(property, options)}`,
      )
      return `{\n${lines.join(', ')}}`
    }
    default:
      return 'any'
  }
}

/** What the template's source has before a nested type and before a variant's default. */
const INDENT = ' '.repeat(16)

function listType(keywords: JsonObject, options: TemplateTypeOptions): string {
  const { items } = keywords
  if (items === undefined && options.hasOwnJinja) throw options.refuse(keywords, 'a list needs items')
  if (!isTruthy(items)) return 'any[]'
  switch (keywordsOf(items)['type']) {
    case 'string':
      return 'string[]'
    case 'number':
    case 'integer':
      return 'number[]'
    case 'boolean':
      return 'boolean[]'
    default: {
      const inner = templateType(items, options)
      return inner === 'object | object' || [...inner].length > 50 ? 'any[]' : `${inner}[]`
    }
  }
}

function choiceType(variants: readonly JsonValue[], options: TemplateTypeOptions): string {
  return variants
    .map((variant) => {
      const { description, default: byDefault } = keywordsOf(variant)
      let text = templateType(variant, options)
      if (isTruthy(description)) text += `// ${textOf(description, options)}`
      if (byDefault !== undefined) text += `${INDENT}    // default: ${pythonJson(byDefault)}`
      return text
    })
    .join(' | \n')
}

/** What the template adds to a text: Python stops at anything but a string. */
function textOf(value: JsonValue, { refuse, hasOwnJinja }: TemplateTypeOptions): string {
  if (typeof value === 'string') return value
  if (hasOwnJinja) return value === null ? '' : llamaCppText(value)
  throw refuse(value, 'its template puts a string together there')
}

export function pythonJson(value: JsonValue): string {
  return writeJson(readJsonText(JSON.stringify(value)) ?? null, PYTHON_JSON)
}

/** How llama.cpp's own Jinja adds a value to a text: Python's spelling, floats with six decimals at most. */
function llamaCppText(value: JsonValue): string {
  if (isArray(value)) return `[${value.map(llamaCppItem).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${entriesOf(value)
      .map(([key, item]) => `${llamaCppItem(key)}: ${llamaCppItem(item)}`)
      .join(', ')}}`
  if (typeof value !== 'number' || Number.isInteger(value)) return pythonText(value)
  return value.toFixed(6).replace(/(\.\d+?)0+$/, '$1')
}

function llamaCppItem(value: JsonValue): string {
  if (typeof value !== 'string') return llamaCppText(value)
  const quote = value.includes("'") ? '"' : "'"
  return `${quote}${value}${quote}`
}

/** `str(value)` of what `json.loads` makes of a scalar; lists and objects are left as JSON. */
function pythonText(value: JsonValue): string {
  if (typeof value === 'string') return value
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return pythonJson(value)
}

/** Truth in Python: empty texts, lists and objects are false, as are `null`, `false` and 0. */
export function isTruthy(value: JsonValue | undefined): value is JsonValue {
  if (value === undefined || value === null) return false
  if (typeof value !== 'object') return Boolean(value)
  return (isArray(value) ? value : Object.keys(value)).length > 0
}

const isArray: (value: JsonValue | undefined) => value is readonly JsonValue[] = Array.isArray

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isArray(value) ? value : []
}

function keywordsOf(schema: JsonValue): JsonObject {
  return typeof schema === 'object' && schema !== null && !isArray(schema) ? schema : {}
}

function entriesOf(value: JsonValue): [string, JsonValue][] {
  return Object.entries(keywordsOf(value))
}
