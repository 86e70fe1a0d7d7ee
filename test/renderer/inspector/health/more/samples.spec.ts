import { describe, expect, test } from 'vitest'
import { medianOf, normBins, verdictOf } from '../../../../../renderer/inspector/health/more/samples'

describe('the norms of images’ gradients', () => {
  test('are counted in bins of equal ratios between powers of ten', () => {
    expect(normBins([0.011, 0.02, 0.2, 0.99, 0.5], 2)).toEqual({ from: -2, to: 0, counts: [2, 3] })
    expect(normBins([10, 99], 4)).toEqual({ from: 1, to: 2, counts: [1, 0, 0, 1] })
  })

  test('far below the largest, and zeros, are in the lowest bin; what is not finite is left out', () => {
    expect(normBins([0, 1e-30, 5, NaN, Infinity], 7)).toEqual({ from: -5, to: 1, counts: [2, 0, 0, 0, 0, 0, 1] })
    expect(normBins([0, 0], 3)).toEqual({ from: -1, to: 0, counts: [2, 0, 0] })
    expect(normBins([], 3)).toEqual({ from: -1, to: 0, counts: [0, 0, 0] })
  })

  test('have a middle one', () => {
    expect([medianOf([3, 1, 2]), medianOf([4, 1, 2, 3])]).toEqual([2, 2.5])
  })
})

test.each([[null, 'one'], [0.9, 'noise'], [1.5, 'rough'], [3, 'clear']] as const)('a mean that stands %s times above its noise is judged %s', (signalToNoise, verdict) => {
  expect(verdictOf({ signalToNoise })).toBe(verdict)
})
