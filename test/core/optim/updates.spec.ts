import { createReferenceOps, type Ops, Random, Tensor } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fast, modules, type Place } from '../ops/fast'
import { exactly, expectWithin, kind, largest, numbers, seed, size, smallest, u } from '../ops/rounding'

const exact = createReferenceOps('float64')
const rounded = createReferenceOps('float32')

interface Rates { readonly learningRate: number, readonly momentum: number, readonly decay: number, readonly epsilon: number, readonly beta1: number, readonly beta2: number, readonly step: number }
const rates = fc.record({
  learningRate: fc.constantFrom(1e-3, 0.01, 0.1, 1.7),
  momentum: fc.constantFrom(0, 0.5, 0.9),
  decay: fc.constantFrom(0.9, 0.99),
  epsilon: fc.constantFrom(1e-7, 1e-8),
  beta1: fc.constantFrom(0.9, 0.5),
  beta2: fc.constantFrom(0.999, 0.99),
  step: fc.constantFrom(1, 2, 10, 1000, 100_000),
})

/** Tensors of an update: w, dw and the optimizer's state, which is a sum of squares for some. */
type Tensors = readonly [w: Tensor, dw: Tensor, ...kept: Tensor[]]
interface Update {
  readonly call: (ops: Ops, tensors: Tensors, rates: Rates, before?: Tensor) => boolean
  readonly kept: readonly ('sum' | 'squares')[]
  /** Magnitudes of the summands, each of which may have a few roundings. @returns [w, ...state] */
  readonly sizes: (i: number, before: Tensors, after: Tensors, rates: Rates) => readonly number[]
}

const at = (tensor: Tensor | undefined, i: number): number => Math.abs(tensor!.data[i]!)
/** Distance that the weight moved */
const moved = (i: number, [w]: Tensors, [w2]: Tensors): number => Math.abs(w.data[i]! - w2.data[i]!)
const updates: Readonly<Record<string, Update>> = {
  sgd: {
    call: (ops, [w, dw], { learningRate }, before) => ops.sgd(w, dw, learningRate, before),
    kept: [],
    sizes: (i, [, dw], [w], { learningRate }) => [at(w, i) + 2 * learningRate * at(dw, i)],
  },
  momentum: {
    call: (ops, [w, dw, v], rates, before) => ops.momentum(w, dw, v!, rates, before),
    kept: ['sum'],
    sizes: (i, [, dw, v], [w], { learningRate, momentum }) => {
      const speed = 3 * (momentum * at(v, i) + learningRate * at(dw, i)) // rates, products and their sum round
      return [at(w, i) + speed, speed]
    },
  },
  // the root halves the relative error of its argument; rate, product, ε, sum and quotient round: at most 8 in the step
  adagrad: {
    call: (ops, [w, dw, h], rates, before) => ops.adagrad(w, dw, h!, rates, before),
    kept: ['squares'],
    sizes: (i, before, after) => [at(after[0], i) + 8 * moved(i, before, after), 2 * at(after[2], i)],
  },
  rmsprop: {
    call: (ops, [w, dw, h], rates, before) => ops.rmsprop(w, dw, h!, rates, before),
    kept: ['squares'],
    sizes: (i, before, after) => [at(after[0], i) + 9 * moved(i, before, after), 4 * at(after[2], i)],
  },
  adam: {
    call: (ops, [w, dw, m, v], rates, before) => ops.adam(w, dw, m!, v!, rates, before),
    kept: ['sum', 'squares'],
    sizes: (i, before, after, { learningRate, beta1, beta2, epsilon, step }) => {
      const mean = 3 * (beta1 * at(before[2], i) + (1 - beta1) * at(before[1], i))
      const scale = learningRate / (1 - beta1 ** step) / (Math.sqrt(at(after[3], i) / (1 - beta2 ** step)) + epsilon)
      return [at(after[0], i) + 10 * moved(i, before, after) + scale * mean, mean, 4 * at(after[3], i)]
    },
  },
}

describe.each(modules)('%s', (name, bytes) => {
  const fast = new Fast(name, bytes)

  test.each(Object.entries(updates))('%s equals the reference’s update within float32 rounding', (_, { call, kept, sizes }) => {
    fc.assert(fc.property(size, kind, rates, seed, (N, kind, rates, seed) => {
      const random = new Random(seed)
      const draw = (square = false): Float32Array => numbers([N], kind, random).map(x => square ? Math.abs(x) : x)
      const values = [draw(), draw(), ...kept.map(role => draw(role === 'squares'))]
      // where squares overflow float32, the variant that stores float32 determines the result
      const [ops, place, off]: readonly [Ops, Place, number] = kind === 'huge' ? [rounded, (x, shape) => Tensor.from(x, shape), 2] : [exact, (x, shape) => exactly(x, shape), 1]
      const tensors = (place: Place): Tensors => values.map(x => place(x, [N])) as unknown as Tensors
      const [before, after] = [tensors(place), tensors(place)]
      call(ops, after, rates)
      fast.run((place) => {
        const found = tensors(place)
        call(fast.ops, found, rates)
        for (const [k, t] of [0, ...kept.map((_, i) => i + 2)].entries()) {
          // A subnormal product loses half of the smallest number, which the division by ε amplifies
          const bound = (i: number): number => off * 1.01 * u * sizes(i, before, after, rates)[k]! + smallest * (k === 0 ? 4 / rates.epsilon : 4)
          const wanted = after[t]!.data.map(x => Math.abs(x) > largest ? Infinity * Math.sign(x) : x)
          expectWithin(found[t]!.data, wanted, bound)
        }
        expect([...found[1].data]).toEqual([...values[1]!]) // the gradient is only read
      })
    }), { seed: 14, numRuns: 150 })
  })

  test.each(Object.entries(updates))('%s reports a weight that becomes non-finite, wherever it is, and ignores what lies behind the last one', (_, { call, kept }) => {
    const rates = { learningRate: 0.1, momentum: 0.9, decay: 0.99, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, step: 1 }
    const ones = (n: number): Float32Array => new Float32Array(n).fill(1)
    for (const ops of [exact, fast.ops]) {
      fast.run((place) => {
        for (const N of [1, 2, 3, 4, 15, 16, 17, 35]) {
          for (const bad of [NaN, Infinity, -Infinity, null]) {
            for (let at = 0; at < N; at += bad === null ? N : 1) {
              const tensors = [0, 1, ...kept].map(() => place(ones(N), [N])) as unknown as Tensors
              if (bad !== null) tensors[0].data[at] = bad
              expect(call(ops, tensors, rates), `${bad} at ${at} of ${N}`).toBe(bad === null)
            }
          }
        }
      })
    }
  })

  test.each(Object.entries(updates))('%s saves the previous weights on request, which changes nothing else', (_, { call, kept }) => {
    const rates = { learningRate: 0.1, momentum: 0.9, decay: 0.99, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, step: 1 }
    for (const ops of [createReferenceOps('float32'), fast.ops]) {
      fast.run((place) => {
        for (const N of [1, 2, 3, 7, 8, 15, 16, 17, 35]) {
          const values = [0, 1, ...kept].map((_, k) => Float32Array.from({ length: N }, (_, i) => 1 + Math.sin(5 * k + i)))
          const [one, other] = [0, 1].map(() => values.map(x => place(x, [N])) as unknown as Tensors) as [Tensors, Tensors]
          const before = place(new Float32Array(N), [N])
          expect(call(ops, one, rates)).toBe(call(ops, other, rates, before))
          expect([...before.data]).toEqual([...values[0]!])
          one.forEach((tensor, k) => expect([...other[k]!.data]).toEqual([...tensor.data]))
          expect(one[0].data[0]).not.toBe(values[0]![0])
        }
      })
    }
  })

  // float32's 0.999 is 0.99900001287, so 1 minus that has an error of 1.3e-5, as had all squares
  test('adam and rmsprop compute 1 − ρ in double precision', () => {
    fast.run((place) => {
      const [w, dw, m, v, h] = [place([0], [1]), place([1], [1]), place([0], [1]), place([0], [1]), place([0], [1])]
      fast.ops.adam(w, dw, m, v, { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, step: 1 })
      fast.ops.rmsprop(w, dw, h, { learningRate: 0.1, decay: 0.999, epsilon: 1e-7 })
      expect([m.data[0], v.data[0], h.data[0]]).toEqual([0.1, 0.001, 0.001].map(Math.fround))
    })
  })

  // 1e20 squared overflows float32, so a thousandth of its square was Infinity and the weight did not move
  test('adam moves by the learning rate when the square of a gradient overflows', () => {
    fast.run((place) => {
      const [w, dw, m, v] = [place([0], [1]), place([1e20], [1]), place([0], [1]), place([0], [1])]
      fast.ops.adam(w, dw, m, v, { learningRate: 0.5, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, step: 1 })
      expectWithin(w.data, [-0.5], () => 8 * u)
    })
  })
})
