import type { Ledger } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ledgerRows, mostBars } from '../../../../renderer/draw/why/ledger-rows'
import { inkOutline } from '../../../../renderer/components/charts/ink-outline'

function ledgerOf(products: readonly number[], b: number, rest = 0): Ledger {
  return { class: 7, over: null, layer: 'affine2', units: 'relu1', h: Float64Array.from(products, product => product === 0 ? 0 : 1), W: Float64Array.from(products), products: Float64Array.from(products), b, rest, logit: products.reduce((sum, product) => sum + product, b + rest) }
}

describe('the rows of a ledger', () => {
  test('print numbers that add up to the printed logit, whatever they are', () => {
    const number = fc.double({ min: -20, max: 20, noNaN: true })
    fc.assert(fc.property(fc.array(number, { minLength: 1, maxLength: 60 }), number, fc.oneof(fc.constant(0), number), (products, b, rest) => {
      const ledger = ledgerOf(products, b, rest)
      const { rows, total, decimals } = ledgerRows(ledger)
      const whole = (value: number) => Math.round(value * 10 ** decimals) || 0 // not −0
      expect(rows.reduce((sum, { printed }) => sum + whole(printed), 0)).toBe(whole(total))
      expect(Math.abs(total - ledger.logit)).toBeLessThanOrEqual(0.5001 / 10 ** decimals)
      // one row takes what rounding leaves, half a unit of each of the others, and a rest that is too small to be shown
      const taken = 8 / 10 ** decimals + 1e-4 * Math.max(1, Math.abs(ledger.logit))
      for (const { value, printed, kind } of rows) expect(Math.abs(printed - value)).toBeLessThanOrEqual(kind === 'others' || kind === 'bias' ? taken : 0.5001 / 10 ** decimals)
    }), { seed: 3, numRuns: 400 })
  })

  test('of 50 units are the strongest twelve, from the most up to the most down, then the other 38 and the bias', () => {
    const products = Array.from({ length: 50 }, (_, j) => (j % 2 ? -1 : 1) * (j < 20 ? 0 : j / 10))
    const { rows } = ledgerRows(ledgerOf(products, 0.25))
    expect(rows.slice(0, mostBars).map(({ unit }) => unit)).toEqual([48, 46, 44, 42, 40, 38, 39, 41, 43, 45, 47, 49])
    expect(rows[mostBars]).toMatchObject({ kind: 'others', count: 38, silent: 20 })
    expect(rows.at(-1)).toMatchObject({ kind: 'bias', value: 0.25 })
  })

  test('name later layers only where they add something', () => {
    expect(ledgerRows(ledgerOf([1, 2], 3, 1e-6)).rows.map(({ kind }) => kind)).toEqual(['unit', 'unit', 'bias'])
    expect(ledgerRows(ledgerOf([1, 2], 3, 0.5)).rows.map(({ kind }) => kind)).toEqual(['unit', 'unit', 'bias', 'rest'])
  })

  test('of numbers that are none are still rows', () => {
    expect(ledgerRows(ledgerOf([NaN, 1], 0)).rows).toHaveLength(3)
  })
})

test('the outline of ink runs around each of its pixels that touches paper or the edge, and nowhere else', () => {
  expect(inkOutline([0, 1, 0, 0.4], 2, 2)).toBe('M1 0h1M1 0v1M2 0v1M1 1h1')
  expect(inkOutline([1, 1], 1, 2).match(/M/g)).toHaveLength(6)
  expect(inkOutline([0, 0.49], 1, 2)).toBe('')
})
