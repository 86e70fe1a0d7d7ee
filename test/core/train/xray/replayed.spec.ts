import { checkOptimizer, type LabError, optimizers, parseLayers, replayedStep, imageAlone, type SettingsChange, Trainer, xrayCell } from '@core'
import { describe, expect, test } from 'vitest'
import { fastOps } from '../../../fixtures/fast-ops'
import { runConfig } from '../../../fixtures/run-config'
import { smallDataset } from '../../../fixtures/small-dataset'

const dataset = smallDataset()
const config = { ...runConfig({ dataset: 'small', layers: [12, 6], batchSize: 20, weightDecay: 0.01 }), network: { layers: parseLayers('affine 9, batchNormalization, relu, dropout 0.2, affine 6'), loss: 'softmaxWithLoss' as const } }
const optimizerOf = (kind: (typeof optimizers)[number], learningRate = 0.01) => checkOptimizer({ kind, learningRate })
function trained(steps: number, kind: (typeof optimizers)[number] = 'adam'): Trainer {
  const trainer = new Trainer({ ...config, optimizer: optimizerOf(kind) }, dataset, { ops: fastOps() })
  for (let i = 0; i < steps; i++) trainer.learn()
  return trainer
}
const refusal = (work: () => unknown) => {
  try { work() }
  catch (cause) { return (cause as LabError).code }
  return null
}

describe('the latest step, computed again', () => {
  test.each(optimizers)('has the same bits as the run’s own, and the optimizer’s state before and after it: %s', (kind) => {
    const trainer = trained(12, kind)
    const before = trainer.snapshot()
    trainer.learn()
    const source = replayedStep(trainer)
    expect([source.step, source.loss, [...source.images]]).toEqual([13, trainer.loss, [...trainer.latestImages!]])
    for (const [i, { path, slot }] of trainer.model.params.entries()) {
      const other = source.model.params[i]!.slot
      expect([path, other.value.data, other.grad.data, other.before!.data]).toEqual([path, slot.value.data, slot.grad.data, slot.before!.data])
    }
    for (const [i, { out, input }] of trainer.model.layers.entries()) expect([source.model.layers[i]!.out.data, source.model.layers[i]!.x.data]).toEqual([out.data, input.value.data])
    for (const { path, tensor } of trainer.optimizerState.state) {
      expect(source.optimizer!.after.get(path)).toEqual(tensor.data)
      expect(source.optimizer!.before.get(path)).toEqual(before.tensors.find(saved => saved.path === `optimizer.${path}`)!.data)
    }
  })

  test.each(optimizers)('explains each weight’s update line by line: %s', (kind) => {
    const source = replayedStep(trained(9, kind))
    for (const [part, row, column] of [['W', 3, 4], ['dW', 11, 8], ['b', 0, 2]] as const) {
      const { update } = xrayCell(source, { block: 'affine1', part, row, column })
      const { lines, after, before, state } = update!
      const change = Math.abs(after - before)
      expect(lines.at(-1)!.value).toBeCloseTo(after, 6)
      expect(Math.abs(lines.at(-1)!.value - after)).toBeLessThan(2 ** -22 * Math.abs(after) + 1e-5 * change) // float32 against float64
      for (const { name, after } of state) expect(Math.abs(lines.find(line => line.name === name)!.value - after)).toBeLessThan(1e-5 * Math.abs(after) + 1e-12)
      expect(lines.some(({ formula }) => formula.includes('λ'))).toBe(part !== 'b') // no weight decay on biases
    }
  })

  // Cause: at full speed a step was computed again from a state up to 100 mini-batches before it: half a second with 784-512-512-10.
  test('is the one after the state that was asked for: nothing else is learned again', () => {
    const trainer = trained(7)
    trainer.keepNext()
    expect(trainer.replayable).toMatchObject({ from: { position: { step: 0 } }, step: 6 })
    trainer.learn()
    expect(trainer.replayable).toMatchObject({ from: { position: { step: 7 } }, step: 7 })
    trainer.learn()
    expect(trainer.replayable).toMatchObject({ from: { position: { step: 7 } }, step: 8 }) // kept once
    trainer.keepNext()
    trainer.learn()
    const { model, loss, optimizer } = replayedStep(trainer)
    expect(loss).toBe(trainer.loss)
    for (const [i, { tensor }] of trainer.model.buffers.entries()) expect(model.buffers[i]!.tensor.data).toEqual(tensor.data)
    for (const [i, { slot }] of trainer.model.params.entries()) expect(model.params[i]!.slot.value.data).toEqual(slot.value.data)
    for (const { path, tensor } of trainer.optimizerState.state) expect(optimizer!.after.get(path)).toEqual(tensor.data)
  })

  test('leaves the run as it is, and stays the same while the run learns on', () => {
    const [trainer, alone] = [trained(7), trained(7)]
    const source = replayedStep(trainer)
    const address = { block: 'affine1', part: 'dW', row: 1, column: 1 }
    const first = xrayCell(source, address)
    for (let i = 0; i < 5; i++) expect(trainer.learn()).toBe(alone.learn())
    expect(xrayCell(source, address)).toEqual(first)
    expect(replayedStep(trainer).step).toBe(12)
    source.dispose()
  })

  test('is refused before the first step, after a change of the settings, and beyond the memory', () => {
    const trainer = trained(0)
    expect(refusal(() => replayedStep(trainer))).toBe('xray.noStep')
    trainer.learn()
    expect(refusal(() => replayedStep(trainer, trainer.bytes * 2 - 1))).toBe('xray.memory')
    const changed = trainer.change({ batchSize: 10 })
    expect(refusal(() => replayedStep(changed))).toBe('xray.changed')
    changed.learn()
    expect(replayedStep(changed).images).toHaveLength(10)
  })

  test.each<[string, SettingsChange]>([
    ['another optimizer', { optimizer: { kind: 'momentum', learningRate: 0.05 } }],
    ['a smaller batch', { batchSize: 7 }], ['a larger batch', { batchSize: 33 }], ['batches of two images', { batchSize: 2 }],
    ['another dropout rate', { layers: { dropout1: { rate: 0.6 } } }],
    ['no weight decay', { weightDecay: 0 }], ['another order of the images', { orderSeed: 9 }],
  ])('after a change of the settings in mid-run has the run’s own bits: %s', (_, change) => {
    const changed = trained(13).change(change)
    for (let i = 0; i < 3; i++) {
      changed.learn()
      const { step, loss, model, images, optimizer } = replayedStep(changed)
      expect([step, loss, [...images]]).toEqual([14 + i, changed.loss, [...changed.latestImages!]])
      for (const [k, { slot }] of changed.model.params.entries()) expect([model.params[k]!.slot.value.data, model.params[k]!.slot.grad.data]).toEqual([slot.value.data, slot.grad.data])
      expect(optimizer!.spec).toEqual(changed.config.optimizer)
    }
  })

  test('of a diverged run is the one that led to it; an update that was undone is not explained', () => {
    const trainer = new Trainer({ ...config, optimizer: optimizerOf('sgd', 100), network: { layers: parseLayers('affine 9, relu, affine 9, relu, affine 6'), loss: 'identityWithLoss' } }, dataset, { ops: fastOps() })
    while (!trainer.divergence) trainer.learn()
    const source = replayedStep(trainer)
    expect(source.step).toBe(trainer.step + 1)
    expect(Number.isFinite(source.loss)).toBe(true)
    const { value, sum } = xrayCell(source, { block: 'affine1', part: 'dW', row: 2, column: 2 })
    expect(Math.abs(value - sum!.total)).toBeLessThanOrEqual(1e-5 * Math.abs(value))
  })

  test('can be the last, shorter mini-batch of an epoch, or one image', () => {
    const trainer = trained(12) // 230 images in mini-batches of 20
    expect(replayedStep(trainer).images).toHaveLength(10)
    const single = new Trainer({ ...config, batchSize: 1, network: { ...config.network, layers: parseLayers('affine 6') } }, dataset, { ops: fastOps() })
    single.learn()
    const { sum, value } = xrayCell(replayedStep(single), { block: 'affine1', part: 'dW', row: 2, column: 3 })
    expect([sum!.count, sum!.rest.count, sum!.total]).toEqual([1, 0, expect.closeTo(value, 6)])
  })
})

describe('an image alone', () => {
  test('has the weights of its moment, no update, and does not disturb the run', () => {
    const [trainer, other] = [trained(5), trained(5)]
    const source = imageAlone(trainer, dataset.test, 17)
    const { update, value, images } = xrayCell(source, { block: 'affine1', part: 'dW', row: 0, column: 0 })
    expect([update, source.images.length, source.step]).toEqual([null, 1, 5])
    expect(images[0]!.label).toBe(dataset.test.labels[17])
    expect(trainer.learn()).toBe(other.learn())
    expect(xrayCell(source, { block: 'affine1', part: 'dW', row: 0, column: 0 }).value).toBe(value)
    expect(refusal(() => imageAlone(trainer, dataset.test, 17, trainer.bytes))).toBe('xray.memory')
  })
})
