import { createReferenceOps, Random, Tensor } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fast, modules } from './fast'
import { exactly, expectSame, expectWithin, kind, largest, numbers, seed, size, smallest, spare, u } from './rounding'

const exact = createReferenceOps('float64')
const rate = fc.constantFrom(0, 1e-7, 1e-4, 0.01, 0.5)

describe.each(modules)('%s', (name, bytes) => {
  const fast = new Fast(name, bytes)

  // rate, product and sum round once each
  test('addDecay is dw + decay·w within three roundings, also in place', () => {
    fc.assert(fc.property(size, size, spare, kind, rate, seed, (N, M, spare, kind, decay, seed) => {
      const random = new Random(seed)
      const [dw, w] = [numbers([N, M], kind, random), numbers([N, M], kind, random)]
      const wanted = Tensor.zeros([N, M], 'float64')
      exact.addDecay(wanted, exactly(dw, [N, M]), exactly(w, [N, M]), decay)
      const best = wanted.data.map(x => Math.abs(x) > largest ? Infinity * Math.sign(x) : x)
      fast.run((place) => {
        const [g, slope, weights] = [place(new Float32Array(N * M).fill(NaN), [N, M], spare), place(dw, [N, M], spare), place(w, [N, M], spare)]
        fast.ops.addDecay(g, slope, weights, decay)
        expectWithin(g.data, best, i => u * Math.abs(wanted.data[i]!) + 2.01 * u * decay * Math.abs(w[i]!) + smallest)
        expectSame(weights.data, w)
        fast.ops.addDecay(slope, slope, weights, decay)
        expectSame(slope.data, g.data)
      })
    }), { seed: 24, numRuns: 80 })
  })

  // factor − 1, its product and the sum round once each
  test('scale is factor·w within three roundings, and saves the old w on request', () => {
    fc.assert(fc.property(size, size, spare, kind, rate, seed, fc.boolean(), (N, M, spare, kind, rate, seed, saved) => {
      const w = numbers([N, M], kind, new Random(seed))
      const wanted = exactly(w, [N, M])
      exact.scale(wanted, 1 - rate)
      fast.run((place) => {
        const [found, before] = [place(w, [N, M], spare), place(new Float32Array(N * M).fill(7), [N, M], spare)]
        fast.ops.scale(found, 1 - rate, saved ? before : undefined)
        expectWithin(found.data, wanted.data, i => u * Math.abs(wanted.data[i]!) + 2.01 * u * rate * Math.abs(w[i]!) + smallest)
        expectSame(before.data, saved ? w : new Float32Array(N * M).fill(7))
      })
    }), { seed: 25, numRuns: 80 })
  })

  // In single precision 1 − 5e-7 is 1 − 4.77e-7, so that the weights decayed by 4.6 % too little. Rounding the weights themselves
  // has no such bias: 0.2 % after 1,000 steps.
  test('scale by a factor near 1 shrinks the weights by the right amount over many steps', () => {
    fast.run((place) => {
      const w = place(Float32Array.from({ length: 1000 }, (_, i) => 1 + i / 1000), [1000])
      const sum = (): number => Array.from(w.data).reduce((sum, x) => sum + x, 0)
      const first = sum()
      for (let i = 0; i < 1000; i++) fast.ops.scale(w, 1 - 5e-7)
      expect(Math.abs((1 - sum() / first) / (1 - (1 - 5e-7) ** 1000) - 1)).toBeLessThan(0.01)
    })
  })
})

test('the reference adds decay·w to the gradient, and scales: [1, 2] + ½·[4, −2] = [3, 1]', () => {
  const [g, w, before] = [Tensor.zeros([1, 2], 'float64'), Tensor.from([4, -2], [1, 2], 'float64'), Tensor.zeros([1, 2], 'float64')]
  exact.addDecay(g, Tensor.from([1, 2], [1, 2], 'float64'), w, 0.5)
  expect([...g.data]).toEqual([3, 1])
  exact.scale(w, 0.75, before)
  expect([[...w.data], [...before.data]]).toEqual([[3, -1.5], [4, -2]])
})
