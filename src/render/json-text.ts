import { isList, type JsonValue } from '../json/index.js'

/**
 * Returns a JSON value as Rust's serde_json prints it, in compact form, after reading the
 * output of `JSON.stringify`. The two differ in numbers only: serde_json reads numbers
 * that fit into 64 bits as integers and all others as floats, rounds floats differently,
 * and prints them in another notation (`1e21` for `1e+21`, `1e-6` for `0.000001`).
 */
export function jsonText(value: JsonValue): string {
  if (typeof value === 'number') return numberText(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(jsonText).join(',')}]`
  return `{${Object.keys(value)
    .map((key) => `${JSON.stringify(key)}:${jsonText(value[key])}`)
    .join(',')}}`
}

function numberText(value: number): string {
  const written = JSON.stringify(value)
  if (Number.isSafeInteger(value) || isInteger64(written)) return written
  const float = readFloat(written)
  return float < 0 ? `-${floatText(-float)}` : floatText(float)
}

/** Returns whether serde_json reads the digits as a `u64` or an `i64`. */
function isInteger64(written: string): boolean {
  if (!/^-?\d+$/.test(written)) return false
  const value = BigInt(written)
  return value >= -(2n ** 63n) && value < 2n ** 64n
}

/**
 * Reads a decimal number as serde_json does without its feature `float_roundtrip`: the
 * digits as a 64-bit integer, then one multiplication or division by a power of ten. Both
 * steps round, so that the last bit can differ from the nearest float.
 */
function readFloat(written: string): number {
  const [, sign, whole, fraction = '', power = '0'] = NUMBER.exec(written)!
  let digits = whole + fraction
  let exponent = Number(power) - fraction.length
  // Digits beyond 64 bits only raise the exponent. JavaScript writes more than 17 digits
  // only for large integers.
  while (BigInt(digits) >= 2n ** 64n) {
    digits = digits.slice(0, -1)
    exponent++
  }
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
 * Returns a positive float as the Rust library ryu prints it. The digits are the same as
 * JavaScript's: the shortest that round-trip.
 */
function floatText(float: number): string {
  const [mantissa, power] = float.toExponential().split('e')
  const digits = mantissa.replace('.', '')
  const pointAt = Number(power) + 1
  if (pointAt > 16 || pointAt <= -5) return `${mantissa}e${Number(power)}`
  if (pointAt <= 0) return `0.${'0'.repeat(-pointAt)}${digits}`
  if (pointAt >= digits.length) return `${digits.padEnd(pointAt, '0')}.0`
  return `${digits.slice(0, pointAt)}.${digits.slice(pointAt)}`
}
