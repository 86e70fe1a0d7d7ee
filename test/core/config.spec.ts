import { checkPerceptron, checkRunConfig, ConfigError, countParameters, defaultConfig, isGuessing, predictedClass, Tensor } from '@core'
import { describe, expect, test } from 'vitest'
import { perceptron } from '../fixtures/run-config'

/** The default settings as version 1 wrote them */
const short = { dataset: 'mnist', layers: [784, 50, 10], activation: 'relu', init: 'he', optimizer: 'sgd', learningRate: 0.1, batchSize: 100, seed: 1 }

const refused = (patch: Record<string, unknown>) => {
  try { checkRunConfig({ ...short, ...patch }) }
  catch (cause) {
    if (cause instanceof ConfigError) return { code: cause.code, ...cause.details }
    throw cause
  }
  return null
}

describe('the settings of a run', () => {
  test('are the book’s by default, and are valid', () => {
    expect(checkRunConfig(defaultConfig)).toEqual(defaultConfig)
    expect(checkRunConfig(short)).toEqual(defaultConfig)
    expect(defaultConfig.network).toEqual({ layers: [{ kind: 'affine', units: 50 }, { kind: 'relu' }, { kind: 'affine', units: 10 }], loss: 'softmaxWithLoss' })
  })

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['a layer', { layers: [784, 4096, 10] }, { layers: [784, 4097, 10] }],
    ['a layer', { layers: [784, 1, 10] }, { layers: [784, 0, 10] }],
    ['hidden layers', { layers: [784, ...Array<number>(8).fill(2), 10] }, { layers: [784, ...Array<number>(9).fill(2), 10] }],
    ['hidden layers', { layers: [784, 10] }, { layers: [784] }],
    // (1024 + 1) × 4096 + (4096 + 1) × 3857 + (3857 + 1) × 4 weights and biases are 20,005,… ; with 3850 they are below
    ['parameters', { layers: [1024, 4096, 3850, 4] }, { layers: [1024, 4096, 3857, 4] }],
    ['the learning rate', { learningRate: 100 }, { learningRate: 100.1 }],
    ['the learning rate', { learningRate: 1e-12 }, { learningRate: 0 }],
    ['the batch', { batchSize: 10_000 }, { batchSize: 10_001 }],
    ['the batch', { batchSize: 1 }, { batchSize: 0 }],
    ['the seed', { seed: 4_294_967_295 }, { seed: 4_294_967_296 }],
    ['the seed', { seed: 0 }, { seed: -1 }],
  ])('are limited: %s (%#)', (_, within, beyond) => {
    expect(refused(within)).toBeNull()
    expect(refused(beyond)).not.toBeNull()
  })

  test.each<[string, unknown, Record<string, unknown>]>([
    ['layers', 'many', { code: 'config.layers', max: 4096, maxLayers: 8 }], ['layers', [784, 2.5, 10], { code: 'config.layers', found: '2.5', max: 4096, maxLayers: 8 }], ['layers', [784, '50', 10], { code: 'config.layers' }],
    ['layers', [4096, 4096, 4096], { code: 'config.parameters', found: 2 * 4097 * 4096, max: 20_000_000 }],
    ['activation', 'tanh', { code: 'config.activation', found: '"tanh"', allowed: 'relu, sigmoid' }], ['init', 'zero', { code: 'config.init', found: '"zero"' }], ['optimizer', 'lion', { code: 'config.optimizer', found: '"lion"', allowed: 'sgd, momentum, adagrad, rmsprop, adam' }],
    ...['', 'Cifar', '../mnist', 'a--b', '-a', 'a-', 'a b', 'x'.repeat(65), 7, null].map((id): [string, unknown, Record<string, unknown>] => ['dataset', id, { code: 'config.dataset' }]),
    ['version', 3, { code: 'config.version', found: '3', wanted: '1, 2' }],
    ['learningRate', NaN, { code: 'config.learningRate', found: 'NaN', max: 100 }], ['learningRate', '0.1', { code: 'config.learningRate' }], ['learningRate', -1, { code: 'config.learningRate', found: '-1' }],
    ['batchSize', 1.5, { code: 'config.batchSize', found: '1.5', max: 10_000 }], ['batchSize', undefined, { code: 'config.batchSize' }],
    ['seed', 0.5, { code: 'config.seed', found: '0.5', max: 4_294_967_295 }], ['seed', null, { code: 'config.seed' }],
  ])('that are invalid are reported with what was found and what is allowed: %s %j', (name, value, expected) => {
    expect(refused({ [name]: value })).toMatchObject(expected)
  })

  test.each([undefined, null, 'text', 7, []])('are more than %j', (value) => {
    expect(() => checkRunConfig(value)).toThrow(expect.objectContaining({ code: 'config.layers' }) as Error)
  })

  test('drop unknown members, and copy the given list', () => {
    const layers = [784, 50, 10]
    const checked = checkRunConfig({ ...short, layers, other: 1 })
    layers[1] = 9
    expect(checked).toEqual(defaultConfig)
    expect(checkPerceptron({ layers: [2, 3], activation: 'sigmoid' })).toEqual({ layers: [2, 3], activation: 'sigmoid' })
  })
})

test('weights and biases are counted layer by layer', () => {
  // the book's 784-50-10: 784·50 + 50 + 50·10 + 10
  expect([[784, 50, 10], [2, 3], [5]].map(layers => countParameters(perceptron(layers)))).toEqual([39_760, 9, 0])
})

test('the predicted class is the first of the largest probabilities in its row', () => {
  const y = Tensor.from([0.2, 0.5, 0.3, 0.9, 0.05, 0.05, 0.4, 0.2, 0.4], [3, 3], 'float64')
  expect([0, 1, 2].map(n => predictedClass(y, n))).toEqual([1, 0, 0])
  expect(predictedClass(Tensor.from([0.1, 0.2, 0.8, 0.9], [2, 2], 'float64'))).toBe(1) // the next row is larger
})

test('a network counts as guessing when, after an epoch, its accuracy is hardly above chance', () => {
  const guesses = (epoch: number, accuracy: number) => isGuessing({ epoch, test: { accuracy } }, 10)
  expect([guesses(1, 0.1), guesses(0, 0.1), guesses(1, 0.14), guesses(1, 0.16), guesses(10, 0.97)]).toEqual([true, false, true, false, false])
})
