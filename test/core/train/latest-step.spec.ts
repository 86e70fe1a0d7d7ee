import { checkRunConfig, defaultConfig, largestChange, parseLayers, probeBlocks, type SettingsChange, tensorAt, Trainer } from '@core'
import { describe, expect, test } from 'vitest'
import { fastOps } from '../../fixtures/fast-ops'
import { smallDataset } from '../../fixtures/small-dataset'

const dataset = smallDataset()
const config = checkRunConfig({ ...defaultConfig, dataset: 'small', network: { layers: parseLayers('affine 9, batchNormalization, relu, dropout 0.3, affine 6'), loss: 'softmaxWithLoss' }, batchSize: 30, seed: 5 })
const paths = ['affine1.out', 'affine1.dout', 'batchNormalization1.out', 'relu1.out', 'dropout1.out', 'affine2.out', 'affine2.dout', 'softmaxWithLoss.y']
const learned = (steps: number) => {
  const trainer = new Trainer(config, dataset, { ops: fastOps() })
  for (let i = 0; i < steps; i++) trainer.learn()
  return trainer
}
/** Everything that a view may ask about the latest step; of activations and of images the first ones. */
const shown = (trainer: Trainer, rows: number) => ({
  change: largestChange(trainer, 'affine2'),
  norms: probeBlocks(trainer).flatMap(({ tensors }) => tensors.map(({ path, updateNorm }) => [path, updateNorm])),
  images: [...trainer.latestImages!].slice(0, rows),
  params: trainer.model.params.map(({ slot: { value, grad, before } }) => [value, grad, before!].map(({ data }) => [...data])),
  activations: paths.map((path) => {
    const { data, columns } = tensorAt(trainer.model, path)
    return [...data.subarray(0, rows * columns)]
  }),
  input: [...trainer.model.input.value.data].slice(0, 12 * rows),
  labels: [...trainer.model.target.value.data].slice(0, rows),
})

describe('what the latest step computed and changed stays after a change', () => {
  test.each<[string, SettingsChange, number]>([
    ['of a rate', { optimizer: { learningRate: 0.01 } }, 30],
    ['of a dropout rate', { layers: { dropout1: { rate: 0.6 } } }, 30],
    ['to smaller mini-batches', { batchSize: 11 }, 30],
    ['to larger mini-batches, in other memory', { batchSize: 70 }, 30],
    ['of the optimizer, in other memory', { optimizer: { kind: 'adam', learningRate: 0.001 } }, 30],
    ['to weight decay, in other memory', { weightDecay: 0.01 }, 30],
    ['of the order, which begins an epoch', { orderSeed: 9 }, 30],
    ['of the optimizer and to smaller mini-batches, for as many images as there is memory for', { optimizer: { kind: 'adam', learningRate: 0.001 }, batchSize: 11 }, 11],
  ])('%s', (_, change, rows) => {
    // step 8 is the short one of its epoch: 230 images in batches of 30
    for (const steps of [3, 8]) {
      const before = learned(steps)
      const fewer = Math.min(rows, before.rows)
      const wanted = shown(before, fewer)
      const after = before.change(change)
      expect([after.step, after.updated, after.rows]).toEqual([steps, true, fewer])
      expect(shown(after, fewer)).toEqual(wanted)
      after.learn()
      expect(shown(after, 1)).not.toEqual(shown(learned(steps), 1))
    }
  })

  // Cause: what the old trainer held in the kernels' memory was gone when there was no room for both.
  test('also where the old and the new run do not fit into the memory side by side', () => {
    const before = learned(3)
    const wanted = shown(before, 30)
    const after = before.change({ batchSize: 70 }, 1 + learned(0).change({ batchSize: 70 }).bytes)
    expect(after).not.toBe(before)
    expect(shown(after, 30)).toEqual(wanted)
  })

  test('but not after a rewind', () => {
    const trainer = learned(3).change({ batchSize: 70 })
    trainer.rewind()
    expect([trainer.updated, trainer.latestImages, largestChange(trainer, 'affine2')]).toEqual([false, null, null])
  })
})

test('in the middle of a step the images are those of its activations', () => {
  const trainer = learned(3)
  const [earlier, next] = [[...trainer.latestImages!], [...trainer.nextImages]]
  trainer.advance()
  expect([...trainer.latestImages!]).toEqual(next)
  trainer.finishStep()
  expect([...trainer.latestImages!]).toEqual(next)
  expect(earlier).not.toEqual(next)
})
