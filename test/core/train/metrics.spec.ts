import { describe, expect, test } from 'vitest'
import { type Evaluation, buildModel, createReferenceOps, Evaluator, initialize, predictedClass, Tensor } from '../../../core'
import { smallDataset } from '../../fixtures/small-dataset'
import { perceptron } from '../../fixtures/run-config'

const dataset = smallDataset({ train: 1030, test: 250 })
const architecture = perceptron([12, 8, 6], 'relu')
const ops = createReferenceOps('float32')
const all = { trainImages: 1e6, testImages: 1e6 }

function network() {
  const model = buildModel(architecture, { rows: 1 })
  initialize(model, 'he', 3)
  return { model, evaluator: new Evaluator(architecture, model, dataset, ops) }
}

/** Evaluates image by image. */
function plainAccuracy(model: ReturnType<typeof network>['model'], split: 'train' | 'test'): number {
  const { count, images, labels } = dataset[split]
  let right = 0
  for (let n = 0; n < count; n++) {
    for (let d = 0; d < 12; d++) model.input.value.data[d] = images[n * 12 + d]! / 255
    model.predict(ops)
    const y = [...model.out.value.data]
    if (y.indexOf(Math.max(...y)) === labels[n]) right++
  }
  return right / count
}

function finish(evaluator: Evaluator): Evaluation {
  for (;;) {
    const accuracy = evaluator.advance()
    if (accuracy) return accuracy
  }
}

describe('an evaluation', () => {
  test('counts the same hits as evaluating one image at a time', () => {
    const { model, evaluator } = network()
    evaluator.begin(5, all)
    expect(finish(evaluator)).toEqual({
      step: 5, trainImages: 1030, testImages: 250, trainAccuracy: plainAccuracy(model, 'train'), testAccuracy: plainAccuracy(model, 'test'),
    })
    expect([evaluator.active, evaluator.advance()]).toEqual([false, null])
  })

  test.each([[12, 8, 6], [12, 4000, 6]])('reports its progress in images up to the last one, even when a large network’s pieces are small (%i-%i-%i)', (...layers) => {
    const architecture = perceptron(layers)
    const model = buildModel(architecture, { rows: 1 })
    const evaluator = new Evaluator(architecture, model, dataset, ops)
    evaluator.begin(0, all)
    const reported = [evaluator.seen]
    for (let done = false; !done;) {
      done = evaluator.advance() !== null
      reported.push(evaluator.seen)
    }
    expect([reported[0], reported.at(-1)]).toEqual([0, 1280])
    for (const [i, seen] of reported.slice(1).entries()) expect(seen - reported[i]!).toBeGreaterThan(0)
  })

  test('uses the weights from its start throughout', () => {
    const { model, evaluator } = network()
    evaluator.begin(1, all)
    const before = finish(evaluator)
    evaluator.begin(1, all)
    evaluator.advance()
    initialize(model, 'he', 4)
    expect(finish(evaluator)).toEqual(before)
    evaluator.begin(1, all)
    expect(finish(evaluator)).not.toEqual(before)
  })

  test('on fewer images takes them from the whole split', () => {
    const sorted = smallDataset({ train: 600, test: 600 })
    for (const split of [sorted.train, sorted.test]) split.labels.sort() // 0 first, 5 last
    const { model } = network()
    const evaluator = new Evaluator(architecture, model, sorted, ops)
    model.tensor('affine1.W')!.data.fill(0)
    model.tensor('affine2.W')!.data.fill(0)
    model.tensor('affine2.b')!.data[5] = 1 // predicts 5 for every image
    evaluator.begin(0, { trainImages: 60, testImages: 60 })
    const { testAccuracy, testImages } = finish(evaluator)
    const share = sorted.test.labels.filter(label => label === 5).length / 600
    expect(testImages).toBe(60)
    expect(Math.abs(testAccuracy - share)).toBeLessThan(0.04) // evenly spread images deviate by less than two in sixty
  })

  test('that is interrupted reports its partial result if it is large enough', () => {
    const { evaluator } = network()
    const enough = { trainImages: 200, testImages: 100 }
    evaluator.begin(1, all)
    evaluator.advance()
    expect(evaluator.interrupt(enough)).toBeNull()
    expect([evaluator.active, evaluator.interrupt(enough)]).toEqual([false, null])
    evaluator.begin(1, all)
    for (let i = 0; i < 6; i++) evaluator.advance()
    const accuracy = evaluator.interrupt(enough)
    expect(accuracy?.trainImages).toBeGreaterThanOrEqual(200)
    expect(accuracy?.testImages).toBeGreaterThanOrEqual(100)
  })
})

test('the predicted class of a row is the first of the largest', () => {
  const y = Tensor.from([0.1, 0.5, 0.4, 0.4, 0.2, 0.4], [2, 3])
  expect([predictedClass(y, 0), predictedClass(y, 1)]).toEqual([1, 0])
})
