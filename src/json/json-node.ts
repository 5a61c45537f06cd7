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
          const key = stringIn(tokens[at])
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
        return stringIn(token)
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

function stringIn(token: string): string {
  return token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1)
}

class TooDeep extends Error {}

/** How a language prints JSON. */
export interface JsonSpelling {
  readonly itemSeparator: string
  readonly keySeparator: string
  readonly sortKeys: boolean
  readonly number: (digits: string) => string
  readonly string: (text: string) => string
}

/** Compact, and the numbers with their digits. */
export const COMPACT_JSON: JsonSpelling = {
  itemSeparator: ',',
  keySeparator: ':',
  sortKeys: false,
  number: (digits) => digits,
  string: (text) => JSON.stringify(text),
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
