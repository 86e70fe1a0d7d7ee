import { describe, expect, test } from 'vitest'
import { configOf, createReferenceOps, LabError, type RunConfig, Trainer, type WeightsFile } from '../../../core'
import { smallDataset } from '../../fixtures/small-dataset'
import { changed, runConfig } from '../../fixtures/run-config'

const dataset = smallDataset()
const config: RunConfig = runConfig({ layers: [12, 8, 6], batchSize: 20, learningRate: 0.2, seed: 7 })
const diverging: RunConfig = changed(config, { layers: [12, 50, 50, 50, 6], learningRate: 30, seed: 1 })

const learn = (trainer: Trainer, steps: number): number[] => Array.from({ length: steps }, () => trainer.learn())
const numbersOf = (trainer: Trainer): number[] => trainer.model.params.flatMap(({ slot }) => [...slot.value.data])
const codeOf = (work: () => unknown): string => {
  try { work() }
  catch (cause) { return cause instanceof LabError ? cause.code : String(cause) }
  return 'nothing thrown'
}

function diverged(): { trainer: Trainer, losses: number[] } {
  const trainer = new Trainer(diverging, dataset)
  const losses: number[] = []
  for (let i = 0; i < 1000 && !trainer.divergence; i++) losses.push(trainer.learn())
  return { trainer, losses }
}

describe('a trainer', () => {
  test('learns: the loss falls to a tenth', () => {
    const losses = learn(new Trainer(config, dataset), 600)
    const mean = (part: number[]) => part.reduce((a, b) => a + b) / part.length
    expect(mean(losses.slice(-12))).toBeLessThan(mean(losses.slice(0, 12)) / 10)
  })

  test('is bit-identical for the same settings, and differs for another seed', () => {
    const [one, two, other] = [new Trainer(config, dataset), new Trainer(config, dataset), new Trainer({ ...config, seed: 8 }, dataset)]
    expect(learn(one, 40)).toEqual(learn(two, 40))
    expect(numbersOf(one)).toEqual(numbersOf(two))
    expect(learn(other, 40)).not.toEqual(learn(new Trainer(config, dataset), 40))
  })

  test('counts steps and epochs, including the short last mini-batch', () => {
    const trainer = new Trainer(config, dataset) // 230 images: 11 × 20 and 10
    expect([trainer.stepsPerEpoch, trainer.epoch, trainer.stepInEpoch]).toEqual([12, 0, 0])
    learn(trainer, 11)
    expect([trainer.rows, trainer.epoch, trainer.stepInEpoch]).toEqual([20, 0, 11])
    learn(trainer, 1)
    expect([trainer.rows, trainer.epoch, trainer.stepInEpoch]).toEqual([10, 1, 0])
    learn(trainer, 1)
    expect([trainer.rows, trainer.step, trainer.epoch, trainer.stepInEpoch]).toEqual([20, 13, 1, 1])
  })

  test('says whether an update can be inspected: not before the first, nor when the last one was undone', () => {
    const trainer = new Trainer(config, dataset)
    const seen = [trainer.updated]
    trainer.learn()
    seen.push(trainer.updated)
    trainer.rewind()
    seen.push(trainer.updated)
    expect(seen).toEqual([false, true, false])
    expect(diverged().trainer.updated).toBe(false)
  })

  test('takes all images at once when the batch is larger than the dataset', () => {
    const trainer = new Trainer({ ...config, batchSize: 10_000 }, dataset)
    learn(trainer, 2)
    expect([trainer.rows, trainer.epoch]).toEqual([230, 2])
  })

  test('rewinds to the same first weights, and learns the same again', () => {
    const trainer = new Trainer(config, dataset)
    const first = numbersOf(trainer)
    const losses = learn(trainer, 15)
    trainer.rewind()
    expect([numbersOf(trainer), trainer.step, trainer.loss]).toEqual([first, 0, null])
    expect(trainer.model.tensor('affine1.dW')!.memory.every(x => x === 0)).toBe(true)
    expect(trainer.model.tensor('relu1.out')!.memory.every(x => x === 0)).toBe(true)
    expect(learn(trainer, 15)).toEqual(losses)
  })

  test.each([10, 12, 17])('that was saved after %i steps continues as if it had never stopped', (steps) => {
    const through = new Trainer(config, dataset)
    learn(through, steps)
    const losses = learn(through, 20)
    const before = new Trainer(config, dataset)
    learn(before, steps)
    const weights: WeightsFile = structuredClone(before.weights({ version: '1' }))
    const after = new Trainer(configOf(weights), dataset, { weights })
    expect([after.step, after.epoch]).toEqual([steps, before.epoch])
    expect(learn(after, 20)).toEqual(losses)
    expect(numbersOf(after)).toEqual(numbersOf(through))
    after.rewind()
    expect([after.step, numbersOf(after)]).toEqual([steps, numbersOf(before)])
  })

  test('accepts a network without settings, with the default ones', () => {
    const weights = { ...new Trainer(config, dataset).weights({ version: '1' }), config: null }
    expect(configOf(weights)).toEqual(runConfig({ layers: [12, 8, 6] }))
  })
})

describe('a loss that is not finite', () => {
  test('ends the run and names the step', () => {
    const { trainer, losses } = diverged()
    const finite = losses.filter(Number.isFinite).length
    expect(trainer.divergence).toEqual({ step: finite + 1, loss: expect.stringMatching(/^(NaN|Infinity)$/) as unknown })
    expect(codeOf(() => trainer.learn())).toBe('train.diverged')
  })

  test('restores the last weights whose loss was finite, at their step, with their gradients', () => {
    const { trainer } = diverged()
    const kept = new Trainer(diverging, dataset)
    learn(kept, trainer.step)
    expect(numbersOf(trainer)).toEqual(numbersOf(kept))
    expect(numbersOf(trainer).every(Number.isFinite)).toBe(true)
    kept.learn()
    expect(trainer.model.loss).toBe(kept.model.loss)
    expect(Number.isFinite(trainer.loss)).toBe(true)
    expect(trainer.model.tensor('affine1.dW')!.data).toEqual(kept.model.tensor('affine1.dW')!.data)
  })

  test('at the first step restores the first weights', () => {
    const good = new Trainer(config, dataset).weights({ version: '1' })
    const huge = { ...good, tensors: good.tensors.map(({ path, data }) => ({ path, data: path.endsWith('.W') ? data.map(x => x * 1e30) : data })) }
    const trainer = new Trainer(config, dataset, { weights: huge })
    const first = numbersOf(trainer)
    trainer.learn()
    expect(trainer.divergence?.step).toBe(1)
    expect([numbersOf(trainer), trainer.step]).toEqual([first, 0])
    expect(trainer.model.tensor('affine2.out')!.memory.every(x => x === 0)).toBe(true)
  })

  test('is detected early by a weight that became infinite, before it can be used or saved', () => {
    const ops = createReferenceOps('float32')
    let updates = 0
    const overflowing = { ...ops, sgd: (...args: Parameters<typeof ops.sgd>) => {
      const finite = ops.sgd(...args)
      if (++updates !== 9) return finite // four tensors per update: W of affine1 in the third
      args[0].data[0] = -Infinity
      return false
    } }
    const trainer = new Trainer(config, dataset, { ops: overflowing })
    const twin = new Trainer(config, dataset)
    expect(learn(trainer, 3)).toEqual(learn(twin, 3))
    expect([trainer.divergence, trainer.step]).toEqual([{ step: 4, loss: 'NaN' }, 2])
    twin.rewind()
    learn(twin, 2)
    expect(numbersOf(trainer)).toEqual(numbersOf(twin))
  })

  test('is cleared by rewinding', () => {
    const { trainer, losses } = diverged()
    trainer.rewind()
    expect(trainer.divergence).toBeNull()
    expect(trainer.learn()).toBe(losses[0])
  })
})

describe('an impossible run', () => {
  test('is refused because its last layer does not match the dataset', () => {
    expect(codeOf(() => new Trainer(changed(config, { layers: [12, 8, 7] }), dataset))).toBe('network.outputs')
  })

  test('is refused because it takes too much memory, before it allocates any', () => {
    const large = smallDataset({ train: 10_000 })
    expect(codeOf(() => new Trainer(changed(config, { layers: [12, 4096, 4000, 6], batchSize: 10_000 }), large))).toBe('train.memory')
  })
})
