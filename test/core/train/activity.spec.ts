import { describe, expect, test } from 'vitest'
import { checkRunConfig, createReferenceOps, type Evaluation, Evaluator, parseLayers, Trainer, wholeSize } from '../../../core'
import { smallDataset } from '../../fixtures/small-dataset'
import { runConfig } from '../../fixtures/run-config'

const dataset = smallDataset({ train: 1250, test: 40 })

/** The evaluation of a network's initial weights, and the weights. */
function evaluated(layers: string, size = wholeSize): { readonly trainer: Trainer, readonly evaluation: Evaluation } {
  const config = checkRunConfig({ ...runConfig({ seed: 5 }), network: { layers: parseLayers(layers), loss: 'softmaxWithLoss' } })
  const trainer = new Trainer(config, dataset, { ops: createReferenceOps('float32') })
  const evaluator = new Evaluator(trainer, { dataset, ops: trainer.ops })
  evaluator.begin(size)
  let evaluation: Evaluation | null = null
  while (!evaluation) evaluation = evaluator.advance()
  return { trainer, evaluation }
}

/** Inputs of an activation after the first affine layer, image by image, of all training images. */
function preactivations({ model }: Trainer, units: number): readonly (readonly number[])[] {
  const [W, b] = [model.tensor('affine1.W')!.data, model.tensor('affine1.b')!.data]
  return Array.from({ length: 1250 }, (_, n) => Array.from({ length: units }, (_, m) => {
    let sum = b[m]!
    for (let d = 0; d < 12; d++) sum += dataset.train.images[n * 12 + d]! / 255 * W[d * units + m]!
    return sum
  }))
}

describe('the activity in an evaluation', () => {
  test('counts for each ReLU unit the images on which it fires, among a thousand', () => {
    const { trainer, evaluation: { activity } } = evaluated('affine 7, relu, affine 6')
    expect(activity).toMatchObject([{ layer: 'relu1', images: 1000, saturated: 0, extreme: 0 }])
    const all = preactivations(trainer, 7)
    for (const [m, fired] of activity[0]!.fired.entries()) {
      const expected = all.filter(x => x[m]! > 0).length
      expect(fired).toBeLessThanOrEqual(Math.min(expected, 1000))
      expect(fired).toBeGreaterThanOrEqual(expected - 250)
    }
  })

  test('of fewer images counts exactly those', () => {
    const { evaluation: { activity } } = evaluated('affine 7, relu, affine 6', { train: 130, test: 10 })
    expect(activity[0]!.images).toBe(130)
    expect(Math.max(...activity[0]!.fired)).toBeLessThanOrEqual(130)
    expect(Math.max(...activity[0]!.fired)).toBeGreaterThan(0)
  })

  test.each([['sigmoid', 4, 17], ['tanh', 2, 9.5]])('of %s is the share of inputs beyond %d and %d', (kind, saturated, extreme) => {
    const config = checkRunConfig({ ...runConfig({ seed: 5 }), network: { layers: parseLayers(`affine 7, ${kind}, affine 6`), loss: 'softmaxWithLoss' } })
    const few = { ...dataset, train: { ...dataset.train, count: 900, images: dataset.train.images.subarray(0, 900 * 12), labels: dataset.train.labels.subarray(0, 900) } }
    const trainer = new Trainer(config, few, { ops: createReferenceOps('float32') })
    trainer.model.tensor('affine1.W')!.data.forEach((w, i, data) => { data[i] = 12 * w })
    const evaluator = trainer.createEvaluator()
    evaluator.begin(wholeSize)
    let evaluation: Evaluation | null = null
    while (!evaluation) evaluation = evaluator.advance()
    const inputs = preactivations(trainer, 7).slice(0, 900).flat().map(Math.abs)
    const shareBeyond = (limit: number): number => inputs.filter(x => x > limit).length / inputs.length
    expect(shareBeyond(extreme)).toBeGreaterThan(0)
    const [{ layer, images, fired, saturated: found, extreme: far }] = evaluation.activity as [Evaluation['activity'][number]]
    expect([layer, images, fired]).toEqual([`${kind}1`, 900, []])
    expect(found).toBeCloseTo(shareBeyond(saturated), 3) // an input at the limit may round to either side
    expect(far).toBeCloseTo(shareBeyond(extreme), 3)
  })

  test('lists the activation layers in the order of the network, and no others', () => {
    const { evaluation: { activity } } = evaluated('affine 5, batchNormalization, tanh, dropout 0.2, affine 4, relu, affine 6')
    expect(activity.map(({ layer, fired }) => [layer, fired.length])).toEqual([['tanh1', 0], ['relu1', 4]])
  })
})
