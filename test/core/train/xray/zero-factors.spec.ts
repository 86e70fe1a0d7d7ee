import { parseLayers, replayedStep, Trainer, xrayCell } from '@core'
import { expect, test } from 'vitest'
import { runConfig } from '../../../fixtures/run-config'
import { smallDataset } from '../../../fixtures/small-dataset'

const dataset = smallDataset()
/** 12-3-6 with four images: affine1, relu1, affine2, softmaxWithLoss. Its tensors may be written to. */
function step() {
  const trainer = new Trainer({ ...runConfig({ dataset: 'small', layers: [12, 6], batchSize: 4 }), network: { layers: parseLayers('affine 3, relu, affine 6'), loss: 'softmaxWithLoss' } }, dataset)
  trainer.learn()
  const source = replayedStep(trainer)
  const { model: { layers } } = source
  /** Writes a column of a tensor, one number for each image. */
  const write = (data: Float32Array, columns: number, column: number, numbers: readonly number[]) => { numbers.forEach((value, n) => { data[n * columns + column] = value }) }
  return { source, layers, write }
}

test('a weight’s gradient counts its zero products by the factor that is 0, and both zeros for x', () => {
  const { source, layers, write } = step()
  write(layers[0]!.x.data as Float32Array, 12, 7, [0, 0, 2, 1.5])
  write(layers[1]!.dx!.data as Float32Array, 3, 1, [0, 8, 0, -4]) // the dout of affine1
  const { sum } = xrayCell(source, { block: 'affine1', part: 'dW', row: 7, column: 1 })
  expect([sum!.count, sum!.zeros, sum!.total]).toEqual([4, 3, -6])
  expect(sum!.zeroFactors).toMatchObject([
    { symbol: 'x', from: { block: 'affine1', part: 'x' }, count: 2 },
    { symbol: 'dout', from: { block: 'relu1', part: 'dx' }, count: 1 },
  ])
  expect(sum!.terms.map(({ index, value }) => [index, value])).toEqual([[3, -6], [0, 0], [1, 0], [2, 0]])
})

test('the most frequent factor comes first, and products that are not 0 count for none', () => {
  const { source, layers, write } = step()
  write(layers[0]!.x.data as Float32Array, 12, 7, [1, 0, 2, 3])
  write(layers[1]!.dx!.data as Float32Array, 3, 1, [0, 5, 0, 0])
  const { zeroFactors, total } = xrayCell(source, { block: 'affine1', part: 'dW', row: 7, column: 1 }).sum!
  expect([total, zeroFactors.map(({ symbol, count }) => [symbol, count])]).toEqual([0, [['dout', 3], ['x', 1]]])
  write(layers[0]!.x.data as Float32Array, 12, 7, [1, 1, 2, 3])
  write(layers[1]!.dx!.data as Float32Array, 3, 1, [4, 5, 6, 7])
  expect(xrayCell(source, { block: 'affine1', part: 'dW', row: 7, column: 1 }).sum).toMatchObject({ zeros: 0, zeroFactors: [], total: 4 + 5 + 12 + 21 })
})

// Cause: 0 · ∞ and 0 · NaN are NaN, but were counted as products that are 0.
test('a zero times what is not finite is not 0', () => {
  const { source, layers, write } = step()
  write(layers[0]!.x.data as Float32Array, 12, 7, [0, 0, 0, 3])
  write(layers[1]!.dx!.data as Float32Array, 3, 1, [NaN, Infinity, 5, 2])
  const { sum } = xrayCell(source, { block: 'affine1', part: 'dW', row: 7, column: 1 })
  expect([sum!.total, sum!.zeros, sum!.zeroFactors.map(({ symbol, count }) => [symbol, count])]).toEqual([NaN, 1, [['x', 1]]])
})

test('ReLU names its condition, which comes from the layer before; a closed unit’s output names max(0, x)', () => {
  const { source, layers, write } = step()
  write(layers[0]!.out.data as Float32Array, 3, 2, [-2, 3, 0, 5])
  write(layers[2]!.dx!.data as Float32Array, 3, 2, [4, 4, 4, 0]) // the dout of relu1
  const at = (part: string, row: number) => xrayCell(source, { block: 'relu1', part, row, column: 2 }).sum!
  const from = (block: string, part: string, row: number) => ({ block, part, row, column: 2 })
  expect([0, 1, 2, 3].map(row => at('dx', row).zeroFactors)).toEqual([
    [{ symbol: '(x > 0)', from: from('affine1', 'out', 0), count: 1 }], [], // open
    [{ symbol: '(x > 0)', from: from('affine1', 'out', 2), count: 1 }], // closed at 0 itself
    [{ symbol: 'dout', from: from('affine2', 'dx', 3), count: 1 }],
  ])
  expect([0, 1].map(row => at('out', row).zeroFactors)).toEqual([[{ symbol: 'max(0, x)', from: from('affine1', 'out', 0), count: 1 }], []])
})

test('an output counts its inputs and, alone, its bias', () => {
  const { source, layers } = step()
  const { params } = layers[2]!
  const [W, b] = params.map(({ slot }) => slot.before!.data as Float32Array)
  ;(layers[1]!.out.data as Float32Array).set([0, 2, 0], 3) // image 1
  W!.set([5, 0, 7], 0)
  for (const [i, weight] of [3, 0, 4].entries()) W![i * 6 + 5] = weight
  b![5] = 0
  const { sum } = xrayCell(source, { block: 'affine2', part: 'out', row: 1, column: 5 })
  expect([sum!.count, sum!.zeros, sum!.total]).toEqual([4, 4, 0])
  expect(sum!.zeroFactors.map(({ symbol, count, from }) => [symbol, count, from?.block, from?.part])).toEqual([['x', 2, 'relu1', 'out'], ['W', 1, 'affine2', 'W'], ['b', 1, 'affine2', 'b']])
})
