import { describe, expect, test } from 'vitest'
import { type Evaluation, buildModel, createReferenceOps, Evaluator, initialize, MiniBatches, type Model, predictedClass, Tensor, Trainer, wholeSize } from '../../../core'
import { smallDataset } from '../../fixtures/small-dataset'
import { perceptron, runConfig } from '../../fixtures/run-config'

const dataset = smallDataset({ train: 1030, test: 250 })
const architecture = perceptron([12, 8, 6], 'relu')
const ops = createReferenceOps('float32')

function network(step = 0) {
  const model = buildModel(architecture, { rows: 1 })
  initialize(model, 'he', 3)
  return { model, evaluator: new Evaluator(at(model, step), { dataset, ops }) }
}

/** A training that stands between two steps. */
const at = (model: Model, step = 0) => ({ model, step, epoch: Math.floor(step / 2), betweenSteps: <T>(work: () => T): T => work() })

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
    const { model, evaluator } = network(5)
    evaluator.begin(wholeSize)
    expect(finish(evaluator)).toMatchObject({
      step: 5, epoch: 2, train: { images: 1030, accuracy: plainAccuracy(model, 'train') }, validation: null, test: { images: 250, accuracy: plainAccuracy(model, 'test') },
    })
    expect([evaluator.active, evaluator.advance()]).toEqual([false, null])
  })

  test.each([[12, 8, 6], [12, 4000, 6]])('reports its progress in images up to the last one, even when a large network’s pieces are small (%i-%i-%i)', (...layers) => {
    const architecture = perceptron(layers)
    const model = buildModel(architecture, { rows: 1 })
    const evaluator = new Evaluator(at(model), { dataset, ops })
    evaluator.begin(wholeSize)
    const reported = [evaluator.seen]
    for (let done = false; !done;) {
      done = evaluator.advance() !== null
      reported.push(evaluator.seen)
    }
    expect([reported[0], reported.at(-1)]).toEqual([0, 1280])
    for (const [i, seen] of reported.slice(1).entries()) expect(seen - reported[i]!).toBeGreaterThan(0)
  })

  // Cause: between two layers the running statistics are those of the next step already, and the weights those of the last.
  test('that begins between two layers of a step is one of the state before it, and the step goes on', () => {
    const config = runConfig({ layers: [12, 8, 6], batchSize: 50, seed: 9, learningRate: 0.5 })
    const network = { ...config.network, layers: [{ kind: 'affine', units: 8 }, { kind: 'batchNormalization' }, ...config.network.layers.slice(1)] }
    const [whole, begun] = [0, 1].map(() => new Trainer({ ...config, network }, dataset)) as [Trainer, Trainer]
    for (const trainer of [whole, begun]) trainer.learn()
    for (let i = 0; i < 3; i++) begun.advance()
    const scores = [whole, begun].map((trainer) => {
      const evaluator = trainer.createEvaluator()
      evaluator.begin(wholeSize)
      return finish(evaluator)
    })
    expect(scores[1]).toEqual(scores[0])
    expect([scores[1]!.step, begun.hasBegun]).toEqual([1, true])
  })

  test('uses the weights from its start throughout', () => {
    const { model, evaluator } = network()
    evaluator.begin(wholeSize)
    const before = finish(evaluator)
    evaluator.begin(wholeSize)
    evaluator.advance()
    initialize(model, 'he', 4)
    expect(finish(evaluator)).toEqual(before)
    evaluator.begin(wholeSize)
    expect(finish(evaluator)).not.toEqual(before)
  })

  test('on fewer images takes them from the whole split', () => {
    const sorted = smallDataset({ train: 600, test: 600 })
    for (const split of [sorted.train, sorted.test]) split.labels.sort() // 0 first, 5 last
    const { model } = network()
    const evaluator = new Evaluator(at(model), { dataset: sorted, ops })
    model.tensor('affine1.W')!.data.fill(0)
    model.tensor('affine2.W')!.data.fill(0)
    model.tensor('affine2.b')!.data[5] = 1 // predicts 5 for every image
    evaluator.begin({ train: 60, test: 60 })
    const { test: { accuracy, images } } = finish(evaluator)
    const share = sorted.test.labels.filter(label => label === 5).length / 600
    expect(images).toBe(60)
    expect(Math.abs(accuracy - share)).toBeLessThan(0.04) // evenly spread images deviate by less than two in sixty
  })

  test('that is interrupted reports its partial result if it is large enough', () => {
    const { evaluator } = network()
    const enough = { train: 200, test: 100 }
    evaluator.begin(wholeSize)
    evaluator.advance()
    expect(evaluator.interrupt(enough)).toBeNull()
    expect([evaluator.active, evaluator.interrupt(enough)]).toEqual([false, null])
    evaluator.begin(wholeSize)
    for (let i = 0; i < 6; i++) evaluator.advance()
    const accuracy = evaluator.interrupt(enough)
    expect(accuracy?.train.images).toBeGreaterThanOrEqual(200)
    expect(accuracy?.test.images).toBeGreaterThanOrEqual(100)
  })
})

describe('validation images', () => {
  const config = runConfig({ layers: [12, 8, 6], validation: 0.3, batchSize: 50, seed: 9, learningRate: 0.5 })

  test('are evaluated beside the images that are learned from, which are all others', () => {
    const trainer = new Trainer(config, dataset)
    while (trainer.epoch < 3) trainer.learn()
    const evaluator = trainer.createEvaluator()
    evaluator.begin(wholeSize)
    expect([evaluator.left, evaluator.seen]).toEqual([1280, 0])
    const { train, validation, test } = finish(evaluator)
    expect([train.images, validation?.images, test.images]).toEqual([721, 309, 250])
    const { validation: aside } = new MiniBatches({ count: 1030, batchSize: 50, seed: 9, validation: 0.3 })
    const counts = (indices: readonly number[]) => Array.from({ length: 6 }, (_, label) => indices.filter(i => dataset.train.labels[i] === label).length)
    expect(validation!.counts).toEqual(counts([...aside]))
    expect(train.counts).toEqual(counts([...dataset.train.labels.keys()].filter(i => !aside.includes(i))))
  })

  test('stay the same ones when the order of the images and the batch size change', () => {
    const scores = (trainer: Trainer) => {
      const evaluator = trainer.createEvaluator()
      evaluator.begin(wholeSize)
      return finish(evaluator)
    }
    const trainer = new Trainer(config, dataset)
    const before = scores(trainer)
    trainer.change({ orderSeed: 77, batchSize: 20 })
    expect(scores(trainer)).toEqual(before)
  })

  test('are no part of the result when only others were asked for', () => {
    const evaluator = new Trainer(config, dataset).createEvaluator()
    evaluator.begin({ train: 10, test: 10 })
    expect(finish(evaluator)).toMatchObject({ train: { images: 10 }, validation: null, test: { images: 10 } })
  })
})

test('the predicted class of a row is the first of the largest', () => {
  const y = Tensor.from([0.1, 0.5, 0.4, 0.4, 0.2, 0.4], [2, 3])
  expect([predictedClass(y, 0), predictedClass(y, 1)]).toEqual([1, 0])
})
