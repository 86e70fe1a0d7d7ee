import { type LayerSpec, readWeights, writeSafetensors } from '@core'
import { describe, expect, test } from 'vitest'
import { chainOf } from '../../../core/formats/chain'
import { refusal } from './bytes'

type Shapes = Readonly<Record<string, readonly number[]>>
const chain = (shapes: Shapes) => chainOf(Object.entries(shapes).map(([name, shape]) => ({ name, shape })), 'relu', 'f')
const refused = (shapes: Shapes) => refusal(() => chain(shapes))
/** In short: 784 · affine 50 · relu */
const layersOf = (shapes: Shapes): string => {
  const { architecture: { input, layers } } = chain(shapes)
  return [...input, ...layers.map(({ kind, units }: LayerSpec) => units === undefined ? kind : `${kind} ${units}`)].join(' · ')
}
const sourceOf = (shapes: Shapes, path: string) => chain(shapes).sources.get(path)
const normalization = (key: string, size: number): Shapes => ({ [`${key}weight`]: [size], [`${key}bias`]: [size], [`${key}running_mean`]: [size], [`${key}running_var`]: [size], [`${key}num_batches_tracked`]: [] })
const linear = (key: string, outputs: number, inputs: number): Shapes => ({ [`${key}weight`]: [outputs, inputs], [`${key}bias`]: [outputs] })

const two = '8 · affine 5 · relu · affine 3'

describe('a chain is recognised', () => {
  test.each<[string, Shapes]>([
    ['Sequential’s names', { ...linear('0.', 5, 8), ...linear('2.', 3, 5) }],
    ['numbers with several digits', { ...linear('10.', 3, 5), ...linear('9.', 5, 8) }],
    ['names of attributes', { ...linear('fc1.', 5, 8), ...linear('fc2.', 3, 5) }],
    ['a sequence in a module', { ...linear('net.0.', 5, 8), ...linear('net.2.', 3, 5) }],
    ['DataParallel’s prefix', { ...linear('module.net.0.', 5, 8), ...linear('module.net.2.', 3, 5) }],
    ['blocks in a list', { ...linear('layers.0.linear.', 5, 8), ...linear('layers.1.linear.', 3, 5) }],
    ['a list of sequences', { ...linear('layers.3.0.', 5, 8), ...linear('layers.4.0.', 3, 5) }],
    ['names without numbers', { ...linear('output.', 3, 5), ...linear('hidden.', 5, 8) }],
    ['numbers that say nothing', { ...linear('decoder.0.', 3, 5), ...linear('encoder.4.', 5, 8) }],
    ['the same number twice', { ...linear('head.0.', 3, 5), ...linear('body.0.', 5, 8) }],
    ['the book’s names', { W1: [8, 5], b1: [5], W2: [5, 3], b2: [3] }],
    ['the book’s names with another layout', { W1: [5, 8], b1: [5], W2: [3, 5], b2: [3] }],
    ['Keras’s names', { 'dense/kernel:0': [8, 5], 'dense/bias:0': [5], 'dense_1/kernel:0': [5, 3], 'dense_1/bias:0': [3] }],
    ['other names with underscores', { layer0_w: [8, 5], layer0_b: [5], layer1_w: [5, 3], layer1_b: [3] }],
    ['any names, by shapes', { apple: [5, 3], orange: [8, 5], pear: [5], plum: [3] }],
    ['no biases', { '0.weight': [5, 8], '2.weight': [3, 5] }],
    ['NumPy’s own numbers', { arr_0: [8, 5], arr_1: [5], arr_2: [5, 3], arr_3: [3] }],
  ])('under %s', (_, shapes) => { expect(layersOf(shapes)).toBe(two) })

  test('with its matrices turned where they are (out, in)', () => {
    const [torch, book] = [{ ...linear('0.', 5, 8), ...linear('2.', 3, 5) }, { W1: [8, 5], b1: [5] }]
    expect(sourceOf(torch, 'affine2.W')).toEqual({ name: '2.weight', fill: 0, transposed: true })
    expect(sourceOf(book, 'affine1.W')).toEqual({ name: 'W1', fill: 0, transposed: false })
    expect(sourceOf({ W1: [5, 5], b1: [5] }, 'affine1.W')?.transposed).toBe(false)
    expect(sourceOf(linear('fc.', 5, 5), 'affine1.W')?.transposed).toBe(true)
  })

  test('without a bias has a bias of 0', () => {
    expect(sourceOf({ 'fc.weight': [3, 8] }, 'affine1.b')).toEqual({ name: null, fill: 0, transposed: false })
  })

  test.each<[string, string, Shapes]>([
    ['behind its layer of the same number', '8 · affine 5 · batchNormalization · relu · affine 3', { ...linear('fc1.', 5, 8), ...linear('fc2.', 3, 5), ...normalization('bn1.', 5) }],
    ['in a sequence', '8 · affine 5 · batchNormalization · relu · affine 3', { ...linear('0.', 5, 8), ...normalization('1.', 5), ...linear('3.', 3, 5) }],
    ['in a sequence, behind the activation', '8 · affine 5 · relu · batchNormalization · affine 3', { ...linear('0.', 5, 8), ...normalization('2.', 5), ...linear('3.', 3, 5) }],
    ['in blocks', '8 · affine 5 · batchNormalization · relu · affine 5 · batchNormalization · relu · affine 3', { ...linear('blocks.0.0.', 5, 8), ...normalization('blocks.0.1.', 5), ...linear('blocks.1.0.', 5, 5), ...normalization('blocks.1.1.', 5), ...linear('head.2.', 3, 5) }],
    ['before the first layer', '8 · batchNormalization · affine 5 · relu · affine 3', { ...normalization('norm.', 8), ...linear('a.', 5, 8), ...linear('b.', 3, 5) }],
    ['by its size', '8 · affine 5 · batchNormalization · relu · affine 3', { ...linear('hidden.', 5, 8), ...linear('out.', 3, 5), ...normalization('norm.', 5) }],
    ['by the book’s names', '8 · affine 5 · batchNormalization · relu · affine 3', { W1: [8, 5], b1: [5], W2: [5, 3], b2: [3], gamma1: [5], beta1: [5], running_mean1: [5], running_var1: [5] }],
    ['by Keras’s names', '8 · affine 5 · batchNormalization · relu · affine 3', { 'dense/kernel': [8, 5], 'dense_1/kernel': [5, 3], 'bn/gamma': [5], 'bn/beta': [5], 'bn/moving_mean': [5], 'bn/moving_variance': [5] }],
  ])('with a batch normalization %s', (_, wanted, shapes) => { expect(layersOf(shapes)).toBe(wanted) })

  test('with a batch normalization that has no scale and shift', () => {
    const shapes = { ...linear('0.', 5, 8), '1.running_mean': [5], '1.running_var': [5] }
    expect(sourceOf(shapes, 'batchNormalization1.gamma')).toMatchObject({ name: null, fill: 1 })
    expect(sourceOf(shapes, 'batchNormalization1.variance')).toMatchObject({ name: '1.running_var' })
  })

  test('a counter of 64-bit integers is left out, and nothing else of that type', () => {
    const numbers = new Map(Object.entries({ ...linear('0.', 2, 3), ...normalization('1.', 2) }).map(([name, shape]) => [name, { shape, data: new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(1) }]))
    const i64 = (name: string) => Uint8Array.from(Buffer.from(Buffer.from(writeSafetensors(numbers, new Map())).toString('latin1').replace(new RegExp(`("${name}":\\{"dtype":")F64`), '$1I64'), 'latin1'))
    expect(readWeights(i64('1.num_batches_tracked'), 'f').architecture.layers).toHaveLength(2)
    expect(refusal(() => readWeights(i64('1.running_var'), 'f'))).toMatchObject({ code: 'safetensors.dtype', found: '1.running_var: I64' })
  })
})

describe('is refused with what was found:', () => {
  test.each<[string, Shapes, Record<string, unknown>]>([
    ['no matrix', { a: [3] }, { code: 'weights.foreign', found: 'a' }],
    ['nothing', {}, { code: 'weights.foreign', found: '–' }],
    ['layers that do not join', { ...linear('0.', 5, 8), ...linear('2.', 3, 6) }, { code: 'weights.shape', tensor: '2.weight', wanted: '(…, 5)', found: '(3, 6)' }],
    ['layers without numbers that do not join', { ...linear('a.', 5, 8), ...linear('b.', 3, 6) }, { code: 'weights.shape', tensor: 'b.weight' }],
    ['two orders', { ...linear('a.', 5, 5), ...linear('b.', 5, 5) }, { code: 'chain.order', found: 'a.weight (5, 5), b.weight (5, 5)' }],
    ['two layouts', { apple: [5, 5] }, { code: 'chain.layout', found: 'apple (5, 5)' }],
    ['two biases for one layer', { apple: [8, 5], orange: [5, 3], pear: [3], plum: [3] }, { code: 'chain.order' }],
    ['a vector that belongs to none', { ...linear('0.', 5, 8), steps: [7] }, { code: 'weights.foreign', found: 'steps (7)' }],
    ['a bias of another size', { '0.weight': [5, 8], '0.bias': [4] }, { code: 'weights.shape', tensor: '0.bias', wanted: '(5)', found: '(4)' }],
    ['an image filter', { 'conv1.weight': [6, 1, 5, 5], ...linear('fc.', 3, 8) }, { code: 'weights.foreign', found: 'conv1.weight (6, 1, 5, 5)' }],
    ['a normalization of layers', { ...linear('0.', 5, 8), '1.weight': [5], '1.bias': [5] }, { code: 'weights.missing', tensor: '1.running_mean' }],
    ['the book’s scale without statistics', { W1: [8, 5], b1: [5], gamma1: [5], beta1: [5] }, { code: 'weights.missing', tensor: 'running_mean1' }],
    ['statistics of another size', { ...linear('0.', 5, 8), ...normalization('1.', 4) }, { code: 'weights.shape', tensor: '1.running_mean' }],
    ['a scale of another size', { ...linear('0.', 5, 8), ...normalization('1.', 5), '1.weight': [4] }, { code: 'weights.shape', tensor: '1.weight', wanted: '(5)', found: '(4)' }],
    ['a normalization with two places', { ...linear('a.', 5, 8), ...linear('b.', 5, 5), ...normalization('norm.', 5) }, { code: 'chain.order' }],
    ['two matrices in a module', { 'rnn.weight': [5, 8], 'rnn.W': [5, 5] }, { code: 'weights.foreign', found: 'rnn.W (5, 5)' }],
    ['a scalar', { ...linear('0.', 5, 8), temperature: [] }, { code: 'weights.foreign', found: 'temperature ()' }],
    ['more units than the lab has', linear('0.', 5000, 8), { code: 'weights.size', found: '8-5000' }],
    ['a thousand layers', Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`w${i}`, [2, 2]])), { code: 'weights.size', maxLayers: 40 }],
  ])('%s', (_, shapes, wanted) => { expect(refused(shapes)).toMatchObject({ file: 'f', ...wanted }) })

  test('forty layers of one size without numbers, at once', () => {
    const letters = Array.from({ length: 40 }, (_, i) => String.fromCharCode(65 + i % 26).repeat(2 + i / 26))
    const before = performance.now()
    expect(refused(Object.fromEntries(letters.map((name, i) => [`${name}.weight`, [2 + i % 3, 2 + (i + 1) % 4]]))).code).toMatch(/^chain\.|^weights\./)
    expect(performance.now() - before).toBeLessThan(1000)
  })
})
