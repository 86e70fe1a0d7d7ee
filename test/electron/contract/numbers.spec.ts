import { locales, shortNumber } from '@contract'
import { describe, expect, test } from 'vitest'

describe.each(locales)('in %s', locale => test.each([
  [2.302585, '2.30'], [0.0123456, '0.0123'], [0.000412, '4.12e−4'], [1e-3, '0.00100'], [12.34, '12.3'], [1234, '1,230'], [0.99999, '1.00'],
  [0, '0'], [-0, '0'], [-0.5, '−0.500'], [-4.56e-5, '−4.56e−5'], [1e6, '1.00e6'], [999_999, '1,000,000'], [9.994e-4, '9.99e−4'], [-1.5e7, '−1.50e7'], [-1234.5, '−1,230'], [NaN, 'NaN'], [Infinity, '∞'], [-Infinity, '−∞'],
])('%f is written with three significant digits: %s', (value, text) => {
  expect(shortNumber(locale, value)).toBe(text)
}))
