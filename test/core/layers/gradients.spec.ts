import { Affine, Arena, BatchNormalization, createReferenceOps, Dropout, IdentityWithLoss, inference, type Layer, type LossLayer, numericalGradient, type Pass, Relu, Sigmoid, Slot, SoftmaxWithLoss, Tanh, Tensor } from '@core'
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
  test('of tanh', () => { expectGradients(new Tanh('tanh1'), input([N, 6])) })
  test('of dropout, with its mask held', () => { expectGradients(new Dropout('dropout1', 0.4), input([N, 6])) })
  test('of batch normalization', () => { expectGradients(new BatchNormalization('batchNormalization1'), input([N, 3])) })
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

  test('passes back the same dx alone as with the gradients of its parameters, which stay as they were', () => {
    const affine = new Affine('affine1', 2)
    const x = input([3, 4])
    affine.build(x, new Arena('float64')).grad.data.set(randomTensor([3, 2], 5).data)
    affine.forward(ops)
    affine.backward(ops)
    const wanted = [...x.grad!.data]
    for (const { data } of [x.grad!, affine.dW, affine.db]) data.fill(9)
    affine.backwardInput(ops)
    expect([...x.grad!.data]).toEqual(wanted)
    expect([...affine.dW.data, ...affine.db.data]).toEqual(Array<number>(10).fill(9))
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

describe('batch normalization', () => {
  const built = (N: number) => {
    const x = input([N, 3])
    const layer = new BatchNormalization('batchNormalization1')
    layer.build(x, new Arena('float64'))
    layer.initialize()
    return { x, layer }
  }

  test('gives each column mean 0 and variance 1, and follows them with a tenth; the running variance is unbiased', () => {
    const { x, layer } = built(5)
    layer.forward(ops, { ...pass, tracking: true })
    const column = (data: ArrayLike<number>, d: number) => Array.from({ length: 5 }, (_, n) => data[n * 3 + d]!)
    for (let d = 0; d < 3; d++) {
      const [before, after] = [column(x.value.data, d), column(layer.out.data, d)]
      const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length
      const variance = (values: readonly number[]) => mean(values.map(value => (value - mean(values)) ** 2))
      expect(mean(after)).toBeCloseTo(0, 12)
      expect(variance(after)).toBeCloseTo(variance(before) / (variance(before) + 1e-5), 12)
      expect(layer.mean.data[d]).toBeCloseTo(0.1 * mean(before), 12)
      expect(layer.variance.data[d]).toBeCloseTo(0.9 + 0.1 * variance(before) * 5 / 4, 12)
    }
  })

  test('uses the running statistics in evaluation and for a single row, and leaves them', () => {
    for (const [N, how] of [[4, inference], [1, { ...pass, tracking: true }]] as const) {
      const { x, layer } = built(N)
      layer.mean.data.set([1, 2, 3])
      layer.variance.data.set([4, 9, 16])
      layer.forward(ops, how)
      expect([...layer.mean.data, ...layer.variance.data]).toEqual([1, 2, 3, 4, 9, 16])
      layer.out.data.forEach((y, i) => { expect(y).toBeCloseTo((x.value.data[i]! - (1 + i % 3)) / Math.sqrt((2 + i % 3) ** 2 + 1e-5), 12) })
    }
  })

  test('repeats a pass without following it when it is not tracked', () => {
    const { layer } = built(4)
    layer.forward(ops, pass)
    expect([...layer.mean.data, ...layer.variance.data]).toEqual([0, 0, 0, 1, 1, 1])
  })
})

describe('dropout', () => {
  const dropped = (how: Pass, name = 'dropout1'): number[] => {
    const x = new Slot(Tensor.from(Array.from({ length: 2000 }, () => 1), [4, 500], 'float64'), null)
    const layer = new Dropout(name, 0.25)
    layer.build(x, new Arena('float64'))
    layer.forward(ops, how)
    return [...layer.out.data]
  }

  test('drops about its rate and scales the rest; evaluation passes everything on', () => {
    const out = dropped(pass)
    // 2,000 draws: 500 expected, deviation √(2000 · 0.25 · 0.75) = 19.4, times five
    expect(Math.abs(out.filter(y => y === 0).length - 500)).toBeLessThan(97)
    expect(new Set(out)).toEqual(new Set([0, 1 / 0.75]))
    expect(dropped(inference).every(y => y === 1)).toBe(true)
  })

  test('has the same mask for the same seed, step and layer, and another for any other', () => {
    expect(dropped(pass)).toEqual(dropped({ ...pass, tracking: true }))
    for (const other of [dropped({ ...pass, seed: 2 }), dropped({ ...pass, step: 4 }), dropped(pass, 'dropout2')]) expect(other).not.toEqual(dropped(pass))
  })
})
