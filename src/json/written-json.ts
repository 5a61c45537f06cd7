import type { JsonValue } from './json-value.js'
import { isList } from './shape.js'

/**
 * JSON as it was written: numbers keep their digits (`2.0`, `1e2`), keys their order, even
 * those that look like indexes.
 */
export type JsonNode = null | boolean | string | JsonNumber | readonly JsonNode[] | JsonMap
export type JsonMap = ReadonlyMap<string, JsonNode>

export interface JsonNumber {
  readonly digits: string
}

/** Deeper than this, Python's reader gives up as well. */
const MAX_DEPTH = 900

/** Reads JSON text. Returns `undefined` for text that is not JSON. */
export function readJsonText(text: string): JsonNode | undefined {
  try {
    JSON.parse(text)
  } catch {
    return undefined
  }
  // The text is sound from here on; what is left is to cut it.
  const tokens = text.match(TOKENS)!
  let at = 0
  const read = (depth: number): JsonNode => {
    if (depth > MAX_DEPTH) throw new TooDeep()
    const token = tokens[at++]
    switch (token[0]) {
      case '{': {
        const map = new Map<string, JsonNode>()
        while (tokens[at] !== '}') {
          if (tokens[at] === ',') at++
          const key = JSON.parse(tokens[at]) as string
          at += 2
          map.set(key, read(depth + 1))
        }
        at++
        return map
      }
      case '[': {
        const list: JsonNode[] = []
        while (tokens[at] !== ']') {
          if (tokens[at] === ',') at++
          list.push(read(depth + 1))
        }
        at++
        return list
      }
      case '"':
        return JSON.parse(token) as string
      case 't':
        return true
      case 'f':
        return false
      case 'n':
        return null
      default:
        return { digits: token }
    }
  }
  try {
    return read(0)
  } catch (error) {
    if (error instanceof TooDeep) return undefined
    throw error
  }
}

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|-?\d[\d.eE+-]*|true|false|null/g

class TooDeep extends Error {}

/** How a language prints JSON. */
export interface JsonSpelling {
  readonly itemSeparator: string
  readonly keySeparator: string
  readonly sortKeys: boolean
  readonly number: (digits: string) => string
  readonly string: (text: string) => string
}

/** Returns JSON text. */
export function writeJson(node: JsonNode, spelling: JsonSpelling): string {
  if (node === null || typeof node === 'boolean') return String(node)
  if (typeof node === 'string') return spelling.string(node)
  if (isList(node)) return `[${node.map((item) => writeJson(item, spelling)).join(spelling.itemSeparator)}]`
  if ('digits' in node) return spelling.number(node.digits)
  const keys = [...node.keys()]
  if (spelling.sortKeys) keys.sort(byCodePoints)
  return `{${keys
    .map((key) => `${spelling.string(key)}${spelling.keySeparator}${writeJson(node.get(key)!, spelling)}`)
    .join(spelling.itemSeparator)}}`
}

function byCodePoints(a: string, b: string): number {
  const left = Array.from(a, (character) => character.codePointAt(0)!)
  const right = Array.from(b, (character) => character.codePointAt(0)!)
  const differing = left.findIndex((codePoint, index) => codePoint !== right[index])
  return differing === -1 ? left.length - right.length : left[differing] - (right[differing] ?? -1)
}

/** Returns plain JSON as `JSON.stringify` would write it. */
export function nodeOf(value: JsonValue): JsonNode {
  if (typeof value === 'number') return { digits: JSON.stringify(value) }
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map(nodeOf)
  return new Map(Object.entries(value).map(([key, inner]) => [key, nodeOf(inner)]))
}

/** Returns what `JSON.parse` makes of the text. */
export function valueOf(node: JsonNode): JsonValue {
  return valueWith(node, valueOf) as JsonValue
}

/** JSON in a value that is otherwise plain. `JSON.stringify` writes the plain value. */
export class WrittenJson {
  constructor(readonly node: JsonNode) {}

  /** Compact, and the numbers with their digits. */
  get text(): string {
    return writeJson(this.node, COMPACT)
  }

  toJSON(): JsonValue {
    return valueOf(this.node)
  }
}

const COMPACT: JsonSpelling = {
  itemSeparator: ',',
  keySeparator: ':',
  sortKeys: false,
  number: (digits) => digits,
  string: (text) => JSON.stringify(text),
}

/**
 * Reads JSON text as `JSON.parse` does, except that an object under one of the keys `kept`
 * becomes a {@link WrittenJson}.
 *
 * @throws SyntaxError as `JSON.parse`
 */
export function parseKeeping(text: string, kept: readonly string[]): unknown {
  // Several times as fast, and mostly there is nothing to lose.
  if (!LOST_WHEN_PARSED.test(text) || !kept.some((key) => text.includes(`"${key}"`))) return JSON.parse(text)
  const node = readJsonText(text)
  if (node === undefined) return JSON.parse(text)
  const read = (inner: JsonNode, key?: string): unknown =>
    key !== undefined && kept.includes(key) && inner instanceof Map
      ? new WrittenJson(inner)
      : valueWith(inner, read)
  return read(node)
}

/**
 * What plain values do not keep: a decimal that ends in 0, an exponent, more digits than a
 * double has, `-0`, and a key that looks like an index. In strings, too, which only costs time.
 */
const LOST_WHEN_PARSED = /(?:\.\d*0|[eE][+-]?\d+|-0)\s*[,}\]]|\d{16}|"\d+"\s*:/

function valueWith(node: JsonNode, read: (inner: JsonNode, key?: string) => unknown): unknown {
  if (typeof node !== 'object' || node === null) return node
  if (isList(node)) return node.map((item) => read(item))
  if ('digits' in node) return Number(node.digits)
  return Object.fromEntries([...node].map(([key, inner]) => [key, read(inner, key)]))
}
