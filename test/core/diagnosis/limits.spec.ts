import { describe, expect, test } from 'vitest'
import { createReferenceOps, type Dataset, type Evaluation, type LossName, optimizerSpec, parseLayers, type RunConfig, Trainer, Watch } from '../../../core'
import { smallDataset } from '../../fixtures/small-dataset'
import { runConfig } from '../../fixtures/run-config'

const dataset = smallDataset({ train: 400, test: 100 })

const settings = (layers: string, changes: Partial<RunConfig> = {}, loss: LossName = 'softmaxWithLoss'): RunConfig =>
  ({ ...runConfig({ batchSize: 50, seed: 3 }), network: { layers: parseLayers(layers), loss }, ...changes })

/** The findings after some steps, with an evaluation before and after them. */
function findingsOf(config: RunConfig, steps: number, data: Dataset = dataset): { readonly watch: Watch, readonly trainer: Trainer } {
  const trainer = new Trainer(config, data, { ops: createReferenceOps('float32') })
  const watch = new Watch(trainer)
  const evaluate = (): void => {
    const evaluator = trainer.createEvaluator()
    evaluator.begin({ train: 100, test: 100 })
    let evaluation: Evaluation | null = null
    while (!evaluation) evaluation = evaluator.advance()
    watch.evaluated(evaluation)
  }
  evaluate()
  for (let i = 0; i < steps && !trainer.divergence; i++) {
    trainer.learn()
    watch.learned(trainer)
  }
  if (!trainer.divergence) evaluate()
  return { watch, trainer }
}

const rulesOf = (watch: Watch): readonly string[] => watch.findings.map(({ rule }) => rule)
const repeated = (layers: string, times: number): string => Array.from({ length: times }, () => layers).join(', ')

describe('at the limits', () => {
  test('a layer of one unit has no equal units', () => {
    expect(rulesOf(findingsOf(settings('affine 1, sigmoid, affine 6'), 6).watch)).not.toContain('equalUnits')
  })

  test('4,096 units are judged like fifty', () => {
    expect(rulesOf(findingsOf(settings('affine 4096, relu, affine 6'), 6).watch)).toEqual([])
  })

  test('ten hidden layers with He’s weights are no fault at the start', () => {
    expect(rulesOf(findingsOf(settings(`${repeated('affine 40, relu', 10)}, affine 6`), 6).watch)).toEqual([])
  })

  test.each([1, 10_000])('mini-batches of %i have no finding of their own', (batchSize) => {
    const steps = batchSize === 1 ? 150 : 8
    expect(rulesOf(findingsOf(settings('affine 16, relu, affine 6', { batchSize, optimizer: { kind: 'sgd', learningRate: 0.05 } }), steps).watch)).toEqual([])
  })

  test('a diverged run has its cause first, then the first tensor that was not finite', () => {
    const { watch, trainer } = findingsOf(settings('affine 16, relu, affine 6', { optimizer: { kind: 'sgd', learningRate: 100 } }, 'identityWithLoss'), 200)
    expect(trainer.divergence).not.toBeNull()
    const rules = rulesOf(watch)
    expect(['stepTooLarge', 'exploding']).toContain(rules[0])
    const found = watch.findings.find(({ rule }) => rule === 'notFinite')
    expect(found).toMatchObject({ severity: 'broken', number: trainer.divergence!.step, facts: { at: trainer.divergence!.step, loss: trainer.divergence!.loss, tensor: trainer.nonFinite }, cure: { kind: 'new' } })
  })

  test('a thousand classes are not judged one by one on a hundred images', () => {
    const train = { ...dataset.train, labels: Uint16Array.from(dataset.train.labels, (_, i) => i % 400) }
    const test = { ...dataset.test, labels: Uint16Array.from(dataset.test.labels, (_, i) => i % 400) }
    const many: Dataset = { info: { ...dataset.info, classes: Array.from({ length: 1000 }, (_, i) => String(i)) }, train, test }
    expect(rulesOf(findingsOf(settings('affine 16, relu, affine 1000'), 6, many).watch)).toEqual([])
  })

  test('a squared error has no expected first loss', () => {
    expect(rulesOf(findingsOf(settings('affine 16, relu, affine 6', { optimizer: optimizerSpec('adam') }, 'identityWithLoss'), 6).watch)).toEqual([])
  })

  test('a class without a training image is named before the first step', () => {
    const kept = dataset.train.labels.map(label => label === 4 ? 3 : label)
    const trainer = new Trainer(settings('affine 8, relu, affine 6'), { ...dataset, train: { ...dataset.train, labels: kept } })
    const images = dataset.test.labels.filter(label => label === 4).length
    expect(new Watch(trainer).findings).toMatchObject([{ rule: 'missingClass', step: 0, number: images, facts: { class: dataset.info.classes[4], images }, cure: null }])
  })
})
