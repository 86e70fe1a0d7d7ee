import { type Arena, createReferenceOps, type Dataset, gradientCheck, buildModel, initialize, measureSteps, type MeasureProgress, type RunConfig, Trainer, mnist, unitRange } from '@core'
import { describe, expect, test, vi } from 'vitest'
import { perceptron } from '../../fixtures/run-config'
import { runConfig } from '../../fixtures/run-config'

/** Distinguishable digits: each class has inked rows of its own, plus a little noise. */
function split(count: number, from: number) {
  const labels = Uint16Array.from({ length: count }, (_, i) => (i + from) % 10)
  const images = Uint8Array.from({ length: count * 784 }, (_, i) => {
    const [image, row] = [Math.floor(i / 784), Math.floor(i % 784 / 28)]
    return (Math.floor(row / 2) % 10 === labels[image] ? 200 : 0) + (i * 31 + from) % 7
  })
  return { count, images, labels, normalization: unitRange }
}
const dataset: Dataset = { info: mnist, train: split(130, 0), test: split(130, 3) }
/** Training settings that lesson 24 states */
const lesson24 = (hidden: number, seed: number): RunConfig => runConfig({ layers: [784, hidden, 10], activation: 'relu', init: 'he', optimizer: 'sgd', learningRate: 0.1, batchSize: 100, seed })

function engine() {
  const ops = createReferenceOps('float32')
  const arenas: Arena[] = []
  const arena = ops.arena.bind(ops)
  vi.spyOn(ops, 'arena').mockImplementation(() => {
    const made = arena()
    vi.spyOn(made, 'dispose')
    arenas.push(made)
    return made
  })
  return { ops, prepareFor: vi.fn(), arenas, disposed: () => arenas.map(made => vi.mocked(made.dispose).mock.calls.length) }
}

describe('the long part of the certificate', () => {
  const at = engine()
  const steps = measureSteps(dataset, at, { iterations: 4, hidden: 2 })
  const progress: MeasureProgress[] = []
  let next = steps.next()
  for (; !next.done; next = steps.next()) progress.push(structuredClone(next.value))
  const measured = next.value
  const [gradients, training] = (['gradients', 'training'] as const).map(part => progress.filter(each => each.stage === part)) as [MeasureProgress[], MeasureProgress[]]

  test('begins with the gradient check, whose results are unknown before its end', () => {
    const total = 784 * 2 + 2 + 2 * 10 + 10
    expect(progress.slice(0, gradients.length)).toEqual(gradients)
    expect(gradients.map(({ done }) => done)).toEqual(Array.from({ length: total }, (_, i) => i + 1))
    for (const each of gradients) expect(each).toMatchObject({ seed: null, total, measured: {} })
  })

  test('checks the default network of seed 1 with the first three images, in float64', () => {
    const model = buildModel(perceptron([784, 2, 10], 'relu'), { rows: 3, precision: 'float64' })
    initialize(model, 'he', 1)
    model.input.value.data.set(Float64Array.from(dataset.train.images.slice(0, 3 * 784), byte => byte / 255))
    model.target.value.data.set([0, 1, 2])
    expect(measured.checks).toEqual(gradientCheck(model, createReferenceOps('float64'), 1e-4))
  })

  test('then trains five times, and reports after each how many test images were classified correctly', () => {
    const byHand = [1, 2, 3, 4, 5].map((seed) => {
      const trainer = new Trainer(lesson24(2, seed), dataset, { ops: createReferenceOps('float32') })
      for (let i = 0; i < 4; i++) trainer.learn()
      const evaluator = trainer.createEvaluator()
      evaluator.begin({ train: 1, test: 130 })
      for (;;) {
        const accuracy = evaluator.advance()
        if (accuracy) return accuracy.test.accuracy
      }
    })
    expect(new Set(byHand).size).toBeGreaterThan(1)
    expect(measured.accuracies).toEqual(byHand)
    for (const seed of [1, 2, 3, 4, 5]) {
      const own = training.filter(each => each.seed === seed)
      expect([...new Set(own.map(({ done }) => done))]).toEqual([1, 2, 3, 4])
      for (const each of own) expect(each).toMatchObject({ total: 4, measured: { checks: measured.checks, accuracies: byHand.slice(0, seed - 1) } })
    }
    expect(training.map(({ seed }) => seed)).toEqual(training.map(({ seed }) => seed).toSorted())
  })

  test('tells the engine how much work each training is, and frees all its memory', () => {
    expect(at.prepareFor.mock.calls).toEqual(Array.from({ length: 5 }, () => [new Trainer(lesson24(2, 1), dataset).work]))
    expect(at.arenas).toHaveLength(10) // five calls each from the training and from its evaluation
    expect(at.disposed()).toEqual(at.arenas.map(() => 1))
  })
})

// Cause: an interrupt ended only the outer steps, not those of the training underneath.
test.each(['training', 'measuring'])('frees its memory when it is cancelled while %s', (when) => {
  const at = engine()
  const steps = measureSteps(dataset, at, { iterations: 2, hidden: 1 })
  for (const { stage } of steps) if (stage === 'training' && at.arenas.length === (when === 'training' ? 1 : 2)) break
  expect(at.disposed()).toEqual(when === 'training' ? [1] : [1, 1])
})

test('a training whose loss is not finite is measured as it is, and does not run forever', () => {
  const blank = { ...dataset, train: { ...dataset.train, labels: dataset.train.labels.map(() => 0) } }
  const learn = vi.spyOn(Trainer.prototype, 'learn').mockImplementation(function (this: Trainer) {
    this.divergence = { step: 1, loss: 'NaN' }
    return NaN
  })
  const steps = measureSteps(blank, engine(), { iterations: 1000, hidden: 1 })
  let trained = 0
  let next = steps.next()
  for (; !next.done && trained < 100; next = steps.next()) if (next.value.stage === 'training') trained++
  expect([next.done, learn.mock.calls.length]).toEqual([true, 5])
  learn.mockRestore()
})

test('by default uses the settings that lessons 24 and 25 print: 784-50-10, 10,000 iterations', () => {
  const first = measureSteps(dataset, engine()).next()
  expect(first.done ? null : first.value.total).toBe(784 * 50 + 50 + 50 * 10 + 10)
  const steps = measureSteps(dataset, engine(), { hidden: 1 })
  for (const { stage, total } of steps) {
    if (stage === 'gradients') continue
    expect(total).toBe(10_000)
    break
  }
})
