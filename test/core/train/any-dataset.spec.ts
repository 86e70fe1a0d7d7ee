import { type Dataset, fullSize, imageAt, inputSize, Random, readWeights, type Split, Trainer, unitRange, writeWeights } from '@core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { infoOf } from '../../fixtures/dataset-info'
import { runConfig } from '../../fixtures/run-config'
import { Fast, modules } from '../ops/fast'

/** @param ink share of nonzero pixels: sparse or dense rows */
function datasetOf({ rows, columns, classes, train, ink }: { rows: number, columns: number, classes: number, train: number, ink: number }, seed: number): Dataset {
  const random = new Random(seed)
  const split = (count: number): Split => ({
    count, normalization: unitRange, labels: Uint16Array.from({ length: count }, () => random.integer(classes)),
    images: Uint8Array.from({ length: count * rows * columns }, () => random.next() < ink ? 1 + random.integer(255) : 0),
  })
  const test = Math.ceil(train / 4)
  return { info: infoOf({ id: 'any', rows, columns, classes, train, test }), train: split(train), test: split(test) }
}

test('any dataset is learned, evaluated on all of its images, and named in the weights', () => {
  const { ops } = new Fast(...modules[0]!)
  const given = fc.record({
    rows: fc.integer({ min: 1, max: 128 }), columns: fc.integer({ min: 1, max: 128 }), classes: fc.integer({ min: 1, max: 1000 }), train: fc.integer({ min: 1, max: 300 }), ink: fc.constantFrom(0.05, 0.3, 0.9),
  })
  fc.assert(fc.property(given, fc.nat(), (sizes, seed) => {
    const dataset = datasetOf({ ...sizes, train: Math.max(1, Math.min(sizes.train, Math.floor(3e5 / (sizes.rows * sizes.columns)))) }, seed)
    const { info, train } = dataset
    const trainer = new Trainer(runConfig({ layers: [inputSize(info), 3, info.classes.length], batchSize: 7, learningRate: 0.001 }), dataset, { ops })
    for (let i = 0; i < 3; i++) expect(trainer.learn()).toBeLessThan(20) // ln 1000 = 6.9 is chance
    const first = trainer.latestImages![0]!
    expect([...trainer.model.input.value.data.subarray(0, inputSize(info))]).toEqual([...imageAt(train, first)])
    const evaluator = trainer.createEvaluator()
    evaluator.begin(fullSize)
    let measured = evaluator.advance()
    while (!measured) measured = evaluator.advance()
    expect([measured.train.images, measured.test.images]).toEqual([info.counts.train, info.counts.test])
    const { dataset: named, classes } = readWeights(writeWeights(trainer.weights({ version: '1' })), 'any')
    expect([named?.id, named?.shape, named?.counts, classes]).toEqual(['any', info.shape, info.counts, info.classes])
    evaluator.dispose()
    trainer.dispose()
  }), { seed: 7, numRuns: 30 })
})
