import { createReferenceOps, Random, Tensor } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fast, modules } from './fast'
import { exactly, expectSame, expectWithin, normal, numbers, seed, size, spare, insertNonFinite, smallest, u } from './rounding'

const exact = createReferenceOps('float64')
const rounded = createReferenceOps('float32')
/** A single class, the book's ten, and odd numbers of classes. */
const classes = fc.oneof(fc.constantFrom(1, 2, 3, 4, 5, 10, 17), size)
/** Confident, uncertain and completely wrong networks. */
const scale = fc.constantFrom(0.01, 1, 30, 1000, 1e17)
const batch = fc.record({ N: fc.oneof(fc.constant(1), size), M: classes, spare, scale, seed })
interface Batch { readonly N: number, readonly M: number, readonly spare: number, readonly scale: number, readonly seed: number }

const nothing = (count: number): Float32Array => new Float32Array(count).fill(NaN) // stale values of an earlier batch
const drawn = ({ N, M, scale, seed }: Batch): { x: Float32Array, t: Float32Array, random: Random } => {
  const random = new Random(seed)
  return { x: numbers([N, M], 'normal', random).map(x => x * scale), t: Float32Array.from({ length: N }, () => random.integer(M)), random }
}

/**
 * Error bounds of a row's probabilities and loss. With d = max − x: the difference rounds, which exp turns into a relative error of
 * d·u; exp itself is accurate to 2u. The sum of the row averages these errors by the probabilities and adds M − 1 roundings;
 * the quotient adds one. Subnormal numbers count with their absolute error.
 */
function bounds(x: Float32Array, y: Float64Array | Float32Array, M: number): { ofY: Float64Array, ofLoss: Float64Array } {
  const [ofY, ofLoss] = [new Float64Array(x.length), new Float64Array(x.length / M)]
  for (let n = 0; n < ofLoss.length; n++) {
    const row = x.subarray(n * M, (n + 1) * M)
    const max = row.reduce((a, b) => Math.max(a, b))
    const sum = row.reduce((sum, x, m) => sum + y[n * M + m]! * (max - x), 0) + 2 + M
    row.forEach((x, m) => { ofY[n * M + m] = u * 1.01 * y[n * M + m]! * (max - x + 2 + sum + 1) + 2 * normal })
    ofLoss[n] = u * 1.01 * sum
  }
  return { ofY, ofLoss }
}

describe.each(modules)('%s', (name, bytes) => {
  const fast = new Fast(name, bytes)
  const property = (hold: (batch: Batch) => void): void => { fc.assert(fc.property(batch, hold), { seed: 13, numRuns: 120 }) }

  test('softmax and its loss are within the roundings of exp, sum and quotient', () => {
    property((batch) => {
      const { N, M, spare } = batch
      const { x, t } = drawn(batch)
      const wanted = Tensor.zeros([N, M], 'float64')
      const loss = exact.softmaxLoss(wanted, exactly(x, [N, M]), exactly(t, [N]))
      const { ofY, ofLoss } = bounds(x, wanted.data, M)
      fast.run((place) => {
        const [y, alone] = [place(nothing(N * M), [N, M], spare), place(nothing(N * M), [N, M], spare)]
        const found = fast.ops.softmaxLoss(y, place(x, [N, M], spare), place(t, [N], spare))
        fast.ops.softmax(alone, place(x, [N, M], spare))
        expectWithin(y.data, wanted.data, i => ofY[i]!)
        expectSame(alone.data, y.data)
        // the rows are summed in float64: 1e-14 of the loss
        expect(Math.abs(found - loss)).toBeLessThanOrEqual(ofLoss.reduce((a, b) => a + b) / N + 1e-14 * Math.abs(loss))
      })
    })
  })

  // several rows share one logarithm: the product of 200 sums of a thousand would be 1e600
  test('the loss stays finite over many rows of a thousand classes', () => {
    const [N, M] = [200, 1000]
    fast.run((place) => {
      const loss = fast.ops.softmaxLoss(place(nothing(N * M), [N, M]), place(new Float32Array(N * M), [N, M]), place(new Float32Array(N), [N]))
      expect(Math.abs(loss - Math.log(1000))).toBeLessThan(1e-12) // all sums are exact
    })
  })

  test('softmaxLossBackward is (y − onehot(t)) / N, bit for bit except at the right class', () => {
    property((batch) => {
      const { N, M, spare } = batch
      const { x, t } = drawn(batch)
      const y = Tensor.zeros([N, M])
      rounded.softmax(y, Tensor.from(x, [N, M]))
      const wanted = Tensor.zeros([N, M])
      rounded.softmaxLossBackward(wanted, y, Tensor.from(t, [N]))
      fast.run((place) => {
        const dx = place(nothing(N * M), [N, M], spare)
        fast.ops.softmaxLossBackward(dx, place(y.data, [N, M], spare), place(t, [N], spare))
        // here y − 1 rounds as well, and the reference's quotient once more
        expectWithin(dx.data, wanted.data, i => i % M === t[Math.floor(i / M)] ? 3 * u * Math.abs(wanted.data[i]!) : 0)
      })
    })
  })

  test('certainty of the wrong class has a loss of exactly 2000, of the right one 0', () => {
    fast.run((place) => {
      const [x, y, dx] = [place([1000, -1000], [1, 2]), place(nothing(2), [1, 2]), place(nothing(2), [1, 2])]
      expect(fast.ops.softmaxLoss(y, x, place([1], [1]))).toBe(2000)
      // exp(−2000) is float32's smallest normal number instead of 0
      expectWithin(y.data, [1, 0], () => 2 * normal)
      expect(fast.ops.softmaxLoss(y, x, place([0], [1]))).toBe(0)
      fast.ops.softmaxLossBackward(dx, y, place([1], [1]))
      expectWithin(dx.data, [1, -1], () => 0)
    })
  })

  test('with one class is 1, with the loss 0 and the gradient 0', () => {
    fast.run((place) => {
      const [x, y, t, dx] = [place([3, -1000, 0], [3, 1]), place(nothing(3), [3, 1]), place([0, 0, 0], [3]), place(nothing(3), [3, 1])]
      expect(fast.ops.softmaxLoss(y, x, t)).toBe(0)
      fast.ops.softmaxLossBackward(dx, y, t)
      expect([[...y.data], [...dx.data]]).toEqual([[1, 1, 1], [0, 0, 0]])
    })
  })

  test('NaN and infinities affect exactly the rows that they affect in the reference', () => {
    property((batch) => {
      const { N, M, spare } = batch
      const { x, t, random } = drawn({ ...batch, scale: 1 })
      insertNonFinite(x, random)
      const wanted = Tensor.zeros([N, M])
      const loss = rounded.softmaxLoss(wanted, Tensor.from(x, [N, M]), Tensor.from(t, [N]))
      fast.run((place) => {
        const y = place(nothing(N * M), [N, M], spare)
        const found = fast.ops.softmaxLoss(y, place(x, [N, M], spare), place(t, [N], spare))
        expectWithin(y.data, wanted.data, i => u * (M + 40) * wanted.data[i]! + 2 * normal) // 40: |x| of a normal variate is below 6
        if (Number.isFinite(loss)) expect(Math.abs(found - loss)).toBeLessThanOrEqual(u * (M + 40))
        else expect(found).toBe(loss)
      })
    })
  })

  test.each([-1, 3, 0.5, NaN, Infinity, 4e9])('refuses %s as one of three classes, in any row', (wrong) => {
    fast.run((place) => {
      for (const row of [0, 1, 4]) {
        const t = place([0, 1, 2, 0, 1], [5])
        t.data[row] = wrong
        expect(() => fast.ops.softmaxLoss(place(nothing(15), [5, 3]), place(new Float32Array(15), [5, 3]), t)).toThrow(/classes are 0 to 2/)
      }
    })
  })

  // like the reference, the loss is summed in float64: only the order within a square differs
  test('squaredLoss and its gradient equal the reference’s', () => {
    property((batch) => {
      const { N, M, spare } = batch
      const { x, random } = drawn(batch)
      const t = numbers([N, M], 'zeros', random).map(t => t * batch.scale)
      const loss = rounded.squaredLoss(Tensor.from(x, [N, M]), Tensor.from(t, [N, M]))
      const wanted = Tensor.zeros([N, M], 'float64')
      exact.squaredLossBackward(wanted, exactly(x, [N, M]), exactly(t, [N, M]))
      fast.run((place) => {
        const [y, target, dx] = [place(x, [N, M], spare), place(t, [N, M], spare), place(nothing(N * M), [N, M], spare)]
        expect(Math.abs(fast.ops.squaredLoss(y, target) - loss)).toBeLessThanOrEqual(1e-13 * loss)
        fast.ops.squaredLossBackward(dx, y, target)
        expectWithin(dx.data, wanted.data, i => 2.01 * u * Math.abs(wanted.data[i]!) + smallest) // difference and quotient
      })
    })
  })

  test('refuses shapes that do not fit', () => {
    const { ops } = fast
    fast.run((place) => {
      const [six, four, three] = [place(new Float32Array(6), [2, 3]), place(new Float32Array(4), [2, 2]), place(new Float32Array(3), [3])]
      const calls: readonly (() => unknown)[] = [
        () => ops.softmax(four, six), () => ops.softmaxLoss(six, six, three), () => ops.softmaxLossBackward(four, six, three),
        () => ops.squaredLoss(six, four), () => ops.squaredLossBackward(six, six, four),
      ]
      for (const call of calls) expect(call).toThrow(/shapes do not fit: \(/)
    })
  })
})
