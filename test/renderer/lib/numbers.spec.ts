import { describe, expect, test } from 'vitest'
import { numbersFor } from '../../../renderer/lib/useNumbers'

describe.each(['ko', 'en', 'ja'] as const)('numbers in %s', (locale) => {
  const { count, short, plain, few, digits, fixed, percent, share } = numbersFor(locale)

  test.each([
    [0, '0'], [1, '1.00'], [0.5, '0.500'], [0.012345, '0.0123'], [-2.302585, '−2.30'], [1234.5, '1,230'],
    [0.00012345, '1.23e−4'], [-1e-9, '−1.00e−9'], [1.5e9, '1.50e9'], [NaN, 'NaN'], [-Infinity, '−∞'],
  ])('three digits of %f are %s', (value, text) => {
    expect(short(value)).toBe(text)
  })

  test('numbers that are added up in a column have the same decimals, and no sign where they are rounded to zero', () => {
    expect([3.2, -0.566, -0.004, 0, 1234.5, NaN, -Infinity].map(value => fixed(value, 2))).toEqual(['3.20', '−0.57', '0.00', '0.00', '1,234.50', 'NaN', '−∞'])
  })

  test('counts have separators', () => {
    expect(count(1234567)).toBe('1,234,567')
  })

  test('settings and axes show all their digits', () => {
    expect([0.1, 0.001, 1, 12.5, 25_000, 2e37, 1e-6, 0].map(plain)).toEqual(['0.1', '0.001', '1', '12.5', '25,000', '2e37', '1e−6', '0'])
  })

  test.each([
    [0, '0'], [220.00000000000003, '220'], [2.2, '2.2'], [0.31682708, '0.3168'], [-0.5937, '−0.5937'], [1234.5, '1,235'], [123456, '123,456'],
    [0.00012345, '0.0001235'], [-1.2e-5, '−1.2e−5'], [2e7, '2e7'], [NaN, 'NaN'], [Infinity, '∞'],
  ])('on a label %f is %s', (value, text) => {
    expect(few(value)).toBe(text)
  })

  test('numbers to be computed with have the same digits whatever their size', () => {
    expect([0.204895512, 0.5, -6.8312344e-5, 2e-7, 1234567.8, 123.45678, 0, NaN, -Infinity].map(value => digits(value, 7))).toEqual(['0.2048955', '0.5', '−6.831234e−5', '2e−7', '1.234568e6', '123.4568', '0', 'NaN', '−∞'])
    expect(digits(-0.03985484302043915, 9)).toBe('−0.039854843')
  })

  test('a cell shows three digits', () => {
    expect([0.31682708, -0.18619, 715, 1234].map(value => few(value, 3))).toEqual(['0.317', '−0.186', '715', '1,234'])
  })

  test('percentages have a fixed width in the legend and no unnecessary digits on the axis', () => {
    expect([0.97, 0.9691].map(percent)).toEqual(['97.0%', '96.9%'])
    expect([0.8, 0.975].map(share)).toEqual(['80%', '97.5%'])
  })

  test('a percentage is 0.0% or 100.0% only when it is exactly that', () => {
    expect([0, 1e-9, 0.0004, 0.0005, 0.9994, 0.9996, 1 - 1e-9, 1].map(percent)).toEqual(['0.0%', '< 0.1%', '< 0.1%', '0.1%', '99.9%', '> 99.9%', '> 99.9%', '100.0%'])
  })
})
