import type { RunCurves } from '@contract'
import { defaultConfig, markOf, mnist } from '@core'
import { idOf } from '../files/run-entry'

const numbers = (...values: readonly number[]) => Float64Array.from(values)

/** The curves of a run of 1,200 steps of the default network, which has changed its learning rate at step 800. */
export const runCurves = (patch: Partial<RunCurves> = {}): RunCurves => ({
  id: idOf(1), name: 'First', created: 1, parent: null, config: { ...defaultConfig, optimizer: { kind: 'sgd', learningRate: 0.1 } }, events: [{ step: 800, change: { optimizer: { learningRate: 0.05 } } }],
  dataset: markOf(mnist), classes: mnist.classes, firstStep: 0, fromSeed: true, backend: 'wasm-relaxed-simd', last: 1200,
  loss: { width: 400, steps: numbers(400, 800, 1200), least: numbers(1, 0.5, 0.2), greatest: numbers(2, 1, 0.4), mean: numbers(1.5, 0.7, 0.3), count: numbers(400, 400, 400) },
  epochs: numbers(0.6, 1.3, 2), seconds: numbers(1, 2, 3), evaluations: [], problem: null, ...patch,
})
