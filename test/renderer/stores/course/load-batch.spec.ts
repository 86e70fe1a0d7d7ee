import { createReferenceOps, graphNamesOf, optimizers, Trainer, optimizerDefinition, optimizerSpec, type RunConfig } from '@core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { loadBatch } from '../../../../renderer/stores/course/load-batch'
import { smallDataset } from '../../../fixtures/small-dataset'
import { batchFrame } from '../../batch-frame'
import { fakeMain } from '../../lab'
import { changed, perceptron, runConfig, type ShortConfig } from '../../../fixtures/run-config'

afterEach(() => vi.unstubAllGlobals())

const config: RunConfig = runConfig({ layers: [12, 5, 4, 6], activation: 'sigmoid', batchSize: 100, seed: 3 })
const dataset = smallDataset() // 230 images: the third mini-batch of an epoch has 30

function trained(steps: number, changes: ShortConfig = {}): Trainer {
  const trainer = new Trainer(changed(config, { ...changes.layers && { activation: 'sigmoid' }, ...changes }), dataset, { ops: createReferenceOps('float32') })
  for (let i = 0; i < steps; i++) trainer.learn()
  return trainer
}
async function load(trainer: Trainer) {
  const main = fakeMain({ 'run:batch': ({ rows }) => batchFrame(trainer, rows) })
  return { main, ...await loadBatch(trainer.model.architecture) }
}

test('the expression is the network’s chain of layers', () => {
  expect(graphNamesOf(perceptron([12, 5, 4, 6], 'sigmoid')).expression).toBe('a1 = affine(X, W1, b1); z1 = sigmoid(a1); a2 = affine(z1, W2, b2); z2 = sigmoid(a2); a3 = affine(z2, W3, b3); L = softmaxWithLoss(a3, T)')
  expect(graphNamesOf(perceptron([12, 6])).expression).toBe('a1 = affine(X, W1, b1); L = softmaxWithLoss(a1, T)')
})

describe.each(optimizers)('with %s', (optimizer) => {
  test.each([0, 1, 5])('the graph shows exactly the step that the run takes after %i others: its loss, gradients and update', async (steps) => {
    const trainer = trained(steps, { optimizer, learningRate: optimizerDefinition(optimizer).usualLearningRate })
    const { trace, step, rows, of } = await load(trainer)
    const size = steps === 5 ? 30 : 100
    expect([step, rows, of]).toEqual([steps, size, size])
    const loss = trainer.learn()
    // float32 in Train and float64 here: sums of up to 100 rounded products
    expect(trace.forward.values.get('L')!.data[0]).toBeCloseTo(loss, 5)
    for (const [i, name] of ['W1', 'b1', 'W2', 'b2', 'W3', 'b3'].entries()) {
      const { slot } = trainer.model.params[i]!
      trace.backward.gradients.get(name)!.data.forEach((d, k) => expect(d).toBeCloseTo(slot.grad.data[k]!, 6))
      trace.updated.get(name)!.data.forEach((w, k) => expect(w).toBeCloseTo(slot.value.data[k]!, 5))
    }
    expect([...trace.updated.keys()]).toEqual(['W1', 'b1', 'W2', 'b2', 'W3', 'b3'])
    expect(trace.update).toEqual(optimizerSpec(optimizer))
  })
})

test('the images have their own labels, and a large network gets fewer of them', async () => {
  const trainer = trained(1)
  const { labels, trace } = await load(trainer)
  const indices = trainer.nextImages
  expect(labels).toEqual(Array.from(indices, index => dataset.train.labels[index]))
  expect(trace.forward.values.get('X')!.data).toEqual(Array.from(indices).flatMap(index => Array.from(dataset.train.images.subarray(12 * index, 12 * index + 12), pixel => Math.fround(pixel / 255))))
  const { main, rows, of, usesBatchStatistics } = await load(trained(0, { layers: [12, 1000, 400, 6] })) // 414,400 multiply-adds per image
  expect([rows, of, usesBatchStatistics]).toEqual([28, 100, false]) // 12 million in total
  expect(main.asked('run:batch')).toEqual([{ rows: 28 }])
})
