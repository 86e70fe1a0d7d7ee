import { createReferenceOps, LabError, type Ops, type Precision, Tensor } from '@core'
import { describe, expect, test } from 'vitest'
import { expectNear, randomTensor } from '../numbers'
import { naiveProduct } from './naive-product'

const at = (t: Tensor) => (row: number, column: number): number => t.data[row * t.columns + column]!
const transposed = (t: Tensor) => (row: number, column: number): number => at(t)(column, row)
const used = (shape: readonly number[], precision: Precision): Tensor =>
  Tensor.from(new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(NaN), shape, precision) // stale values of an earlier batch

// Rounding: float64 sums of 9 terms are accurate to 1e-14; float32 stores about 7 digits
describe.each([['float64', 1e-13], ['float32', 1e-5]] as const)('reference ops in %s', (precision, tolerance) => {
  const ops: Ops = createReferenceOps(precision)
  const random = (shape: readonly number[], seed: number): Tensor => randomTensor(shape, seed, precision)
  const row = (...values: number[]): Tensor => Tensor.from(values, [1, values.length], precision)

  test('report their precision', () => {
    expect(ops.name).toBe(`reference-${precision}`)
  })

  // 1 to 9: below, equal to and above the four rows that are added at a time
  test.each([[1, 1, 1], [2, 3, 4], [3, 4, 2], [5, 9, 1], [1, 8, 7], [9, 5, 3], [4, 6, 11]])('multiply (%i,%i)·(%i) as three plain loops do, and with either matrix transposed', (N, D, M) => {
    const [x, w, dy] = [random([N, D], 1), random([D, M], 2), random([N, M], 3)]
    const [y, dx, dw] = [used([N, M], precision), used([N, D], precision), used([D, M], precision)]
    ops.matmul(y, x, w)
    ops.matmulNT(dx, dy, w)
    ops.matmulTN(dw, x, dy)
    expectNear(y.data, naiveProduct(N, D, M, at(x), at(w)), tolerance)
    expectNear(dx.data, naiveProduct(N, M, D, at(dy), transposed(w)), tolerance)
    expectNear(dw.data, naiveProduct(D, N, M, transposed(x), at(dy)), tolerance)
  })

  test('add a bias to each row, and sum the rows on the way back: [5, 7, 9]', () => {
    const y = Tensor.from([0, 0, 0, 10, 10, 10], [2, 3], precision)
    ops.addRow(y, Tensor.from([1, 2, 3], [3], precision))
    expect([...y.data]).toEqual([1, 2, 3, 11, 12, 13])
    const db = used([3], precision)
    ops.sumRows(db, Tensor.from([1, 2, 3, 4, 5, 6], [2, 3], precision))
    expect([...db.data]).toEqual([5, 7, 9])
  })

  test('switch ReLU off at exactly 0, and propagate NaN, so that it reaches the loss', () => {
    const [x, y, dx] = [row(-1, -0, 0, 1e-30, 2, NaN, -Infinity, Infinity), used([1, 8], precision), used([1, 8], precision)]
    ops.relu(y, x)
    expectNear(y.data.subarray(0, 5), [0, 0, 0, 1e-30, 2], tolerance * 1e-30)
    expect([...y.data.subarray(5)]).toEqual([NaN, 0, Infinity])
    ops.reluBackward(dx, row(1, 2, 3, 4, 5, 6, 7, 8), x)
    expect([...dx.data]).toEqual([0, 0, 0, 4, 5, 6, 0, 8])
  })

  test('compute sigmoid of ±1000 without NaN', () => {
    const [y, dx] = [used([1, 4], precision), used([1, 4], precision)]
    ops.sigmoid(y, row(-1000, 0, 1000, Math.log(3)))
    expectNear(y.data, [0, 0.5, 1, 0.75], tolerance)
    ops.sigmoidBackward(dx, row(1, 1, 1, 2), y)
    expectNear(dx.data, [0, 0.25, 0, 0.375], tolerance)
  })

  test('compute equal softmax of [.3, 2.9, 4] and of the same plus 1000', () => {
    const y = used([2, 3], precision)
    ops.softmax(y, Tensor.from([0.3, 2.9, 4, 1000.3, 1002.9, 1004], [2, 3], precision))
    // printed with four digits; float32 stores only 4 decimals of 1000.3
    expectNear(y.data, [0.0182, 0.2452, 0.7366, 0.0182, 0.2452, 0.7366], 6e-5)
    expectNear([y.data.subarray(0, 3), y.data.subarray(3)].map(row => [...row].reduce((a, b) => a + b, 0)), [1, 1], tolerance)
  })

  test('give a loss of exactly 2000 when softmax is certain of the wrong class, and 0 for the right one', () => {
    const [x, y] = [row(1000, -1000), used([1, 2], precision)]
    expect(ops.softmaxLoss(y, x, Tensor.from([1], [1], precision))).toBe(2000)
    expect([...y.data]).toEqual([1, 0])
    expect(ops.softmaxLoss(y, x, Tensor.from([0], [1], precision))).toBe(0)
  })

  test('give a loss of NaN when a logit is NaN', () => {
    expect(ops.softmaxLoss(used([1, 2], precision), row(NaN, 0), Tensor.from([1], [1], precision))).toBeNaN()
  })

  test('give y − t divided by the rows as the gradient of softmax with loss', () => {
    const dx = used([2, 3], precision)
    ops.softmaxLossBackward(dx, Tensor.from([0.3, 0.2, 0.5, 0.1, 0.8, 0.1], [2, 3], precision), Tensor.from([1, 1], [2], precision))
    expectNear(dx.data, [0.15, -0.4, 0.25, 0.05, -0.1, 0.05], tolerance)
  })

  test('give half the sum of squares divided by the rows as squared loss, and y − t divided by the rows as its gradient', () => {
    const [y, t, dx] = [Tensor.from([1, 2, 3, 4], [2, 2], precision), Tensor.from([0, 0, 3, 2], [2, 2], precision), used([2, 2], precision)]
    expect(ops.squaredLoss(y, t)).toBe((1 + 4 + 0 + 4) / 2 / 2)
    ops.squaredLossBackward(dx, y, t)
    expect([...dx.data]).toEqual([0.5, 1, 0, 1])
  })

  test('update against the gradient', () => {
    const w = row(1, -1)
    ops.sgd(w, row(2, -4), 0.25)
    expect([...w.data]).toEqual([0.5, 0])
  })

  test('use only the rows of a narrowed tensor', () => {
    const [x, w, y] = [random([3, 5], 1), random([5, 2], 2), used([3, 2], precision)]
    x.setRows(2)
    y.setRows(2)
    ops.matmul(y, x, w)
    expectNear(y.data, naiveProduct(2, 5, 2, at(x), at(w)), tolerance)
    expect([...y.memory.subarray(4)]).toEqual([NaN, NaN])
  })

  test('write only to their first argument', () => {
    const ones = (...shape: number[]): Tensor => Tensor.from(new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(1), shape, precision)
    const calls: Partial<Record<keyof Ops, readonly Tensor[]>> = {
      matmul: [ones(2, 4), ones(2, 3), ones(3, 4)], matmulNT: [ones(2, 3), ones(2, 4), ones(3, 4)], matmulTN: [ones(3, 4), ones(2, 3), ones(2, 4)],
      addRow: [ones(2, 3), ones(3)], sumRows: [ones(3), ones(2, 3)],
      relu: [ones(2, 3), ones(2, 3)], reluBackward: [ones(2, 3), ones(2, 3), ones(2, 3)],
      sigmoid: [ones(2, 3), ones(2, 3)], sigmoidBackward: [ones(2, 3), ones(2, 3), ones(2, 3)],
      tanh: [ones(2, 3), ones(2, 3)], tanhBackward: [ones(2, 3), ones(2, 3), ones(2, 3)],
      softmax: [ones(2, 3), ones(2, 3)], softmaxLoss: [ones(2, 3), ones(2, 3), ones(2)], softmaxLossBackward: [ones(2, 3), ones(2, 3), ones(2)],
      squaredLoss: [ones(2, 3), ones(2, 3)], squaredLossBackward: [ones(2, 3), ones(2, 3), ones(2, 3)],
      sgd: [ones(2, 3), ones(2, 3)], copy: [ones(2, 3), ones(2, 3)],
    }
    // Statistics write no tensor.
    const [x, counts] = [ones(2, 3), new Uint32Array(3)]
    const statistics: Partial<Record<keyof Ops, () => void>> = {
      summarize: () => { ops.summarize({ squares: 0, absolute: 0, min: 0, max: 0, zeros: 0, finite: 0 }, x) },
      histogram: () => { ops.histogram(counts, x, 1) }, distance: () => ops.distance(x, ones(2, 3)),
      countBeyond: () => ops.countBeyond(x, 0.5), countPositive: () => { ops.countPositive(counts, x) },
    }
    for (const [name, read] of Object.entries(statistics)) {
      read()
      expect([...x.data].every(value => value === 1), name).toBe(true)
    }
    // updates also write their state (test/core/optim), batch normalization has several results, and some take a number as well: these
    // have tests of their own. The others have no destination.
    const apart = ['name', 'threads', 'threadsFor', 'arena', 'sparseBelow', 'workingBlocks', 'missingBlocks', 'reserve', 'momentum', 'adagrad', 'rmsprop', 'adam', 'dropout', 'columnMoments', 'normalize', 'normalizeBackward', 'addDecay', 'scale', ...Object.keys(statistics)]
    expect([...Object.keys(calls), ...apart].sort()).toEqual(Object.keys(ops).sort())
    for (const [name, [to, ...from]] of Object.entries(calls)) {
      (ops[name as 'softmaxLoss'])(to!, ...from as [Tensor, Tensor])
      for (const tensor of from) expect([...tensor.data].every(x => x === 1), name).toBe(true)
    }
  })
})

describe('reference ops refuse', () => {
  const ops = createReferenceOps('float64')
  const tensor = (...shape: number[]): Tensor => Tensor.zeros(shape, 'float64')
  const momentum = { learningRate: 0.1, momentum: 0.9 }
  const rates = { learningRate: 0.1, epsilon: 1e-7 }
  const adam = { ...rates, beta1: 0.9, beta2: 0.999, step: 1 }

  test.each<[string, string, () => void]>([
    ['a matrix product', 'matmul', () => ops.matmul(tensor(2, 4), tensor(2, 3), tensor(2, 4))],
    ['a product with the transpose', 'matmulNT', () => ops.matmulNT(tensor(2, 3), tensor(2, 4), tensor(4, 3))],
    ['a product of the transpose', 'matmulTN', () => ops.matmulTN(tensor(3, 4), tensor(2, 3), tensor(3, 4))],
    ['a bias', 'addRow', () => ops.addRow(tensor(2, 3), tensor(2))],
    ['a sum of rows', 'sumRows', () => ops.sumRows(tensor(2), tensor(2, 3))],
    ['ReLU', 'relu', () => ops.relu(tensor(2), tensor(3))],
    ['tanh', 'tanh', () => ops.tanh(tensor(2), tensor(3))],
    ['tanh, its gradient', 'tanhBackward', () => ops.tanhBackward(tensor(2, 3), tensor(2, 2), tensor(2, 3))],
    ['dropout', 'dropout', () => ops.dropout(tensor(2, 3), tensor(3, 3), { rate: 0.5, key: 1 })],
    ['moments', 'columnMoments', () => ops.columnMoments(tensor(3), tensor(2), tensor(2, 3))],
    ['a normalization', 'normalize', () => ops.normalize(tensor(2, 3), tensor(2, 3), tensor(2, 3), tensor(3), tensor(3), tensor(3), tensor(2), 1e-5)],
    ['a normalization, its gradients', 'normalizeBackward', () => ops.normalizeBackward(tensor(2, 2), tensor(3), tensor(3), tensor(2, 3), tensor(2, 3), tensor(3), tensor(3), 1e-5, false)],
    ['a decay', 'addDecay', () => ops.addDecay(tensor(2, 3), tensor(2, 3), tensor(2, 2), 0.1)],
    ['a scaling', 'scale', () => ops.scale(tensor(2, 3), 0.9, tensor(2, 2))],
    ['a loss', 'softmaxLoss', () => ops.softmaxLoss(tensor(2, 3), tensor(2, 3), tensor(3))],
    ['a step', 'sgd', () => ops.sgd(tensor(2, 3), tensor(2, 2), 0.1)],
    ['a step with momentum, its gradient', 'momentum', () => ops.momentum(tensor(2, 3), tensor(2, 2), tensor(2, 3), momentum)],
    ['a step with momentum, what it keeps', 'momentum', () => ops.momentum(tensor(2, 3), tensor(2, 3), tensor(2, 2), momentum)],
    ['a step of AdaGrad, its gradient', 'adagrad', () => ops.adagrad(tensor(2, 3), tensor(2, 2), tensor(2, 3), rates)],
    ['a step of AdaGrad, what it keeps', 'adagrad', () => ops.adagrad(tensor(2, 3), tensor(2, 3), tensor(2, 2), rates)],
    ['a step of RMSProp, its gradient', 'rmsprop', () => ops.rmsprop(tensor(2, 3), tensor(2, 2), tensor(2, 3), { ...rates, decay: 0.9 })],
    ['a step of RMSProp, what it keeps', 'rmsprop', () => ops.rmsprop(tensor(2, 3), tensor(2, 3), tensor(2, 2), { ...rates, decay: 0.9 })],
    ['a step of Adam, its gradient', 'adam', () => ops.adam(tensor(2, 3), tensor(2, 2), tensor(2, 3), tensor(2, 3), adam)],
    ['a step of Adam, its first moment', 'adam', () => ops.adam(tensor(2, 3), tensor(2, 3), tensor(2, 2), tensor(2, 3), adam)],
    ['a step of Adam, its second moment', 'adam', () => ops.adam(tensor(2, 3), tensor(2, 3), tensor(2, 3), tensor(2, 2), adam)],
  ])('incompatible shapes, naming the operation: %s', (_, operation, call) => {
    expect(call).toThrow(LabError)
    expect(call).toThrow(`${operation}: shapes do not fit: (`)
  })

  test.each([-1, 3, 0.5, NaN])('%s as one of three classes', (t) => {
    expect(() => ops.softmaxLoss(tensor(1, 3), tensor(1, 3), Tensor.from([t], [1], 'float64'))).toThrow(/classes are 0 to 2/)
  })
})
