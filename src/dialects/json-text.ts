/**
 * JSON as it was written: numbers keep their digits (`2.0`, `1e2`), keys their order, even those that look like indexes.
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

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|-?\d[\d.eE+-]*|true|false|null/g

class TooDeep extends Error {}

/** How a language prints JSON. */
export interface JsonSpelling {
  readonly itemSeparator: string
  readonly keySeparator: string
  readonly sortKeys: boolean
  readonly number: (digits: string) => string
  readonly string: (text: string) => string
}

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

// Array.isArray does not narrow a readonly array away from an object.
const isList: (node: JsonNode & object) => node is readonly JsonNode[] = Array.isArray

function byCodePoints(a: string, b: string): number {
  const left = Array.from(a, (character) => character.codePointAt(0)!)
  const right = Array.from(b, (character) => character.codePointAt(0)!)
  const differing = left.findIndex((codePoint, index) => codePoint !== right[index])
  return differing === -1 ? left.length - right.length : left[differing] - (right[differing] ?? -1)
}

/** `json.dumps(value, ensure_ascii=False)`. */
export const PYTHON_JSON: JsonSpelling = {
  itemSeparator: ', ',
  keySeparator: ': ',
  sortKeys: false,
  number: (digits) =>
    /^-?\d+$/.test(digits) ? (digits === '-0' ? '0' : digits) : pythonFloat(Number(digits)),
  string: (text) => JSON.stringify(text),
}

/**
 * `tojson` of llama.cpp's own Jinja: floats as C++ streams print them, with six digits. Whole numbers have 64 bits:
 * the upper half of the unsigned ones wraps to negative numbers, and what is larger still is a float.
 */
export const LLAMA_CPP_JSON: JsonSpelling = {
  ...PYTHON_JSON,
  number(digits) {
    if (!/^-?\d+$/.test(digits)) return streamedFloat(Number(digits))
    if (digits === '-0') return digits
    const value = BigInt(digits)
    const fits = value >= -(2n ** 63n) && value < 2n ** 64n
    return fits ? String(BigInt.asIntN(64, value)) : streamedFloat(Number(digits))
  },
}

/** Go's `json.Marshal` of a map. */
export const GO_JSON: JsonSpelling = {
  itemSeparator: ',',
  keySeparator: ':',
  sortKeys: true,
  number: (digits) => {
    const value = Number(digits)
    return Object.is(value, -0) ? '-0' : String(value)
  },
  string: (text) =>
    JSON.stringify(text.replace(/\p{Surrogate}/gu, '\uFFFD')).replace(
      /[<>&\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
}

/** `repr` of a Python float: JavaScript's digits, but another notation for large and small numbers. */
function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [mantissa, power] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 16) {
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  const text = value.toFixed(Math.max(0, (mantissa.split('.')[1] ?? '').length - exponent))
  return text.includes('.') ? text : `${text}.0`
}

/** `%g`. */
function streamedFloat(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [mantissa, power] = value.toExponential(5).split('e')
  const exponent = Number(power)
  const trimmed = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)
  if (exponent < -4 || exponent >= 6) {
    return `${trimmed(mantissa)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  return trimmed(value.toFixed(5 - exponent))
}
