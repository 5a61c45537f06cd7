import { COMPACT_JSON, type JsonNode, readJsonText, writeJson } from './json-node.js'
import type { JsonObject, JsonValue } from './json-value.js'
import { isList } from './shape.js'

// Plain values do not say whether a number was written `2` or `2.0`, nor where among the
// keys `"10"` stood. Prompts do, so what is read from text is remembered beside the values:
// they stay what `JSON.parse` returns, and copies print as plain values do.

/** How an object or a list was written. */
interface Spelling {
  /** The keys in the order of the text. */
  readonly keys: readonly string[]
  /** The digits of numbers among the members, by key or index. */
  readonly digits: ReadonlyMap<string | number, string>
}

/** Has an entry for each value that lost something, or that contains one. */
const spellings = new WeakMap<object, Spelling>()

/**
 * Reads JSON text as `JSON.parse` does, and remembers how numbers and keys were written for
 * {@link nodeOf}, {@link writtenKeys} and {@link writtenText}.
 *
 * @throws SyntaxError as `JSON.parse`
 */
export function parseJson(text: string): unknown {
  // Several times as fast, and mostly there is nothing to lose.
  if (!PRINTED.test(text) || !LOST_WHEN_PARSED.test(text)) return JSON.parse(text)
  const node = readJsonText(text)
  return node === undefined ? JSON.parse(text) : valueOf(node)
}

/**
 * What prompts print of numbers and of the order of keys: defaults of schemas, unless they
 * are plain numbers, schemas of formats, arguments, and names of properties.
 */
const PRINTED =
  /"(?:default"\s*:\s*(?:[{[]\s*[^\s}\]]|-0|-?\d[\d.]*[eE]|-?\d+\.\d*0\s*[,}]|-?[\d.]{16})|arguments"\s*:\s*\{|(?:input_|json_)?schema"\s*:\s*\{|\d+"\s*:)/

/**
 * What plain values do not keep: a decimal that ends in 0, an exponent, more digits than a
 * double has, `-0`, and a key that looks like an index. In strings, too, which only costs time.
 */
const LOST_WHEN_PARSED = /(?:\.\d*0|[eE][+-]?\d+|-0)\s*[,}\]]|\d{16}|"\d+"\s*:/

/** Returns what `JSON.parse` makes of the text, with its spelling remembered. */
export function valueOf(node: JsonNode): JsonValue {
  if (typeof node !== 'object' || node === null) return node
  if ('digits' in node) return Number(node.digits)
  const value: JsonValue = isList(node)
    ? node.map(valueOf)
    : Object.fromEntries([...node].map(([key, inner]) => [key, valueOf(inner)]))
  const spelling = spellingOf(node, value)
  if (spelling !== undefined) spellings.set(value, spelling)
  return value
}

function spellingOf(
  node: readonly JsonNode[] | ReadonlyMap<string, JsonNode>,
  value: JsonValue,
): Spelling | undefined {
  const keys = isList(node) ? [] : [...node.keys()]
  const digits = new Map<string | number, string>()
  let isPlain = isList(value) || Object.keys(value as object).every((key, index) => key === keys[index])
  for (const [key, inner] of node.entries()) {
    const plain = (value as JsonObject)[key]
    if (typeof plain === 'object' && plain !== null) isPlain &&= !spellings.has(plain)
    else if (typeof plain === 'number') {
      const { digits: written } = inner as { readonly digits: string }
      if (written !== JSON.stringify(plain)) digits.set(key, written)
    }
  }
  return isPlain && digits.size === 0 ? undefined : { keys, digits }
}

/** Returns JSON as it was written, and what was not read from text as `JSON.stringify` would write it. */
export function nodeOf(value: JsonValue): JsonNode {
  if (typeof value === 'number') return { digits: JSON.stringify(value) }
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map((_, index) => memberNode(value, index))
  return new Map(writtenKeys(value).map((key) => [key, memberNode(value, key)]))
}

/** Returns {@link nodeOf} of the member of an object or a list. */
export function memberNode(container: JsonObject | readonly JsonValue[], key: string | number): JsonNode {
  const value = (container as JsonObject)[key]
  if (typeof value !== 'number') return nodeOf(value)
  const digits = spellings.get(container)?.digits.get(key)
  // Another number may have taken its place.
  return { digits: digits !== undefined && Object.is(Number(digits), value) ? digits : JSON.stringify(value) }
}

/** Returns an object's keys in the order of its text. */
export function writtenKeys(object: JsonObject): readonly string[] {
  const keys = Object.keys(object)
  const written = spellings.get(object)?.keys.filter((key) => Object.hasOwn(object, key))
  return written === undefined ? keys : [...new Set([...written, ...keys])]
}

/** Returns what `JSON.stringify` writes, with numbers and keys as they were written. */
export function writtenText(value: unknown): string {
  return typeof value === 'object' && value !== null && spellings.has(value)
    ? writeJson(nodeOf(value as JsonObject), COMPACT_JSON)
    : JSON.stringify(value)
}

/** Returns `copy`, to be printed as the originals were written where its members are theirs; the last one counts. */
export function asWritten(copy: JsonObject, ...originals: readonly JsonObject[]): JsonObject {
  const found = originals
    .map((original) => spellings.get(original))
    .filter((spelling) => spelling !== undefined)
  if (found.length > 0) {
    const keys = found.flatMap((spelling) => spelling.keys)
    spellings.set(copy, { keys, digits: new Map(found.flatMap(({ digits }) => [...digits])) })
  }
  return copy
}
