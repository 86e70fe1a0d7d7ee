import { createReferenceOps, Random, Tensor } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fast, modules } from './fast'
import { exactly, expectSame, expectWithin, kind, normal, numbers, seed, size, smallest, spare, u } from './rounding'

const exact = createReferenceOps('float64')

describe.each(modules)('%s', (name, bytes) => {
  const fast = new Fast(name, bytes)
  const tanh = (x: ArrayLike<number>): Float32Array => {
    let y = new Float32Array(0)
    fast.run((place) => {
      const out = place(new Float32Array(x.length).fill(NaN), [x.length])
      fast.ops.tanh(out, place(x, [x.length]))
      y = Float32Array.from(out.data)
    })
    return y
  }

  // 2.35u was measured over all magnitudes, just above 0.625, where the two formulas meet; below the smallest normal number only
  // the absolute error counts
  test.each(['normal', 'zeros', 'tiny', 'large', 'huge'] as const)('tanh of %s numbers is accurate to 3 roundings', (kind) => {
    fc.assert(fc.property(size, size, spare, seed, (N, M, spare, seed) => {
      const x = numbers([N, M], kind, new Random(seed))
      const wanted = Tensor.zeros([N, M], 'float64')
      exact.tanh(wanted, exactly(x, [N, M]))
      fast.run((place) => {
        const y = place(new Float32Array(N * M).fill(NaN), [N, M], spare)
        fast.ops.tanh(y, place(x, [N, M], spare))
        expectWithin(y.data, wanted.data, i => 3 * u * Math.max(Math.abs(wanted.data[i]!), normal))
      })
    }), { seed: 21, numRuns: 40 })
  })

  test('tanh keeps its relative precision from 1e-38 to the largest number, and is odd', () => {
    const x = Float32Array.from({ length: 4096 }, (_, i) => 10 ** (-37.9 + i * 76.3 / 4096))
    const y = tanh(x)
    expectWithin(y, x.map(Math.tanh), i => 3 * u * Math.tanh(x[i]!))
    expectSame(tanh(x.map(x => -x)), y.map(y => -y))
    expect(y.every(y => y > 0 && y <= 1)).toBe(true)
  })

  // 2.2u was measured; with the formula for large x from 0.4 on it would be more
  test('tanh is accurate to 2.5 roundings where the two formulas meet', () => {
    const x = Float32Array.from({ length: 40_000 }, (_, i) => 0.3 + i * 1e-5)
    expectWithin(tanh(x), Array.from(x, Math.tanh), i => 2.5 * u * Math.tanh(x[i]!))
  })

  test('tanh is ±1 at the infinities, ±0 at ±0, the number itself if it is subnormal, and NaN at NaN', () => {
    expectSame(tanh([Infinity, -Infinity, 0, -0, smallest, -3 * smallest, 1e4, NaN]), [1, -1, 0, -0, smallest, -3 * smallest, 1, NaN])
  })

  // two differences and two products round once each
  test('tanhBackward is dy · (1 − y²) within four roundings, also where y is almost ±1', () => {
    fc.assert(fc.property(size, size, spare, kind, seed, (N, M, spare, kind, seed) => {
      const random = new Random(seed)
      const dy = numbers([N, M], kind, random)
      const y = Float32Array.from(dy, () => random.integer(4) === 0 ? 1 - random.integer(8) * u : 2 * random.next() - 1)
      const wanted = Tensor.zeros([N, M], 'float64')
      exact.tanhBackward(wanted, exactly(dy, [N, M]), exactly(y, [N, M]))
      fast.run((place) => {
        const dx = place(new Float32Array(N * M).fill(NaN), [N, M], spare)
        fast.ops.tanhBackward(dx, place(dy, [N, M], spare), place(y, [N, M], spare))
        expectWithin(dx.data, wanted.data, i => 4.01 * u * Math.abs(wanted.data[i]!) + 2 * smallest)
      })
    }), { seed: 22, numRuns: 80 })
  })
})

describe.each(['float64', 'float32'] as const)('the reference in %s', (precision) => {
  const ops = createReferenceOps(precision)

  // tanh(ln 2) = (2 − ½) / (2 + ½) and tanh(ln 3) = (3 − ⅓) / (3 + ⅓)
  test('computes tanh: 3/5 at ln 2, 4/5 at ln 3', () => {
    const [y, dx] = [Tensor.zeros([1, 4], precision), Tensor.zeros([1, 4], precision)]
    ops.tanh(y, Tensor.from([Math.log(2), -Math.log(3), 0, Infinity], [1, 4], precision))
    expectWithin(y.data, [0.6, -0.8, 0, 1], () => precision === 'float64' ? 1e-15 : 1e-7)
    ops.tanhBackward(dx, Tensor.from([1, 2, 3, 4], [1, 4], precision), y)
    expectWithin(dx.data, [0.64, 0.72, 3, 0], () => precision === 'float64' ? 1e-14 : 1e-6)
  })
})
