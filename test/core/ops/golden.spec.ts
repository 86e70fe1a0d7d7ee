import { createReferenceOps, type Ops, type Tensor } from '@core'
import { describe, expect, test } from 'vitest'
import { machines } from '../golden'
import { expectNear } from '../numbers'
import { decayed, dropout, normalization, type Numbers, type Rates, tanh } from './golden'

/** An optimizer's step with weight decay. @param kept two tensors for its state */
type Step = (ops: Ops, w: Tensor, dw: Tensor, kept: readonly [Tensor, Tensor], rates: Rates) => void
const L2 = (step: Step): Step => (ops, w, dw, kept, rates) => {
  ops.addDecay(dw, dw, w, decayed.decay)
  step(ops, w, dw, kept, rates)
}
const steps: Readonly<Record<string, Step>> = {
  sgd: L2((ops, w, dw, _, { learningRate }) => ops.sgd(w, dw, learningRate)),
  momentum: L2((ops, w, dw, [v], rates) => ops.momentum(w, dw, v, rates)),
  adagrad: L2((ops, w, dw, [h], rates) => ops.adagrad(w, dw, h, rates)),
  rmsprop: L2((ops, w, dw, [h], rates) => ops.rmsprop(w, dw, h, rates)),
  adam: (ops, w, dw, [m, v], rates) => { // AdamW
    ops.scale(w, 1 - rates.learningRate * decayed.decay)
    ops.adam(w, dw, m, v, rates)
  },
}

test('there are golden numbers of every optimizer with weight decay', () => {
  expect(Object.keys(decayed.runs)).toEqual(Object.keys(steps))
})

describe.each(machines)('on the %s', (_, ops, tolerance) => {
  const arena = ops.arena()
  const zeros = (...shape: readonly number[]): Tensor => arena.tensor(shape)
  const tensor = (values: Numbers, ...shape: readonly number[]): Tensor => {
    const made = zeros(...shape)
    made.data.set(values)
    return made
  }

  test('tanh and its gradient are PyTorch’s', () => {
    const N = tanh.x.length
    const [y, dx] = [zeros(N), zeros(N)]
    ops.tanh(y, tensor(tanh.x, N))
    ops.tanhBackward(dx, tensor(tanh.dy, N), y)
    expectNear(y.data, tanh.y, tolerance)
    expectNear(dx.data, tanh.dx, tolerance)
  })

  test('batch normalization gives PyTorch’s values, gradients and running statistics over several batches, then with these', () => {
    const { columns: M, batches } = normalization
    const [gamma, beta] = [tensor(normalization.gamma, M), tensor(normalization.beta, M)]
    let running = { mean: new Array<number>(M).fill(0), variance: new Array<number>(M).fill(1) }
    for (const { rows: N, training, ...wanted } of batches) {
      const [x, dy, y, xHat, dx, dgamma, dbeta] = [tensor(wanted.x, N, M), tensor(wanted.dy, N, M), zeros(N, M), zeros(N, M), zeros(N, M), zeros(M), zeros(M)]
      const [mean, variance] = [tensor(running.mean, M), tensor(running.variance, M)]
      if (training) {
        ops.columnMoments(mean, variance, x)
        const blend = (old: Numbers, now: Tensor, factor: number): number[] => old.map((value, m) => 0.9 * value + 0.1 * factor * now.data[m]!)
        running = { mean: blend(running.mean, mean, 1), variance: blend(running.variance, variance, N / (N - 1)) } // unbiased
      }
      ops.normalize(y, xHat, x, mean, variance, gamma, beta, 1e-5)
      ops.normalizeBackward(dx, dgamma, dbeta, dy, xHat, variance, gamma, 1e-5, !training)
      expectNear(y.data, wanted.y, tolerance)
      expectNear(dx.data, wanted.dx, tolerance)
      expectNear(dgamma.data, wanted.dgamma, tolerance)
      expectNear(dbeta.data, wanted.dbeta, tolerance)
      expectNear(running.mean, wanted.runningMean, tolerance)
      expectNear(running.variance, wanted.runningVariance, tolerance)
    }
  })

  test.each(dropout.cases)('dropout of rate $rate with key $key, forward and backward, is that of the mask computed in Python', ({ rate, key, rows, columns, ...wanted }) => {
    const [y, dx] = [zeros(rows, columns), zeros(rows, columns)]
    ops.dropout(y, tensor(wanted.x, rows, columns), { rate, key })
    ops.dropout(dx, tensor(wanted.dy, rows, columns), { rate, key })
    expectNear(y.data, wanted.y, tolerance)
    expectNear(dx.data, wanted.dx, tolerance)
  })

  test.each(dropout.counts)('dropout of rate $rate keeps $kept of $size elements, as in Python', ({ rate, key, size, kept }) => {
    const y = zeros(size)
    ops.dropout(y, tensor(new Array<number>(size).fill(1), size), { rate, key })
    expect(y.data.filter(value => value !== 0)).toHaveLength(kept)
  })

  test.each(Object.entries(decayed.runs))('ten steps of %s with weight decay lead to PyTorch’s weights', (optimizer, { rates, after }) => {
    const { before, gradients } = decayed
    const [w, dw, kept] = [tensor(before, 3, 7), zeros(3, 7), [zeros(3, 7), zeros(3, 7)] as const]
    gradients.forEach((gradient, i) => {
      dw.data.set(gradient)
      steps[optimizer]!(ops, w, dw, kept, { ...rates, step: i + 1 })
    })
    expectNear(w.data, after, tolerance)
  })
})

test('the mask does not depend on the precision', () => {
  const [single, double] = (['float32', 'float64'] as const).map((precision) => {
    const ops = createReferenceOps(precision)
    const y = ops.arena().tensor([1000])
    y.data.fill(1)
    ops.dropout(y, y, { rate: 0.4, key: 5 })
    return Array.from(y.data, value => value !== 0)
  })
  expect(single).toEqual(double)
})
