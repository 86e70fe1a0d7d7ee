import { describe, expect, test } from 'vitest'
import { blockDetails, largestChange, imagesAt, MiniBatches, optimizers, probeBlocks, type RunConfig, Summaries, summarizeTensor, tensorAt, Trainer, optimizerDefinition, updatesOf } from '../../../core'
import { smallDataset } from '../../fixtures/small-dataset'
import { changed, runConfig } from '../../fixtures/run-config'
import { slotOf } from '../../fixtures/optimizer'

describe('a network', () => {
  const trainer = new Trainer(runConfig({ layers: [12, 8, 6], batchSize: 20 }), smallDataset())
  trainer.learn()

  test('shows every block with its weights, activations and gradients', () => {
    expect(probeBlocks(trainer).map(({ tensors }) => tensors.map(({ path }) => path))).toEqual([
      ['affine1.W', 'affine1.dW', 'affine1.b', 'affine1.db', 'affine1.out'],
      ['relu1.out', 'relu1.dout'],
      ['affine2.W', 'affine2.dW', 'affine2.b', 'affine2.db', 'affine2.out'],
      ['softmaxWithLoss.y', 'softmaxWithLoss.dx'],
    ])
  })

  test('has histograms of one range for each aspect when that is asked for', () => {
    const stats = (shared: boolean) => probeBlocks(trainer, { shared }).flatMap(({ tensors }) => tensors)
    const own = stats(false)
    const largest = (...paths: readonly string[]) => Math.max(...own.filter(({ path }) => paths.includes(path)).flatMap(({ min, max }) => [-min, max]))
    const gradient = largest('affine1.dW', 'affine2.dW', 'relu1.dout', 'softmaxWithLoss.dx')
    const weight = largest('affine1.W', 'affine2.W')
    const activation = largest('affine1.out', 'affine2.out', 'relu1.out', 'softmaxWithLoss.y')
    const ranges = Object.fromEntries(stats(true).map(({ path, histogram: { from, to } }) => [path, [from, to]]))
    for (const path of ['affine1.dW', 'affine2.dW', 'relu1.dout', 'softmaxWithLoss.dx']) expect(ranges[path]).toEqual([-gradient, gradient])
    for (const path of ['affine1.W', 'affine2.W']) expect(ranges[path]).toEqual([-weight, weight])
    for (const path of ['affine1.out', 'relu1.out', 'affine2.out', 'softmaxWithLoss.y']) expect(ranges[path]).toEqual([-activation, activation])
    expect(ranges['affine1.db']).toEqual([-largest('affine1.db'), largest('affine1.db')]) // no aspect: its own range
    expect(stats(true).map(({ path, norm }) => [path, norm])).toEqual(own.map(({ path, norm }) => [path, norm]))
    expect(own.every(({ histogram: { from, to }, min, max }) => to === Math.max(-min, max) && from === -to)).toBe(true)
  })

  test('has no other tensors', () => {
    expect(() => tensorAt(trainer.model, 'affine3.W')).toThrow(expect.objectContaining({ code: 'train.noTensor', details: { found: 'affine3.W' } }) as Error)
  })
})

describe('the details of a block', () => {
  const detailed = (layers: RunConfig['network']['layers']) => {
    const trainer = new Trainer({ ...runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20 }), network: { layers, loss: 'softmaxWithLoss' } }, smallDataset())
    trainer.learn()
    return trainer
  }
  const pathsOf = (trainer: Trainer, name: string) => blockDetails(trainer, name).map(({ path }) => path)

  test('are the tensors that the chain does not need: the input of a curve, and the gradient that is passed on', () => {
    const trainer = detailed([{ kind: 'affine', units: 8 }, { kind: 'sigmoid' }, { kind: 'affine', units: 4 }, { kind: 'relu' }, { kind: 'affine', units: 6 }])
    expect([pathsOf(trainer, 'sigmoid1'), pathsOf(trainer, 'relu1'), pathsOf(trainer, 'affine1')]).toEqual([['sigmoid1.x', 'sigmoid1.dx'], ['relu1.dx'], []])
    expect(blockDetails(trainer, 'relu1')[0]).toEqual(summarizeTensor('relu1.dx', trainer.model.layers[3]!.dx!, new Summaries(trainer.ops)))
    expect(() => blockDetails(trainer, 'relu9')).toThrow(expect.objectContaining({ code: 'train.noTensor' }) as Error)
  })

  test('leave out the gradient of the network’s input, which is not computed', () => {
    expect(pathsOf(detailed([{ kind: 'sigmoid' }, { kind: 'affine', units: 6 }]), 'sigmoid1')).toEqual(['sigmoid1.x'])
  })

  test('batch normalization’s mean and variance of the mini-batch can be read', () => {
    const trainer = detailed([{ kind: 'affine', units: 3 }, { kind: 'batchNormalization' }, { kind: 'affine', units: 6 }])
    const { data, rows } = tensorAt(trainer.model, 'batchNormalization1.x')
    for (let d = 0; d < 3; d++) {
      const column = Array.from({ length: rows }, (_, n) => data[n * 3 + d]!)
      const mean = column.reduce((sum, x) => sum + x, 0) / rows
      expect(tensorAt(trainer.model, 'batchNormalization1.batchMean').data[d]).toBeCloseTo(mean, 5)
      expect(tensorAt(trainer.model, 'batchNormalization1.batchVariance').data[d]).toBeCloseTo(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / rows, 4)
    }
  })
})

describe.each(optimizers)('an update by %s', (optimizer) => {
  const config: RunConfig = runConfig({ layers: [12, 8, 6], batchSize: 20, optimizer, learningRate: optimizerDefinition(optimizer).usualLearningRate })

  test('is reported as it was really made: the weight that moved farthest, from where, along which gradient', () => {
    const trainer = new Trainer(config, smallDataset())
    for (let i = 0; i < 5; i++) trainer.learn()
    const before = Float32Array.from(slotOf(trainer.model, 'affine2.W').value.data)
    trainer.learn()
    const { value: { data: after }, grad: { data: gradient } } = slotOf(trainer.model, 'affine2.W')
    const move = largestChange(trainer, 'affine2')!
    const at = move.row * 6 + move.column
    expect(move).toEqual({ row: move.row, column: move.column, before: before[at], gradient: gradient[at], after: after[at] })
    expect(Math.abs(move.after - move.before)).toBe(Math.max(...after.map((w, i) => Math.abs(w - before[i]!))))
    const expected = Math.fround(before[at]! - config.optimizer.learningRate * gradient[at]!)
    if (optimizer === 'sgd') expect(move.after).toBeCloseTo(expected, 6)
    else expect(Math.abs(move.after - expected)).toBeGreaterThan(1e-5) // differs from SGD's step
  })

  test('has a size for each layer with weights: ‖ΔW‖ / ‖W‖', () => {
    const trainer = new Trainer(config, smallDataset())
    const ratios = () => updatesOf(trainer, probeBlocks(trainer))
    expect(ratios()).toEqual([{ layer: 'affine1', ratio: null }, { layer: 'affine2', ratio: null }])
    for (let i = 0; i < 5; i++) trainer.learn()
    const before = trainer.model.params.map(({ slot }) => Float32Array.from(slot.value.data))
    trainer.learn()
    for (const [i, { layer, ratio }] of ratios().entries()) {
      const { data } = slotOf(trainer.model, `${layer}.W`).value
      expect(ratio).toBeCloseTo(Math.hypot(...data.map((x, k) => x - before[2 * i]![k]!)) / Math.hypot(...data), 6) // W, b, W, b; here the differences are float32
    }
    slotOf(trainer.model, 'affine1.W').value.data.fill(0)
    expect(ratios()[0]).toEqual({ layer: 'affine1', ratio: null })
    expect(updatesOf(trainer, [])).toEqual([])
  })

  test('is summarized by the distance that W and b moved', () => {
    const trainer = new Trainer(config, smallDataset())
    for (let i = 0; i < 5; i++) trainer.learn()
    const before = trainer.model.params.map(({ slot }) => Float32Array.from(slot.value.data))
    trainer.learn()
    const tensors = probeBlocks(trainer).flatMap(({ tensors }) => tensors)
    for (const [i, { path, slot: { value: { data } } }] of trainer.model.params.entries()) {
      const { updateNorm } = tensors.find(stats => stats.path === path)!
      expect(updateNorm).toBeCloseTo(Math.hypot(...data.map((x, k) => x - before[i]![k]!)), 6) // here the differences are float32
    }
    expect(tensors.filter(({ updateNorm }) => updateNorm !== undefined).map(({ path }) => path)).toEqual(['affine1.W', 'affine1.b', 'affine2.W', 'affine2.b'])
  })
})

describe('no update is reported', () => {
  const config = runConfig({ layers: [12, 8, 6], batchSize: 20 })
  const reported = (trainer: Trainer) => [largestChange(trainer, 'affine2'), probeBlocks(trainer).some(({ tensors }) => tensors.some(({ updateNorm }) => updateNorm !== undefined)), trainer.latestImages?.length ?? null]

  test('before the first step, of a seed or a file', () => {
    const first = new Trainer(config, smallDataset())
    expect(reported(first)).toEqual([null, false, null])
    for (let i = 0; i < 3; i++) first.learn()
    expect(reported(new Trainer(config, smallDataset(), { weights: first.weights({ version: '1' }) }))).toEqual([null, false, null])
    first.rewind()
    expect(reported(first)).toEqual([null, false, null])
  })

  test('after it was undone; the images then belong to the gradients', () => {
    const trainer = new Trainer(changed(config, { layers: [12, 50, 50, 50, 6], learningRate: 30 }), smallDataset())
    while (!trainer.divergence) trainer.learn()
    expect(trainer.step).toBeGreaterThan(0)
    const batches = new MiniBatches({ count: 230, batchSize: 20, seed: 1 })
    const before = Array.from(batches.at(batches.positionAt(trainer.step)))
    expect(reported(trainer)).toEqual([null, false, 20])
    expect([...trainer.latestImages!]).toEqual(before)
  })

  test('where nothing moved, and an unknown layer is named in the error', () => {
    const trainer = new Trainer(config, smallDataset())
    trainer.learn()
    const { before, value } = slotOf(trainer.model, 'affine2.W')
    before!.data.set(value.data)
    expect(largestChange(trainer, 'affine2')).toBeNull()
    expect(() => largestChange(trainer, 'affine3')).toThrow(expect.objectContaining({ code: 'train.noTensor', details: { found: 'affine3.W' } }) as Error)
  })
})

test.each([1, 7, 230])('the images of a mini-batch of %i come with their own labels', (batchSize) => {
  const dataset = smallDataset()
  const trainer = new Trainer(runConfig({ layers: [12, 8, 6], batchSize }), dataset)
  const order = new MiniBatches({ count: 230, batchSize: batchSize, seed: 1 })
  for (let step = 0; step < 34; step++) { // 7 does not divide 230: the 33rd mini-batch has 6 images
    trainer.learn()
    const images = imagesAt(trainer, trainer.latestImages!, 8)
    const indices = Array.from(order.at(order.positionAt(step))).slice(0, 8)
    expect(images.map(({ label }) => label)).toEqual(indices.map(index => dataset.train.labels[index]))
    expect(images.map(({ pixels }) => Array.from(pixels, pixel => Math.round(255 * pixel)))).toEqual(indices.map(index => [...dataset.train.images.subarray(12 * index, 12 * index + 12)]))
  }
})
