import { createReferenceOps, Random, Tensor } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fast, modules } from './fast'
import { exactly, expectWithin, kind, largest, numbers, seed, size, smallest, spare, insertNonFinite, u } from './rounding'

type Shapes = readonly [out: readonly number[], a: readonly number[], b: readonly number[]]
/** Each form with the shapes of its tensors and the length of its sums. */
const forms: Readonly<Record<'matmul' | 'matmulNT' | 'matmulTN', (N: number, D: number, M: number) => readonly [Shapes, terms: number]>> = {
  matmul: (N, D, M) => [[[N, M], [N, D], [D, M]], D],
  matmulNT: (N, D, M) => [[[N, D], [N, M], [D, M]], M],
  matmulTN: (N, D, M) => [[[D, M], [N, D], [N, M]], N],
}
const names = Object.keys(forms) as (keyof typeof forms)[]
const exact = createReferenceOps('float64')
const rounded = createReferenceOps('float32')

interface Product { readonly form: keyof typeof forms, readonly N: number, readonly D: number, readonly M: number, readonly spare: number }

/**
 * Compares the kernel with the reference. A sum of K products in float32, in any order and with one or two roundings per term,
 * has an error of at most K·u/(1 − K·u) times the sum of magnitudes, plus half of the smallest number per subnormal product.
 * @source Higham, Accuracy and Stability of Numerical Algorithms, 3.1
 */
function compare(fast: Fast, { form, N, D, M, spare }: Product, a: Float32Array, b: Float32Array): void {
  const [[outShape, aShape, bShape], K] = forms[form](N, D, M)
  const inExact = (change: (x: number) => number): Float64Array => {
    const out = Tensor.zeros(outShape, 'float64')
    exact[form](out, exactly(a, aShape, change), exactly(b, bShape, change))
    return out.data as Float64Array
  }
  const [wanted, sizes, signs, terms] = [inExact(x => x), inExact(Math.abs), inExact(Math.sign), inExact(x => Math.abs(Math.sign(x)))]
  const inFloat32 = Tensor.zeros(outShape)
  rounded[form](inFloat32, Tensor.from(a, aShape), Tensor.from(b, bShape))
  const share = K * u / (1 - K * u)
  fast.run((place) => {
    const out = place(new Float32Array(wanted.length).fill(NaN), outShape, spare) // stale values of an earlier batch
    fast.ops[form](out, place(a, aShape, spare), place(b, bShape, spare))
    const found = out.data
    const best = wanted.map((number, i) => {
      if (!Number.isFinite(number) || sizes[i]! < largest * (1 - share)) return number
      // Products of equal sign overflow float32 in any order; with mixed signs they may or may not, and the result is undefined.
      const oneSign = Math.abs(signs[i]!) === terms[i]!
      if (oneSign && sizes[i]! > largest * (1 + share)) return inFloat32.data[i]!
      return Number.isFinite(found[i]!) ? number : found[i]!
    })
    expectWithin(found, best, i => share * sizes[i]! + K * smallest)
  })
}

describe.each(modules)('%s', (name, bytes) => {
  const fast = new Fast(name, bytes)
  const settings = { seed: 11, numRuns: 40 }

  test.each(names)('%s of any size equals the reference within float32 rounding', (form) => {
    fc.assert(fc.property(size, size, size, spare, kind, kind, seed, (N, D, M, spare, aKind, bKind, seed) => {
      const random = new Random(seed)
      const [[, aShape, bShape]] = forms[form](N, D, M)
      compare(fast, { form, N, D, M, spare }, numbers(aShape, aKind, random), numbers(bShape, bKind, random))
    }), settings)
  })

  test.each(names)('%s of equally signed numbers whose product overflows float32 is Infinity where the reference has it', (form) => {
    fc.assert(fc.property(size, size, size, seed, (N, D, M, seed) => {
      const random = new Random(seed)
      const [[, aShape, bShape]] = forms[form](N, D, M)
      const [a, b] = [aShape, bShape].map(shape => numbers(shape, 'huge', random).map(Math.abs)) as [Float32Array, Float32Array]
      compare(fast, { form, N, D, M, spare: 0 }, a, b)
    }), { ...settings, numRuns: 30 })
  })

  test.each(names)('%s propagates NaN and infinities to where the reference has them', (form) => {
    fc.assert(fc.property(size, size, size, spare, fc.boolean(), seed, (N, D, M, spare, left, seed) => {
      const random = new Random(seed)
      const [[, aShape, bShape]] = forms[form](N, D, M)
      const [a, b] = [numbers(aShape, 'zeros', random), numbers(bShape, 'zeros', random)]
      insertNonFinite(left ? a : b, random)
      compare(fast, { form, N, D, M, spare }, a, b)
    }), { ...settings, numRuns: 40 })
  })

  // sizes of real layers, and odd sizes beyond any block size of a kernel
  test.each([[100, 784, 50], [128, 512, 10], [19, 1031, 131], [1, 4096, 3], [515, 1, 129]])('multiplies (%i,%i)·(%i), and with either operand transposed', (N, D, M) => {
    for (const form of names) {
      const [[, aShape, bShape]] = forms[form](N, D, M)
      compare(fast, { form, N, D, M, spare: 1 }, numbers(aShape, 'normal', new Random(1)), numbers(bShape, 'normal', new Random(2)))
    }
  })

  test('refuses shapes that do not fit', () => {
    fast.run((place) => {
      const tensor = (...shape: number[]): Tensor => place(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape)
      expect(() => fast.ops.matmul(tensor(2, 4), tensor(2, 3), tensor(2, 4))).toThrow(/shapes do not fit: \(/)
      expect(() => fast.ops.matmulNT(tensor(2, 3), tensor(2, 4), tensor(4, 3))).toThrow(/shapes do not fit: \(/)
      expect(() => fast.ops.matmulTN(tensor(3, 4), tensor(2, 3), tensor(3, 4))).toThrow(/shapes do not fit: \(/)
    })
  })
})
