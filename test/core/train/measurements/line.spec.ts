import { type LineEnds, replayedStep, stepLine, Trainer, type XraySource } from '@core'
import { describe, expect, test } from 'vitest'
import { fastOps } from '../../../fixtures/fast-ops'
import { configOf, dataset } from '../../../fixtures/training'
import { machines } from '../../golden'
import { golden, goldenTrainer } from './golden'

const ops = fastOps()
const learned = (layers: string, steps = 2, more: object = {}): Trainer => {
  const trainer = new Trainer(configOf(layers, more), dataset, { ops })
  for (let i = 0; i < steps; i++) trainer.learn()
  return trainer
}
function lineOf(trainer: Trainer) {
  const source = replayedStep(trainer)
  try { return stepLine(source, trainer.ops) }
  finally { source.dispose() }
}

describe.each(machines)('a step along its own line by %s', (_, ops, tolerance) => {
  /** The step of the script: its gradients, its weights before and after */
  function source(): XraySource {
    const trainer = goldenTrainer(ops)
    trainer.learn()
    const { model } = trainer
    for (const { path, slot } of model.params) {
      slot.before!.data.set(golden.params[path]!)
      slot.value.data.set(golden.step.after[path]!)
    }
    return { ...replayedStep(trainer), model, loss: golden.step.whole.loss[0] }
  }
  const line = stepLine(source(), ops)
  // Finite differences with h = 1e-5 are exact to about 1e-10, and the alphas are kept in float32.
  const near = (found: readonly number[] | Float32Array, wanted: readonly number[]) => { wanted.forEach((number, i) => expect(Math.abs(found[i]! - number)).toBeLessThan(Math.max(tolerance, 1e-6))) }

  test('has the losses and, at both ends, the slopes that NumPy finds by finite differences', () => {
    near(line.alphas, golden.step.whole.alphas)
    near(line.losses, golden.step.whole.losses)
    for (const [found, wanted] of [[line.whole, golden.step.whole] as const, ...line.layers.map(found => [found, golden.step.layers[found.layer]!] as const)]) {
      near(found.loss, wanted.loss)
      near(found.slope, wanted.slope)
    }
  })

  test('ends on the floor of the parabola with these slopes, though none of its layers would alone', () => {
    const [begins, ends] = golden.step.whole.slope
    expect(line.whole.verdict).toBe('on') // the slope at the end is 9 % of that at the beginning
    near([line.whole.floor!], [begins / (begins - ends)])
    expect(line.layers.map(({ verdict }) => verdict)).toEqual(['under', 'under', 'under'])
  })
})

test.each([['sgd'], ['momentum'], ['adam']] as const)('of %s goes from the loss of the step to the loss after its update', (kind) => {
  const trainer = learned('affine 9, tanh, dropout 0.3, affine 6', 5, { optimizer: { kind, learningRate: 0.01 } })
  const { alphas, losses, whole } = lineOf(trainer)
  expect([losses[alphas.indexOf(0)], whole.loss[0]]).toEqual([Math.fround(trainer.loss!), trainer.loss])
  expect(losses[alphas.indexOf(1)]).toBe(Math.fround(whole.loss[1]))
  const delta = trainer.model.params.reduce((sum, { slot: { value, before, grad } }) => sum + Array.from(value.data).reduce((sum, x, i) => sum + grad.data[i]! * (x - before!.data[i]!), 0), 0)
  expect(whole.slope[0]).toBeCloseTo(delta, 6)
})

test('a step of a learning rate far too large ends over the floor, and nothing of the run changes', () => {
  const trainer = learned('affine 9, relu, affine 6', 1, { optimizer: { kind: 'sgd', learningRate: 30 } })
  const { whole } = lineOf(trainer)
  expect(whole.verdict).toBe('over')
  expect(whole.floor).toBeLessThan(0.9)
  expect(trainer.learn()).toBe(learned('affine 9, relu, affine 6', 2, { optimizer: { kind: 'sgd', learningRate: 30 } }).loss)
})

test('a step against the momentum may begin uphill; layers with batch normalization move with their own statistics', () => {
  const verdicts = new Set<LineEnds['verdict']>()
  const trainer = learned('affine 9, batchNormalization, relu, affine 6', 0, { optimizer: { kind: 'momentum', learningRate: 0.5, momentum: 0.95 } })
  while (trainer.step < 40) {
    trainer.learn()
    verdicts.add(lineOf(trainer).whole.verdict)
  }
  expect(verdicts).toContain('uphill')
})

test('before the first step there is no line', () => {
  expect(() => lineOf(learned('affine 9, relu, affine 6', 0))).toThrow(expect.objectContaining({ code: 'xray.noStep' }) as Error)
})
