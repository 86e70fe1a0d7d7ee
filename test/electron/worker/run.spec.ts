import { Arena, createReferenceOps, type Ops, Trainer, writeWeights } from '@core'
import { expect, test } from 'vitest'
import { fromConfig, fromWeights, Run } from '../../../electron/worker/run'
import { smallDataset } from '../../fixtures/small-dataset'
import { FakeClock } from './fake-clock'
import { changed, runConfig } from '../../fixtures/run-config'

const dataset = smallDataset()
const config = runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20 })

/** The reference backend with a counter of its arenas; from a given number on it is out of memory. */
function counted(refused = Infinity, reserving?: Error) {
  let [made, disposed] = [0, 0]
  class Counted extends Arena {
    override numbers(size: number) {
      if (made >= refused) throw new RangeError('no more memory')
      return super.numbers(size)
    }

    override reserve(): void {
      if (reserving) throw reserving
    }

    override dispose(): void {
      super.dispose()
      disposed++
    }
  }
  const ops: Ops = { ...createReferenceOps('float32'), arena: () => {
    made++
    return new Counted('float32')
  } }
  return { ops, left: () => made - disposed }
}

test('a run whose evaluation runs out of memory frees all that it had', () => {
  const { ops, left } = counted(2) // the trainer's arena is the first
  expect(() => new Run(fromConfig(config, { dataset, ops }), new FakeClock(), () => undefined)).toThrow(expect.objectContaining({ code: 'train.memory' }) as Error)
  expect(left()).toBe(0)
})

test('a run frees all that it had when it is disposed', () => {
  const { ops, left } = counted()
  const run = new Run(fromConfig(config, { dataset, ops }), new FakeClock(), () => undefined)
  expect([left(), run.arenas.length]).toEqual([2, 2])
  run.dispose()
  expect(left()).toBe(0)
})

test.each([[true], [false]])('memory that is kept while a run replaces another is freed in the end, whether there is space (%s)', (room) => {
  const { ops, left } = counted(Infinity, room ? undefined : new RangeError('no more memory'))
  const run = new Run(fromConfig(config, { dataset, ops }), new FakeClock(), () => undefined)
  const next = fromConfig({ ...config, seed: 2 }, { dataset, ops, maxBytes: 2 ** 21 })
  if (room) next.reserve(run)()
  else expect(() => next.reserve(run)).toThrow(expect.objectContaining({ code: 'train.memory', details: { found: 1, max: 2 } }) as Error)
  expect(left()).toBe(2)
})

test('any other error is rethrown', () => {
  const { ops, left } = counted(Infinity, new TypeError('a fault of ours'))
  const run = new Run(fromConfig(config, { dataset, ops }), new FakeClock(), () => undefined)
  expect(() => fromConfig(config, { dataset, ops }).reserve(run)).toThrow(TypeError)
  expect(left()).toBe(2)
})

test('an invalid run is refused before anything is allocated', () => {
  const { ops, left } = counted(0)
  const ground = { dataset, ops, maxBytes: 1000 }
  expect(() => fromConfig(config, ground)).toThrow(expect.objectContaining({ code: 'train.memory', details: { found: 1, max: 1 } }) as Error)
  expect(() => fromConfig(changed(config, { layers: [12, 8, 5] }), ground)).toThrow(expect.objectContaining({ code: 'network.outputs' }) as Error)
  const bytes = writeWeights(new Trainer(config, dataset).weights({ version: '1' }))
  expect(() => fromWeights({ name: 'a', bytes }, ground)).toThrow(expect.objectContaining({ code: 'train.memory' }) as Error)
  expect(left()).toBe(0)
})

test('a rewound run has spent no time, learned nothing and seen nothing, and is evaluated at its start again', () => {
  const clock = new FakeClock()
  const reported: number[] = []
  const run = new Run(fromConfig(config, { dataset, ops: createReferenceOps('float32') }), clock, ({ step }) => reported.push(step))
  const measure = (): void => {
    run.evaluations.request(run.trainer.step, 'start')
    while (run.evaluations.active) run.evaluations.advance(run.trainer.step, false, () => false)
  }
  expect(run.trainedMs).toBe(0)
  measure()
  run.curves.takeLoss(1, run.trainer.learn())
  run.trainedMs = 50
  run.rewind()
  expect([run.trainer.step, run.trainedMs, run.curves.loss.length, run.curves.evaluations.length]).toEqual([0, 0, 0, 0])
  measure()
  expect(reported).toEqual([0, 0])
  expect(run.curves.evaluations.map(({ step }) => step)).toEqual([0])
})

test('a run from a file begins at its step, and describes itself', () => {
  const trainer = new Trainer(changed(config, { optimizer: 'adam', learningRate: 0.001 }), dataset)
  for (let i = 0; i < 3; i++) trainer.learn()
  const run = new Run(fromWeights({ name: 'mine', bytes: writeWeights(trainer.weights({ version: '1' })) }, { dataset, ops: createReferenceOps('float32') }), new FakeClock(), () => undefined)
  expect([run.firstStep, run.origin]).toEqual([3, { from: 'file', name: 'mine', step: 3, gaps: ['optimizer'] }])
  expect(run.blocks).toEqual([
    { name: 'affine1', kind: 'affine', inputs: 12, outputs: 8 }, { name: 'relu1', kind: 'relu', inputs: 8, outputs: 8 },
    { name: 'affine2', kind: 'affine', inputs: 8, outputs: 6 }, { name: 'softmaxWithLoss', kind: 'softmaxWithLoss', inputs: 6, outputs: 6 },
  ])
})
