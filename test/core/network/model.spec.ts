import { Arena, buildModel, copyTensors, createReferenceOps, type Init, initialize, type Model, type Tensor } from '@core'
import { describe, expect, test } from 'vitest'
import { expectNear, randomTensor } from '../numbers'
import { optimizerFor } from '../../fixtures/optimizer'
import { perceptron } from '../../fixtures/run-config'

const ops = createReferenceOps('float64')
const architecture = perceptron([6, 5, 4, 3], 'relu')

function filled(options: { rows: number, inputGrad?: boolean }): Model {
  const model = buildModel(architecture, { ...options, precision: 'float64' })
  initialize(model, 'he', 1)
  model.input.value.data.set(randomTensor([options.rows, 6], 2).data)
  model.target.value.data.forEach((_, n, t) => { t[n] = n % 3 })
  return model
}

describe('a model', () => {
  test('names its layers in order, and its parameters after them', () => {
    const model = filled({ rows: 4 })
    expect(model.layers.map(({ name }) => name)).toEqual(['affine1', 'relu1', 'affine2', 'relu2', 'affine3', 'softmaxWithLoss'])
    expect(model.params.map(({ path, slot }) => [path, slot.value.shape]))
      .toEqual([['affine1.W', [6, 5]], ['affine1.b', [5]], ['affine2.W', [5, 4]], ['affine2.b', [4]], ['affine3.W', [4, 3]], ['affine3.b', [3]]])
    expect(buildModel(perceptron([4, 2, 3], 'sigmoid', 'identityWithLoss'), { rows: 1 }).layers.map(({ kind }) => kind))
      .toEqual(['affine', 'sigmoid', 'affine', 'identityWithLoss'])
  })

  test('without a hidden layer is one affine layer and the loss', () => {
    expect(buildModel(perceptron([4, 3], 'relu'), { rows: 1 }).layers.map(({ name }) => name)).toEqual(['affine1', 'softmaxWithLoss'])
  })

  test('finds every tensor by its path, and rejects a wrong path', () => {
    const model = filled({ rows: 4 })
    const shapes: Record<string, readonly number[]> = {
      'affine1.x': [4, 6], 'affine1.W': [6, 5], 'affine1.dW': [6, 5], 'affine1.b': [5], 'affine1.db': [5], 'affine1.out': [4, 5], 'affine1.dout': [4, 5],
      'relu1.x': [4, 5], 'relu1.dx': [4, 5], 'relu1.out': [4, 5], 'relu1.dout': [4, 5],
      'softmaxWithLoss.x': [4, 3], 'softmaxWithLoss.dx': [4, 3], 'softmaxWithLoss.y': [4, 3], 'softmaxWithLoss.t': [4],
    }
    for (const [path, shape] of Object.entries(shapes)) expect(model.tensor(path)?.shape, path).toEqual(shape)
    expect(model.tensor('affine1.dW')).toBe(model.params[0]!.slot.grad)
    for (const path of ['affine1.dx', 'relu1.W', 'relu1.dW', 'softmaxWithLoss.dt', 'affine9.W', 'affine1', 'affine1.', '', 'affine1.constructor', 'affine1.y'])
      expect(model.tensor(path), path).toBeUndefined()
  })

  test('has one slot between two layers: the next one\'s dx is this one\'s dout', () => {
    const model = filled({ rows: 4 })
    model.layers.slice(1).forEach((layer, i) => expect(layer.input).toBe(model.layers[i]!.output))
  })

  test('has the first layer\'s dx only when asked', () => {
    expect(filled({ rows: 2 }).tensor('affine1.dx')).toBeUndefined()
    const model = filled({ rows: 2, inputGrad: true })
    model.forward(ops)
    model.backward(ops)
    expect(model.tensor('affine1.dx')!.data.some(x => x !== 0)).toBe(true)
  })

  test('predicts what forward computes', () => {
    const model = filled({ rows: 4 })
    model.forward(ops)
    const y = [...model.out.value.data]
    model.out.value.data.fill(0)
    model.predict(ops)
    expect([...model.out.value.data]).toEqual(y)
  })

  test('narrowed to a short batch, learns like a model of exactly that size', () => {
    const [wide, exact] = [filled({ rows: 5 }), filled({ rows: 2 })]
    wide.setRows(2)
    wide.input.value.data.set(exact.input.value.data)
    expect(wide.forward(ops)).toBe(exact.forward(ops))
    for (const model of [wide, exact]) {
      model.backward(ops)
      optimizerFor('sgd', 0.1, model).step(ops)
    }
    wide.params.forEach(({ slot }, i) => expect([...slot.value.data]).toEqual([...exact.params[i]!.slot.value.data]))
    wide.setRows(5)
    expect(wide.out.value.shape).toEqual([5, 3])
    expect(() => wide.setRows(6)).toThrow(RangeError)
  })

  test('that shares parameters with another learns with it, and does not touch its activations', () => {
    const model = filled({ rows: 4 })
    model.forward(ops)
    const reader = buildModel(architecture, { rows: 1, precision: 'float64', shared: model })
    reader.input.value.data.set(model.input.value.data.subarray(0, 6))
    const paused = model.layers.map(({ out }) => [...out.data])
    reader.predict(ops)
    expectNear(reader.out.value.data, model.out.value.data.subarray(0, 3), 1e-15)
    expect(model.layers.map(({ out }) => [...out.data])).toEqual(paused)
    model.backward(ops)
    optimizerFor('sgd', 1, model).step(ops)
    const before = [...reader.out.value.data]
    reader.predict(ops)
    expect([...reader.out.value.data]).not.toEqual(before)
  })

  test('allocates nothing after it is built: its arena can be sealed', () => {
    const arena = new Arena('float64')
    const model = buildModel(architecture, { rows: 4, arena })
    const bytes = arena.bytes
    arena.seal()
    initialize(model, 'he', 1)
    model.forward(ops)
    model.backward(ops)
    model.setRows(2)
    model.predict(ops)
    expect(arena.bytes).toBe(bytes)
  })

  test('propagates NaN in a weight to the loss', () => {
    const model = filled({ rows: 4 })
    model.params[0]!.slot.value.data[0] = NaN
    expect(model.forward(ops)).toBeNaN()
  })
})

describe('initial weights', () => {
  const drawn = (init: Init, seed: number, precision: 'float32' | 'float64' = 'float64'): Model => {
    const model = buildModel(perceptron([784, 100, 10], 'relu'), { rows: 1, precision })
    model.params.forEach(({ slot }) => slot.value.data.fill(5))
    initialize(model, init, seed)
    return model
  }
  const deviation = ({ data }: Tensor): number => Math.sqrt([...data].reduce((sum, x) => sum + x * x, 0) / data.length)

  test.each<[Init, number, number]>([
    ['small', 0.01, 0.01], ['xavier', Math.sqrt(1 / 784), Math.sqrt(1 / 100)], ['he', Math.sqrt(2 / 784), Math.sqrt(2 / 100)],
  ])('by %s have deviations of %f and %f, and biases are 0', (init, first, second) => {
    const [W1, b1, W2, b2] = drawn(init, 1).params.map(({ slot }) => slot.value)
    // 78,400 and 1,000 samples: relative errors of 0.25 % and 2.2 %, times five
    expect(Math.abs(deviation(W1!) / first - 1)).toBeLessThan(0.0125)
    expect(Math.abs(deviation(W2!) / second - 1)).toBeLessThan(0.11)
    for (const b of [b1!, b2!]) expect(b.data.every(x => x === 0)).toBe(true)
  })

  test('are the same for the same seed, and different for another', () => {
    const weights = (seed: number): Tensor['data'] => drawn('he', seed).params[0]!.slot.value.data
    expect(weights(1)).toEqual(weights(1))
    expect(weights(1)).not.toEqual(weights(2))
  })

  test('in float32 are those of float64, rounded; and so are copied ones', () => {
    const [single, double] = [drawn('he', 1, 'float32'), drawn('he', 1)]
    expect(single.params[0]!.slot.value.data).toEqual(Float32Array.from(double.params[0]!.slot.value.data))
    const other = drawn('he', 2, 'float32')
    copyTensors(other, double)
    expect(other.params[2]!.slot.value.data).toEqual(single.params[2]!.slot.value.data)
  })
})
