import { createBackend, createWasmOps, defaultConfig, Trainer, writeWeights } from '@core'
import { expect, test } from 'vitest'
import { Predictor } from '../../../electron/worker/predictor'
import { kernelBytes } from '../../fixtures/fast-ops'
import { smallDataset } from '../../fixtures/small-dataset'

const dataset = smallDataset()
const pixels = Float32Array.from({ length: 12 }, (_, i) => i / 12)

// The slots for a drawing of the run before were kept until the next drawing of a run.
test('what belongs to a run that is gone is given back at once, and the next run is read by its own weights', () => {
  const { ops } = createBackend({ bytes: kernelBytes })
  let disposed = 0
  const counting: ReturnType<typeof createWasmOps> = { ...ops, arena: () => {
    const arena = ops.arena()
    const dispose = arena.dispose.bind(arena)
    arena.dispose = () => { disposed++; dispose() }
    return arena
  } }
  const make = (seed: number) => new Trainer({ ...defaultConfig, layers: [12, 8, 6], batchSize: 20, seed }, dataset, { ops })
  const [first, second] = [make(1), make(2)]
  const predictor = new Predictor({ name: 'sample', bytes: writeWeights(first.weights({ version: '1' })) }, dataset, counting)
  const before = predictor.predict('run', pixels, first)
  predictor.leave()
  expect(disposed).toBe(1)
  predictor.leave()
  expect(disposed).toBe(1)
  expect(predictor.predict('run', pixels, second).probabilities).not.toEqual(before.probabilities)
  expect(predictor.predict('run', pixels, first).probabilities).toEqual(before.probabilities)
})

test('only a prediction by the run’s own weights has its step', () => {
  const { ops } = createBackend({ bytes: kernelBytes })
  const trainer = new Trainer({ ...defaultConfig, layers: [12, 8, 6], batchSize: 20 }, dataset, { ops })
  const predictor = new Predictor({ name: 'sample', bytes: writeWeights(trainer.weights({ version: '1' })) }, dataset, ops)
  for (let i = 0; i < 3; i++) trainer.learn()
  expect((['run', 'sample', 'untrained'] as const).map(source => predictor.predict(source, pixels, trainer).step)).toEqual([3, 0, 0])
})
