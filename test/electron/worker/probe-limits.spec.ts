import { imageAt, maxReadNumbers, parseLayers, type RunConfig, type Tensor, Trainer } from '@core'
import type { ProbeQuery } from '@contract'
import { describe, expect, test } from 'vitest'
import { probe } from '../../../electron/worker/probe'
import { inkyDataset } from '../../fixtures/inky-dataset'
import { fastOps } from '../../fixtures/fast-ops'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'

const ops = fastOps()
const dataset = inkyDataset({ rows: 3, columns: 4, classes: 6, train: 10_000, test: 10 })

interface Run { readonly layers: string, readonly batchSize?: number, readonly learningRate?: number, readonly data?: typeof dataset }
function learned({ layers, batchSize = 20, learningRate = 0.1, data = dataset }: Run): Trainer {
  const config: RunConfig = { ...runConfig({ batchSize, learningRate }), network: { layers: parseLayers(layers), loss: 'softmaxWithLoss' } }
  const trainer = new Trainer(config, data, { ops })
  trainer.learn()
  return trainer
}

/** Everything about a network whose first layers are affine and ReLU. */
const everything: ProbeQuery = {
  stats: true, shared: true, units: 'relu1', images: 100, batch: { first: 0, count: 100 }, details: 'relu1', change: 'affine1',
  tensors: [{ path: 'affine1.W' }, { path: 'relu1.out' }, { path: 'relu1.out', firstRow: 5, rows: 2 }],
}
/** All numbers of an answer are finite, and no part is larger than its bound. */
function answerOf(trainer: Trainer) {
  const answer = probe(trainer, everything)
  for (const { tensors } of answer.blocks) {
    for (const { norm, meanAbs, min, max, zeroShare, nonFinite, shape, histogram: { counts } } of tensors) {
      expect([norm, meanAbs, min, max, zeroShare].every(Number.isFinite)).toBe(true)
      expect(counts.reduce((sum, count) => sum + count, nonFinite)).toBe(shape.reduce((product, n) => product * n, 1)) // each number is somewhere
    }
  }
  for (const { data, rows, columns } of answer.tensors) {
    expect(data.length).toBe(rows * columns)
    expect(data.length).toBeLessThanOrEqual(maxReadNumbers)
  }
  expect(answer.units!.mask!.length).toBeLessThanOrEqual(maxReadNumbers)
  expect(answer.images.length).toBeLessThanOrEqual(100)
  return answer
}
/** What an answer shows of a tensor, and how large the tensor is. */
const windowsOf = (trainer: Trainer) => answerOf(trainer).tensors.map(({ shape, firstRow, rows, firstColumn, columns }) => ({ shape, firstRow, rows, firstColumn, columns }))

describe('a probe answers within its bounds, and says what it left out', () => {
  test('of a layer of 4,096 units and one of a single unit', () => {
    const trainer = learned({ layers: 'affine 4096, relu, affine 1, relu, affine 6', batchSize: 100 })
    const { units, updates, blocks } = answerOf(trainer)
    expect([units!.fired!.length, units!.rows, units!.mask!.length]).toEqual([4096, 100, 64 * 4096])
    expect(updates.map(({ layer }) => layer)).toEqual(['affine1', 'affine2', 'affine3'])
    expect(blocks.map(({ tensors: [first] }) => first!.shape)).toEqual([[12, 4096], [100, 4096], [4096, 1], [100, 1], [1, 6], [100, 6]])
    expect(windowsOf(trainer).slice(1)).toEqual([
      { shape: [100, 4096], firstRow: 0, rows: 100, firstColumn: 0, columns: 2621 }, { shape: [100, 4096], firstRow: 5, rows: 2, firstColumn: 0, columns: 4096 },
    ])
  })

  test('of ten hidden layers', () => {
    const { blocks, updates } = answerOf(learned({ layers: `${'affine 9, relu, '.repeat(10)}affine 6` }))
    expect([blocks.length, updates.length]).toEqual([22, 11])
    expect(updates.every(({ ratio }) => ratio! > 0)).toBe(true)
  })

  test('of mini-batches of one image and of 10,000', () => {
    const one = answerOf(learned({ layers: 'affine 50, relu, affine 6', batchSize: 1 }))
    expect([one.images.length, one.batch!.total, one.units!.rows, one.units!.mask!.length, one.tensors[1]!.rows]).toEqual([1, 1, 1, 50, 1])
    const trainer = learned({ layers: 'affine 50, relu, affine 6', batchSize: 10_000 })
    const { images, batch, units } = answerOf(trainer)
    expect([images.length, batch!.items.length, batch!.total, units!.rows, units!.mask!.length]).toEqual([100, 100, 10_000, 10_000, 5242 * 50])
    expect(windowsOf(trainer)[1]).toEqual({ shape: [10_000, 50], firstRow: 0, rows: 10_000, firstColumn: 0, columns: 26 })
  })

  test('of a thousand classes', () => {
    const { blocks, batch } = answerOf(learned({ layers: 'affine 50, relu, affine 1000', data: inkyDataset({ rows: 3, columns: 4, classes: 1000, train: 2000, test: 10 }) }))
    expect(blocks.at(-1)!.tensors.map(({ shape }) => shape)).toEqual([[20, 1000], [20, 1000]])
    expect(batch!.items[0]!.y).toHaveLength(1000)
  })

  test('of a run that has diverged: its latest finite state, without an update', () => {
    const trainer = learned({ layers: `${'affine 50, relu, '.repeat(3)}affine 6`, learningRate: 30, data: smallDataset() })
    for (let i = 0; i < 500 && !trainer.divergence; i++) trainer.learn()
    expect(trainer.divergence).not.toBeNull()
    const { updates, change } = answerOf(trainer)
    expect([updates.every(({ ratio }) => ratio === null), change]).toEqual([true, null])
  })

  // Cause: the loss was that of the step before, whose gradients are no longer there.
  test('of a run that has diverged: the loss is that of the mini-batch whose outputs and gradients are shown', () => {
    const trainer = learned({ layers: `${'affine 50, relu, '.repeat(3)}affine 6`, learningRate: 30, data: smallDataset() })
    for (let i = 0; i < 500 && !trainer.divergence; i++) trainer.learn()
    const { x, t } = trainer.model.layers.at(-1) as unknown as Record<'x' | 't', Tensor>
    const lossOf = (n: number): number => {
      const row = [...x.data.subarray(n * x.columns, (n + 1) * x.columns)]
      const largest = Math.max(...row)
      return Math.log(row.reduce((sum, score) => sum + Math.exp(score - largest), 0)) + largest - row[t.data[n]!]!
    }
    const computed = Array.from({ length: t.size }, (_, n) => lossOf(n)).reduce((sum, loss) => sum + loss, 0) / t.size
    const { loss } = probe(trainer, {})
    expect(loss).not.toBe(trainer.loss) // of the step before
    expect(Math.abs(loss! - computed)).toBeLessThan(1e-5 * computed) // float32 against float64
  })

  test('of tensors with numbers that are not finite: they are counted', () => {
    const trainer = learned({ layers: 'affine 8, relu, affine 6' })
    trainer.model.tensor('affine2.dW')!.data.set([NaN, Infinity, -Infinity])
    const { tensors } = answerOf(trainer).blocks[2]!
    expect(tensors.map(({ path, nonFinite }) => [path, nonFinite])).toEqual([['affine2.W', 0], ['affine2.dW', 3], ['affine2.b', 0], ['affine2.db', 0], ['affine2.out', 0]])
  })
})

// Cause: the kernels refuse sparse rows, so the whole answer failed.
test('sparse images are read as the numbers that the first layer sees', () => {
  const trainer = learned({ layers: 'affine 8, relu, affine 6', batchSize: 7 })
  expect(trainer.model.input.value.allocator).toBeUndefined() // sparse rows
  const [{ data, shape, firstRow, rows, absMax }] = probe(trainer, { tensors: [{ path: 'affine1.x', firstRow: 3, rows: 2 }] }).tensors as [ReturnType<typeof probe>['tensors'][number]]
  expect({ shape, firstRow, rows }).toEqual({ shape: [7, 12], firstRow: 3, rows: 2 })
  expect([...data]).toEqual([3, 4].flatMap(row => [...imageAt(dataset.train, trainer.latestImages![row]!)]))
  expect(absMax).toBe(Math.max(...[0, 1, 2, 3, 4, 5, 6].flatMap(row => [...imageAt(dataset.train, trainer.latestImages![row]!)])))
})
