import { type Dataset, layerKinds, type Ops, registerLayer, Trainer } from '@core'
import { describe, expect, test } from 'vitest'
import { healthOf } from '../../../../core/train/health/health'
import { unitsOf } from '../../../../core/train/health/unit-map'
import { leakyRelu } from '../../../fixtures/leaky-relu'
import { configOf, dataset, learnTo } from '../../../fixtures/training'
import { machines } from '../../golden'
import { golden, type GoldenBlock, plain } from './golden'

const { images, labels, learningRate, before, steps } = golden.training

/** The golden images as the whole training set, and their network at its first step. */
function goldenTrainer(ops: Ops): Trainer {
  const split = { ...dataset.train, count: labels.length, images: new Uint8Array(new SharedArrayBuffer(images.length)), labels: new Uint16Array(new SharedArrayBuffer(2 * labels.length)) }
  split.images.set(images)
  split.labels.set(labels)
  const { info } = dataset
  const config = configOf('affine 7, relu, affine 6, sigmoid, affine 5, tanh, affine 6', { batchSize: labels.length, optimizer: { kind: 'sgd', learningRate } })
  const trainer = new Trainer(config, { ...dataset, info: { ...info, counts: { ...info.counts, train: labels.length } }, train: split } satisfies Dataset, { ops })
  for (const [path, values] of Object.entries(before)) trainer.model.tensor(path)!.data.set(values)
  return trainer
}

describe.each(machines)('the health of a training on the %s', (_, ops, tolerance) => {
  test('is NumPy’s, step by step', () => {
    const trainer = goldenTrainer(ops)
    for (const [i, { blocks, units }] of steps.entries()) {
      trainer.learn()
      const column = healthOf(trainer)!
      expect(column.step).toBe(i + 1)
      expect(column.blocks.map(({ name }) => name)).toEqual(blocks.map(({ name }) => name))
      for (const [at, wanted] of blocks.entries()) {
        const { name, activation, gradient, update, gradientNorm, ratio } = column.blocks[at]!
        const found: GoldenBlock = { name, activation: plain(activation), gradient: plain(gradient), update: update && plain(update), gradientNorm: wanted.gradientNorm, ratio: wanted.ratio }
        expect(found).toEqual(wanted)
        expect(Math.abs(gradientNorm / wanted.gradientNorm - 1)).toBeLessThanOrEqual(tolerance)
        if (wanted.ratio === null) expect(ratio).toBeNull()
        else expect(Math.abs(ratio! / wanted.ratio - 1)).toBeLessThanOrEqual(tolerance)
      }
      for (const wanted of units) {
        const { shares, ...found } = unitsOf(trainer, wanted.layer)!
        expect({ ...found, shares: [...shares] }).toEqual({ step: i + 1, ...wanted })
      }
    }
    trainer.dispose()
  })
})

describe('the health', () => {
  test('has every block, whatever its kind', () => {
    const trainer = learnTo(new Trainer(configOf(), dataset), 3)
    const { blocks, step } = healthOf(trainer)!
    expect([step, blocks.map(({ name }) => name)]).toEqual([3, trainer.model.layers.map(({ name }) => name)])
    expect(new Set(trainer.model.layers.slice(0, -1).map(({ kind }) => kind))).toEqual(new Set(layerKinds.keys())) // the chain has every kind
    for (const { name, activation, gradient, update } of blocks) {
      const layer = trainer.model.layers.find(layer => layer.name === name)!
      expect(plain(activation).counts.reduce((a, b) => a + b) + activation.zeros).toBe(layer.out.size)
      expect(gradient.nonFinite).toBe(0)
      expect(update === null).toBe(layer.params.length === 0)
    }
  })

  test('needs nothing of a kind of layer that the lab does not have', () => {
    const remove = registerLayer(leakyRelu)
    try {
      const trainer = learnTo(new Trainer(configOf('affine 7, leakyRelu 0.1, affine 6'), dataset), 2)
      expect(healthOf(trainer)!.blocks[1]).toMatchObject({ name: 'leakyRelu1', update: null, ratio: null })
      expect(unitsOf(trainer, 'leakyRelu1')).toBeNull()
    }
    finally { remove() }
  })

  test('is not known before the first mini-batch, and while a step is computed layer by layer', () => {
    const trainer = new Trainer(configOf(), dataset)
    expect([healthOf(trainer), unitsOf(trainer, 'relu1')]).toEqual([null, null])
    learnTo(trainer, 1)
    trainer.advance()
    expect([healthOf(trainer), unitsOf(trainer, 'relu1')]).toEqual([null, null])
    trainer.finishStep()
    expect(healthOf(trainer)!.step).toBe(2)
  })

  test('after a divergence is that of the step that was undone, without an update', () => {
    const { network, ...config } = configOf('affine 7, relu, affine 6', { optimizer: { kind: 'sgd', learningRate: 100 } })
    const trainer = new Trainer({ ...config, network: { ...network, loss: 'identityWithLoss' } }, dataset)
    while (!trainer.divergence) trainer.learn()
    const { step, blocks } = healthOf(trainer)!
    expect(step).toBe(trainer.step + 1)
    expect(blocks.every(({ update, ratio }) => update === null && ratio === null)).toBe(true)
    expect(blocks.some(({ activation }) => activation.counts.at(-1)! > 0)).toBe(true) // only the loss is too large for float32
  })

  test('of the units is refused for an unknown layer, and empty for one that has none to judge', () => {
    const trainer = learnTo(new Trainer(configOf(), dataset), 1)
    expect(() => unitsOf(trainer, 'relu9')).toThrow(expect.objectContaining({ code: 'train.noTensor' }))
    expect(['affine1', 'dropout1', 'batchNormalization1'].map(name => unitsOf(trainer, name))).toEqual([null, null, null])
  })
})
