import { isList, type JsonNode, writeJson } from '../json/index.js'
import { PYTHON_JSON } from './json-spelling.js'

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
export function templateParameters(parameters: JsonNode, options: TemplateTypeOptions): string {
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
      else text += `, // default: ${writeJson(byDefault, PYTHON_JSON)}`
    }
    text += ',\n'
  }
  return `${text}}) => any`
}

/** A type in the template's spelling: other than the official one wherever schemas nest or offer a choice. */
function templateType(schema: JsonNode, options: TemplateTypeOptions): string {
  const keywords = keywordsOf(schema)
  const { type, oneOf, enum: values, nullable, properties, required } = keywords
  const orNull = isTruthy(nullable) ? ' | null' : ''
  if (type === 'array') return `${listType(keywords, options)}${orNull}`
  if (isList(type) && type.length > 0) return type.map(pythonText).join(' | ')
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

function listType(keywords: Keywords, options: TemplateTypeOptions): string {
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

function choiceType(variants: readonly JsonNode[], options: TemplateTypeOptions): string {
  return variants
    .map((variant) => {
      const { description, default: byDefault } = keywordsOf(variant)
      let text = templateType(variant, options)
      if (isTruthy(description)) text += `// ${textOf(description, options)}`
      if (byDefault !== undefined) text += `${INDENT}    // default: ${writeJson(byDefault, PYTHON_JSON)}`
      return text
    })
    .join(' | \n')
}

/** What the template adds to a text: Python stops at anything but a string. */
function textOf(value: JsonNode, { refuse, hasOwnJinja }: TemplateTypeOptions): string {
  if (typeof value === 'string') return value
  if (hasOwnJinja) return value === null ? '' : llamaCppText(value)
  throw refuse(value, 'its template puts a string together there')
}

/** How llama.cpp's own Jinja adds a value to a text: Python's spelling, floats with six decimals at most. */
function llamaCppText(value: JsonNode): string {
  if (typeof value !== 'object' || value === null) return pythonText(value)
  if (isList(value)) return `[${value.map(llamaCppItem).join(', ')}]`
  if ('digits' in value)
    return /^-?\d+$/.test(value.digits)
      ? pythonText(value)
      : Number(value.digits)
          .toFixed(6)
          .replace(/(\.\d(?:\d*[1-9])?)0+$/, '$1')
  return `{${entriesOf(value)
    .map(([key, item]) => `${llamaCppItem(key)}: ${llamaCppItem(item)}`)
    .join(', ')}}`
}

function llamaCppItem(value: JsonNode): string {
  if (typeof value !== 'string') return llamaCppText(value)
  const quote = value.includes("'") ? '"' : "'"
  return `${quote}${value}${quote}`
}

/** `str(value)` of what `json.loads` makes of a scalar; lists and objects are left as JSON. */
function pythonText(value: JsonNode): string {
  if (typeof value === 'string') return value
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return writeJson(value, PYTHON_JSON)
}

/** Truth in Python: empty texts, lists and objects are false, as are `null`, `false` and 0. */
export function isTruthy(value: JsonNode | undefined): value is JsonNode {
  if (value === undefined || value === null) return false
  if (typeof value !== 'object') return Boolean(value)
  if (isList(value)) return value.length > 0
  return 'digits' in value ? Number(value.digits) !== 0 : value.size > 0
}

function listOf(value: JsonNode | undefined): readonly JsonNode[] {
  return value !== undefined && isList(value) ? value : []
}

function keywordsOf(schema: JsonNode): Keywords {
  return Object.fromEntries(entriesOf(schema))
}

type Keywords = Readonly<Record<string, JsonNode>>

function entriesOf(value: JsonNode): [string, JsonNode][] {
  return value instanceof Map ? [...(value as ReadonlyMap<string, JsonNode>)] : []
}
