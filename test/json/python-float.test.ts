import { expect, test } from 'vitest'
import { pythonFloat } from '../../src/json/index.js'

// What json.dumps() of Python 3 prints.
test.each([
  [0, '0.0'],
  [-0, '-0.0'],
  [2, '2.0'],
  [-1.5, '-1.5'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [0.00001234, '1.234e-05'],
  [1507258409342686.2, '1507258409342686.2'],
  [9999999999999998, '9999999999999998.0'],
  [1e16, '1e+16'],
  [123456789012345680000, '1.2345678901234568e+20'],
  [5e-324, '5e-324'],
  [1.7976931348623157e308, '1.7976931348623157e+308'],
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity'],
])('%d is %s', (value, text) => {
  expect(pythonFloat(value)).toBe(text)
})
