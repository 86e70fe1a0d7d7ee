import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Answer, buildModel, type ClassScore, type Dataset, type EvaluatedSplit, evaluatedSplits, Evaluator, type LossName, setTensors, unitRange, wholeSize } from '@core'
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
    readonly answers: Readonly<Record<EvaluatedSplit, { readonly confusion: readonly number[], readonly images: readonly Omit<Answer, 'predicted'>[] }>>
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
  function evaluatorOf({ loss, params }: Golden['networks'][number]): Evaluator {
    const model = buildModel(perceptron(layers, 'relu', loss), { rows: 1, arena: ops.arena() })
    setTensors(model, Object.entries(params).map(([path, data]) => ({ path, data })))
    return new Evaluator({ model, step: 7, epoch: 0, betweenSteps: <T>(work: () => T): T => work() }, { dataset, ops, batches })
  }
  function evaluate(evaluator: Evaluator, recorded: boolean) {
    evaluator.begin(wholeSize, recorded)
    for (;;) {
      const found = evaluator.advance()
      if (found) return found
    }
  }

  test.each(networks)('of a network with $loss has the loss and the right answers of each class that NumPy finds', (network) => {
    const evaluator = evaluatorOf(network)
    const found = evaluate(evaluator, false)
    const expected: Readonly<Record<EvaluatedSplit, ClassScore>> = network
    for (const split of evaluatedSplits) {
      const { loss: meanLoss, ...counted } = found[split]!
      const { loss: wanted, ...wantedCounts } = expected[split]
      expect(counted).toEqual(wantedCounts)
      expect(Math.abs(meanLoss - wanted) / wanted).toBeLessThan(tolerance) // relative: the losses are 4 to 400
    }
    evaluator.dispose()
  })

  test.each(networks)('of a network with $loss records the confusion matrix and the answer to each image that NumPy finds', (network) => {
    const evaluator = evaluatorOf(network)
    const evaluation = evaluate(evaluator, true)
    expect(evaluator.recorded!.evaluation).toBe(evaluation)
    for (const split of evaluatedSplits) {
      const [found, expected] = [evaluator.recorded!.answers[split], network.answers[split]]
      expect([...found.confusion()]).toEqual(expected.confusion)
      expect(found.images).toBe(expected.images.length)
      for (const { index, label, loss, right, top } of expected.images) {
        const answer = found.at(found.positionOf(index))
        expect([answer.index, answer.label, answer.predicted]).toEqual([index, label, top[0]!.class])
        // a loss is a difference of logits of some hundreds, where neighbouring float32 numbers are 3e-5 to 6e-5 apart; it is kept in float32
        const spacing = tolerance < 1e-6 ? 0 : 6e-5
        expect(Math.abs(answer.loss - loss)).toBeLessThan(spacing + Math.max(tolerance, 1e-6) * Math.max(1, loss))
        expect(Math.abs(answer.right - right)).toBeLessThan(1e-4)
        expect(answer.top).toHaveLength(3)
        // of equal outputs, such as several probabilities that are 0 in float32, any may come first
        answer.top.forEach(({ output }, i) => { expect(Math.abs(output - top[i]!.output)).toBeLessThan(1e-4) })
      }
    }
    evaluator.dispose()
  })
})
