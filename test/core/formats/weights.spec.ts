import { type Architecture, LabError, markOf, mnist, type OptimizerName, optimizers, optimizerSpec, outputOf, parseSafetensors, Random, readWeights, readWeightsHeader, type RunConfig, safetensorsHeaderEnd, type StoredTensor, tensorsOf, type WeightsFile, writeSafetensors, writeWeights } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { refusal, safetensorsOf } from './bytes'
import { perceptron, runConfig } from '../../fixtures/run-config'

function weightsOf(architecture: Architecture, seed = 1): WeightsFile {
  const random = new Random(seed)
  const draw = (size: number) => Float32Array.from({ length: size }, () => random.normal())
  const { layers, loss } = architecture
  return {
    architecture,
    config: { ...runConfig({ batchSize: 7, seed: 42 }), network: { layers, loss } },
    step: 123,
    tensors: tensorsOf(architecture).map(({ path, shape }) => ({ path, data: draw(shape.reduce((a, b) => a * b, 1)) })),
    metrics: { trainAccuracy: 0.75, testAccuracy: 0.5, loss: 1.25 },
    classes: Array.from({ length: outputOf(architecture)[0]! }, (_, i) => `class ${i}`),
    version: '0.1.0',
  }
}

const weights = weightsOf(perceptron([4, 3, 2], 'sigmoid'))
const stored = () => parseSafetensors(writeWeights(weights), 'w')

type Given = Pick<StoredTensor, 'shape' | 'data'>
interface Change { readonly tensors?: Record<string, Given | null>, readonly metadata?: Record<string, string | null> }

/** The file with some tensors or metadata replaced; null removes an entry. */
function changed({ tensors = {}, metadata = {} }: Change): Uint8Array {
  const { tensors: t, metadata: m } = stored()
  const merged = <T>(map: ReadonlyMap<string, T>, extra: Record<string, T | null>) =>
    new Map([...new Map<string, T | null>([...map, ...Object.entries(extra)])].filter((pair): pair is [string, T] => pair[1] !== null))
  return writeSafetensors(merged<Given>(t, tensors), merged(m, metadata))
}
const refused = (change: Change) => refusal(() => readWeights(changed(change), 'w.safetensors'))

describe('a weights file', () => {
  test.each<Architecture>([
    perceptron([784, 50, 10], 'relu'), perceptron([4, 3, 2], 'sigmoid'), perceptron([5, 1], 'relu'),
    perceptron([3, 4, 5, 6, 7, 8, 9, 3, 2, 4], 'relu'),
  ])('of $input and $layers is restored bit for bit', (architecture) => {
    const weights = weightsOf(architecture)
    expect(readWeights(writeWeights(weights), 'w')).toEqual(weights)
  })

  test('holds PyTorch’s names and layout: (out, in), W transposed', () => {
    const { tensors } = stored()
    expect([...tensors.keys()].sort()).toEqual(['affine1.bias', 'affine1.weight', 'affine2.bias', 'affine2.weight'])
    expect(tensors.get('affine1.weight')?.shape).toEqual([3, 4])
    expect(tensors.get('affine1.bias')?.shape).toEqual([3])
    for (let d = 0; d < 4; d++) for (let m = 0; m < 3; m++)
      expect(tensors.get('affine1.weight')?.data[m * 4 + d]).toBe(weights.tensors[0]?.data[d * 3 + m]) // (out,in) versus (in,out)
  })

  test('describes itself in its metadata, as JSON', () => {
    const { metadata } = stored()
    expect(metadata.get('format')).toBe('pt')
    const json = Object.fromEntries([...metadata].filter(([key]) => key !== 'format').map(([key, text]) => [key, JSON.parse(text) as unknown]))
    expect(json).toEqual({
      architecture: { layers: [4, 3, 2], activation: 'sigmoid', output: 'softmax' },
      network: weights.architecture,
      normalization: { divideBy: 255 },
      classes: ['class 0', 'class 1'],
      training: { config: weights.config, step: 123 },
      metrics: weights.metrics,
      version: '0.1.0',
    })
  })

  test('names the dataset that it was trained on, by id, hashes and counts', () => {
    const trained = { ...weights, dataset: { ...markOf(mnist), normalization: { divideBy: 3 } } }
    const { metadata } = parseSafetensors(writeWeights(trained), 'w')
    expect(JSON.parse(metadata.get('dataset')!)).toMatchObject({ id: 'mnist', counts: { train: 60_000, test: 10_000 }, sha256: mnist.sha256 })
    expect(JSON.parse(metadata.get('normalization')!)).toEqual({ divideBy: 3 })
    expect(readWeights(writeWeights(trained), 'w')).toEqual(trained)
  })

  test.each(['', 'null', '{}', '[', '{"id":"../x"}'])('with %j for its dataset is opened as an older file, which names none', (dataset) => {
    expect(readWeights(changed({ metadata: { dataset } }), 'w')).toEqual(weights)
  })

  test('stored as F64 is rounded to float32', () => {
    const { shape, data } = stored().tensors.get('affine1.weight')!
    const read = readWeights(changed({ tensors: { 'affine1.weight': { shape: [...shape], data: Float64Array.from(data, x => x * (1 + 1e-12)) } } }), 'w')
    expect(read.tensors[0]).toEqual(weights.tensors[0])
  })

  test('without training, metrics, classes and version is still usable', () => {
    const read = readWeights(changed({ metadata: { training: null, metrics: null, classes: null, version: null, format: null, normalization: null } }), 'w')
    expect(read).toEqual({ ...weights, config: null, step: 0, metrics: {}, classes: ['0', '1'], version: '' })
  })

  test.each([
    ['training', '{"step":-1,"config":7}'], ['training', '[[['], ['training', 'null'], ['training', '{"config":{"learningRate":-1},"step":"x"}'], ['training', '[1,2]'],
    ['metrics', '{"testAccuracy":7,"loss":"x","trainAccuracy":-1}'], ['metrics', '"NaN"'], ['classes', '["a"]'], ['classes', '{}'], ['classes', '[1,2]'], ['version', '{'],
    ['training', `${'['.repeat(1e5)}${']'.repeat(1e5)}`], ['classes', `["${'x'.repeat(1.5e6)}","y"]`],
  ])('whose %s is invalid (%#) is read without it', (key, text) => {
    const read = readWeights(changed({ metadata: { [key]: text } }), 'w')
    expect(read.tensors).toEqual(weights.tensors)
    if (key === 'training') expect(read).toMatchObject({ config: null, step: 0 })
    if (key === 'metrics') expect(read.metrics).toEqual({})
    if (key === 'classes') expect(read.classes).toEqual(['0', '1'])
    if (key === 'version') expect(read.version).toBe('')
  })

  test('whose configuration describes another network keeps the network of its weights', () => {
    const config = { ...weights.config, network: perceptron([9, 9]) }
    const read = readWeights(changed({ metadata: { training: JSON.stringify({ config, step: 5 }) } }), 'w')
    expect(read.config).toEqual(weights.config)
  })
})

describe('a file with the lab’s names but without its metadata', () => {
  const bare = { network: null, architecture: null, training: null, metrics: null, classes: null, version: null, normalization: null }

  test.each([['what PyTorch writes', { ...bare }], ['no metadata at all', { ...bare, format: null }]])('opens with layers from its shapes and ReLU assumed: %s', (_, metadata) => {
    expect(readWeights(changed({ metadata }), 'w')).toEqual({
      architecture: perceptron([4, 3, 2], 'relu'), config: null, step: 0, tensors: weights.tensors, metrics: {}, classes: ['0', '1'], version: '', gaps: ['activation', 'normalization'],
    })
  })

  test('opens when it has one layer, or ten', () => {
    for (const layers of [[3, 2], [3, 4, 5, 6, 7, 8, 9, 3, 2, 4]]) {
      const { tensors } = parseSafetensors(writeWeights(weightsOf(perceptron(layers))), 'w')
      expect(readWeights(writeSafetensors(tensors, new Map()), 'w').architecture).toEqual(perceptron(layers))
    }
  })

  const tensor = (...shape: number[]): Given => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) })
  test.each<[string, Record<string, Given | null>, Record<string, unknown>]>([
    ['a weight is missing', { 'affine1.weight': null }, { code: 'weights.foreign', found: 'affine1.bias (3)' }],
    ['the layers do not join', { 'affine2.weight': tensor(2, 5) }, { code: 'weights.shape', tensor: 'affine2.weight', wanted: '(…, 3)', found: '(2, 5)' }],
    ['a weight is no matrix', { 'affine1.weight': tensor(12) }, { code: 'weights.missing', tensor: 'affine1.running_mean', wanted: '(12)' }],
    ['a bias is of another length', { 'affine1.bias': tensor(4) }, { code: 'weights.shape', tensor: 'affine1.bias', wanted: '(3)', found: '(4)' }],
    ['a layer has no units', { 'affine1.weight': tensor(0, 4), 'affine1.bias': tensor(0), 'affine2.weight': tensor(2, 0) }, { code: 'weights.size', found: '4-0-2' }],
    ['a layer has too many units', { 'affine1.weight': tensor(4097, 1), 'affine1.bias': tensor(4097), 'affine2.weight': tensor(2, 4097) }, { code: 'weights.size', found: '1-4097-2' }],
    ['it has a tensor of another program', { 'bn1.running_mean': tensor(3) }, { code: 'weights.missing', tensor: 'bn1.running_var' }],
    ['it has an image filter', { 'conv1.weight': tensor(6, 1, 5, 5) }, { code: 'weights.foreign', found: 'conv1.weight (6, 1, 5, 5)' }],
  ])('is refused when %s', (_, tensors, wanted) => {
    expect(refused({ metadata: bare, tensors })).toMatchObject({ file: 'w.safetensors', ...wanted })
  })

  test('is refused when it has more layers than the lab supports', () => {
    const layers = Array.from({ length: 23 }, () => 2) // 22 affine layers and 21 activations
    const { tensors } = parseSafetensors(writeWeights(weightsOf(perceptron(layers))), 'w')
    expect(refusal(() => readWeights(writeSafetensors(tensors, new Map()), 'w'))).toMatchObject({ code: 'weights.size', found: `2${'-2'.repeat(22)}`, maxLayers: 40 })
  })
})

describe('the gaps of a file', () => {
  const gapsOf = (change: Partial<WeightsFile>) => readWeightsHeader(writeWeights({ ...weights, ...change }), 'w').gaps
  const config = (optimizer: OptimizerName): RunConfig => ({ ...weights.config!, optimizer: optimizerSpec(optimizer) })

  test.each(optimizers)('say whether an optimizer had a state that is not in the file: %s', (optimizer) => {
    expect(gapsOf({ config: config(optimizer) })).toEqual(optimizer === 'sgd' ? undefined : ['optimizer'])
  })

  test('do not exist before the first step, or without a configuration', () => {
    expect(gapsOf({ config: config('adam'), step: 0 })).toBeUndefined()
    expect(gapsOf({ config: null })).toBeUndefined()
  })
})

describe('the header alone', () => {
  test('describes everything except the numbers, from the first bytes of the file', () => {
    const bytes = writeWeights(weights)
    const { tensors, ...rest } = weights
    expect(tensors).toHaveLength(4)
    expect(readWeightsHeader(bytes.subarray(0, safetensorsHeaderEnd(bytes, 'w')), 'w', bytes.length)).toEqual(rest)
  })

  test('is refused when it does not match the size of the file', () => {
    const bytes = writeWeights(weights)
    const header = bytes.subarray(0, safetensorsHeaderEnd(bytes, 'w'))
    expect(refusal(() => readWeightsHeader(header, 'w', bytes.length - 1))).toMatchObject({ code: 'safetensors.truncated', wanted: `${bytes.length} bytes` })
    expect(refusal(() => readWeightsHeader(header, 'w', bytes.length + 5))).toMatchObject({ code: 'safetensors.trailing', found: '5' })
  })
})

describe('what is refused, with a specific error', () => {
  // Cause: the type was checked first, as if the counter had to be read.
  test.each(['I64', 'U8', 'BOOL', 'F8_E4M3'])('an extra tensor, whatever its number type: %s', (dtype) => {
    const { tensors, metadata } = stored()
    const bytes = writeSafetensors(new Map<string, Given>([...tensors, ['bn1.num_batches_tracked', { shape: [], data: new Float64Array(1) }]]), metadata)
    const bent = safetensorsOf(new TextDecoder().decode(bytes.subarray(8, safetensorsHeaderEnd(bytes, 'w'))).replace('"F64"', JSON.stringify(dtype)), bytes.subarray(safetensorsHeaderEnd(bytes, 'w')))
    expect(refusal(() => readWeights(bent, 'w'))).toMatchObject({ code: 'weights.foreign', found: 'bn1.num_batches_tracked' })
  })

  test('a weight with an unreadable number type', () => {
    const header = '{"affine1.weight":{"dtype":"I64","shape":[1,1],"data_offsets":[0,8]},"affine1.bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}'
    expect(refusal(() => readWeights(safetensorsOf(header, new Uint8Array(12)), 'w'))).toMatchObject({ code: 'safetensors.dtype', found: 'affine1.weight: I64' })
  })

  test('a safetensors file of another program', () => {
    const bytes = writeSafetensors(new Map([['embedding', { shape: [2, 2, 2], data: new Float32Array(8) }]]), new Map([['format', 'pt']]))
    expect(refusal(() => readWeights(bytes, 'other.safetensors'))).toMatchObject({ code: 'weights.foreign', file: 'other.safetensors', found: 'embedding (2, 2, 2)' })
  })

  test.each(['{', '7', '{"layers":[4,0,2],"activation":"relu"}', '{"layers":[4]}', '{"layers":[1e9,1e9],"activation":"relu"}', '[]'])('an invalid architecture: %s', (architecture) => {
    expect(refused({ metadata: { network: null, architecture } })).toMatchObject({ code: 'weights.foreign', found: architecture })
  })

  test.each(['tanh', 'ReLU', 'Sigmoid', 'relu ', ''])('the activation "%s", exactly so spelled', (activation) => {
    expect(refused({ metadata: { network: null, architecture: JSON.stringify({ layers: [4, 3, 2], activation }) } }))
      .toMatchObject({ code: 'weights.activation', file: 'w.safetensors', found: activation, wanted: 'relu, sigmoid' })
  })

  test('a missing tensor', () => {
    expect(refused({ tensors: { 'affine2.bias': null } })).toMatchObject({ code: 'weights.missing', tensor: 'affine2.bias', wanted: '(2)' })
  })

  test('an extra tensor', () => {
    expect(refused({ tensors: { 'affine3.weight': { shape: [1], data: new Float32Array(1) } } })).toMatchObject({ code: 'weights.foreign', found: 'affine3.weight' })
  })

  test.each([[[4, 3]], [[12]], [[3, 4, 1]], [[1, 3, 4]]])('the shape %j where (3, 4) is wanted', (shape) => {
    expect(refused({ tensors: { 'affine1.weight': { shape, data: new Float32Array(12) } } }))
      .toMatchObject({ code: 'weights.shape', tensor: 'affine1.weight', wanted: '(3, 4)', found: `(${shape.join(', ')})` })
  })

  test.each([NaN, Infinity, -Infinity, 1e300])('the weight %d', (value) => {
    const data = new Float64Array(12)
    data[7] = value
    expect(refused({ tensors: { 'affine1.weight': { shape: [3, 4], data } } }))
      .toMatchObject({ code: 'weights.nonFinite', tensor: 'affine1.weight', found: String(Math.fround(value)) })
  })

  test('damage at any place, with a LabError and nothing else', () => {
    const bytes = writeWeights(weights)
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), (flips) => {
      const bent = bytes.slice()
      for (const [at, bits] of flips) bent[at] = bent[at]! ^ bits
      try { readWeights(bent, 'w') }
      catch (cause) { expect(cause).toBeInstanceOf(LabError) }
    }), { seed: 3, numRuns: 2000 })
  })
})
