import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Architecture, markOf, mnist, outputOf, parseLayers, Random, readNetworkFile, readNpzArrays, readWeights, tensorsOf, type WeightsFile, writeNpy, writeNpz, writeWeights, writeZip } from '@core'
import { describe, expect, test } from 'vitest'
import { refusal } from './bytes'

const architecture = (input: number, layers: string): Architecture => ({ input: [input], layers: parseLayers(layers), loss: 'softmaxWithLoss' })

function weightsOf(architecture: Architecture): WeightsFile {
  const random = new Random(3)
  return {
    architecture, config: null, step: 7, metrics: { testAccuracy: 0.5 }, version: '0.1.0', dataset: markOf(mnist),
    tensors: tensorsOf(architecture).map(({ path, shape }) => ({ path, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()) })),
    classes: Array.from({ length: outputOf(architecture)[0]! }, (_, i) => `class ${i}`),
  }
}
const namesIn = (bytes: Uint8Array) => [...readNpzArrays(bytes, 'n', 1e6).arrays.keys()]

describe('an .npz of the lab', () => {
  test.each(['affine 3', 'affine 5, tanh, affine 3', 'affine 5, batchNormalization, relu, dropout 0.2, affine 4, sigmoid, affine 3', 'batchNormalization, affine 5, batchNormalization, batchNormalization, affine 3'])('is read back bit for bit, with all that it says of itself: %s', (layers) => {
    const weights = weightsOf(architecture(4, layers))
    const file = readNetworkFile(writeNpz(weights), 'n.npz')
    expect(file).toEqual({ format: 'npz', weights, open: [] })
    expect(writeWeights(file.weights)).toEqual(writeWeights(weights))
  })

  test('has the book’s names and layout', () => {
    const bytes = writeNpz(weightsOf(architecture(4, 'affine 5, relu, affine 6, batchNormalization, relu, affine 3')))
    expect(namesIn(bytes)).toEqual(['W1', 'b1', 'W2', 'b2', 'gamma2', 'beta2', 'running_mean2', 'running_var2', 'W3', 'b3'])
    expect(readNpzArrays(bytes, 'n', 1e6).arrays.get('W1')?.shape).toEqual([4, 5])
    expect(namesIn(writeNpz(weightsOf(architecture(4, 'batchNormalization, affine 3'))))).toEqual(['gamma1', 'beta1', 'running_mean1', 'running_var1', 'W1', 'b1'])
  })

  test('without its comment leaves activation and normalization open', () => {
    const weights = weightsOf(architecture(4, 'affine 5, batchNormalization, relu, affine 3'))
    const bare = writeZip([...readNpzArrays(writeNpz(weights), 'n', 1e6).arrays].map(([name, { shape, data }]) => [`${name}.npy`, writeNpy(shape, data as Float32Array)] as const))
    const file = readNetworkFile(bare, 'n.npz')
    expect(file.open).toEqual(['activation', 'normalization'])
    expect(file.weights).toMatchObject({ architecture: weights.architecture, tensors: weights.tensors })
  })

  test('with classes too long for a comment is written without it', () => {
    const weights = { ...weightsOf(architecture(4, 'affine 3')), classes: ['a', 'b', 'c'.repeat(70_000)] }
    expect(readNetworkFile(writeNpz(weights), 'n').open).toEqual(['normalization'])
  })

  test('of whole numbers, or with a number that is none, is refused', () => {
    const integers = writeNpy([2, 2], new Float32Array(4)).map((byte, i, all) => all[i - 1] === 0x3c && byte === 0x66 ? 0x69 : byte) // '<f4' becomes '<i4'
    expect(refusal(() => readNetworkFile(writeZip([['W1.npy', integers]]), 'n'))).toMatchObject({ code: 'npy.type', at: 'W1', found: 'i4' })
    expect(refusal(() => readNetworkFile(writeZip([['W1.npy', writeNpy([2, 2], Float32Array.of(1, 2, NaN, 4))]]), 'n'))).toMatchObject({ code: 'weights.nonFinite', tensor: 'W1' })
  })
})

test('an .npz of NumPy’s with one layer opens', () => {
  const { format, weights } = readNetworkFile(new Uint8Array(readFileSync(resolve(import.meta.dirname, '../../fixtures/pytorch/book.npz'))), 'book.npz')
  expect(format).toBe('npz')
  expect(weights.architecture).toMatchObject({ input: [4], layers: [{ kind: 'affine', units: 3 }] })
})

test('a file of PyTorch’s own, also a zip, keeps its advice', () => {
  expect(refusal(() => readNetworkFile(new Uint8Array(readFileSync(resolve(import.meta.dirname, '../../fixtures/pytorch/model.pt'))), 'model.pt'))).toMatchObject({ code: 'safetensors.pytorch' })
})

test('a safetensors and an .npz of one network hold the same', () => {
  const weights = weightsOf(architecture(4, 'affine 5, relu, affine 3'))
  expect(readNetworkFile(writeNpz(weights), 'n').weights).toEqual(readWeights(writeWeights(weights), 'n'))
})

test.runIf(existsSync('/usr/bin/python3'))('what is written opens in NumPy without pickle, where NumPy is installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backprop-lab-npz-'))
  try {
    writeFileSync(join(folder, 'a.npz'), writeNpz(weightsOf(architecture(4, 'affine 5, batchNormalization, relu, affine 3'))))
    const script = 'import sys\ntry:\n import numpy\nexcept ImportError:\n print("none")\nelse:\n with numpy.load(sys.argv[1], allow_pickle=False) as a:\n  print([(n, a[n].shape, a[n].dtype.str) for n in a.files])'
    const wanted = '[(\'W1\', (4, 5), \'<f4\'), (\'b1\', (5,), \'<f4\'), (\'gamma1\', (5,), \'<f4\'), (\'beta1\', (5,), \'<f4\'), (\'running_mean1\', (5,), \'<f4\'), (\'running_var1\', (5,), \'<f4\'), (\'W2\', (5, 3), \'<f4\'), (\'b2\', (3,), \'<f4\')]'
    expect([wanted, 'none']).toContain(execFileSync('/usr/bin/python3', ['-c', script, join(folder, 'a.npz')], { encoding: 'utf8' }).trim())
  }
  finally { rmSync(folder, { recursive: true }) }
})
