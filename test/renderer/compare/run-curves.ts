import type { RunCurves } from '@contract'
import { checkRunConfig, defaultConfig, lossColumns, markOf, mnist } from '@core'
import { idOf } from '../files/run-entry'

/** The curves of a run whose loss falls from 2 to 0.1. @param steps at most as many as there are columns */
export function runCurves(n: number, { steps = 20, more = {}, rate = 0.1 }: { steps?: number, more?: Partial<RunCurves>, rate?: number } = {}): RunCurves {
  const losses = Float32Array.from({ length: steps }, (_, i) => 2 - 1.9 * i / Math.max(1, steps - 1))
  const loss = lossColumns({ losses, firstStep: 1 }, 1)
  const score = (accuracy: number) => ({ accuracy, images: 1000, classes: Array.from({ length: 10 }, (_, i) => i === 3 ? NaN : accuracy - i / 100) })
  return {
    id: idOf(n), name: `Run ${n}`, created: 0, parent: null, config: checkRunConfig({ ...defaultConfig, optimizer: { kind: 'sgd', learningRate: rate } }), events: [], dataset: markOf(mnist), classes: mnist.classes, firstStep: 0, fromSeed: true, backend: 'wasm-relaxed-simd',
    last: steps, loss, epochs: loss.steps.map(step => step / 600), seconds: loss.steps.map(step => step / 10),
    evaluations: [0, 10, 20].filter(step => step <= steps).map(step => ({ step, epoch: step / 600, seconds: step / 10, train: score(0.1 + step / 25), test: score(0.1 + step / 30) })), problem: null, ...more,
  }
}
