import { createBackend, createWasmOps, Trainer, writeWeights } from '@core'
import { expect, test } from 'vitest'
import { Predictor } from '../../../electron/worker/predictor'
import { kernelBytes } from '../../fixtures/fast-ops'
import { smallDataset } from '../../fixtures/small-dataset'
import { runConfig } from '../../fixtures/run-config'

const dataset = smallDataset()
const pixels = Float32Array.from({ length: 12 }, (_, i) => i / 12)

// Cause: the slots for a drawing of the previous run were kept until the next drawing.
test('memory of a previous run is freed at once, and the next run predicts with its own weights', () => {
  const { ops } = createBackend({ bytes: kernelBytes })
  let disposed = 0
  const counting: ReturnType<typeof createWasmOps> = { ...ops, arena: () => {
    const arena = ops.arena()
    const dispose = arena.dispose.bind(arena)
    arena.dispose = () => { disposed++; dispose() }
    return arena
  } }
  const make = (seed: number) => new Trainer(runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20, seed }), dataset, { ops })
  const [first, second] = [make(1), make(2)]
  const predictor = new Predictor({ name: 'sample', bytes: writeWeights(first.weights({ version: '1' })) }, counting)
  const before = predictor.predict('run', pixels, first)
  predictor.forgetRun()
  expect(disposed).toBe(1)
  predictor.forgetRun()
  expect(disposed).toBe(1)
  expect(predictor.predict('run', pixels, second).outputs).not.toEqual(before.outputs)
  expect(disposed).toBe(1)
  expect(predictor.predict('run', pixels, first).outputs).toEqual(before.outputs)
  expect(disposed).toBe(2) // without a message about the end of the second one
})

test('the sample predicts with the weights of its file, and untrained with those that its seed drew', () => {
  const { ops } = createBackend({ bytes: kernelBytes })
  const made = () => new Trainer(runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20, seed: 5 }), dataset, { ops })
  const [trained, fresh] = [made(), made()]
  for (let i = 0; i < 30; i++) trained.learn()
  let arenas = 0
  const counting: typeof ops = { ...ops, arena: () => {
    arenas++
    return ops.arena()
  } }
  const predictor = new Predictor({ name: 'sample', bytes: writeWeights(trained.weights({ version: '1' })) }, counting)
  const [sample, untrained] = [predictor.predict('sample', pixels, null), predictor.predict('untrained', pixels, null)]
  expect(sample.outputs).toEqual(predictor.predict('run', pixels, trained).outputs)
  expect(untrained.outputs).toEqual(predictor.predict('run', pixels, fresh).outputs)
  expect(sample.outputs).not.toEqual(untrained.outputs)
  for (const { label, outputs, source } of [sample, untrained]) expect(outputs[label], source).toBe(Math.max(...outputs))
  const { length } = sample.outputs
  const before = arenas
  for (let i = 0; i < 5; i++) expect(predictor.predict('sample', new Float32Array(12).fill(i / 5), fresh).outputs).toHaveLength(length)
  expect(arenas).toBe(before) // each drawing replaces the previous one
  expect(predictor.predict('sample', pixels, null)).toEqual(sample)
})

test.each([[11], [13], [0]])('a drawing of %i pixels is refused when images have 12', (count) => {
  const { ops } = createBackend({ bytes: kernelBytes })
  const trainer = new Trainer(runConfig({ layers: [12, 8, 6], batchSize: 20 }), dataset, { ops })
  const predictor = new Predictor({ name: 'sample', bytes: writeWeights(trainer.weights({ version: '1' })) }, ops)
  for (const source of ['run', 'sample', 'untrained'] as const)
    expect(() => predictor.predict(source, new Float32Array(count), trainer)).toThrow(expect.objectContaining({ code: 'ipc.schema', details: { found: count } }) as Error)
  expect(() => predictor.predict('run', pixels, null)).toThrow(expect.objectContaining({ code: 'train.noRun' }) as Error)
})
