import { createReferenceOps, type Ops, Random, Tensor } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fast, modules, type Place } from './fast'
import { exactly, expectSame, expectWithin, type Kind, numbers, seed, size, smallest, spare, u } from './rounding'

const exact = createReferenceOps('float64')
const epsilon = 1e-5
// squares of huge numbers overflow float32, and the mean of large ones is checked on its own
const kind = fc.constantFrom<Kind>('normal', 'zeros', 'tiny', 'large')
interface Shape { readonly N: number, readonly M: number, readonly spare: number, readonly kind: Kind, readonly seed: number }
const shape = fc.record({ N: size, M: size, spare, kind, seed })
/** A row, a column, and odd sizes up to 4,096 */
const odd = [[1, 1], [1, 4096], [4096, 1], [3, 17], [17, 3], [4096, 3], [17, 4096]] as const

/** For the reference: the same float32 numbers in float64 */
const inDouble: Place = (values, shape) => exactly(values, shape)
const stale = (count: number): Float32Array => new Float32Array(count).fill(NaN)
/** Σₙ f(n, m) of each column */
const columnSums = (N: number, M: number, term: (i: number, m: number) => number): Float64Array => {
  const sums = new Float64Array(M)
  for (let i = 0; i < N * M; i++) sums[i % M]! += term(i, i % M)
  return sums
}

function expectMoments(fast: Fast, { N, M, spare }: Pick<Shape, 'N' | 'M' | 'spare'>, x: Float32Array): void {
  const [mean, variance] = [Tensor.zeros([M], 'float64'), Tensor.zeros([M], 'float64')]
  exact.columnMoments(mean, variance, exactly(x, [N, M]))
  const sizes = columnSums(N, M, i => Math.abs(x[i]!) / N)
  const deviations = columnSums(N, M, (i, m) => Math.abs(x[i]! - mean.data[m]!) / N)
  const share = (N + 4) * u / (1 - (N + 4) * u) // N additions, and a few roundings of each number
  fast.run((place) => {
    const [means, variances] = [place(stale(M), [M]), place(stale(M), [M])]
    fast.ops.columnMoments(means, variances, place(x, [N, M], spare))
    // The first mean is off by at most e; the mean of the differences from it corrects it within d.
    const e = (m: number): number => share * sizes[m]! + 2 * smallest
    const d = (m: number): number => share * (deviations[m]! + e(m)) + 2 * smallest
    expectWithin(means.data, mean.data, m => u * Math.abs(mean.data[m]!) + d(m))
    expectWithin(variances.data, variance.data, m => 2 * share * (variance.data[m]! + e(m) ** 2) + 2 * e(m) * d(m) + d(m) ** 2 + (N + 4) * smallest)
    expect(variances.data.every(value => value >= 0)).toBe(true)
  })
}

/** Inputs of a normalization: x, its exact moments rounded to float32, γ and β */
function drawn({ N, M, kind, seed }: Shape) {
  const random = new Random(seed)
  const [x, gamma, beta, dy] = [numbers([N, M], kind, random), numbers([M], 'normal', random), numbers([M], 'normal', random), numbers([N, M], 'normal', random)]
  const [mean, variance] = [Tensor.zeros([M]), Tensor.zeros([M])]
  exact.columnMoments(mean, variance, exactly(x, [N, M]))
  return { x, gamma, beta, dy, mean: mean.data as Float32Array, variance: variance.data as Float32Array }
}

/** Runs `normalize` on a backend. @returns [y, x̂] */
function normalized(ops: Ops, place: Place, { N, M, spare }: Shape, { x, mean, variance, gamma, beta }: ReturnType<typeof drawn>): readonly [Tensor, Tensor] {
  const [y, xHat] = [place(stale(N * M), [N, M], spare), place(stale(N * M), [N, M], spare)]
  ops.normalize(y, xHat, place(x, [N, M], spare), place(mean, [M]), place(variance, [M]), place(gamma, [M]), place(beta, [M]), epsilon)
  return [y, xHat]
}

function expectNormalized(fast: Fast, shape: Shape): void {
  const values = drawn(shape)
  const [y, xHat] = normalized(exact, inDouble, shape, values)
  const { gamma, beta } = values
  fast.run((place) => {
    const [fastY, fastXHat] = normalized(fast.ops, place, shape, values)
    // difference, ε, its sum, root, quotient and product: the root halves the error of its argument
    expectWithin(fastXHat.data, xHat.data, i => 5.01 * u * Math.abs(xHat.data[i]!) + 2 * smallest)
    expectWithin(fastY.data, y.data, i => 7.01 * u * Math.abs(gamma[i % shape.M]! * xHat.data[i]!) + u * Math.abs(beta[i % shape.M]!) + 4 * smallest)
  })
}

type Backward = (ops: Ops, place: Place, withDx: boolean, fixed: boolean) => { readonly dx: Tensor, readonly dgamma: Tensor, readonly dbeta: Tensor }

function expectBackward(fast: Fast, shape: Shape, fixed: boolean): void {
  const { N, M, spare } = shape
  const { x, mean, variance, gamma, dy } = drawn(shape)
  const xHat = Float32Array.from(x, (value, i) => (value - mean[i % M]!) / Math.sqrt(variance[i % M]! + epsilon))
  const backward: Backward = (ops, place, withDx, fixed) => {
    const [dx, dgamma, dbeta] = [place(new Float32Array(N * M).fill(7), [N, M], spare), place(stale(M), [M]), place(stale(M), [M])]
    ops.normalizeBackward(withDx ? dx : null, dgamma, dbeta, place(dy, [N, M], spare), place(xHat, [N, M], spare), place(variance, [M]), place(gamma, [M]), epsilon, fixed)
    return { dx, dgamma, dbeta }
  }
  const wanted = backward(exact, inDouble, true, fixed)
  const [products, slopes] = [columnSums(N, M, i => Math.abs(dy[i]! * xHat[i]!)), columnSums(N, M, i => Math.abs(dy[i]!))]
  const share = (N + 2) * u / (1 - (N + 2) * u)
  fast.run((place) => {
    const { dx, dgamma, dbeta } = backward(fast.ops, place, true, fixed)
    expectWithin(dgamma.data, wanted.dgamma.data, m => share * products[m]! + N * smallest)
    expectWithin(dbeta.data, wanted.dbeta.data, m => share * slopes[m]!)
    expectWithin(dx.data, wanted.dx.data, (i) => {
      const m = i % M
      const scale = Math.abs(gamma[m]!) / Math.sqrt(variance[m]! + epsilon)
      const through = fixed ? 0 : (share + 3 * u) * (slopes[m]! + Math.abs(xHat[i]!) * products[m]!) / N
      return 1.01 * scale * (through + 3 * u * Math.abs(dy[i]!)) + 6 * u * Math.abs(wanted.dx.data[i]!) + 4 * (1 + scale) * smallest
    })
    const without = backward(fast.ops, place, false, fixed)
    expectSame(without.dgamma.data, dgamma.data)
    expectSame(without.dbeta.data, dbeta.data)
    expect(without.dx.data.every(value => value === 7)).toBe(true)
  })
}

describe.each(modules)('%s', (name, bytes) => {
  const fast = new Fast(name, bytes)
  const property = (hold: (shape: Shape) => void, numRuns = 40): void => { fc.assert(fc.property(shape, hold), { seed: 26, numRuns }) }

  test('columnMoments equals the reference within float32 rounding', () => {
    property(shape => expectMoments(fast, shape, numbers([shape.N, shape.M], shape.kind, new Random(shape.seed))))
  })

  test.each(odd)('columnMoments of (%i,%i) equals the reference', (N, M) => {
    expectMoments(fast, { N, M, spare: 1 }, numbers([N, M], 'normal', new Random(3)))
  })

  // Σx² / N − mean² loses all digits here, and a mean that is off by 1e-7 of itself adds its square to the variance
  test.each([[1, 1], [100, 4096], [4096, 65_536], [3, 1e6]])('the variance of %i numbers keeps its precision at a mean of %i', (N, mean) => {
    const random = new Random(4)
    const grid = Math.max(2 ** -10, mean * 2 ** -23) // so that float32 holds each number exactly
    const x = Float32Array.from({ length: N * 5 }, () => mean + Math.round(random.normal() / grid) * grid)
    const variance = Tensor.zeros([5], 'float64')
    exact.columnMoments(Tensor.zeros([5], 'float64'), variance, exactly(x, [N, 5]))
    fast.run((place) => {
      const found = place(stale(5), [5])
      fast.ops.columnMoments(place(stale(5), [5]), found, place(x, [N, 5]))
      expectWithin(found.data, variance.data, m => 5e-5 * variance.data[m]!) // 4,096 roundings: at most 2.4e-4; 2.4e-5 was measured
    })
  })

  // without a limit the correction, −1e-14, would make 937 times 7.7 negative
  test.each([[301, 0.1], [937, 7.7], [938, 7.7]])('the variance of %i times %f is 0, never negative', (N, value) => {
    fast.run((place) => {
      const [mean, variance] = [place(stale(17), [17]), place(stale(17), [17])]
      fast.ops.columnMoments(mean, variance, place(new Float32Array(17 * N).fill(value), [N, 17]))
      expectWithin(mean.data, new Array<number>(17).fill(Math.fround(value)), () => value * u)
      expect(variance.data.every(value => value >= 0 && value < 1e-12)).toBe(true)
    })
  })

  test('a column with NaN or an infinity has moments that are not finite, and the others are as without it', () => {
    fast.run((place) => {
      const x = numbers([9, 13], 'normal', new Random(5))
      const [mean, variance, cleanMean, cleanVariance] = [0, 1, 2, 3].map(() => place(stale(13), [13])) as [Tensor, Tensor, Tensor, Tensor]
      fast.ops.columnMoments(cleanMean, cleanVariance, place(x, [9, 13]))
      const spoiled = x.map((value, i) => i === 13 * 4 + 2 ? NaN : i === 13 * 8 + 12 ? Infinity : value)
      fast.ops.columnMoments(mean, variance, place(spoiled, [9, 13]))
      for (const [found, clean] of [[mean, cleanMean], [variance, cleanVariance]] as const) {
        expect([2, 12].some(m => Number.isFinite(found.data[m]))).toBe(false)
        const others = (tensor: Tensor): number[] => [...tensor.data].filter((_, m) => m !== 2 && m !== 12)
        expect(others(found)).toEqual(others(clean))
      }
    })
  })

  test('normalize equals the reference within float32 rounding', () => {
    property(shape => expectNormalized(fast, shape))
  })

  test('normalizeBackward equals the reference within float32 rounding, with moving and with fixed statistics', () => {
    property(shape => expectBackward(fast, shape, false))
    property(shape => expectBackward(fast, shape, true), 20)
  })

  test.each(odd)('normalize and its gradients of (%i,%i) equal the reference', (N, M) => {
    const shape: Shape = { N, M, spare: 1, kind: 'normal', seed: 6 }
    expectNormalized(fast, shape)
    for (const fixed of [false, true]) expectBackward(fast, shape, fixed)
  })
})

describe.each(['float64', 'float32'] as const)('the reference in %s', (precision) => {
  const ops = createReferenceOps(precision)
  const row = (...values: number[]): Tensor => Tensor.from(values, [values.length], precision)

  // columns 1, 3 and 5, 5: means 2 and 5, biased variances 1 and 0
  test('normalizes [1, 3] to [−1, 1] and a constant column to 0', () => {
    const x = Tensor.from([1, 5, 3, 5], [2, 2], precision)
    const [mean, variance, y, xHat] = [row(9, 9), row(9, 9), Tensor.zeros([2, 2], precision), Tensor.zeros([2, 2], precision)]
    ops.columnMoments(mean, variance, x)
    expect([[...mean.data], [...variance.data]]).toEqual([[2, 5], [1, 0]])
    ops.normalize(y, xHat, x, mean, variance, row(2, 3), row(10, 20), 0.5 ** 20) // ε is a power of four, so that √ε is exact
    expectWithin(xHat.data, [-1, 0, 1, 0], () => 1e-6)
    expectWithin(y.data, [8, 20, 12, 20], () => 2e-6)
  })

  // numeric gradients of Σ r·y in float64
  test('its gradients are those of the loss by central differences', () => {
    if (precision === 'float32') return
    const [N, M] = [6, 4]
    const random = new Random(8)
    const draw = (...shape: number[]): Tensor => Tensor.from(numbers(shape, 'normal', random), shape, 'float64')
    const [x, gamma, beta, r] = [draw(N, M), draw(M), draw(M), draw(N, M)]
    const zeros = (...shape: number[]): Tensor => Tensor.zeros(shape, 'float64')
    const [y, xHat, mean, variance] = [zeros(N, M), zeros(N, M), zeros(M), zeros(M)]
    for (const fixed of [false, true]) {
      const loss = (): number => {
        if (!fixed) ops.columnMoments(mean, variance, x)
        ops.normalize(y, xHat, x, mean, variance, gamma, beta, epsilon)
        return Array.from(y.data, (value, i) => value * r.data[i]!).reduce((sum, term) => sum + term, 0)
      }
      const slope = (tensor: Tensor, i: number): number => {
        const old = tensor.data[i]!
        tensor.data[i] = old + 1e-5
        const above = loss()
        tensor.data[i] = old - 1e-5
        const below = loss()
        tensor.data[i] = old
        return (above - below) / 2e-5
      }
      const wanted = [x, gamma, beta].map(tensor => Array.from(tensor.data, (_, i) => slope(tensor, i)))
      loss()
      const found = [zeros(N, M), zeros(M), zeros(M)] as const
      ops.normalizeBackward(...found, r, xHat, variance, gamma, epsilon, fixed)
      found.forEach(({ data }, k) => expectWithin(data, wanted[k]!, () => 1e-8))
    }
  })
})
