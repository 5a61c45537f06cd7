import { describe, expect, test } from 'vitest'
import { nodeOf } from '../../src/json/index.js'
import { jsonText } from '../../src/render/json-text.js'

// Printed by the official library 0.0.8 as a default in a schema, from what JSON.stringify writes.
const OFFICIAL: readonly (readonly [value: number, text: string])[] = [
  [0, '0'],
  [-0, '0'],
  [-1, '-1'],
  [0.5, '0.5'],
  [-1.5, '-1.5'],
  [0.0001, '0.0001'],
  [0.0000123, '0.0000123'],
  [0.00001, '0.00001'],
  [0.000001, '1e-6'],
  [1e-7, '1e-7'],
  [5e-324, '5e-324'],
  [123456.789, '123456.789'],
  [0.30000000000000004, '0.30000000000000004'],
  [1e16, '10000000000000000'],
  [2 ** 53 + 2, '9007199254740994'],
  [2 ** 63, '9223372036854776000'],
  [-(2 ** 63), '-9.223372036854776e18'],
  [18446744073709549568, '18446744073709550000'],
  [2 ** 64, '1.8446744073709552e19'],
  [-1e19, '-1e19'],
  [1e20, '1e20'],
  [123456789012345680000, '1.2345678901234567e20'],
  [1e21, '1e21'],
  [1.5e300, '1.5e300'],
  [Number.MAX_VALUE, '1.7976931348623157e308'],
]

describe('numbers', () => {
  test.each(OFFICIAL)('%d is printed as %s', (value, text) => {
    expect(jsonText(nodeOf(value))).toBe(text)
  })

  // The official library again: the last digit is not JavaScript's.
  test.each([
    [2.890314080344325e-29, '2.8903140803443246e-29'],
    [659329488969431400000, '6.593294889694315e20'],
    [1.2488835154088051e-15, '1.2488835154088053e-15'],
  ])('%d is read with the rounding of serde_json, and printed as %s', (value, text) => {
    expect(jsonText(nodeOf(value))).toBe(text)
  })
})

// As Conversation.from_json of the official library reads a default, and render_conversation prints it.
test.each([
  ['2.0', '2.0'],
  ['1.50', '1.5'],
  ['1E5', '100000.0'],
  ['-0', '0'],
  ['-0.0', '-0.0'],
  ['-0e1', '-0.0'],
  ['1e-400', '0.0'],
  ['1e15', '1000000000000000.0'],
  // Halfway between two decimals of one digit: toFixed() takes the other one.
  ['1507258409342686.2', '1507258409342686.2'],
  ['1e16', '1e16'],
  ['123456789012345680.0', '1.2345678901234568e17'],
  ['9007199254740993', '9007199254740993'],
  ['9007199254740993.0', '9007199254740992.0'],
  ['12345678901234567890', '12345678901234567890'],
  ['18446744073709551616', '1.8446744073709552e19'],
  ['-9223372036854775809', '-9.223372036854776e18'],
  ['123456789012345678901234', '1.2345678901234567e23'],
  ['0.1000000000000000055511151231257827', '0.1'],
  ['2.2250738585072011e-308', '2.225073858507201e-308'],
])('the number %s of a text is printed as %s', (digits, text) => {
  expect(jsonText({ digits })).toBe(text)
})

test('everything else is printed as JSON.stringify does, on one line', () => {
  const value = { b: [true, null, 'ü\n"\u0001\u007f\u2028'], a: {}, '"': [] }
  expect(jsonText(nodeOf(value))).toBe(JSON.stringify(value))
})
