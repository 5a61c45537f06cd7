import { COMPACT_JSON, type JsonNode, type JsonSpelling, pythonFloat, writeJson } from '../json/index.js'

/**
 * Returns JSON as Rust's serde_json prints it, in compact form, after Python has read and
 * written it, as the official library does. Only numbers change: Python tells integers from
 * floats and keeps the digits of integers alone; serde_json reads integers that fit into 64
 * bits as such and all others as floats, rounds floats differently, and prints them in
 * another notation (`1e21` for `1e+21`, `0.00001` for `1e-05`).
 */
export function jsonText(node: JsonNode): string {
  return writeJson(node, SERDE_JSON)
}

const SERDE_JSON: JsonSpelling = { ...COMPACT_JSON, number: numberText }

function numberText(digits: string): string {
  const isInteger = /^-?\d+$/.test(digits)
  if (isInteger && isInteger64(digits)) return digits === '-0' ? '0' : digits
  const float = readFloat(isInteger ? digits : pythonFloat(Number(digits)))
  return float < 0 || Object.is(float, -0) ? `-${floatText(-float)}` : floatText(float)
}

/** Returns whether serde_json reads an integer's digits as a `u64` or an `i64`. */
function isInteger64(digits: string): boolean {
  if (digits.length > 20) return false
  const value = BigInt(digits)
  return value >= -(2n ** 63n) && value < 2n ** 64n
}

/**
 * Reads a decimal number as serde_json does without its feature `float_roundtrip`: the
 * digits as a 64-bit integer, then one multiplication or division by a power of ten. Both
 * steps round, so that the last bit can differ from the nearest float.
 */
function readFloat(written: string): number {
  const [, sign, whole, fraction = '', power = '0'] = NUMBER.exec(written)!
  const all = (whole + fraction).replace(/^0+(?=\d)/, '')
  // Digits beyond 64 bits only raise the exponent.
  let digits = all.slice(0, 20)
  if (BigInt(digits) >= 2n ** 64n) digits = digits.slice(0, -1)
  let exponent = Number(power) - fraction.length + all.length - digits.length
  let float = Number(digits)
  if (exponent < -308) {
    float /= 1e308
    exponent += 308
  }
  float = exponent < 0 ? float / powerOfTen(-exponent) : float * powerOfTen(exponent)
  return sign === '-' ? -float : float
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/

// 10 ** exponent is not the nearest float for every exponent; a literal is.
function powerOfTen(exponent: number): number {
  return Number(`1e${exponent}`)
}

/**
 * Returns a float, 0 or greater, as the Rust library ryu prints it. The digits are the same
 * as JavaScript's: the shortest that round-trip.
 */
function floatText(float: number): string {
  if (float === 0) return '0.0'
  const [mantissa, power] = float.toExponential().split('e')
  const digits = mantissa.replace('.', '')
  const pointAt = Number(power) + 1
  if (pointAt > 16 || pointAt <= -5) return `${mantissa}e${Number(power)}`
  if (pointAt <= 0) return `0.${'0'.repeat(-pointAt)}${digits}`
  if (pointAt >= digits.length) return `${digits.padEnd(pointAt, '0')}.0`
  return `${digits.slice(0, pointAt)}.${digits.slice(pointAt)}`
}
