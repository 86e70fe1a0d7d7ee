import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { buildModel, type ClassScore, type Dataset, evaluatedSplits, Evaluator, type LossName, setTensors, unitRange, wholeSize } from '@core'
import { describe, expect, test } from 'vitest'
import { infoOf } from '../../fixtures/dataset-info'
import { perceptron } from '../../fixtures/run-config'
import { machines } from '../golden'

/** Output of generate.py: NumPy in float64. */
interface Golden {
  readonly layers: readonly number[]
  readonly trainImages: readonly number[]
  readonly trainLabels: readonly number[]
  readonly testImages: readonly number[]
  readonly testLabels: readonly number[]
  readonly learned: readonly number[]
  readonly validation: readonly number[]
  readonly networks: readonly {
    readonly loss: LossName
    readonly params: Readonly<Record<string, readonly number[]>>
    readonly train: ClassScore
    readonly validation: ClassScore
    readonly test: ClassScore
  }[]
}
const golden = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../fixtures/golden/evaluation/evaluation.json'), 'utf8')) as Golden
const { layers, networks } = golden
const splitOf = (images: readonly number[], labels: readonly number[]) => ({ count: labels.length, images: Uint8Array.from(images), labels: Uint16Array.from(labels), normalization: unitRange })
const dataset: Dataset = {
  info: infoOf({ id: 'golden', rows: 4, columns: 3, classes: 6, train: golden.trainLabels.length, test: golden.testLabels.length }),
  train: splitOf(golden.trainImages, golden.trainLabels), test: splitOf(golden.testImages, golden.testLabels),
}
const batches = { learned: Uint32Array.from(golden.learned), validation: Uint32Array.from(golden.validation) }

describe.each(machines)('an evaluation by %s', (_, ops, tolerance) => {
  test.each(networks)('of a network with $loss has the loss and the right answers of each class that NumPy finds', ({ loss, params, ...expected }) => {
    const model = buildModel(perceptron(layers, 'relu', loss), { rows: 1, arena: ops.arena() })
    setTensors(model, Object.entries(params).map(([path, data]) => ({ path, data })))
    const evaluator = new Evaluator({ model, step: 7, epoch: 0, finishStep: () => undefined }, { dataset, ops, batches })
    evaluator.begin(wholeSize)
    let found = evaluator.advance()
    while (!found) found = evaluator.advance()
    for (const split of evaluatedSplits) {
      const { loss: meanLoss, ...counted } = found[split]!
      const { loss: wanted, ...wantedCounts } = expected[split]
      expect(counted).toEqual(wantedCounts)
      expect(Math.abs(meanLoss - wanted) / wanted).toBeLessThan(tolerance) // relative: the losses are 4 to 400
    }
    evaluator.dispose()
  })
})
