import { type JsonSpelling, pythonFloat } from '../json/index.js'

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

/** `%g`. */
function streamedFloat(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [mantissa, power] = value.toExponential(5).split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 6) {
    return `${Number(mantissa)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  return String(Number(value.toFixed(5 - exponent)))
}
