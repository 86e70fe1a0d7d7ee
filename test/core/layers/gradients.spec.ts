import { Affine, Arena, createReferenceOps, IdentityWithLoss, type Layer, type LossLayer, numericalGradient, type Pass, Relu, Sigmoid, Slot, SoftmaxWithLoss, Tensor } from '@core'
import { describe, expect, test } from 'vitest'
import { expectNear, randomTensor } from '../numbers'

const ops = createReferenceOps('float64')
/** A training step whose mask and running statistics are held */
const pass: Pass = { training: true, seed: 1, step: 3, tracking: false }

// A central difference with h = 1e-4 has an error of h²/6 times the third derivative, here about 1e-9,
// plus rounding of 1e-16 / 1e-4 = 1e-12 of the loss.
const tolerance = 1e-8

const input = (shape: readonly number[], seed = 1): Slot => new Slot(randomTensor(shape, seed), Tensor.zeros(shape, 'float64'))

/** Keeps every ReLU at least 1000 h away from its corner at 0. */
function keepAwayFromZero(slot: Slot): Slot {
  slot.value.data.forEach((x, i) => { slot.value.data[i] = x + Math.sign(x) * 0.1 })
  return slot
}

/** backward with a given dout yields the gradient of Σ out · dout: compares dx and all parameter gradients. */
function expectGradients(layer: Layer, x: Slot): void {
  const out = layer.build(x, new Arena('float64'))
  for (const [i, { slot: { value } }] of layer.params.entries()) value.data.set(randomTensor(value.shape, 20 + i).data)
  const dout = randomTensor(out.value.shape, 30)
  out.grad!.data.set(dout.data)
  const loss = (): number => {
    layer.forward(ops, pass)
    return [...out.value.data].reduce((sum, y, i) => sum + y * dout.data[i]!, 0)
  }
  loss()
  const before = [...x.value.data]
  layer.backward(ops, pass)
  expect([...x.value.data], 'x is not written').toEqual(before)
  expect([...out.grad!.data], 'dout is not written').toEqual([...dout.data])
  for (const slot of [x, ...layer.params.map(({ slot }) => slot)]) {
    expect(slot.grad!.shape).toEqual(slot.value.shape)
    expectNear(slot.grad!.data, numericalGradient(loss, slot.value.data), tolerance)
  }
}

function expectLossGradient(layer: LossLayer, x: Slot, t: ArrayLike<number>): void {
  layer.build(x, new Arena('float64'))
  layer.target.value.data.set(t)
  const loss = (): number => {
    layer.forward(ops, pass)
    return layer.loss
  }
  loss()
  const before = [...x.value.data]
  layer.backward(ops, pass)
  expect([...x.value.data], 'x is not written').toEqual(before)
  expectNear(x.grad!.data, numericalGradient(loss, x.value.data), tolerance)
}

describe.each([[1, 'one row'], [4, 'a batch']])('with %i row (%s), backward equals the numeric gradient', (N) => {
  test('of Affine', () => { expectGradients(new Affine('affine1', 3), input([N, 5])) })
  test('of ReLU', () => { expectGradients(new Relu('relu1'), keepAwayFromZero(input([N, 6]))) })
  test('of sigmoid', () => { expectGradients(new Sigmoid('sigmoid1'), input([N, 6])) })
  test('of Softmax-with-Loss', () => { expectLossGradient(new SoftmaxWithLoss(), input([N, 4]), [2, 0, 1, 1].slice(0, N)) })
  test('of Identity-with-Loss', () => { expectLossGradient(new IdentityWithLoss(), input([N, 4]), randomTensor([N, 4], 9).data) })
})

describe('with a 4-D input (N,C,H,W), backward equals the numeric gradient, and dx has the input\'s shape', () => {
  test('of Affine', () => {
    const x = input([2, 3, 2, 2])
    expectGradients(new Affine('affine1', 3), x)
    expect(x.grad!.shape).toEqual([2, 3, 2, 2])
  })
  test('of ReLU', () => { expectGradients(new Relu('relu1'), keepAwayFromZero(input([2, 3, 2, 2]))) })
  test('of sigmoid', () => { expectGradients(new Sigmoid('sigmoid1'), input([2, 3, 2, 2])) })
})

describe('with inputs of ±1000, backward equals the numeric gradient', () => {
  const extreme = (): Slot => new Slot(Tensor.from([1000, -1000, 0, 999.9999], [1, 4], 'float64'), Tensor.zeros([1, 4], 'float64'))

  test('of sigmoid: flat at both ends', () => {
    const x = extreme()
    expectGradients(new Sigmoid('sigmoid1'), x)
    expect([...x.grad!.data].map(Math.abs)).toEqual([0, 0, expect.any(Number), 0])
  })

  test.each([0, 1, 2, 3])('of Softmax-with-Loss, class %i being right', (t) => {
    // a loss of 2000 has a rounding error of 1e-13 in each of the two losses, divided by 2h
    expectLossGradient(new SoftmaxWithLoss(), extreme(), [t])
  })

  test('of Softmax-with-Loss over several rows, and the loss stays finite', () => {
    const x = new Slot(Tensor.from([1000, -1000, -1000, 1000, 1000, 1000], [3, 2], 'float64'), Tensor.zeros([3, 2], 'float64'))
    const layer = new SoftmaxWithLoss()
    expectLossGradient(layer, x, [1, 1, 0])
    layer.forward(ops)
    expect(layer.loss).toBeCloseTo((2000 + 0 + Math.log(2)) / 3, 12)
  })
})

describe('a layer', () => {
  test('omits dx when its input has no grad, and still fills dW and db', () => {
    const affine = new Affine('affine1', 2)
    const out = affine.build(new Slot(randomTensor([3, 4], 1), null), new Arena('float64'))
    out.grad.data.fill(1)
    affine.forward(ops)
    affine.backward(ops)
    expect([...affine.db.data]).toEqual([3, 3])
    expect(affine.dW.data.every(x => x !== 0)).toBe(true)
  })

  test('after ReLU at exactly 0 passes nothing back', () => {
    const x = new Slot(Tensor.from([0, -0, 1], [1, 3], 'float64'), Tensor.zeros([1, 3], 'float64'))
    const relu = new Relu('relu1')
    relu.build(x, new Arena('float64')).grad.data.fill(7)
    relu.forward(ops)
    relu.backward(ops)
    expect([...x.grad!.data]).toEqual([0, 0, 7])
  })

  test('overwrites the gradients of the previous batch: nothing has to be zeroed', () => {
    const affine = new Affine('affine1', 2)
    const out = affine.build(input([3, 4]), new Arena('float64'))
    out.grad.data.set(randomTensor([3, 2], 5).data)
    affine.forward(ops)
    affine.backward(ops)
    const first = [...affine.dW.data]
    affine.backward(ops)
    expect([...affine.dW.data]).toEqual(first)
  })
})
