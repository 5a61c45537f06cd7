import { isList, isObject, type JsonObject, type JsonValue } from '../json/index.js'

/** The GBNF rules for JSON values that fit schemas. */
export interface JsonRules {
  /** Returns the name of the rule for values that fit a schema, and makes it. */
  ruleFor(schema: JsonValue): string
  /** All rules made so far, and those that they use. */
  rules(): readonly string[]
}

/**
 * Makes GBNF rules of JSON Schemas by `type`, `nullable`, `properties`, `required`, `additionalProperties`, `items`, `enum`,
 * `const`, `anyOf`, `oneOf` and references inside the schema. Other keywords narrow nothing: all that fits is admitted, and
 * some that does not.
 */
export function createJsonRules(): JsonRules {
  const bodies: string[] = []
  let isUsed = false
  return {
    ruleFor(schema) {
      isUsed = true
      return new SchemaRules(schema, bodies).ruleFor(schema)
    },
    rules: () => (isUsed ? [...bodies.map((body, i) => `${nameOf(i)} ::= ${body}`), ...COMMON_RULES] : []),
  }
}

/** The rules of one schema, which references look into. */
class SchemaRules {
  readonly #root: JsonValue
  readonly #bodies: string[]
  /** By schema object, so that a schema that refers to itself becomes a rule that does. */
  readonly #names = new Map<JsonObject, string>()

  constructor(root: JsonValue, bodies: string[]) {
    this.#root = root
    this.#bodies = bodies
  }

  ruleFor(schema: JsonValue): string {
    if (!isObject(schema)) return 'json-value'
    const known = this.#names.get(schema)
    if (known !== undefined) return known
    const index = this.#bodies.push('') - 1
    this.#names.set(schema, nameOf(index))
    this.#bodies[index] = this.#body(schema)
    return nameOf(index)
  }

  #body(schema: JsonObject): string {
    const { $ref, const: constant, enum: values, anyOf, oneOf, type, nullable } = schema
    if (typeof $ref === 'string') return this.ruleFor(this.#resolved($ref))
    if (constant !== undefined) return literalOf(constant)
    if (isList(values) && values.length > 0) return choiceOf(values.map(literalOf))
    const variants = anyOf ?? oneOf
    if (isList(variants) && variants.length > 0 && schema['properties'] === undefined)
      return choiceOf(variants.map((variant) => this.ruleFor(variant)))

    const types = isList(type) ? type : [type ?? ('properties' in schema ? 'object' : undefined)]
    const bodies = types.map((name) => this.#bodyOfType(name, schema))
    return choiceOf(nullable === true ? [...bodies, '"null"'] : bodies)
  }

  #bodyOfType(type: JsonValue | undefined, schema: JsonObject): string {
    switch (type) {
      case 'object':
        return this.#objectBody(schema)
      case 'array': {
        const item = this.ruleFor(schema['items'] ?? true)
        return `"[" ws (${item} (comma ${item})*)? ws "]"`
      }
      case 'string':
      case 'number':
      case 'integer':
      case 'boolean':
      case 'null':
        return `json-${type}`
      default:
        return 'json-value'
    }
  }

  /** The properties in the order of the schema, each a rule for itself and those after it, then any others. */
  #objectBody({ properties, required, additionalProperties = true }: JsonObject): string {
    const names = isObject(properties) ? Object.keys(properties) : []
    const isRequired = (name: string) => isList(required) && required.includes(name)
    const others =
      additionalProperties === false
        ? undefined
        : `json-string ws ":" ws ${this.ruleFor(additionalProperties)}`

    // What may follow from here on, after a property and as the first one.
    let next = others === undefined ? '""' : `(comma ${others})*`
    let first = others === undefined ? '""' : `(${others} ${next})?`
    for (const name of names.toReversed()) {
      const value = this.ruleFor((properties as JsonObject)[name])
      const pair = `${gbnfLiteral(JSON.stringify(name))} ws ":" ws ${value} ${this.#added(next)}`
      const [skipNext, skipFirst] = isRequired(name) ? ['', ''] : [` | ${next}`, ` | ${first}`]
      next = this.#added(`comma ${pair}${skipNext}`)
      first = this.#added(`${pair}${skipFirst}`)
    }
    return `"{" ws ${first} ws "}"`
  }

  /** The name of a new rule with this body; a body that is short as it is. */
  #added(body: string): string {
    if (/^("[^"]*"|[\w-]+)$/.test(body)) return body
    return nameOf(this.#bodies.push(body) - 1)
  }

  /** What a reference leads to, over further ones; any value if that is nothing, or nothing but references. */
  #resolved(reference: string): JsonValue {
    const seen = new Set<string>()
    for (let next = reference; !seen.has(next);) {
      seen.add(next)
      const schema = this.#at(next)
      if (!isObject(schema) || typeof schema['$ref'] !== 'string') return schema
      next = schema['$ref']
    }
    return true
  }

  #at(reference: string): JsonValue {
    if (!reference.startsWith('#')) return true
    let value: JsonValue | undefined = this.#root
    for (const key of reference.slice(1).split('/').slice(1)) {
      const name = decoded(key).replaceAll('~1', '/').replaceAll('~0', '~')
      value = isList(value) ? value[Number(name)] : isObject(value) ? value[name] : undefined
    }
    return value ?? true
  }
}

/** A literal in GBNF, which knows fewer escapes than JSON. */
export function gbnfLiteral(text: string): string {
  return JSON.stringify(text).replaceAll('\\b', '\\x08').replaceAll('\\f', '\\x0C')
}

/** One JSON value, with white space wherever JSON allows it. */
function literalOf(value: JsonValue): string {
  if (isList(value)) return `"[" ws ${value.map(literalOf).join(' comma ')} ws "]"`
  if (!isObject(value)) return gbnfLiteral(JSON.stringify(value))
  const pairs = Object.entries(value).map(([key, item]) => `${literalOf(key)} ws ":" ws ${literalOf(item)}`)
  return `"{" ws ${pairs.join(' comma ')} ws "}"`
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}

function choiceOf(bodies: readonly string[]): string {
  return bodies.length === 1 ? bodies[0] : bodies.map((body) => `(${body})`).join(' | ')
}

function nameOf(index: number): string {
  return `schema-${index + 1}`
}

/** At most so many white-space characters in a row: a model could go on with them to its token limit. */
export const LONGEST_SPACE = 20

const COMMON_RULES = [
  'json-value ::= json-object | json-array | json-string | json-number | json-boolean | json-null',
  'json-object ::= "{" ws (json-pair (comma json-pair)*)? ws "}"',
  'json-pair ::= json-string ws ":" ws json-value',
  'json-array ::= "[" ws (json-value (comma json-value)*)? ws "]"',
  // As in `plainText`, `<|` never comes before a letter: no special token stands in a string.
  'json-string ::= "\\"" json-char* ("<" ("|" (json-after-bar json-char*)? | json-after-less json-char*)?)* "\\""',
  'json-char ::= [^"\\\\<\\x00-\\x1F] | json-escape',
  'json-after-less ::= [^"\\\\<|\\x00-\\x1F] | json-escape',
  'json-after-bar ::= [^"\\\\<a-z\\x00-\\x1F] | json-escape',
  'json-escape ::= "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4})',
  'json-number ::= json-integer ("." [0-9]+)? ([eE] [-+]? [0-9]+)?',
  'json-integer ::= "-"? ("0" | [1-9] [0-9]*)',
  'json-boolean ::= "true" | "false"',
  'json-null ::= "null"',
  'comma ::= ws "," ws',
  `ws ::= [ \\n\\t]{0,${LONGEST_SPACE}}`,
]
