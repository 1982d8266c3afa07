import { expect, test } from 'vitest'
import { formatFloat } from './python-number.ts'

test.each([
  [1, '1.0'],
  [0.001, '0.001'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1e-7, '1e-07'],
  [1.5, '1.5'],
  [1e15, '1000000000000000.0'],
  [1e16, '1e+16'],
  [1e22, '1e+22'],
  [1.5e300, '1.5e+300'],
  [123456789012345680, '1.2345678901234568e+17'],
  [123456.789, '123456.789'],
  [5e-324, '5e-324'],
  [-2.5, '-2.5'],
  [-0, '-0.0'],
  [0, '0.0'],
  [Infinity, 'inf'],
  [-Infinity, '-inf'],
  [Number.NaN, 'nan'],
])('%d is written as %s', (value, text) => {
  expect(formatFloat(value)).toBe(text)
})
