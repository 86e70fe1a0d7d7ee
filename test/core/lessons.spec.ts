import { Affine, Arena, buildModel, createReferenceOps, type Model, numericalGradient, Slot, SoftmaxWithLoss, Tensor } from '@core'
import { describe, expect, test } from 'vitest'
import { expectNear } from './numbers'
import { optimizerFor } from '../fixtures/optimizer'
import { perceptron } from '../fixtures/run-config'

// Lessons of chapter 5 by number, with the digits printed on the slides
const ops = createReferenceOps('float64')
const tensor = (rows: readonly (readonly number[])[]): Tensor => Tensor.from(rows.flat(), [rows.length, rows[0]!.length], 'float64')
const slot = (value: Tensor): Slot => new Slot(value, Tensor.zeros(value.shape, 'float64'))
/** Half a unit in the last printed digit */
const printed = (digits: number): number => 0.5 * 10 ** -digits * (1 + 1e-9)

/** Network of lesson 14: 2-3-2-2, sigmoid, sigmoid, identity. */
function threeLayers(): Model {
  const model = buildModel(perceptron([2, 3, 2, 2], 'sigmoid', 'identityWithLoss'), { rows: 1, precision: 'float64' })
  const set = (layer: string, weights: readonly (readonly number[])[], biases: readonly number[]): void => {
    model.tensor(`${layer}.W`)!.data.set(weights.flat())
    model.tensor(`${layer}.b`)!.data.set(biases)
  }
  set('affine1', [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], [0.1, 0.2, 0.3])
  set('affine2', [[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]], [0.1, 0.2])
  set('affine3', [[0.1, 0.3], [0.2, 0.4]], [0.1, 0.2])
  model.input.value.data.set([1, 0.5])
  model.target.value.data.set([0, 1])
  return model
}

test('14: the three-layer network answers [0.31682708, 0.69627909]', () => {
  const model = threeLayers()
  model.predict(ops)
  expectNear(model.out.value.data, [0.31682708, 0.69627909], printed(8))
})

test('15: softmax of [.3, 2.9, 4] is [.0182, .2452, .7366], and survives 1000', () => {
  const [y, big] = [tensor([[0, 0, 0]]), tensor([[0, 0, 0]])]
  ops.softmax(y, tensor([[0.3, 2.9, 4]]))
  ops.softmax(big, tensor([[1010, 1000, 990]]))
  expectNear(y.data, [0.0182, 0.2452, 0.7366], printed(4))
  expectNear(big.data, [1, Math.exp(-10), Math.exp(-20)], 5e-5)
})

describe('16, 17: Affine', () => {
  test('takes one sample: X(2) · W(2,3) + B(3), and back by the transposes', () => {
    const affine = new Affine('affine1', 3)
    const x = slot(tensor([[1, 2]]))
    const out = affine.build(x, new Arena('float64'))
    affine.W.data.set([1, 2, 3, 4, 5, 6])
    affine.b.data.set([10, 20, 30])
    affine.forward(ops)
    expect([...out.value.data]).toEqual([19, 32, 45])
    out.grad.data.set([1, 10, 100])
    affine.backward(ops)
    expect([...x.grad!.data]).toEqual([321, 654]) //                         ∂Y·Wᵀ
    expect([...affine.dW.data]).toEqual([1, 10, 100, 2, 20, 200]) // Xᵀ·∂Y
  })

  test('sums ∂B over the batch: [[1,2,3],[4,5,6]] → [5,7,9]', () => {
    const affine = new Affine('affine1', 3)
    affine.build(slot(tensor([[0, 0], [10, 10]])), new Arena('float64')).grad.data.set([1, 2, 3, 4, 5, 6])
    affine.backward(ops)
    expect([...affine.db.data]).toEqual([5, 7, 9])
  })

  test('reads 12 numbers in three rows as (3, 4), whatever their shape, and gives it back', () => {
    const affine = new Affine('affine1', 2)
    const x = slot(Tensor.zeros([3, 2, 2, 1], 'float64'))
    affine.build(x, new Arena('float64'))
    expect(affine.W.shape).toEqual([4, 2])
    expect(x.grad!.shape).toEqual([3, 2, 2, 1])
  })
})

describe('19, 20: Softmax-with-Loss passes y − t back, divided by the batch', () => {
  test.each([
    [[[0.3, 0.2, 0.5]], [1], [0.3, -0.8, 0.5]],
    [[[0.01, 0.99, 0]], [1], [0.01, -0.01, 0]],
    [[[0.3, 0.2, 0.5], [0.1, 0.8, 0.1]], [1, 1], [0.15, -0.4, 0.25, 0.05, -0.1, 0.05]],
  ])('y %j, right class %j → %j', (y, t, wanted) => {
    // logits whose softmax is y: log y, with log 0 = −∞
    const x = slot(tensor(y.map(row => row.map(Math.log))))
    const layer = new SoftmaxWithLoss()
    layer.build(x, new Arena('float64'))
    layer.target.value.data.set(t)
    layer.forward(ops)
    layer.backward(ops)
    expect(layer.loss).toBeCloseTo(-y.reduce((sum, row, n) => sum + Math.log(row[t[n]!]!), 0) / y.length, 12)
    expectNear(x.grad!.data, wanted, 1e-12)
  })
})

test('21: Identity-with-Loss: loss .0963129, y − t (.31682708, −.30372091)', () => {
  const model = threeLayers()
  expect(Math.abs(model.forward(ops) - 0.0963129)).toBeLessThanOrEqual(printed(7))
  model.backward(ops)
  expectNear(model.tensor('affine3.dout')!.data, [0.31682708, -0.30372091], printed(8))
})

test('22: softmax goes cleanly with cross-entropy, not with squared error', () => {
  const logits = tensor([[0.31682708, 0.69627909]])
  const y = tensor([[0, 0]])
  const crossEntropy = (): number => ops.softmaxLoss(y, logits, Tensor.from([0], [1], 'float64'))
  const squaredError = (): number => {
    ops.softmax(y, logits)
    return ops.squaredLoss(y, tensor([[1, 0]]))
  }
  expectNear(numericalGradient(crossEntropy, logits.data), [-0.5937, 0.5937], printed(4))
  expectNear(numericalGradient(squaredError, logits.data), [-0.2864, 0.2864], printed(4))
})

test('23: back through the network and one step: y (.25402, .75705), loss .06178', () => {
  const model = threeLayers()
  model.forward(ops)
  model.backward(ops)
  expectNear(model.tensor('affine3.dW')!.data, [0.19841, -0.19021, 0.24428, -0.23417], printed(5))
  expectNear(model.tensor('affine2.dW')!.data, [-0.00799, -0.00589, -0.00930, -0.00686, -0.01044, -0.00770], printed(5))
  expectNear(model.tensor('affine1.dW')!.data, [-0.00134, -0.00175, -0.00194, -0.00067, -0.00088, -0.00097], printed(5))
  optimizerFor('sgd', 0.1, model).step(ops)
  expect(Math.abs(model.forward(ops) - 0.06178)).toBeLessThanOrEqual(printed(5))
  expectNear(model.out.value.data, [0.25402, 0.75705], printed(5))
})
